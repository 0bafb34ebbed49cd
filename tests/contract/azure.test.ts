import { startArm } from '../fakes/arm.ts'
import * as data from '../fakes/arm-data.ts'
import { azureContract } from './azure.ts'
import type { Ground } from './azure-bench.ts'
import { azureFaults } from './azure-faults.ts'

const run = 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action'
const dismiss = 'Microsoft.Security/locations/alerts/dismiss/action'

async function standIn(): Promise<Ground> {
  const { origin, stop } = await startArm()
  return {
    origin,
    stop,
    token: data.token,
    tenantId: data.tenantId,
    subscription: data.subscription,
    people: data.people,
    failingApp: 'Failing-App',
    disabledApp: 'Disabled-App',
    failure: /Send_it failed\. Unauthorized/,
    alertPages: 3,
    rights: [
      ['analyst', run, 'Notify-SOC', false],
      ['analyst', run, 'Isolate-VM', true],
      ['analyst', run, '', true],
      ['analyst', dismiss, '', false],
      ['admin', run, 'Notify-SOC', false],
      ['admin', run, 'Isolate-VM', true],
      ['admin', 'Microsoft.Logic/workflows/read', 'Isolate-VM', false],
      ['admin', 'microsoft.authorization/policyAssignments/write', '', true],
      ['stakeholder', 'Microsoft.Security/alerts/read', 'Isolate-VM', false],
      ['stakeholder', dismiss, '', true],
      ['nobody', 'Microsoft.Security/alerts/read', '', true],
    ],
  }
}

azureContract('Azure port over the stand-in', standIn)
azureFaults('Azure port when Azure fails', standIn)
