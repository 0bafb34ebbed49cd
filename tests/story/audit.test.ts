import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { openStory, type Story } from './ground.ts'

const Received = z.object({ accepted: z.array(z.object({ findingId: z.string() })) })
const event = {
  SystemAlertId: 'audited',
  AlertType: 'VM_Test',
  AlertDisplayName: 'Audited',
  Severity: 'High',
  CompromisedEntity: 'vm-1',
}

let story: Story
let id: string
beforeAll(async () => {
  story = await openStory()
  id = Received.parse((await story.call('/api/events', event)).body).accepted[0]?.findingId ?? ''
  await story.act('assign', { to: 'me' }, id, 'analyst')
  await story.act('assign', { to: 'me' }, id, 'nobody')
  for (let count = 0; count < 12; count++) await story.act('follow', { filter: `word-${count}` }, undefined, 'admin')
})
afterAll(() => story.close())

async function audit(words: string, as: string): Promise<string> {
  return JSON.stringify(await story.say(`audit ${words}`, as))
}

test('an admin reads who did what, on what, and what came of it', async () => {
  const shown = await audit(id, 'admin')
  expect(shown).toContain('Analyst: Assign to me')
  expect(shown).toContain('Refused')
  expect(shown).toContain('Nobody: Assign to me')
  expect(shown).toContain('lacks Microsoft.Security/locations/alerts/activate/action')
})

test('what was done reads as a person would say it, and what changed nothing is told so', async () => {
  const follow = { action: 'follow', input: { filter: 'alerts' }, as: 'stakeholder', placeId: 'console:simulated:security' }
  for (const requestId of ['follow-1', 'follow-2']) await story.call('/console/api/actions', { requestId, ...follow })
  const feeds = await audit('verb:follow by:stakeholder', 'admin')
  expect(feeds).toMatch(
    /No change.*Stakeholder: Follow alerts.*This place already follows.*Done.*Stakeholder: Follow alerts.*This place now follows/,
  )
  await story.act('assign', { to: 'me' }, id, 'analyst')
  expect(await audit('verb:assign', 'admin')).toMatch(/No change.*Analyst: Assign to me.*Already assigned to you · on /)
  await story.act('status', { to: 'in-progress', reason: 'a look at it' }, id, 'nobody')
  expect(await audit('verb:status', 'admin')).toContain('Nobody: Set in progress (a look at it)')
})

test('everybody reads their own; the rest takes the right to write rules', async () => {
  expect(await audit('', 'stakeholder')).toContain('Microsoft.Security/automations/write')
  expect(await audit('mine', 'analyst')).toContain('Analyst: Assign to me')
  expect(await audit('mine', 'analyst')).not.toContain('Nobody')
  expect(await audit('mine by:analyst', 'nobody')).not.toContain('Analyst: Assign')
})

test.each([
  ['by:nobody', 'Nobody: Assign to me', 'Analyst: Assign to me'],
  ['verb:assign', 'Analyst: Assign to me', 'Follow'],
  ['refused', 'Nobody: Assign to me', 'Analyst: Assign to me'],
  ['verb:assign since:1h all', 'Begun', 'Follow'],
])('"%s" filters', async (words, has, hasNot) => {
  const shown = await audit(words, 'admin')
  expect(shown).toContain(has)
  expect(shown).not.toContain(hasNot)
})

test.each([
  ['nonsense', 'no filter of the ledger'],
  ['by:stranger', 'Nobody here is called'],
  ['since:yesterday', 'no span of time'],
])('"%s" is refused with what there is', async (words, said) => {
  expect(await audit(words, 'admin')).toContain(said)
})

test('older entries are a page away, each once', async () => {
  const Page = z.object({ answer: z.object({ card: z.object({ teams: z.unknown() }) }) })
  const first = JSON.stringify(Page.parse(await story.say('audit by:admin', 'admin')).answer.card.teams)
  const before = /"before":"(\d+)"/.exec(first)?.[1]
  const second = await story.act('audit', { filter: 'by:admin', before }, undefined, 'admin')
  const entries = (text: string) => new Set([...text.matchAll(/entry (\d+)/g)].map(([, seq]) => seq))
  const [one, two] = [entries(first), entries(JSON.stringify(second.answer.card.teams))]
  expect([one.size, two.size]).toEqual([10, 2])
  expect([...two].some(seq => one.has(seq))).toBe(false)
})
