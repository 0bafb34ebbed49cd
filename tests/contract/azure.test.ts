import { describe } from '@jest/globals'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { startArm } from '../fakes/arm.ts'
import * as data from '../fakes/arm-data.ts'
import { azureContract } from './azure.ts'
import { bench, type Ground } from './azure-bench.ts'
import { policyRuleTests } from './azure-catalogue.ts'
import { failedDeploymentTests } from './azure-deployments.ts'
import { azureFaults } from './azure-faults.ts'
import { keptRuleTests } from './azure-rules.ts'

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

/** Its clock runs faster than ours: runs end sooner, and its buckets fill before we have emptied them. */
const speed = 20

async function simulated(): Promise<Ground> {
  const begun = Date.now()
  const simulator = await startSimulator({ now: () => new Date(begun + (Date.now() - begun) * speed) })
  const { origin, tenantId, tokens, subscriptionIds, stop } = simulator
  const [subscription = ''] = subscriptionIds
  for (let count = 0; count < 400; count++) simulator.fire({ subscription })
  const idOf = (role: string) => simulator.people.find(person => person.role === role)?.objectId ?? ''
  return {
    origin,
    tenantId,
    token: tokens.bot,
    subscription,
    people: { analyst: idOf('analyst'), admin: idOf('admin'), stakeholder: idOf('stakeholder'), nobody: idOf('nobody') },
    failingApp: 'Post-To-Archive',
    disabledApp: 'Old-Notify',
    failure: /^Send failed\. Unauthorized: The connection/,
    alertPages: 3,
    rights: [
      ['analyst', run, 'Notify-SOC', false],
      ['analyst', run, 'Rotate-Keys', true],
      ['analyst', run, '', true],
      ['analyst', dismiss, '', false],
      ['admin', run, 'Rotate-Keys', false],
      ['admin', 'microsoft.authorization/policyAssignments/write', '', false],
      ['stakeholder', 'Microsoft.Security/alerts/read', '', false],
      ['stakeholder', dismiss, '', true],
      ['stakeholder', run, 'Notify-SOC', true],
      ['nobody', 'Microsoft.Security/alerts/read', '', true],
    ],
    stop,
  }
}

azureContract('Azure port over the simulator', simulated)
azureFaults('Azure port when the simulator fails', simulated)
azureContract('Azure port over the stand-in', standIn)
azureFaults('Azure port when Azure fails', standIn)

describe('What only the stand-in has', () => {
  const at = bench(standIn)
  keptRuleTests(at)
  policyRuleTests(at)
  failedDeploymentTests(at)
})
