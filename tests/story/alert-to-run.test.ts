import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { openStory, type Story, until } from './ground.ts'

let story: Story
beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

/** Fires an alert in Azure and waits for its card in the channel. */
async function alertArrives(): Promise<string> {
  const before = new Set((await story.posts()).map(({ findingId }) => findingId))
  story.simulator().fire({ type: 'VM_AmDisablementAndCodeExecution', subscription: '11111111-5eed-4000-8000-000000000001' })
  return until(
    'the card of the alert',
    async () => (await story.posts()).find(post => !before.has(post.findingId) && post.state === 'shown')?.findingId,
  )
}

test('an alert becomes a card, a click becomes a run, and the card says succeeded', async () => {
  const id = await alertArrives()
  const form = await story.act('run', {}, id)
  expect(JSON.stringify(form.answer.card.teams)).toContain('Notify-SOC')
  for (const reason of [
    'It is a Standard logic app',
    'It has the legacy alert trigger',
    'It has no Defender for Cloud trigger.',
    'It is disabled.',
    'Its trigger takes recommendations, not alerts.',
    'You need Microsoft.Logic/workflows/triggers/listCallbackUrl/action on rg-platform',
  ])
    expect(JSON.stringify(form.answer.card.teams)).toContain(reason)

  const started = await story.act('run', { logicApp: 'Notify-SOC' }, id)
  expect(started.error).toBeUndefined()
  expect(started.answer.changed).toEqual([id])
  const run = await until('the run to succeed', async () =>
    (await story.finding(id)).runs.find(({ state }) => state === 'succeeded'),
  )
  expect(run).toMatchObject({ startedBy: { name: 'Analyst' } })
  const post = await until('the card in step', async () =>
    (await story.posts()).find(one => one.findingId === id && one.state === 'shown'),
  )
  expect(JSON.stringify(post.card)).toContain('Notify-SOC succeeded')
  expect(JSON.stringify(await story.call(`/console/api/findings/${id}`))).not.toContain('sig=')
})

test('the same click twice is one run', async () => {
  const id = await alertArrives()
  const [one, two] = await Promise.all([
    story.act('run', { logicApp: 'Notify-SOC' }, id, 'analyst', 'same'),
    story.act('run', { logicApp: 'Notify-SOC' }, id, 'analyst', 'same'),
  ])
  const three = await story.act('run', { logicApp: 'Notify-SOC' }, id, 'analyst', 'same')
  expect([one.error, two.error, three.error]).toEqual([undefined, undefined, undefined])
  const app =
    '/subscriptions/11111111-5eed-4000-8000-000000000001/resourcegroups/rg-soc/providers/microsoft.logic/workflows/notify-soc'
  const begun = (story.simulator().state.runs.get(app) ?? []).filter(({ trackingId }) => trackingId.startsWith(id))
  expect(begun).toHaveLength(1)
  expect((await story.finding(id)).runs).toHaveLength(1)
})

test('a refusal names the right, the scope and the role; nothing runs', async () => {
  const id = await alertArrives()
  const refused = await story.act('run', { logicApp: 'Notify-SOC' }, id, 'stakeholder')
  expect(refused.error?.code).toBe('Forbidden')
  expect(refused.error?.message).toContain('Microsoft.Logic/workflows/triggers/listCallbackUrl/action on Notify-SOC')
  expect(refused.error?.message).toContain('Microsoft Sentinel Playbook Operator')
  expect((await story.finding(id)).runs).toEqual([])
})

