import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { openChores } from '../../src/flow/chores.ts'
import { openReceive } from '../../src/flow/receive.ts'
import { lookAtRules } from '../../src/flow/rule-health.ts'
import type { World } from '../../src/ports.ts'
import { openStory, type Story, until } from './ground.ts'

/** What is over is forgotten after a while, and nobody's click can happen twice by it. */

let story: Story
beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

const day = 86_400_000

const after = (days: number): World => ({
  ...story.app.world,
  clock: { now: () => new Date(Date.now() + days * day) },
})

const Accepted = z.object({ accepted: z.array(z.object({ findingId: z.string(), duplicate: z.boolean() })) })

/** The chore, so many days from now. */
const forget = (days: number, kept = 30) => openChores(after(days), kept, {})('old-events')

async function alertArrives(): Promise<string> {
  const { name } = story.simulator().fire({
    type: 'VM_AmDisablementAndCodeExecution',
    subscription: '11111111-5eed-4000-8000-000000000001',
  })
  const known = async () => (await story.app.world.store.findings.list({}, 100)).items
  return until('the finding', async () => (await known()).find(({ event }) => event.id.endsWith(name))?.id)
}

const begun = (id: string) =>
  [...story.simulator().state.runs.values()].flat().filter(({ trackingId }) => trackingId.startsWith(id))

/** A click, and the run it started, to its end. */
async function ran(id: string, requestId: string): Promise<void> {
  await story.act('run', { logicApp: 'Notify-SOC' }, id, 'analyst', requestId)
  await until('the end of all runs', async () => {
    const { runs, ruleRuns } = await story.finding(id)
    return [...runs, ...ruleRuns].every(({ state }) => state === 'succeeded') && runs.length > 0 ? true : undefined
  })
}

test('a closed finding is forgotten after the set time; its click, sent once more, starts nothing and is told so', async () => {
  const id = await alertArrives()
  await ran(id, 'click')
  await story.act('status', { to: 'resolved', reason: 'known test' }, id)
  await until('the card', async () => (await story.posts()).find(({ findingId }) => findingId === id))
  await forget(29)
  expect((await story.call(`/console/api/findings/${id}`)).status).toBe(200)
  await forget(31)
  expect((await story.call(`/console/api/findings/${id}`)).status).toBe(404)
  expect((await story.posts()).filter(({ findingId }) => findingId === id)).toEqual([])
  expect(begun(id)).toHaveLength(1)

  const again = await story.act('run', { logicApp: 'Notify-SOC' }, id, 'analyst', 'click')
  expect(again.error).toMatchObject({ code: 'NotOffered', message: expect.stringMatching(/asked long ago and is done; nothing/) })
  const pressed = await story.act('run', { logicApp: 'Notify-SOC' }, id)
  expect(pressed.error).toMatchObject({ code: 'NotFound', field: 'findingId' })
  expect(begun(id)).toHaveLength(1)
})

test('a click on a finding that came back is told apart from the one before it was forgotten', async () => {
  const body = { SystemAlertId: 'back', AlertType: 'VM_Test', AlertDisplayName: 'Comes back', Severity: 'Low' }
  const resource =
    '/subscriptions/11111111-5eed-4000-8000-000000000001/resourceGroups/rg-shop/providers/Microsoft.Compute/virtualMachines/vm'
  const arrives = async () => {
    await story.call('/api/events', { ...body, AzureResourceId: resource })
    const { items } = await story.app.world.store.findings.list({ words: ['comes back'] }, 1)
    return items[0]?.id ?? ''
  }
  const id = await arrives()
  await ran(id, 'first')
  await forget(89)
  expect((await story.finding(id)).runs).toHaveLength(1)
  await forget(91)
  expect(await arrives()).toBe(id)
  expect((await story.finding(id)).runs).toEqual([])
  expect((await story.act('run', { logicApp: 'Notify-SOC' }, id, 'analyst', 'first')).error).toMatchObject({ code: 'NotOffered' })
  expect(begun(id)).toHaveLength(1)
  await ran(id, 'second')
  expect(begun(id)).toHaveLength(2)
})

