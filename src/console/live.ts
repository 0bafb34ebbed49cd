import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorBody, toProblem } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Clock, Shown, Store } from '../ports.ts'
import type { RawRoute } from '../route.ts'
import { checkHost } from './guard.ts'
import { type NewsSource, openNews } from './news.ts'

const heartbeatMs = 15_000
const retryMs = 1500
/** A browser that lets this much lie is cut off; it comes back by itself and reads anew. */
const patienceBytes = 512 * 1024
/** Changes within this time leave together, each thing once. */
const gatherMs = 40
/** A database that does not answer is asked again. */
const againMs = 1000

interface LiveDeps {
  store: NewsSource & Pick<Store, 'onChange'>
  clock: Clock
  log: Log
  stopping?: AbortSignal | undefined
}

/** Server-sent events `post`, `finding` and `run`, to any number of browsers. The store is listened to only while one is there. */
export function liveDoor({ store, clock, log, stopping }: LiveDeps): RawRoute {
  const clients = new Set<ServerResponse>()
  const changes = new Map<string, Shown>()
  const news = openNews(store, clock)
  let unhear: (() => void) | undefined
  let beat: NodeJS.Timeout | undefined
  let due: NodeJS.Timeout | undefined

  stopping?.addEventListener('abort', () => {
    for (const client of clients) client.end()
  })

  function raw(request: IncomingMessage, response: ServerResponse): void {
    try {
      checkHost(request.headers)
    } catch (thrown) {
      response.writeHead(403, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: errorBody(toProblem(thrown)) }))
      return
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    join(response)
    send(response, `retry: ${retryMs}\n: ready\n\n`)
  }

  function join(response: ServerResponse): void {
    clients.add(response)
    unhear ??= store.onChange(change => change.type !== 'feed' && hear(change))
    beat ??= setInterval(() => tell(': still here\n\n'), heartbeatMs).unref()
    response.once('close', () => leave(response))
    if (stopping?.aborted) response.end()
  }

  function leave(response: ServerResponse): void {
    clients.delete(response)
    if (clients.size > 0) return
    unhear?.()
    clearInterval(beat)
    unhear = undefined
    beat = undefined
    news.forget()
  }

  function hear(change: Shown, afterMs = gatherMs): void {
    changes.set(`${change.type} ${change.id}`, change)
    if (due === undefined) due = setTimeout(() => void flush(), afterMs).unref()
  }

  async function flush(): Promise<void> {
    due = undefined
    const gathered = clients.size === 0 ? [] : [...changes.values()]
    changes.clear()
    try {
      for (const change of gathered) tell(await news.of(change))
    } catch (error) {
      log.warn({ error }, 'changes could not be read for the console')
      for (const change of gathered) hear(change, againMs)
    }
  }

  function tell(text: string): void {
    if (text !== '') for (const client of clients) send(client, text)
  }

  return { method: 'get', path: '/console/api/events', raw }
}

function send(response: ServerResponse, text: string): void {
  if (response.writableLength > patienceBytes) response.destroy()
  else if (!response.writableEnded) response.write(text)
}
