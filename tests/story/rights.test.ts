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

test('an event without a subscription is nobody’s to triage: rights are asked all the same', async () => {
  const id = await withoutSubscription('unplaced-1')
  expect((await story.act('assign', { to: 'me' }, id, 'nobody')).error?.code).toBe('Forbidden')
  expect((await story.act('assign', { to: 'me' }, id, 'stakeholder')).error?.code).toBe('Forbidden')
  expect((await story.finding(id)).owner).toBeUndefined()
  expect((await story.act('assign', { to: 'me' }, id, 'analyst')).error).toBeUndefined()
})

test('home shows findings only to those who may read any', async () => {
  await withoutSubscription('unplaced-2')
  expect(JSON.stringify(await story.say('', 'analyst'))).toContain('Unplaced unplaced-2')
  expect(JSON.stringify(await story.say('', 'nobody'))).not.toContain('Unplaced unplaced-2')
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
  let asked = 0
  const follow = async (filter: string) => {
    const body = {
      requestId: `follow-${++asked}`,
      action: 'follow',
      input: { filter },
      as: 'nobody',
      placeId: 'console:simulated:security',
    }
    return Refused.parse((await story.call('/console/api/actions', body)).body).error?.code
  }
  await until('the new role to count', async () => ((await follow('alerts')) === undefined ? true : undefined))
  expect(await follow('alerts recommendations')).toBe('Forbidden')
  expect(await follow('')).toBe('Forbidden')
})
