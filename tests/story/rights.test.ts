import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { verbs } from '../../src/actions/verbs.ts'
import { openDesk } from '../../src/flow/desk.ts'
import { openStory, type Story, until } from './ground.ts'

let story: Story
beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

const Received = z.object({ accepted: z.array(z.object({ findingId: z.string() })) })
const Refused = z.object({ error: z.object({ code: z.string() }).optional() })
const production = '/subscriptions/11111111-5eed-4000-8000-000000000001'

async function withoutSubscription(id: string): Promise<string> {
  const event = {
    SystemAlertId: id,
    AlertType: 'VM_Test',
    AlertDisplayName: `Unplaced ${id}`,
    Severity: 'High',
    CompromisedEntity: 'vm-1',
  }
  return Received.parse((await story.call('/api/events', event)).body).accepted[0]?.findingId ?? ''
}

test('help lists what each may use, and says how much it leaves out', async () => {
  const help = async (as: string) => JSON.stringify(await story.say('help', as))
  const [nobody, stakeholder, analyst, admin] = await Promise.all(['nobody', 'stakeholder', 'analyst', 'admin'].map(help))
  for (const said of [nobody, stakeholder, analyst, admin]) expect(said).toContain('whoami')
  expect(nobody).not.toContain('alerts [')
  expect(nobody).toMatch(/\d\d more commands take rights in Azure that you have nowhere here/)
  expect(stakeholder).toContain('alerts [')
  expect(stakeholder).not.toContain('run <logic app> on')
  expect(analyst).toContain('run <logic app> on')
  expect(admin).toContain('app new')
  expect(admin).not.toContain('more command')
  const said = [...verbs.values()].filter(verb => verb.help !== '')
  expect(said.length).toBeGreaterThan(30)
  expect(said.filter(({ usage }) => !admin?.includes(JSON.stringify(usage).slice(1, -1)))).toEqual([])
})

test('an event without a subscription is nobody’s to triage: rights are asked all the same', async () => {
  const id = await withoutSubscription('unplaced-1')
  expect((await story.act('assign', { to: 'me' }, id, 'nobody')).error?.code).toBe('Forbidden')
  expect((await story.act('assign', { to: 'me' }, id, 'stakeholder')).error?.code).toBe('Forbidden')
  expect((await story.finding(id)).owner).toBeUndefined()
  expect((await story.act('assign', { to: 'me' }, id, 'analyst')).error).toBeUndefined()
})

test('a form, and what is found by typing in it, tells nothing of a finding that the person may not read', async () => {
  const id = await withoutSubscription('unplaced-4')
  const choices = async (as: string) =>
    (await story.call('/console/api/choices', { action: 'assign', field: 'to', typed: '', findingId: id, as })).body
  for (const action of ['status', 'assign', 'run']) {
    const refused = await story.act(action, {}, id, 'nobody')
    expect([refused.error?.code, refused.error?.message]).toEqual(['Forbidden', expect.stringContaining('alerts/read')])
    expect(JSON.stringify(refused.answer)).not.toMatch(/Unplaced|Notify-SOC|Stakeholder/)
    expect((await story.act(action, {}, id, 'analyst')).error).toBeUndefined()
  }
  expect(await choices('nobody')).toMatchObject({ error: { code: 'Forbidden' } })
  expect(JSON.stringify(await choices('analyst'))).toContain('Stakeholder')
})

test('the form of a rule offers the resource groups that the person may read', async () => {
  const groups = async (as: string) =>
    JSON.stringify([
      (await story.act('rule new', { kind: 'alert' }, undefined, as)).answer.card,
      (await story.call('/console/api/choices', { action: 'rule new', input: { kind: 'alert' }, field: 'home', typed: '', as }))
        .body,
      (await story.call('/console/api/choices', { action: 'rule new', input: { kind: 'alert' }, field: 'scope', typed: '', as }))
        .body,
    ])
  const choice = /"value":"[^"]+\/rg-soc"/
  expect(await groups('admin')).toMatch(choice)
  expect(await groups('nobody')).not.toMatch(choice)
})

test('home shows findings only to those who may read any', async () => {
  await withoutSubscription('unplaced-2')
  expect(JSON.stringify(await story.say('', 'analyst'))).toContain('Unplaced unplaced-2')
  expect(JSON.stringify(await story.say('', 'nobody'))).not.toContain('Unplaced unplaced-2')
})

const placeId = 'console:simulated:security'
let asked = 0

async function sayHere(text: string, as: string): Promise<{ said: string; code: string | undefined }> {
  const { body } = await story.call('/console/api/commands', { requestId: `here-${++asked}`, text, as, placeId })
  return { said: JSON.stringify(body), code: Refused.parse(body).error?.code }
}

