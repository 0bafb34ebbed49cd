import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../contract/waiting.ts'
import { alertBody } from './alerts.ts'
import { cardsIn } from './arrivals.ts'
import { budgets } from './budgets.ts'
import { channels, openGround } from './ground.ts'
import type { BenchOptions, Row } from './row.ts'
import { findingIn, openSender } from './sender.ts'
import { median } from './statistics.ts'

const places = 100
/** The platform's pace must not count. */
const restMs = 1500

/** One event that a hundred channels follow: until the last of them shows it. */
export async function bench({ full }: BenchOptions): Promise<Row[]> {
  const ground = await openGround()
  await ground.follow(channels(places))
  const program = await ground.start({ CONSOLE: '0' })
  const sender = openSender(4)
  const took: number[] = []
  const missing: string[] = []
  const doubled: string[] = []
  for (let turn = 0; turn < (full ? 20 : 8); turn++) {
    const from = performance.now()
    const finding = findingIn(await sender.post(`${program.address}/api/events`, alertBody(`fan-${turn}`))) ?? ''
    const there = () => cardsIn(ground.slack).get(finding) ?? []
    await until(() => there().length >= places, 10_000).catch(() => missing.push(finding))
    took.push(Math.max(...there()) - from)
    await pause(restMs)
    if (there().length > places) doubled.push(finding)
  }
  sender.close()
  await program.stop()
  await ground.close()
  const [, ...warm] = took
  return [
    {
      budget: budgets.fanOut,
      value: median(warm),
      beside: `median of ${warm.length}, slowest ${Math.max(...warm).toFixed(0)} ms`,
      lost: missing.length,
      doubled: doubled.length,
    },
  ]
}
