import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type SinkMessage, type SlackSink, startSlackSink } from '../fakes/slack-api.ts'
import { slackPerson } from '../fakes/slack-person.ts'
import { openStory, type Story, until } from './ground.ts'

/** 1,000 alerts at once into 20 channels that take ten messages a second each: Slack's one a second, ten times as fast. */

const paceMs = 100
const signingSecret = 'story-signing-secret'
const channels = Array.from({ length: 20 }, (_, index) => `C0000B${String(index).padStart(3, '0')}`)
const archived = 'C0000GONE'
const silent = 'C0000MUTE'
const alertsEach = 50

let sink: SlackSink
let story: Story
beforeAll(async () => {
  sink = await startSlackSink({ token: 'xoxb-story' })
  sink.pace(1000 / paceMs)
  sink.failIn(archived, { error: 'is_archived' })
  sink.failIn(silent, { cut: 'before' })
  story = await openStory({
    SLACK_BOT_TOKEN: 'xoxb-story',
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: sink.apiUrl,
    SLACK_PACE_MS: String(paceMs),
  })
  const analyst = story.simulator().people.find(({ role }) => role === 'analyst')
  const account = { chat: 'slack' as const, tenant: sink.team, user: 'U0ANALYST' }
  await story.app.world.store.people.link(account, { id: analyst?.objectId ?? '', name: 'Analyst' })
  for (const channel of [...channels, archived, silent])
    await slackPerson({ botUrl: story.app.address, signingSecret, sink, user: 'U0ANALYST', channel }).slash(`follow ${channel}`)
  await until('all follow', async () =>
    (await story.app.world.store.feeds.list()).length >= channels.length + 2 ? true : undefined,
  )
}, 30_000)
afterAll(async () => {
  await story.close()
  await sink.close()
})

/** The `n`th alert for a channel; every tenth is High. */
function alert(channel: string, n: number) {
  return {
    SystemAlertId: `${channel}-${n}`,
    AlertType: 'VM_Burst',
    AlertDisplayName: `Burst ${channel} number ${String(n).padStart(2, '0')}`,
    Severity: n % 10 === 5 ? 'High' : 'Medium',
    CompromisedEntity: `vm-${n}`,
  }
}

async function push(events: object[]): Promise<void> {
  for (let at = 0; at < events.length; at += 500) {
    const { status } = await story.call('/api/events', events.slice(at, at + 500))
    expect(status).toBe(202)
  }
}

function numberOf({ text }: SinkMessage): number {
  return Number(/number (\d\d)/.exec(text)?.[1])
}

function isRising(numbers: number[]): boolean {
  return numbers.every((n, index) => index === 0 || n > (numbers[index - 1] ?? 0))
}

test('nothing lost, nothing doubled, in order, High first, at the platform’s pace; closed channels delay no other', async () => {
  const numbers = Array.from({ length: alertsEach }, (_, index) => index)
  const startedAt = performance.now()
  await push(numbers.flatMap(n => [...channels, archived, silent].map(channel => alert(channel, n))))
  const takenAt = performance.now() + 2 * paceMs
  await until(
    'all cards',
    async () => (channels.every(channel => sink.channelMessages(channel).length >= alertsEach) ? true : undefined),
    40_000,
  )
  const tookMs = performance.now() - startedAt
  for (const channel of channels) {
    const messages = sink.channelMessages(channel)
    const shown = messages.map(numberOf)
    expect(shown.toSorted((a, b) => a - b)).toEqual(numbers)
    const waited = messages.filter(({ at }) => at > takenAt)
    const severe = waited.map(({ text }) => text.startsWith('High'))
    expect(severe.lastIndexOf(true)).toBeLessThan(severe.indexOf(false))
    expect(isRising(waited.filter((_, index) => severe[index]).map(numberOf))).toBe(true)
    expect(isRising(waited.filter((_, index) => !severe[index]).map(numberOf))).toBe(true)
  }
  const posts = sink.calls.filter(({ method, args }) => method === 'chat.postMessage' && channels.includes(String(args.channel)))
  expect(posts.length - channels.length * alertsEach).toBeLessThanOrEqual(40)
  // How near it comes to the ideal is the bench's to say; here the machine is shared.
  expect(tookMs).toBeLessThan(3 * alertsEach * paceMs)
  const places = await story.app.world.store.places.list()
  expect(places.find(({ channel }) => channel === archived)?.blocked).toBe(
    'This channel is archived. Unarchive it, or choose another.',
  )
}, 60_000)
