import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../contract/waiting.ts'
import type { SinkMessage } from '../fakes/slack-api.ts'
import { slackPerson } from '../fakes/slack-person.ts'
import { alertBody } from './alerts.ts'
import { budgets } from './budgets.ts'
import { channels, type Ground, openGround } from './ground.ts'
import { paced } from './paced.ts'
import type { Program } from './program.ts'
import type { BenchOptions, Row } from './row.ts'
import { openSender } from './sender.ts'
import { percentile } from './statistics.ts'

const perSecond = 200
const everyMs = 60
const flooding = 600

/** A press on a card in Slack until Slack has its 200, while events come in at a steady rate, and while more come than can be taken. */
export async function bench({ full }: BenchOptions): Promise<Row[]> {
  const ground = await openGround()
  const program = await ground.start({ CONSOLE: '0' })
  const press = await person(ground, program)
  const seconds = full ? 60 : 12
  await during(steady(program.address, 3 * perSecond, 'warm'), press)
  const usual = await during(steady(program.address, seconds * perSecond, 'usual'), press)
  const { refused, work } = flood(program.address, seconds * 500)
  const saturated = await during(work, press)
  await program.stop()
  await ground.close()
  return [
    { budget: budgets.clickP99, value: percentile(usual, 0.99), beside: told(usual) },
    {
      budget: budgets.clickSlowest,
      value: Math.max(...saturated),
      beside: `${flooding} connections, ${refused()} refused with 429; ${told(saturated)}`,
    },
  ]
}

function told(tookMs: number[]): string {
  return `${tookMs.length} clicks, p50 ${percentile(tookMs, 0.5).toFixed(1)} ms, p99 ${percentile(tookMs, 0.99).toFixed(1)} ms`
}

/** Presses until the work is done; how long each took to be acknowledged, ms. */
async function during(work: Promise<void>, press: () => Promise<void>): Promise<number[]> {
  const tookMs: number[] = []
  let isOver = false
  const watched = work.finally(() => {
    isOver = true
  })
  while (!isOver) {
    const from = performance.now()
    await press()
    tookMs.push(performance.now() - from)
    await pause(everyMs)
  }
  await watched
  return tookMs
}

async function steady(address: string, count: number, prefix: string): Promise<void> {
  const sender = openSender(64)
  await paced(count, perSecond, async index => {
    await sender.post(`${address}/api/events`, alertBody(`${prefix}-${index}`))
  })
  sender.close()
}

function flood(address: string, count: number): { refused(): number; work: Promise<void> } {
  const sender = openSender(flooding)
  const bodies = Array.from({ length: count }, (_, index) => alertBody(`flood-${index}`))
  let refused = 0
  async function connection(): Promise<void> {
    for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
      const { status } = await sender.post(`${address}/api/events`, body)
      if (status !== 429) continue
      refused += 1
      await pause(100)
    }
  }
  const work = Promise.all(Array.from({ length: flooding }, connection)).then(() => sender.close())
  return { refused: () => refused, work }
}

/** An analyst known in Slack, who presses "Assign to me" on cards that lie there already, one after the other. */
async function person(ground: Ground, program: Program): Promise<() => Promise<void>> {
  const messages = await cards(ground, program)
  const objectId = ground.simulator.people.find(({ role }) => role === 'analyst')?.objectId ?? ''
  const user = 'U0ANALYST'
  await ground.store.people.link({ chat: 'slack', tenant: ground.slack.team, user }, { id: objectId, name: 'Analyst' })
  const analyst = slackPerson({ botUrl: program.address, signingSecret: 'bench', sink: ground.slack, user })
  let next = 0
  return async () => {
    const message = messages[next++ % messages.length]
    if (message === undefined) throw new Error('no card to press on')
    const { status } = await analyst.press(message, 'Assign to me')
    if (status !== 200) throw new Error(`a press was answered ${status}`)
  }
}

async function cards({ follow, slack }: Ground, { address }: Program): Promise<SinkMessage[]> {
  const names = channels(20)
  await follow(names, index => `pressed-${index}.`)
  const sender = openSender(4)
  for (const index of names.keys())
    await sender.post(`${address}/api/events`, alertBody(`pressed-${index}`, { word: `pressed-${index}.` }))
  await until(() => slack.messages.length >= names.length)
  sender.close()
  return slack.messages.map(message => ({ ...message }))
}
