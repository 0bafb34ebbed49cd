import { setTimeout as pause } from 'node:timers/promises'
import { isNotice } from '../../src/model/notice.ts'
import { until } from '../contract/waiting.ts'
import type { SinkMessage } from '../fakes/slack-api.ts'
import { alertBody } from './alerts.ts'
import { arrivals, cardsIn } from './arrivals.ts'
import { budgets } from './budgets.ts'
import { channels, type Ground, openGround } from './ground.ts'
import type { BenchOptions, Row } from './row.ts'
import { findingIn, openSender } from './sender.ts'

const channelCount = 20
const word = (index: number) => `shard-${index % channelCount}.`

/** Alerts all at once to channels that take one message a second each: severe ones, which come one by one, and others, which are counted on one card. */
export async function bench({ full }: BenchOptions): Promise<Row[]> {
  return [...(await oneByOne(full ? 1000 : 200)), ...(await groupedOnes(1000))]
}

/** The last can't come before all others of its channel. */
async function oneByOne(count: number): Promise<Row[]> {
  const idealS = count / channelCount - 1
  return inStorm('High', count, async (ground, { sent, from }) => {
    const cards = () => cardsIn(ground.slack)
    await until(() => [...sent.keys()].every(id => cards().has(id)), idealS * 3000).catch(() => undefined)
    const { lost, doubled } = arrivals(sent, cards())
    const tookS = (Math.max(...ground.slack.messages.map(({ at }) => at)) - from) / 1000
    const beside = `${count} alerts, ${tookS.toFixed(1)} s of ideal ${idealS} s, ${await outOfOrder(ground)} out of order`
    return [
      { budget: budgets.storm, value: tookS / idealS, beside, lost, doubled },
      { budget: budgets.stormRefused, value: refused(ground) },
    ]
  })
}

/** Every alert is visible once the cards of its channel and the number on the channel's storm card are as many as were sent there. */
async function groupedOnes(count: number): Promise<Row[]> {
  return inStorm('Medium', count, async (ground, { sent, from }) => {
    const visible = () => channels(channelCount).reduce((sum, channel) => sum + told(ground.slack.channelMessages(channel)), 0)
    await until(() => visible() >= sent.size, 60_000).catch(() => undefined)
    const tookS = (performance.now() - from) / 1000
    await pause(settleMs)
    const { doubled } = arrivals(sent, cardsIn(ground.slack))
    const posted = ground.slack.messages.length
    const changes = ground.slack.calls.filter(({ method }) => method === 'chat.update').length
    return [
      { budget: budgets.grouped, value: posted, beside: `${count} alerts; ${changes} updates, ${refused(ground)} calls refused` },
      { budget: budgets.groupedVisible, value: tookS, lost: sent.size - visible(), doubled },
    ]
  })
}

/** What is told twice comes late. */
const settleMs = 3000

interface Flood {
  sent: Map<string, number>
  /** When the first was sent. */
  from: number
}

async function inStorm(
  severity: string,
  count: number,
  measure: (ground: Ground, flood: Flood) => Promise<Row[]>,
): Promise<Row[]> {
  const ground = await openGround()
  await ground.follow(channels(channelCount), word)
  ground.slack.pace(1)
  const program = await ground.start({ CONSOLE: '0' })
  const rows = await measure(ground, await flood(program.address, severity, count))
  await program.stop()
  await ground.close()
  return rows
}

async function flood(address: string, severity: string, count: number): Promise<Flood> {
  const sender = openSender(64)
  const sent = new Map<string, number>()
  const from = performance.now()
  const send = async (index: number) => {
    const body = alertBody(`storm-${index}`, { word: word(index), severity })
    sent.set(findingIn(await sender.post(`${address}/api/events`, body)) ?? '', performance.now())
  }
  await Promise.all(Array.from({ length: count }, (_, index) => send(index)))
  sender.close()
  return { sent, from }
}

/** A storm's card counts many, every other one alert. */
function told(messages: SinkMessage[]): number {
  return messages.reduce((sum, { text }) => sum + Number(/^Storm: ([\d,]+)/.exec(text)?.[1]?.replaceAll(',', '') ?? 1), 0)
}

function refused({ slack }: Ground): number {
  return slack.calls.filter(({ method }) => method === 'chat.postMessage').length - slack.messages.length
}

/** Alerts' cards that stand in their channel before one that was wanted there earlier. */
async function outOfOrder({ store, slack }: Ground): Promise<number> {
  let turned = 0
  for (const { id, channel } of await store.places.list()) {
    const wanted = (await store.posts.list(id, 1000)).filter(({ about }) => !isNotice(about)).map(post => post.id)
    const places = slack.channelMessages(channel).map(({ metadata }) => wanted.indexOf(String(metadata?.event_payload.post)))
    const shown = places.filter(place => place >= 0)
    turned += shown.filter((place, index) => index > 0 && place < (shown[index - 1] ?? 0)).length
  }
  return turned
}
