import { until } from '../contract/waiting.ts'
import { alertBody } from './alerts.ts'
import { arrivals, cardsIn } from './arrivals.ts'
import { budgets } from './budgets.ts'
import { channels, type Ground, openGround } from './ground.ts'
import { paced } from './paced.ts'
import { startBare } from './program.ts'
import type { BenchOptions, Row } from './row.ts'
import { findingIn, openSender } from './sender.ts'
import { percentile } from './statistics.ts'

const perSecond = 50
/** More than one a second and channel would wait for Slack's pace. */
const channelCount = 150
const word = (index: number) => `shard-${index % channelCount}.`

/** From the first byte of an event to its card at the chat API, at a steady rate; beside it the same by one bare insert and one bare post. */
export async function bench({ full }: BenchOptions): Promise<Row[]> {
  const seconds = full ? 60 : 12
  const ground = await openGround()
  const bareServer = await startBare(ground.database, ground.slack.apiUrl)
  const bare = await steady(ground, bareServer.address, 'bare', seconds, id => id)
  await bareServer.stop()
  await ground.follow(channels(channelCount), word)
  const program = await ground.start({ CONSOLE: '0' })
  await healthIsTold(ground)
  const ours = await steady(ground, program.address, 'card', seconds)
  await program.stop()
  await ground.close()
  const [p50, p99] = [0.5, 0.99].map(share => [percentile(ours.tookMs, share), percentile(bare.tookMs, share)] as const)
  const beside = `${ours.count} events at ${perSecond}/s, bare ${p50?.[1].toFixed(1)} ms`
  return [
    { budget: budgets.cardP50, value: p50?.[0] ?? 0, beside, lost: ours.lost, doubled: ours.doubled },
    { budget: budgets.cardP99, value: p99?.[0] ?? 0, beside: `bare ${p99?.[1].toFixed(1)} ms` },
  ]
}

/** A channel takes one message a second: what the first look at the rules has to say comes before, not in the middle. */
async function healthIsTold({ slack, store }: Ground): Promise<void> {
  const before = slack.messages.length
  await store.jobs.send('chore', 'rule-health', 0)
  await until(() => slack.messages.length >= before + channelCount, 60_000)
}

/** `idOf`: by what the receiver's messages carry an event; the finding it was acknowledged as, unless said otherwise. */
async function steady({ slack }: Ground, address: string, prefix: string, seconds: number, idOf?: (id: string) => string) {
  const sender = openSender(64)
  const sent = new Map<string, number>()
  const send = async (id: string, index: number) => {
    const from = performance.now()
    const reply = await sender.post(`${address}/api/events`, alertBody(id, { word: word(index) }))
    const carried = idOf?.(id) ?? findingIn(reply)
    if (carried !== undefined && !id.startsWith('warm')) sent.set(carried, from)
  }
  await paced(5 * perSecond, perSecond, index => send(`warm-${prefix}-${index}`, index))
  await paced(seconds * perSecond, perSecond, index => send(`${prefix}-${index}`, index))
  // Read once a look: the receiver is in this process, and takes nothing while this goes on.
  const isThere = () => {
    const cards = cardsIn(slack)
    return [...sent.keys()].every(id => cards.has(id))
  }
  await until(isThere, 10_000).catch(() => undefined)
  sender.close()
  return { count: sent.size, ...arrivals(sent, cardsIn(slack)) }
}
