import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { SinkMessage } from '../fakes/slack-api.ts'
import { type Chats, openChats } from './chats.ts'
import { until } from './ground.ts'
import { allCounted, numberIn, stormsInSlack, stormsInTeams } from './storm-count.ts'

/** More comes than a channel takes: one card counts it, the severe have their own, nothing is dropped unseen. At the platforms' real pace. */

let chats: Chats
beforeAll(async () => {
  chats = await openChats({ inTeams: 'following' })
}, 20_000)
afterAll(() => chats.close())

const count = 200
const severe = [61, 101, 160]

function alert(n: number) {
  return {
    SystemAlertId: `storm-${n}`,
    AlertType: n % 2 === 0 ? 'VM_PortScan' : 'VM_BruteForce',
    AlertDisplayName: `${n % 2 === 0 ? 'Port scan' : 'Brute force'} ${n}`,
    Severity: severe.includes(n) ? 'High' : 'Medium',
    CompromisedEntity: `vm-${n % 7}`,
  }
}

async function push(events: object[]): Promise<void> {
  for (const event of events) expect((await chats.story.call('/api/events', event)).status).toBe(202)
}

function inSlack(): SinkMessage[] {
  return chats.sink.channelMessages('C0000MAIN')
}

const ownCards = (severity: string) => inSlack().filter(({ text }) => text.startsWith(`${severity} alert`))

test('a storm is told: everything counted, the severe with cards of their own, few messages', async () => {
  await push(Array.from({ length: count }, (_, n) => alert(n)))
  const { slack } = await allCounted(chats, count)
  await until('the severe', async () => (ownCards('High').length === 3 ? true : undefined))
  expect([stormsInSlack(chats).length, stormsInTeams(chats).length]).toEqual([1, 1])
  expect(slack.text).toMatch(/^Storm: \d+ alerts in \d minutes?, 3 High\. It goes on\.$/)
  const words = JSON.stringify(slack.blocks)
  for (const n of severe) expect(words).toContain(alert(n).AlertDisplayName)
  expect(words).toContain('vm-1 (')
  expect(inSlack().length).toBeLessThanOrEqual(15)
}, 90_000)

test('who asks sees every one of them, page by page', async () => {
  const [storm] = stormsInSlack(chats)
  if (storm === undefined) throw new Error('no storm')
  const total = numberIn(storm.text)
  const analyst = chats.inSlack('analyst')
  await analyst.press(storm, `Show all ${total}`)
  const view = await until('the list', async () =>
    [...chats.sink.views.values()].find(({ view }) => JSON.stringify(view.blocks).includes(`${total} findings of this storm`)),
  )
  const seen = new Set<string>()
  const pages = Math.ceil(total / 10)
  for (let page = 1; page <= pages; page++) {
    const words = JSON.stringify(view.view.blocks)
    for (const [name] of words.matchAll(/(Port scan|Brute force) \d+/g)) seen.add(name)
    if (page === pages) break
    await analyst.pressInView(view, 'Next page')
    await until('the next page', async () => (JSON.stringify(view.view.blocks) === words ? undefined : true))
  }
  expect(seen.size).toBe(total)
})

test('what is counted gets its own card once somebody acts on it, in both chats; a change in Azure alone does not', async () => {
  const { store } = chats.story.app.world
  const storm = (await store.notices.list('storm')).find(({ content }) => JSON.stringify(content).includes('slack'))
  const { items } = await store.findings.list({ storm: storm?.id ?? '' }, 200)
  const held: string[] = []
  for (const finding of items) {
    const posts = await store.posts.of(finding.id)
    if (posts.filter(({ placeId }) => !placeId.startsWith('console')).every(({ messageId }) => messageId === undefined))
      held.push(finding.id)
  }
  expect(held.length).toBeGreaterThan(150)
  const [first = '', second = ''] = held
  await chats.story.act('assign', { to: 'me' }, first)
  const card = await until('its card in both', () => chats.shown(first))
  expect(JSON.stringify(card.slack.blocks)).toContain('Analyst')
  const before = await store.findings.get(second)
  await store.change(second, finding => ({
    finding: {
      ...finding,
      version: finding.version + 1,
      history: [...finding.history, { at: finding.openedAt, what: 'updated by Azure' }],
    },
    places: [],
  }))
  await until('nothing is behind', async () => ((await store.status()).behind === 0 ? true : undefined))
  expect((await store.findings.get(second))?.version).toBe((before?.version ?? 0) + 1)
  expect(await chats.shown(second)).toBeUndefined()
})

test('a restart in the middle goes on with the same card, and counts nothing twice', async () => {
  await chats.story.restart()
  const more = 30
  await push(Array.from({ length: more }, (_, n) => alert(count + n)))
  await allCounted(chats, count + more)
  expect([stormsInSlack(chats).length, stormsInTeams(chats).length]).toEqual([1, 1])
  expect(stormsInSlack(chats)[0]?.before.length).toBeGreaterThan(0)
}, 90_000)