test.each([
  ['Legacy-Responder', 'NotOffered', 'legacy'],
  ['Standard-Responder', 'NotOffered', 'Standard'],
  ['Old-Notify', 'NotOffered', 'disabled'],
  ['Weekly-Report', 'NotOffered', 'no Defender for Cloud trigger'],
  ['Fix-Recommendation', 'NotOffered', 'takes recommendations, not alerts'],
  ['Rotate-Keys', 'Forbidden', 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action on Rotate-Keys'],
  ['No-Such-App', 'NotFound', 'may have been deleted, or the bot lacks Microsoft.Logic/workflows/read'],
])('%s is refused with the reason', async (logicApp, code, reason) => {
  const id = await alertArrives()
  const { error } = await story.act('run', { logicApp }, id)
  expect(error?.code).toBe(code)
  expect(error?.message).toContain(reason)
})

test('a logic app deleted between picking and pressing leaves a refused run and a reason', async () => {
  const id = await alertArrives()
  await story.act('run', {}, id)
  const { workflows } = story.simulator().state
  const key = [...workflows.keys()].find(one => one.endsWith('/block-ip')) ?? ''
  const app = workflows.get(key)
  workflows.delete(key)
  const { error } = await story.act('run', { logicApp: 'Block-IP' }, id)
  expect(error).toMatchObject({ code: 'NotFound', field: 'logicApp' })
  expect(error?.message).toMatch(/^Block-IP may have been deleted since it was chosen\. .*ResourceNotFound/)
  expect((await story.finding(id)).runs).toMatchObject([{ state: 'refused', error: error?.message }])
  if (app !== undefined) workflows.set(key, app)
})

test('a run that fails says why on the card, and is run again from there', async () => {
  const id = await alertArrives()
  const app = [...story.simulator().state.workflows.values()].find(one => one.name === 'Block-IP')
  if (app === undefined) throw new Error('no Block-IP')
  const well = app.behaviour
  const failure = { action: 'Block', code: 'Conflict', message: 'The firewall is being changed by somebody else' }
  app.behaviour = { lastsMs: [300, 400], failsEvery: 1, failure }
  await story.act('run', { logicApp: 'Block-IP' }, id)
  await until('the failure', async () => (await story.finding(id)).runs.find(({ state }) => state === 'failed'))
  const card = await until('the card', async () => {
    const post = (await story.posts()).find(one => one.findingId === id)
    return JSON.stringify(post).includes('Block-IP failed') ? JSON.stringify(post) : undefined
  })
  expect(card).toContain(failure.message)
  expect(card).toContain('Run again')
  app.behaviour = well
  expect((await story.act('run again', {}, id)).error).toBeUndefined()
  await until('the second try', async () => (await story.finding(id)).runs.find(({ state }) => state === 'succeeded'))
  expect((await story.finding(id)).runs.map(({ state }) => state)).toEqual(['failed', 'succeeded'])
})

test('triage happens at the source, by name, and every card follows', async () => {
  const id = await alertArrives()
  await story.act('assign', { to: 'me' }, id)
  const resolved = await story.act('status', { to: 'resolved', reason: 'planned work' }, id)
  expect(resolved.error).toBeUndefined()
  const { title } = await story.finding(id)
  expect(resolved.answer.card.text).toMatch(/^Resolved: .* Reason: planned work$/)
  expect(resolved.answer.card.text).toContain(title)
  await until('the card to say who and why', async () =>
    (await story.posts()).find(({ findingId, card }) => {
      const shown = [card.teams, card.slack].map(one => JSON.stringify(one))
      return findingId === id && shown.every(text => text.includes('Resolved by Analyst: planned work'))
    }),
  )
  const finding = await story.finding(id)
  expect(finding).toMatchObject({ status: 'resolved', owner: { name: 'Analyst' } })
  expect(finding.history.map(({ what }) => what)).toEqual(['took it', 'set it to resolved: planned work'])
  expect([...story.simulator().state.alerts.values()].filter(({ status }) => status === 'Resolved').length).toBeGreaterThan(0)
  const again = await story.act('status', { to: 'resolved' }, id, 'admin')
  expect(again.answer.card.text).toContain('already resolved')
  const forbidden = await story.act('status', { to: 'active' }, id, 'nobody')
  expect(forbidden.error?.code).toBe('Forbidden')
  const { eventId } = z.object({ eventId: z.string() }).parse((await story.call(`/console/api/findings/${id}`)).body)
  for (const [to, atSource] of [
    ['active', 'Active'],
    ['in-progress', 'InProgress'],
    ['dismissed', 'Dismissed'],
    ['active', 'Active'],
  ] as const) {
    expect((await story.act('status', { to, reason: 'planned work' }, id)).error).toBeUndefined()
    expect((await story.finding(id)).status).toBe(to)
    expect([...story.simulator().state.alerts.values()].find(({ name }) => name === eventId)?.status).toBe(atSource)
  }
})

test('sample alerts that were asked for arrive like any other', async () => {
  const before = new Set((await story.posts()).map(({ findingId }) => findingId))
  expect(await story.say('simulate KeyVaults')).not.toHaveProperty('error')
  await until('a sample', async () =>
    (await story.posts()).find(({ findingId, card }) => !before.has(findingId) && /sample/i.test(card.text)),
  )
})

test('dismissing asks for a reason at its field', async () => {
  const id = await alertArrives()
  const form = await story.act('status', { to: 'dismissed' }, id)
  expect(JSON.stringify(form.answer.card)).toContain('Reason')
  const wrong = await story.act('status', { to: 'dismissed', reason: ' ' }, id)
  expect(wrong.error).toMatchObject({ code: 'BadInput', field: 'reason' })
  expect((await story.finding(id)).status).toBe('active')
})

test('a stop and a start later everything is there, and the ledger is whole', async () => {
  const id = await alertArrives()
  await story.act('run', { logicApp: 'Notify-SOC' }, id)
  await until('the run to end', async () => (await story.finding(id)).runs.find(({ state }) => state === 'succeeded'))
  await story.restart()
  expect((await story.finding(id)).runs[0]?.state).toBe('succeeded')
  expect((await story.posts()).some(({ findingId }) => findingId === id)).toBe(true)
  const { entries, brokenAt } = await story.app.world.store.ledger.verify()
  expect([entries > 0, brokenAt]).toEqual([true, undefined])
})

test.each(['help', '', 'alerts high', 'recommendations', 'compliance', 'runs', 'whoami', 'feeds', 'status'])(
  '"%s" answers with a card',
  async text => {
    expect(await story.say(text)).toMatchObject({ answer: { card: { text: expect.any(String) } } })
  },
)

test.each(['show', 'why', 'run', 'run Notify-SOC', 'assign'])(
  '"%s" without its finding offers the newest, one press each',
  async text => {
    const id = await alertArrives()
    const { answer, error } = z
      .object({ answer: z.object({ card: z.object({ teams: z.unknown() }) }), error: z.object({ field: z.string() }) })
      .parse(await story.say(text))
    expect(error.field).toBe('findingId')
    expect(JSON.stringify(answer.card.teams)).toContain(id)
  },
)

test('a mistyped command names the nearest', async () => {
  expect(await story.say('alrts')).toMatchObject({
    error: { code: 'UnknownCommand', message: expect.stringContaining('"alerts"') },
  })
})
