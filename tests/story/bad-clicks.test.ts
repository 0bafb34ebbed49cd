import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { FaultKind } from '../../src/simulator/faults.ts'
import { openStory, type Story, until } from './ground.ts'

/** What can be wrong with a click, or go wrong while Azure carries it out: a clear answer, and nothing half-done. */

let story: Story
beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

const subscription = '11111111-5eed-4000-8000-000000000001'

async function alertArrives() {
  const alert = story.simulator().fire({ type: 'VM_AmDisablementAndCodeExecution', subscription, severity: 'Low' })
  const id = await until(
    'the card of the alert',
    async () => (await story.posts()).find(({ card }) => JSON.stringify(card).includes(alert.name))?.findingId,
  )
  return { id, alert }
}

const verbs = [
  ['show', {}],
  ['run', { logicApp: 'Notify-SOC' }],
  ['status', { to: 'resolved' }],
  ['assign', { to: 'me' }],
] as const

const runsInAzure = (id: string) =>
  [...story.simulator().state.runs.values()].flat().filter(({ trackingId }) => trackingId.startsWith(id))

let faults: { on: string; kind: FaultKind }[] = []

/** Several may hold at once, on different things. */
async function withFault<Result>(on: string, kind: FaultKind, work: () => Promise<Result>): Promise<Result> {
  const fault = { on, kind }
  faults = [...faults, fault]
  story.simulator().faults(faults)
  return work().finally(() => {
    faults = faults.filter(one => one !== fault)
    story.simulator().faults(faults)
  })
}

const lasting: [FaultKind, code: string, words: RegExp][] = [
  ['401', 'AzureRefused', /sign-in/],
  ['403', 'Forbidden', /./],
  ['404', 'NotFound', /./],
  ['409', 'Locked', /lock/],
  ['429', 'RateLimited', /too many/i],
  ['500', 'AzureUnavailable', /InternalServerError/],
  ['503', 'AzureUnavailable', /ServerTimeout/],
  ['cut', 'AzureUnavailable', /Azure/],
]

/** Each kind beside the others: most of the time goes into trying again. */
const forEach = <Result>(work: (kind: FaultKind, index: number) => Promise<Result>) =>
  Promise.all(lasting.map(async ([kind], index) => ({ kind, ...(await work(kind, index)) })))
const told = lasting.map(([kind, code, words]) => ({ kind, first: { code, message: expect.stringMatching(words) } }))

test('an alert that Azure has forgotten: the answer says that its state stays as it is', async () => {
  const { id, alert } = await alertArrives()
  story.simulator().state.alerts.delete(alert.name.toLowerCase())
  const { error } = await story.act('status', { to: 'dismissed', reason: 'a test' }, id)
  expect(error).toMatchObject({ code: 'NotFound', message: expect.stringMatching(/Azure no longer has this alert.*90 days/) })
  expect((await story.finding(id)).status).toBe('active')
})

test('resolving while Azure answers an error: nothing changes, the answer says why, and again it works', async () => {
  const seen = await forEach(async kind => {
    const { id, alert } = await alertArrives()
    const status = async () => (await story.finding(id)).status
    const first = await withFault(`${alert.name}/resolve`, kind, () => story.act('status', { to: 'resolved' }, id))
    const then = { inAzure: alert.status, here: await status() }
    const again = await story.act('status', { to: 'resolved' }, id)
    return { first: first.error, then, again: again.error, end: await status() }
  })
  const then = { inAzure: 'Active', here: 'active' }
  expect(seen).toMatchObject(told.map(one => ({ ...one, then, again: undefined, end: 'resolved' })))
}, 60_000)

/** An app of its own for each, so that what is wrong with one is not wrong with another. */
function appsFor(count: number): string[] {
  const { workflows } = story.simulator().state
  const app = [...workflows.values()].find(({ name }) => name === 'Notify-SOC')
  if (app === undefined) throw new Error('no Notify-SOC')
  return Array.from({ length: count }, (_, index) => {
    const name = `Notify-${index}`
    const id = app.id.replace('Notify-SOC', name)
    workflows.set(id.toLowerCase(), { ...app, id, name })
    return name
  })
}

