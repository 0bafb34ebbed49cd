import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { textOf } from '../fakes/teams-person.ts'
import type { Chats } from './chats.ts'
import { type Story, until } from './ground.ts'
import { allCounted, cardsInSlack, cardsInTeams, numberIn, stormsInSlack, stormsInTeams } from './storm-count.ts'
import { openTwoProcesses, type TwoProcesses } from './two-processes.ts'

/** One storm, two processes on one database, both of them taking what comes in and both of them posting. */

let both: TwoProcesses
let chats: Chats
let other: Story
beforeAll(async () => {
  both = await openTwoProcesses()
  chats = both.chats
  other = both.other
  await chats.inTeams('analyst').say('follow')
}, 40_000)
afterAll(() => both.close())

const count = 200
const severe = [61, 101, 160]

function alert(n: number) {
  return {
    SystemAlertId: `together-${n}`,
    AlertType: 'VM_PortScan',
    AlertDisplayName: `Port scan ${n}`,
    Severity: severe.includes(n) ? 'High' : 'Medium',
    CompromisedEntity: `vm-${n % 7}`,
  }
}

/** By both doors at once, and every tenth by both: Defender sends again what it thinks unanswered. */
async function push(from: number, to: number): Promise<void> {
  const send = async (story: Story, n: number) => expect((await story.call('/api/events', alert(n))).status).toBe(202)
  const all = Array.from({ length: to - from }, (_, index) => from + index)
  const doors = [chats.story, other].map(async (story, door) => {
    for (const n of all) if (n % 2 === door || n % 10 === 0) await send(story, n)
  })
  await Promise.all(doors)
}

const ownCards = (severity: string): string[][] =>
  [cardsInSlack(chats), cardsInTeams(chats)].map(cards => cards.filter(card => card.startsWith(`${severity} alert`)))

test('one card a chat counts each once, whichever process took it; the severe have one card each', async () => {
  await push(0, count)
  const { slack } = await allCounted(chats, count)
  expect([stormsInSlack(chats).length, stormsInTeams(chats).length]).toEqual([1, 1])
  await until('the severe', async () => (ownCards('High').every(cards => cards.length >= severe.length) ? true : undefined))
  expect(slack.text).toContain('3 High')
  await until('nothing is behind', async () => ((await other.app.world.store.status()).behind === 0 ? true : undefined))
  for (const cards of [cardsInSlack(chats), cardsInTeams(chats)]) expect(new Set(cards).size).toBe(cards.length)
  for (const cards of ownCards('High')) expect(cards).toHaveLength(severe.length)
}, 90_000)

test('its buttons work whichever process they reach: a page from one, the next from the other', async () => {
  const { slack, teams } = await allCounted(chats, count)
  const total = numberIn(slack.text)
  await chats.inSlack('analyst', other).press(slack, `Show all ${total}`)
  const view = await until('the list in Slack', async () =>
    [...chats.sink.views.values()].find(({ view }) => JSON.stringify(view.blocks).includes(`${total} findings of this storm`)),
  )
  const before = JSON.stringify(view.view.blocks)
  await chats.inSlack('analyst').pressInView(view, 'Next page')
  await until('the next page', async () => (JSON.stringify(view.view.blocks) === before ? undefined : true))
  const reply = await chats.inTeams('analyst', undefined, { at: other }).press(teams, `Show all ${numberIn(teams.summary)}`)
  expect(reply.status).toBe(200)
  expect(textOf(reply.body)).toContain(`${numberIn(teams.summary)} findings of this storm`)
}, 90_000)

test('one process stops in the middle: the other goes on with the same card and counts nothing twice', async () => {
  const more = 40
  await push(count, count + more / 2)
  await chats.story.stop()
  for (let n = count + more / 2; n < count + more; n++) expect((await other.call('/api/events', alert(n))).status).toBe(202)
  await allCounted(chats, count + more)
  expect([stormsInSlack(chats).length, stormsInTeams(chats).length]).toEqual([1, 1])
  await chats.story.start()
}, 90_000)