test('recent runs are shown only to those who may read what they ran on', async () => {
  const id = await withoutSubscription('unplaced-3')
  expect((await story.act('run', { logicApp: 'Notify-SOC' }, id)).error).toBeUndefined()
  expect((await sayHere('runs', 'stakeholder')).said).toContain(id)
  expect((await sayHere('runs', 'nobody')).said).not.toContain(id)
})

test('feeds elsewhere are shown to those who may read what they carry, and end by their maker, a reader there, or who decides', async () => {
  const { store } = story.app.world
  const elsewhere = {
    id: 'f-else',
    placeId: 'console:simulated:else',
    filter: { kinds: ['alert' as const] },
    audience: 'act' as const,
  }
  await store.feeds.add({ ...elsewhere, createdAt: '2026-01-01T00:00:00.000Z' })
  expect((await sayHere('feeds', 'stakeholder')).said).toContain('f-else')
  expect((await sayHere('feeds', 'nobody')).said).not.toContain('f-else')
  expect((await sayHere('unfollow f-else', 'nobody')).code).toBe('Forbidden')
  expect((await sayHere('unfollow f-else', 'stakeholder')).code).toBe('Forbidden')
  expect((await sayHere('unfollow f-console', 'nobody')).code).toBe('Forbidden')
  expect((await sayHere('unfollow f-none', 'nobody')).code).toBe('NotFound')
  expect(await store.feeds.list()).toHaveLength(2)
  const made = await sayHere('follow compliance', 'stakeholder')
  const [feed] = /f-[0-9a-f]{6}/.exec(made.said) ?? []
  expect((await story.act('unfollow', { feed }, undefined, 'stakeholder')).error).toBeUndefined()
  expect((await sayHere('unfollow f-else', 'admin')).code).toBeUndefined()
})

test('what is about a whole subscription carries its name', async () => {
  const text = readFileSync(new URL('../payloads/events/compliance-arm.json', import.meta.url), 'utf8')
  const body: unknown = JSON.parse(text).responses['200'].body
  const placed = JSON.stringify(body).replaceAll('20ff7fc3-e762-44dd-bd96-b71116dcdc23', production.slice(15))
  const [taken] = Received.parse((await story.call('/api/events', placed)).body).accepted
  const other = JSON.parse(placed.replaceAll('968548cb', '968548cc'))
  await story.call('/api/events', { ...other, properties: { ...other.properties, description: 'Another' } })
  const shown = await story.act('show', {}, taken?.findingId)
  expect(JSON.stringify(shown.answer.card.slack)).not.toContain(`${production.slice(15)} · New`)
  expect(JSON.stringify(shown.answer.card.teams)).toContain('Another')
  expect(shown.answer.card.text).toContain('on Production,')
  expect((await sayHere('compliance', 'analyst')).said).toContain('Production · New')
})

test('a click that its recovery finished is not done again when it comes late', async () => {
  const alert = story.simulator().fire({ type: 'VM_AmDisablementAndCodeExecution', subscription: production.slice(15) })
  const findingId = await until(
    'the card',
    async () => (await story.posts()).find(({ card }) => JSON.stringify(card).includes(alert.name))?.findingId,
  )
  const person = story.simulator().people.find(({ role }) => role === 'analyst')
  const from = {
    account: { chat: 'console', tenant: 'simulated', user: 'analyst' },
    person: { id: person?.objectId ?? '', name: 'Analyst' },
  } as const
  const request = { requestId: 'late', action: 'run', input: { logicApp: 'Notify-SOC' }, findingId, from }
  const desk = openDesk(story.app.world, verbs)
  await desk.accept(request)
  expect(await openDesk(story.app.world, verbs).settle('late')).toBeUndefined()
  expect((await desk.perform(request)).error).toBeUndefined()
  const runs = [...story.simulator().state.runs.values()].flat().filter(({ trackingId }) => trackingId.startsWith(findingId))
  expect(runs).toHaveLength(1)
})

test('a place can follow only kinds that the asker may read', async () => {
  const { state, people } = story.simulator()
  const name = '00000000-0000-4000-8000-00000000a1e7'
  const actions = ['Microsoft.Security/alerts/read']
  state.roleDefinitions.push({
    name,
    roleName: 'Alert Reader',
    description: '',
    permissions: [{ actions, notActions: [], dataActions: [], notDataActions: [] }],
  })
  const principalId = people.find(({ role }) => role === 'nobody')?.objectId ?? ''
  state.roleAssignments.push({ name, scope: production, principalId, roleDefinition: name })
  const follow = async (filter: string) => {
    const body = {
      requestId: `follow-${++asked}`,
      action: 'follow',
      input: { filter },
      as: 'nobody',
      placeId,
    }
    return Refused.parse((await story.call('/console/api/actions', body)).body).error?.code
  }
  await until('the new role to count', async () => ((await follow('alerts')) === undefined ? true : undefined))
  expect(await follow('alerts recommendations')).toBe('Forbidden')
  expect(await follow('')).toBe('Forbidden')
})