test('running while Azure answers an error: no run begins, the card keeps the try with its reason, and again it runs', async () => {
  const apps = appsFor(lasting.length)
  const seen = await forEach(async (kind, index) => {
    const { id } = await alertArrives()
    const logicApp = apps[index] ?? ''
    const address = `workflows/${logicApp}/triggers/`
    const first = await withFault(address, kind, () => story.act('run', { logicApp }, id))
    const states = (await story.finding(id)).runs.map(({ state }) => state)
    const begun = runsInAzure(id).length
    const again = await story.act('run', { logicApp }, id)
    return {
      first: first.error,
      begun,
      tried: states.every(state => ['refused', 'failed'].includes(state)),
      again: again.error,
      end: runsInAzure(id).length,
    }
  })
  expect(seen).toMatchObject(told.map(one => ({ ...one, begun: 0, tried: true, again: undefined, end: 1 })))
}, 60_000)

test.each(lasting.filter(([kind]) => ['401', '403', '503', 'cut'].includes(kind)))(
  'Azure answers %s when it is asked what the clicker may do: nothing begins, and the answer says why',
  async (kind, code) => {
    const { id, alert } = await alertArrives()
    const [run, resolve] = await withFault('/roleAssignments', kind, () =>
      Promise.all([
        story.act('run', { logicApp: 'Notify-SOC' }, id, 'admin'),
        story.act('status', { to: 'resolved' }, id, 'admin'),
      ]),
    )
    expect([run.error?.code, resolve.error?.code]).toEqual([code, code])
    expect(run.error?.message).toMatch(/Azure|may|sign-in/)
    expect(runsInAzure(id)).toEqual([])
    expect(alert.status).toBe('Active')
    expect(await story.finding(id)).toMatchObject({ status: 'active', runs: [] })
  },
)

test('the line is cut after the run began: it is found and followed, not begun twice', async () => {
  const { id } = await alertArrives()
  story.simulator().faults([{ on: 'triggers/when_an_azure_security_center_alert', kind: 'cut-after', times: 1 }])
  await story.act('run', { logicApp: 'Notify-SOC' }, id).finally(() => story.simulator().faults([]))
  await until('the run', async () => (await story.finding(id)).runs.find(({ state }) => state === 'succeeded'))
  expect(runsInAzure(id)).toHaveLength(1)
})

test('a stale click on what is finished says so and changes nothing', async () => {
  const { id } = await alertArrives()
  expect((await story.act('status', { to: 'dismissed', reason: 'a test' }, id)).error).toBeUndefined()
  const { version } = await story.finding(id)
  const stale = await story.act('status', { to: 'dismissed', reason: 'a test' }, id, 'admin')
  expect(stale.answer.card.text).toContain('already dismissed')
  expect((await story.finding(id)).version).toBe(version)
})

test.each([
  ['of nobody', 'a-000000000000'],
  ['a path', '../../etc/passwd'],
  ['SQL', "a' or '1'='1"],
  ['without end', 'a'.repeat(5000)],
  ['a mention', '<!channel>'],
  ['a NUL', '\u0000'],
])('a forged finding id, %s, is not found, whatever the verb', async (name, findingId) => {
  for (const [action, input] of verbs) {
    const { body } = await story.call('/console/api/actions', {
      requestId: `${name} ${action}`,
      action,
      input,
      findingId,
      as: 'analyst',
    })
    expect(body).toMatchObject({ error: { code: expect.stringMatching(/^(NotFound|BadInput)$/) } })
  }
})

test.each(['__proto__', 'constructor', 'toString', 'closed'])(
  'the status word “%s” is no status: the answer says which there are',
  async to => {
    const { id } = await alertArrives()
    const { error } = await story.act('status', { to }, id)
    expect(error).toMatchObject({ code: 'BadInput', field: 'to' })
    expect(error?.message).toContain('This must be one of active, in-progress, resolved, dismissed.')
    expect((await story.finding(id)).status).toBe('active')
  },
)

test('a person without any right is told which one is missing, for each verb, and nothing happens', async () => {
  const { id, alert } = await alertArrives()
  for (const [verb, input] of verbs) {
    const { error } = await story.act(verb, input, id, 'nobody')
    expect([verb, error?.code]).toEqual([verb, 'Forbidden'])
    expect(error?.message).toMatch(/Microsoft\.Security\/.* on subscription Production/)
  }
  expect(alert.status).toBe('Active')
  expect(runsInAzure(id)).toEqual([])
  expect(await story.finding(id)).toMatchObject({ status: 'active', runs: [] })
})
