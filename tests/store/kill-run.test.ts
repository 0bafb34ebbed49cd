import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { openGround } from '../bench/ground.ts'
import { until } from '../contract/waiting.ts'

const Accepted = z.object({ accepted: z.tuple([z.object({ findingId: z.string() })]) })

const alert = {
  SystemAlertId: 'followed',
  AlertType: 'VM_Test',
  AlertDisplayName: 'Followed over a death',
  Severity: 'High',
  AzureResourceId:
    '/subscriptions/11111111-5eed-4000-8000-000000000001/resourceGroups/rg-shop/providers/Microsoft.Compute/virtualMachines/vm-web-01',
}

test('kill -9 while a run is under way: the next process follows it to its end, and starts none', async () => {
  const ground = await openGround()
  const sent = async (address: string, path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    return (await fetch(`${address}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  }
  let program = await ground.start()
  try {
    const [{ findingId }] = Accepted.parse(await sent(program.address, '/api/events', alert)).accepted
    const states = async () => (await ground.store.findings.get(findingId))?.runs.map(({ state }) => state) ?? []
    const click = { requestId: 'click', action: 'run', input: { logicApp: 'Isolate-VM' }, findingId, as: 'analyst' }
    await sent(program.address, '/console/api/actions', click)
    await until(async () => (await states())[0] === 'running')
    await program.kill()
    ground.simulator.advance(3_600_000)
    expect(await states()).toEqual(['running'])

    program = await ground.start()
    await until(async () => (await states())[0] !== 'running', 20_000)
    const begun = [...ground.simulator.state.runs.values()].flat().filter(({ trackingId }) => trackingId.startsWith(findingId))
    expect(begun).toHaveLength(1)
    expect(await states()).toEqual([expect.stringMatching(/^(succeeded|failed)$/)])
  } finally {
    await program.stop()
    await ground.close()
  }
}, 60_000)