test('an open alert that is forgotten in its time gets no new card, should Azure still list it', async () => {
  const id = await alertArrives()
  const { findings } = story.app.world.store
  const { event } = (await findings.get(id)) ?? {}
  const body = await findings.body(id)
  if (event === undefined || body === undefined) throw new Error('no finding')
  const listed = (days: number) => {
    const world = after(days)
    return openReceive(world)([{ event, body, via: 'poll', receivedAt: world.clock.now().toISOString() }])
  }
  await forget(89)
  expect(await findings.get(id)).toBeDefined()
  await forget(91)
  expect(await listed(91)).toEqual([{ findingId: id, duplicate: true }])
  expect(await findings.get(id)).toBeUndefined()
  expect(await listed(89)).toEqual([{ findingId: id, duplicate: false }])
})

test('an alert that was closed and soon forgotten comes back by what happened since or by Azure that lists it as open, never by an old push', async () => {
  const pushed = {
    SystemAlertId: 'closed-early',
    AlertType: 'VM_Test',
    AlertDisplayName: 'Closed early',
    Severity: 'Low',
    TimeGenerated: new Date(Date.now() - 2 * day).toISOString(),
    AzureResourceId: '/subscriptions/11111111-5eed-4000-8000-000000000001/resourceGroups/rg-shop',
  }
  const { findings } = story.app.world.store
  const sent = async (body: object) => Accepted.parse((await story.call('/api/events', body)).body).accepted[0]
  const { findingId: id = '' } = (await sent(pushed)) ?? {}
  const { event } = (await findings.get(id)) ?? {}
  if (event === undefined) throw new Error('no finding')
  await sent({ ...pushed, Status: 'Resolved', TimeGenerated: new Date().toISOString() })
  expect((await findings.get(id))?.status).toBe('resolved')
  await forget(3, 2)
  expect(await findings.get(id)).toBeUndefined()

  expect(await sent(pushed)).toMatchObject({ findingId: id, duplicate: true })
  expect(await sent({ ...pushed, Description: 'The same in other words.' })).toMatchObject({ findingId: id, duplicate: true })
  expect(await findings.get(id)).toBeUndefined()
  const world = after(3)
  const comes = async (via: 'push' | 'poll', at: string) => {
    const arrival = { event: { ...event, at }, body: JSON.stringify(pushed), via, receivedAt: world.clock.now().toISOString() }
    const [taken] = await openReceive(world)([arrival])
    return taken
  }
  expect(await comes('push', new Date(Date.now() + day).toISOString())).toEqual({ findingId: id, duplicate: false })
  await story.app.world.store.change(id, finding => ({
    finding: { ...finding, version: finding.version + 1, status: 'resolved' },
    places: [],
  }))
  await forget(6, 2)
  expect(await findings.get(id)).toBeUndefined()
  expect(await comes('poll', pushed.TimeGenerated)).toEqual({ findingId: id, duplicate: false })
})

test('an open recommendation stays for as long as it is open', async () => {
  story.simulator().changeAssessment('Unhealthy')
  const open = async () => (await story.app.world.store.findings.list({ kind: 'recommendation', status: ['active'] }, 1)).items[0]
  const { id } = await until('the finding', open)
  await forget(4000)
  expect((await story.finding(id)).status).toBe('active')
})

test('a rule that breaks again after old news of it went is told on a card of its own', async () => {
  async function look(days: number, works: boolean): Promise<void> {
    const { azure, ...world } = after(days)
    const apps = (await azure.logicApps.list()).map(app => (app.name === 'Notify-SOC' ? { ...app, enabled: works } : app))
    const alone = (await azure.rules.list()).filter(({ name }) => name === 'Notify-SOC-On-High')
    const logicApps = { ...azure.logicApps, list: async () => apps }
    await lookAtRules({ ...world, azure: { ...azure, logicApps, rules: { ...azure.rules, list: async () => alone } } })
  }
  const told = async () =>
    (await story.app.world.store.notices.list('rule')).flatMap(({ content }) =>
      (content.type === 'rule' ? content.rules : []).flatMap(({ ruleName, troubles }) =>
        ruleName === 'Notify-SOC-On-High' ? [troubles.length] : [],
      ),
    )
  for (const [days, works] of [
    [0, false],
    [0, true],
    [20, false],
    [20, true],
  ] as const)
    await look(days, works)
  expect(await told()).toEqual([0, 0])
  await forget(35)
  expect(await told()).toEqual([0])
  await look(36, false)
  expect((await told()).sort()).toEqual([0, 1])
})
