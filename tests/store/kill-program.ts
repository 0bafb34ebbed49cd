import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { Store } from '../../src/ports.ts'
import { readPostmaster } from '../../src/store/postmaster.ts'
import { alertBody } from '../bench/alerts.ts'
import { channels, type Ground, openGround } from '../bench/ground.ts'
import { findingIn, openSender, type Sender } from '../bench/sender.ts'
import { until } from '../contract/waiting.ts'

/** What was acknowledged to senders and people before and between the kills, and what came of it. */
export interface ProgramToll {
  kills: number
  acknowledged: number
  /** Acknowledged events without a finding, or without a card in the channel that follows them. */
  lost: string[]
  /** Cards that a channel shows more than once. */
  doubled: string[]
  clicks: number
  /** Clicks answered without an error that started no logic app; clicks that started more than one run. */
  unstarted: string[]
  startedTwice: string[]
  /** From the start of each next process to its `/readyz`, in seconds. */
  readyS: number[]
}

interface Given {
  kills: number
  victim: 'program' | 'database'
}

const channelCount = 8
/** As Slack on a usual day: so that many a kill falls between a message and the word that it was taken. */
const slow = { hangMs: 150 }
const quietWithinMs = 60_000

/** The whole program under load, killed at random moments: events come in, cards go out, people start logic apps. */
export async function killProgram({ kills, victim }: Given): Promise<ProgramToll> {
  const ground = await openGround({ latency: true })
  try {
    const names = channels(channelCount)
    await ground.follow(names, word)
    ground.slack.failAlways('chat.postMessage', slow)
    return await underKills(ground, kills, victim)
  } finally {
    await ground.close()
  }
}

const word = (index: number) => `shard-${index}.`

async function underKills(ground: Ground, kills: number, victim: Given['victim']): Promise<ProgramToll> {
  let program = await ground.start()
  const readyS: number[] = []
  const load = beginLoad(() => program.address)
  try {
    for (let kill = 0; kill < kills; kill++) {
      const before = load.acknowledged.size
      await until(() => load.acknowledged.size > before + 10, quietWithinMs)
      await pause(Math.random() * 2500)
      if (victim === 'database') process.kill((await readPostmaster(cluster(ground)))?.pid ?? 0, 'SIGKILL')
      else {
        await program.kill()
        const from = performance.now()
        program = await ground.start()
        await until(async () => (await fetch(`${program.address}/readyz`)).ok)
        readyS.push((performance.now() - from) / 1000)
      }
    }
    const before = load.acknowledged.size
    await until(() => load.acknowledged.size > before + 10, quietWithinMs)
    await load.end()
    return { kills, readyS, ...(await count(ground, load)) }
  } finally {
    await load.end()
    await program.stop()
  }
}

function cluster({ dataDir }: Ground): string {
  return `${dataDir}/postgres/cluster`
}

interface Load {
  /** Finding → the channel that follows it; empty: none. */
  acknowledged: Map<string, string>
  /** Finding → whether the click on it was answered without an error. */
  clicks: Map<string, boolean>
  /** Lets what is under way be answered first. */
  end(): Promise<void>
}

/** Senders and people who try again until they have an answer, as Azure, Teams and Slack do. */
function beginLoad(address: () => string): Load {
  const sender = openSender(32)
  const acknowledged = new Map<string, string>()
  const clicks = new Map<string, boolean>()
  const ending = new AbortController()
  let events = 0

  async function send(isFollowed: boolean): Promise<void> {
    const number = events++
    const body = alertBody(`kill-${number}`, isFollowed ? { word: word(number % channelCount) } : { severity: 'Low' })
    const reply = await answered(
      () => sender.post(`${address()}/api/events`, body),
      ({ status }) => status === 202,
    )
    acknowledged.set(findingIn(reply) ?? '', isFollowed ? (channels(channelCount)[number % channelCount] ?? '') : '')
  }

  async function click(): Promise<void> {
    const findingId = [...acknowledged].findLast(([id, channel]) => channel !== '' && !clicks.has(id))?.[0]
    if (findingId === undefined) return
    clicks.set(findingId, false)
    clicks.set(findingId, await runNotify(sender, address, findingId))
  }

  async function repeatedly(work: () => Promise<void>, everyMs: number): Promise<void> {
    while (!ending.signal.aborted) {
      await work()
      await pause(everyMs)
    }
  }

  const loops = [
    ...Array.from({ length: 4 }, () => repeatedly(() => send(false), 25)),
    repeatedly(() => send(true), 100),
    ...Array.from({ length: 12 }, () => repeatedly(click, 200)),
  ]
  return {
    acknowledged,
    clicks,
    async end() {
      ending.abort()
      await Promise.all(loops)
      sender.close()
    },
  }
}

async function answered<Answer>(ask: () => Promise<Answer>, isAnswer: (answer: Answer) => boolean): Promise<Answer> {
  for (;;) {
    const answer = await ask().catch(() => undefined)
    if (answer !== undefined && isAnswer(answer)) return answer
    await pause(20)
  }
}

const Answered = z.object({ answer: z.object({}), error: z.object({}).optional() })

async function runNotify(sender: Sender, address: () => string, findingId: string): Promise<boolean> {
  const click = { requestId: `click-${findingId}`, action: 'run', input: { logicApp: 'Notify-SOC' }, findingId, as: 'analyst' }
  const ask = () => sender.post(`${address()}/console/api/actions`, JSON.stringify(click))
  const { text } = await answered(ask, ({ status }) => status === 200)
  return Answered.parse(JSON.parse(text)).error === undefined
}

type Count = Omit<ProgramToll, 'kills' | 'readyS'>

async function count({ store, slack, simulator }: Ground, { acknowledged, clicks }: Load): Promise<Count> {
  await until(async () => (await store.status().catch(() => undefined))?.behind === 0, quietWithinMs).catch(() => undefined)
  const runsOf = (id: string) =>
    [...simulator.state.runs.values()].flat().filter(run => run.trackingId.startsWith(`${id}.`)).length
  const isStarted = ([id, isFine]: [string, boolean]) => !isFine || runsOf(id) > 0
  await until(() => [...clicks].every(isStarted), 15_000).catch(() => undefined)
  const shown = slack.messages.map(({ channel, metadata }) => `${channel} ${metadata?.event_payload.post}`)
  const whole = await Promise.all([...acknowledged].map(([id, channel]) => isWhole(store, shown, id, channel)))
  return {
    acknowledged: acknowledged.size,
    lost: [...acknowledged.keys()].filter((_, index) => !whole[index]),
    doubled: shown.filter((card, index) => shown.indexOf(card) !== index),
    clicks: clicks.size,
    unstarted: [...clicks].filter(click => !isStarted(click)).map(([id]) => id),
    startedTwice: [...clicks.keys()].filter(id => runsOf(id) > 1),
  }
}

async function isWhole(store: Store, shown: string[], id: string, channel: string): Promise<boolean> {
  if ((await store.findings.body(id)) === undefined) return false
  if (channel === '') return true
  return shown.some(card => card.startsWith(`${channel} ${id}.`))
}
