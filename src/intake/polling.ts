import { createHash } from 'node:crypto'
import { toProblem } from '../errors.ts'
import type { Log } from '../log.ts'
import { type Kind, Kind as Kinds } from '../model/event.ts'
import type { Arrival, Azure } from '../ports.ts'
import { readText } from './body.ts'
import type { IntakeDeps } from './webhook.ts'

export interface PollingDeps extends IntakeDeps {
  azure: Azure
  log: Log
  everyMs: number
}

const longestPauseMs = 15 * 60_000
/** What was seen unchanged costs no write; beyond this many things the oldest are read anew. */
const rememberAtMost = 100_000

/** Asks Azure again and again for what was not pushed. Returns how to stop; stopping waits for the round under way. */
export function startPolling(deps: PollingDeps): () => Promise<void> {
  const seen = new Map<string, string>()
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let round = Promise.resolve()

  function next(ms: number): void {
    if (stopped) return
    timer = setTimeout(() => {
      round = poll(deps, seen).then(next)
    }, ms)
    timer.unref()
  }

  next(0)
  return async () => {
    stopped = true
    clearTimeout(timer)
    await round
  }
}

/** One round over everything; returns after how many ms the next is due. One subscription's failure does not stop the others. */
export async function poll(deps: PollingDeps, seen: Map<string, string>): Promise<number> {
  let pauseMs = deps.everyMs
  const subscriptions = await deps.azure.subscriptions().catch((thrown: unknown) => {
    deps.log.warn({ error: toProblem(thrown) }, 'Azure could not be asked for subscriptions')
    return []
  })
  for (const { id } of subscriptions)
    for (const kind of Kinds.options)
      try {
        await pollKind(deps, id, kind, seen)
      } catch (thrown) {
        const problem = toProblem(thrown)
        deps.log.warn({ subscription: id, kind, code: problem.code, error: problem }, 'Azure could not be read')
        pauseMs = Math.min(longestPauseMs, Math.max(pauseMs, (problem.retryAfterS ?? 0) * 1000))
      }
  while (seen.size > rememberAtMost) seen.delete(seen.keys().next().value ?? '')
  return pauseMs
}

async function pollKind(deps: PollingDeps, subscription: string, kind: Kind, seen: Map<string, string>): Promise<void> {
  for await (const texts of deps.azure.listEvents(subscription, kind)) {
    const receivedAt = deps.now()
    const read = texts.map(text => ({
      text,
      item: readText(text, receivedAt),
      digest: createHash('sha256').update(text).digest('base64url'),
    }))
    const fresh = read.flatMap(({ item, digest }): { arrival: Arrival; digest: string }[] => {
      if (!('event' in item.reading) || item.reading.event.snapshot || seen.get(item.reading.event.key) === digest) return []
      return [
        { arrival: { event: item.reading.event, body: item.body, via: 'poll', receivedAt: receivedAt.toISOString() }, digest },
      ]
    })
    await keepUnread(deps, read, seen, receivedAt)
    if (fresh.length > 0) await deps.receive(fresh.map(({ arrival }) => arrival))
    for (const { arrival, digest } of fresh) seen.set(arrival.event.key, digest)
  }
}

/** What can't be read is kept once, not every round. */
async function keepUnread(
  deps: PollingDeps,
  read: { item: ReturnType<typeof readText>; digest: string }[],
  seen: Map<string, string>,
  at: Date,
): Promise<void> {
  const news = read.flatMap(({ item, digest }) =>
    'rejection' in item.reading && !seen.has(digest)
      ? [{ digest, at: at.toISOString(), via: 'poll', body: item.text, rejection: item.reading.rejection }]
      : [],
  )
  await deps.deadLetters.keep(news.map(({ digest: _digest, ...letter }) => letter))
  for (const { digest } of news) seen.set(digest, '')
}
