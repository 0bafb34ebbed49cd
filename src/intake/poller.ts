import { setTimeout as sleep } from 'node:timers/promises'
import { type Problem, toProblem } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Kind } from '../model/event.ts'
import type { Azure, Clock } from '../ports.ts'
import { type Poll, poll, type Round } from './polling.ts'
import type { Inbox } from './webhook.ts'

interface Polling extends Inbox {
  azure: Pick<Azure, 'listEvents' | 'subscriptions'>
  clock: Clock
  log: Log
  everyMs: number
  /** Each kind in every so many rounds; what is not set is as Microsoft.Security's small bucket of 750 requests wants it. */
  rounds?: Partial<Record<Kind, number>>
}

interface Poller {
  /** Begins no more, ends once the page at hand is durable. */
  stop(): Promise<void>
}

/** Alerts are urgent and cheap to list; compliance takes a request per control. */
const usual: Record<Kind, number> = { alert: 1, recommendation: 5, compliance: 15 }
const kinds: Kind[] = ['alert', 'recommendation', 'compliance']
const longestMs = 900_000

/** Looks at Azure at once and then again and again, never two rounds at a time; slower while Azure refuses or fails. */
export function startPolling(polling: Polling): Poller {
  const stopping = new AbortController()
  const running = run(polling, stopping.signal)
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

async function run(polling: Polling, stopping: AbortSignal): Promise<void> {
  const state: Poll = { ...polling, seen: new Map(), stopping: () => stopping.aborted }
  const due = new Map<Kind, number>()
  let failures = 0
  for (let turn = 0; !stopping.aborted; turn += 1) {
    const problems = await look(polling, state, due, turn)
    // A subscription that is forbidden stays so; only what may pass is waited for.
    failures = problems.some(problem => problem.retry) ? failures + 1 : 0
    await pause(pauseMs(polling.everyMs, failures, problems), stopping)
  }
}

/** Problems it ran into; it never throws, a poller that died would be silence. */
async function look(polling: Polling, state: Poll, due: Map<Kind, number>, turn: number): Promise<Problem[]> {
  try {
    const subscriptions = (await polling.azure.subscriptions()).map(subscription => subscription.id)
    const problems: Problem[] = []
    for (const kind of kinds.filter(kind => (due.get(kind) ?? 0) <= turn)) {
      const round = await poll(state, subscriptions, kind)
      tell(polling.log, kind, round)
      problems.push(...round.failed.map(failure => failure.problem))
      due.set(kind, turn + (round.failed.length > 0 ? 1 : (polling.rounds?.[kind] ?? usual[kind])))
    }
    return problems
  } catch (thrown) {
    polling.log.warn({ error: thrown }, 'polling could not list the subscriptions')
    return [toProblem(thrown)]
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

async function pause(ms: number, stopping: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stopping }).catch(() => undefined)
}
