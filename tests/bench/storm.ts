import { until } from '../contract/waiting.ts'
import { alertBody } from './alerts.ts'
import { arrivals, cardsIn } from './arrivals.ts'
import { budgets } from './budgets.ts'
import { channels, type Ground, openGround } from './ground.ts'
import type { BenchOptions, Row } from './row.ts'
import { findingIn, openSender } from './sender.ts'

const channelCount = 20
const word = (index: number) => `shard-${index % channelCount}.`

/** Alerts all at once to channels that take one message a second each; the last can't come before all others of its channel. */
export async function bench({ full }: BenchOptions): Promise<Row[]> {
  const count = full ? 1000 : 200
  const idealS = count / channelCount - 1
  const ground = await openGround()
  await ground.follow(channels(channelCount), word)
  ground.slack.pace(1)
  const program = await ground.start({ CONSOLE: '0' })
  const { sent, from } = await flood(program.address, count)
  await until(() => ground.slack.messages.length >= sent.size, idealS * 3000).catch(() => undefined)
  const { lost, doubled } = arrivals(sent, cardsIn(ground.slack))
  const tookS = (Math.max(...ground.slack.messages.map(({ at }) => at)) - from) / 1000
  const calls = ground.slack.calls.filter(({ method }) => method === 'chat.postMessage').length
  const turned = await outOfOrder(ground)
  await program.stop()
  await ground.close()
  const beside = `${count} alerts, ${tookS.toFixed(1)} s of ideal ${idealS} s, ${turned} out of order`
  return [
    { budget: budgets.storm, value: tookS / idealS, beside, lost, doubled },
    { budget: budgets.stormRefused, value: calls - ground.slack.messages.length },
  ]
}

async function flood(address: string, count: number): Promise<{ sent: Map<string, number>; from: number }> {
  const sender = openSender(64)
  const sent = new Map<string, number>()
  const from = performance.now()
  const send = async (index: number) => {
    const body = alertBody(`storm-${index}`, { word: word(index) })
    sent.set(findingIn(await sender.post(`${address}/api/events`, body)) ?? '', performance.now())
  }
  await Promise.all(Array.from({ length: count }, (_, index) => send(index)))
  sender.close()
  return { sent, from }
}

/** Cards that stand in their channel before one that was wanted there earlier. */
async function outOfOrder({ store, slack }: Ground): Promise<number> {
  let turned = 0
  for (const { id, channel } of await store.places.list()) {
    const wanted = (await store.posts.list(id, 1000)).map(post => post.id)
    const shown = slack.channelMessages(channel).map(({ metadata }) => wanted.indexOf(String(metadata?.event_payload.post)))
    turned += shown.filter((place, index) => index > 0 && place < (shown[index - 1] ?? 0)).length
  }
  return turned
}
