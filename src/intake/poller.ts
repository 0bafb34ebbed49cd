import { type Problem, toProblem } from '../errors.ts'
import type { Log } from '../log.ts'
import { Kind } from '../model/event.ts'
import { type PollFailure, pollTrouble, pollTroubleText } from '../model/poll-trouble.ts'
import type { Azure } from '../ports.ts'
import { type Poll, poll, type Round } from './polling.ts'

interface Polling extends Omit<Poll, 'stopping'> {
  azure: Pick<Azure, 'listEvents' | 'subscriptions'>
  log: Log
  /** The pause between two looks at the alerts; 0: none at all. */
  everyMs: number
}

export interface Polls {
  /** One look each, by a name of its own; returns after how many ms the next is due. Whoever calls them sees to it that no two of a name go on at once. */
  turns: Record<string, () => Promise<number>>
  /** Begins no more, ends once the page at hand is durable. */
  stop(): Promise<void>
}

/** In pauses. Alerts are urgent and cheap to list; compliance takes a request per control, and Microsoft.Security's small bucket holds 750. */
const pauses: Record<Kind, number> = { alert: 1, recommendation: 5, compliance: 15 }
const longestMs = 900_000
/** What a stop cut short goes on here after the start, or in another process. */
const cutShortMs = 1000

/** Looks at Azure, kind by kind; slower while Azure refuses or fails. */
export function openPolls(polling: Polling): Polls {
  const stopping = new AbortController()
  const underWay = new Set<Promise<number>>()
  const state: Poll = { ...polling, stopping: () => stopping.signal.aborted }
  const kinds = polling.everyMs > 0 ? Kind.options : []
  const turns = kinds.map(kind => {
    const look = openLook(polling, state, kind)
    const turn = () => {
      const looking = look().finally(() => underWay.delete(looking))
      underWay.add(looking)
      return looking
    }
    return [`poll-${kind}`, turn] as const
  })
  return {
    turns: Object.fromEntries(turns),
    async stop() {
      stopping.abort()
      await Promise.all(underWay)
    },
  }
}

function openLook(polling: Polling, state: Poll, kind: Kind): () => Promise<number> {
  let failures = 0
  return async () => {
    const failed = await look(polling, state, kind)
    if (state.stopping?.() === true) return cutShortMs
    await note(polling, kind, pollTrouble(kind, failed))
    const problems = failed.map(({ problem }) => problem)
    // A subscription that is forbidden stays so; only what may pass is waited for.
    const mayPass = problems.some(problem => problem.retry)
    failures = mayPass ? failures + 1 : 0
    return pauseMs(mayPass ? polling.everyMs : polling.everyMs * pauses[kind], failures, problems)
  }
}

interface Failure extends PollFailure {
  problem: Problem
}

/** What it ran into; it never throws. */
async function look({ azure, log }: Polling, state: Poll, kind: Kind): Promise<Failure[]> {
  if (state.stopping?.() === true) return []
  try {
    const subscriptions = (await azure.subscriptions()).map(subscription => subscription.id)
    const round = await poll(state, subscriptions, kind)
    tell(log, kind, round)
    return round.failed
  } catch (thrown) {
    log.warn({ error: thrown }, 'polling could not list the subscriptions')
    return [{ problem: toProblem(thrown) }]
  }
}

/** For whoever asks how the bot is doing, in whichever process. */
async function note({ texts, log }: Polling, kind: Kind, trouble: string | undefined): Promise<void> {
  const name = `${pollTroubleText}${kind}`
  try {
    if ((await texts.get(name)) === trouble) return
    await (trouble === undefined ? texts.remove(name) : texts.put(name, trouble))
  } catch (error) {
    log.warn({ error }, 'how polling went could not be noted')
  }
}

function tell(log: Log, kind: Kind, { read, fresh, rejected, failed }: Round): void {
  log.debug({ kind, read, fresh, rejected }, 'polled')
  for (const { subscription, problem } of failed)
    log.warn({ kind, subscription, error: problem }, 'polling a subscription failed')
}

/** The usual pause, doubled with every failing round, and never shorter than Azure asks for. */
export function pauseMs(everyMs: number, failures: number, problems: readonly Problem[]): number {
  const asked = Math.max(0, ...problems.map(problem => (problem.retryAfterS ?? 0) * 1_000))
  return Math.max(Math.min(everyMs * 2 ** Math.min(failures, 10), Math.max(longestMs, everyMs)), asked)
}
