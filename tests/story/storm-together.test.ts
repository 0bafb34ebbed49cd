import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { SinkMessage } from '../fakes/slack-api.ts'
import type { TeamsMessage } from '../fakes/teams-connector.ts'
import { textOf } from '../fakes/teams-person.ts'
import type { Chats } from './chats.ts'
import { type Story, until } from './ground.ts'
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

const inSlack = () => chats.sink.channelMessages('C0000MAIN')
const stormsInSlack = () => inSlack().filter(({ text }) => text.startsWith('Storm'))
const stormsInTeams = () => chats.connector.messages.filter(({ summary }) => summary.startsWith('Storm'))
const numberIn = (text: string) => Number(/^Storm: (\d+) alerts/.exec(text)?.[1] ?? 0)
const cardsInSlack = () => inSlack().map(({ text }) => text)
const cardsInTeams = () => chats.connector.messages.map(({ summary }) => summary)
const ofAlert = (card: string) => /^(Medium|High) alert/.test(card)
const ownCards = (severity: string): string[][] =>
  [cardsInSlack(), cardsInTeams()].map(cards => cards.filter(card => card.startsWith(`${severity} alert`)))

/** What had its card before the storm began is not counted in it. */
function accounted(cards: string[]): number {
  const storm = cards.findIndex(card => card.startsWith('Storm'))
  return storm < 0 ? 0 : cards.slice(0, storm).filter(ofAlert).length + numberIn(cards[storm] ?? '')
}

/** The card of a storm changes after half of the time it lasts already: on a slow machine that is long. */
async function allCounted(total: number): Promise<{ slack: SinkMessage; teams: TeamsMessage }> {
  const counted = async () => {
    const [slack, teams] = [stormsInSlack()[0], stormsInTeams()[0]]
    const isAll = accounted(cardsInSlack()) === total && accounted(cardsInTeams()) === total
    return isAll && slack && teams && { slack, teams }
  }
  return until('all counted in both', async () => (await counted()) || undefined, 60_000)
}

test('one card a chat counts each once, whichever process took it; the severe have one card each', async () => {
  await push(0, count)
  const { slack } = await allCounted(count)
  expect([stormsInSlack().length, stormsInTeams().length]).toEqual([1, 1])
  await until('the severe', async () => (ownCards('High').every(cards => cards.length >= severe.length) ? true : undefined))
  expect(slack.text).toContain('3 High')
  await until('nothing is behind', async () => ((await other.app.world.store.status()).behind === 0 ? true : undefined))
  for (const cards of [cardsInSlack(), cardsInTeams()]) expect(new Set(cards).size).toBe(cards.length)
  for (const cards of ownCards('High')) expect(cards).toHaveLength(severe.length)
}, 90_000)

test('its buttons work whichever process they reach: a page from one, the next from the other', async () => {
  const { slack, teams } = await allCounted(count)
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
  await allCounted(count + more)
  expect([stormsInSlack().length, stormsInTeams().length]).toEqual([1, 1])
  await chats.story.start()
}, 90_000)
