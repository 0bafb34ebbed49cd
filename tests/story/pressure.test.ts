import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Ground, openGround } from '../bench/ground.ts'
import type { Program } from '../bench/program.ts'
import type { SinkMessage } from '../fakes/slack-api.ts'
import { slackPerson } from '../fakes/slack-person.ts'
import { until } from './ground.ts'

/** 500 signed clicks while 200 events a second come in, at a program in a process of its own. */

const channel = 'C0000MAIN'
const cardsWanted = 20
const people = Array.from({ length: 25 }, (_, index) => `U0PERSON${index}`)
const eventsPerSecond = 200
const clicksPerSecond = 50
const signingSecret = 'bench'
/** Then Slack tells the person that the app did not answer. How fast it is otherwise, the bench tells. */
const slackWaitsMs = 3000

let ground: Ground
let program: Program
let cards: SinkMessage[]
beforeAll(async () => {
  ground = await openGround()
  await ground.follow([channel], () => 'pressed.')
  program = await ground.start({ CONSOLE: '0', SLACK_PACE_MS: '20' })
  const id = ground.simulator.people.find(({ role }) => role === 'analyst')?.objectId ?? ''
  for (const user of people)
    await ground.store.people.link({ chat: 'slack', tenant: ground.slack.team, user }, { id, name: 'Analyst' })
  for (let n = 0; n < cardsWanted; n++) await send(event(`card-${n}`, 'pressed.'))
  cards = await until('the cards', async () => {
    const shown = ground.slack.channelMessages(channel)
    return shown.length === cardsWanted ? shown.map(message => ({ ...message })) : undefined
  })
}, 60_000)
afterAll(async () => {
  await program.stop()
  await ground.close()
}, 30_000)

function event(id: string, word = '') {
  const names = { AlertType: 'VM_Pressure', AlertDisplayName: `Pressure ${word}`, Severity: 'Medium', CompromisedEntity: 'vm-1' }
  return { SystemAlertId: id, ...names }
}

async function send(body: object): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${program.address}/api/events`, { method: 'POST', headers, body: JSON.stringify(body) })
  await response.body?.cancel()
  return response.status
}

/** So many calls a second on a fixed beat, whether or not earlier ones have ended. */
async function paced<Result>(count: number, perSecond: number, call: (index: number) => Promise<Result>): Promise<Result[]> {
  const from = performance.now()
  const underWay: Promise<Result>[] = []
  for (let index = 0; index < count; index++) {
    const early = from + (index * 1000) / perSecond - performance.now()
    if (early > 0) await pause(early)
    underWay.push(call(index))
  }
  return Promise.all(underWay)
}

/** Every person presses on every card once: no press repeats another. */
async function press(index: number): Promise<{ status: number; tookMs: number }> {
  const card = cards[index % cards.length]
  const user = people[Math.floor(index / cards.length)]
  if (card === undefined || user === undefined) throw new Error('nobody presses nothing')
  const person = slackPerson({ botUrl: program.address, signingSecret, sink: ground.slack, user, channel })
  const from = performance.now()
  const { status } = await person.press(card, 'Assign to me')
  return { status, tookMs: performance.now() - from }
}

test('every click is acknowledged while Slack waits for it, and every one is answered', async () => {
  const clicks = people.length * cards.length
  const seconds = clicks / clicksPerSecond
  const [taken, acknowledged] = await Promise.all([
    paced(seconds * eventsPerSecond, eventsPerSecond, index => send(event(`event-${index}`))),
    paced(clicks, clicksPerSecond, press),
  ])
  expect(new Set(acknowledged.map(({ status }) => status))).toEqual(new Set([200]))
  expect(Math.max(...acknowledged.map(({ tookMs }) => tookMs))).toBeLessThan(slackWaitsMs)
  expect(taken.every(status => status === 202 || status === 429)).toBe(true)
  await until('an answer to every click', async () => (ground.slack.responses.length === clicks ? true : undefined), 30_000)
  const words = new Set(ground.slack.responses.map(({ body }) => String(body.text)))
  expect(words).toEqual(new Set(['Assigned to you.', 'Already assigned to you.']))
  const assigned = ground.slack.responses.filter(({ body }) => body.text === 'Assigned to you.')
  expect(assigned).toHaveLength(cardsWanted)
}, 60_000)
