import { describe, expect, test } from '@jest/globals'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { type Bench, bench, type Ground, problem } from './azure-bench.ts'
import { draftOn } from './azure-rules.ts'

let simulator: Simulator | undefined

function played(): Simulator {
  if (simulator === undefined) throw new Error('not started')
  return simulator
}

async function ground(): Promise<Ground> {
  simulator = await startSimulator()
  const { origin, tenantId, tokens, subscriptionIds, stop } = simulator
  const [subscription = ''] = subscriptionIds
  const people = { analyst: '', admin: '', stakeholder: '', nobody: '' }
  const named = { failingApp: '', disabledApp: '', failure: /./, alertPages: 1 }
  return { origin, tenantId, token: tokens.bot, subscription, people, ...named, rights: [], stop }
}

const template = {
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  contentVersion: '1.0.0.0',
  resources: [],
}

describe('what stands in the way is named', () => {
  const at = bench(ground)
  const target = ({ ground: { subscription } }: Bench, name: string) => ({ subscription, group: 'rg-soc', name })

  test('a lock: on a rule, on the app that it starts, on a deployment', async () => {
    const {
      azure,
      ground: { subscription },
    } = at()
    const draft = await draftOn(at())
    const made = await azure.rules.save(draft)
    const scope = `/subscriptions/${subscription}/resourceGroups/rg-soc`
    played().locks([{ scope, level: 'ReadOnly' }])
    const locked = { code: 'Locked', message: expect.stringMatching(/A lock on the resource group rg-soc prevents this change/) }
    expect(await problem(azure.rules.save({ ...made, enabled: false }, made))).toMatchObject(locked)
    expect(await problem(azure.rules.delete(made.id))).toMatchObject(locked)
    expect(await problem(azure.deployments.start(target(at(), 'locked'), template, {}))).toMatchObject(locked)
    expect((await azure.rules.get(made.id)).enabled).toBe(true)
    const [app = ''] = draft.targets.flatMap(({ logicAppId }) => logicAppId ?? [])
    played().locks([{ scope: app, level: 'ReadOnly' }])
    expect(await problem(azure.logicApps.setEnabled(app, false))).toMatchObject({
      code: 'Locked',
      message: expect.stringMatching(/Notify-SOC in rg-soc/),
    })
    played().locks([])
    await azure.rules.delete(made.id)
  })

  test('a policy: on a rule, on what a deployment makes', async () => {
    const {
      azure,
      ground: { subscription },
    } = at()
    played().denials([
      { scope: `/subscriptions/${subscription}`, type: 'Microsoft.Security/automations', policy: 'No rules by hand' },
    ])
    expect(await problem(azure.rules.save(await draftOn(at())))).toMatchObject({
      code: 'Forbidden',
      message: expect.stringMatching(/The policy "No rules by hand" forbids it/),
    })
    played().denials([])
  })

  test('a missing right: on the rule, on the app, on the deployment', async () => {
    const { connect, azure } = at()
    const draft = await draftOn(at())
    const made = await azure.rules.save(draft)
    const asStakeholder = connect({ token: played().tokens.stakeholder })
    expect(await problem(asStakeholder.rules.delete(made.id))).toMatchObject({
      code: 'Forbidden',
      message: expect.stringMatching(/lacks Microsoft\.Security\/automations\/delete on Rule-\d+ in rg-soc/),
    })
    const asAnalyst = connect({ token: played().tokens.analyst })
    const other = await draftOn(at(), 'Rotate-Keys')
    expect(await problem(asAnalyst.rules.save(other))).toMatchObject({
      code: 'Forbidden',
      message: expect.stringMatching(/lacks Microsoft\.Logic\/workflows\/triggers\/listCallbackUrl\/action on Rotate-Keys in /),
    })
    expect(await problem(asStakeholder.deployments.start(target(at(), 'forbidden'), template, {}))).toMatchObject({
      code: 'Forbidden',
      message: expect.stringMatching(/lacks Microsoft\.Resources\/deployments\/read on forbidden in rg-soc/),
    })
  })
})
