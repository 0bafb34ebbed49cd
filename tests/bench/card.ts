import { until } from '../contract/waiting.ts'
import { alertBody } from './alerts.ts'
import { arrivals, type Cards, cardsIn } from './arrivals.ts'
import { budgets } from './budgets.ts'
import { channels, openGround } from './ground.ts'
import { paced } from './paced.ts'
import type { BenchOptions, Row } from './row.ts'
import { findingIn, openSender } from './sender.ts'
import { percentile } from './statistics.ts'

const perSecond = 50
/** More than one a second and channel would wait for Slack's pace. */
const channelCount = 150
const word = (index: number) => `shard-${index % channelCount}.`

/** From the first byte of an event to its card at the chat API, at a steady rate. */
export async function bench({ full }: BenchOptions): Promise<Row[]> {
  const ground = await openGround()
  await ground.follow(channels(channelCount), word)
  const program = await ground.start({ CONSOLE: '0' })
  const sender = openSender(64)
  const sent = new Map<string, number>()
  const send = async (id: string, index: number) => {
    const from = performance.now()
    const finding = findingIn(await sender.post(`${program.address}/api/events`, alertBody(id, { word: word(index) })))
    if (finding !== undefined && !id.startsWith('warm')) sent.set(finding, from)
  }
  await paced(5 * perSecond, perSecond, index => send(`warm-${index}`, index))
  await paced((full ? 60 : 12) * perSecond, perSecond, index => send(`card-${index}`, index))
  await until(() => isThere(cardsIn(ground.slack), sent), 10_000).catch(() => undefined)
  const cards = cardsIn(ground.slack)
  sender.close()
  await program.stop()
  await ground.close()
  return rows(sent, cards)
}

function isThere(cards: Cards, sent: Map<string, number>): boolean {
  return [...sent.keys()].every(id => cards.has(id))
}

function rows(sent: Map<string, number>, cards: Cards): Row[] {
  const { tookMs, lost, doubled } = arrivals(sent, cards)
  const beside = `${sent.size} events at ${perSecond}/s, slowest ${Math.max(...tookMs).toFixed(0)} ms`
  return [
    { budget: budgets.cardP50, value: percentile(tookMs, 0.5), beside, lost, doubled },
    { budget: budgets.cardP99, value: percentile(tookMs, 0.99) },
  ]
}
