import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Reply } from './call.ts'
import type { Clock } from './clock.ts'
import { contents } from './contents.ts'
import type { Dice } from './dice.ts'
import { callerOf, judge } from './gateway.ts'
import { operations } from './operations.ts'
import type { State } from './state.ts'
import type { Throttle } from './throttle.ts'
import { type Called, invoke } from './triggers.ts'

interface Parts {
  clock: Clock
  noise: Dice
  throttle: Throttle
}

type Asked = [method: string, path: string, text: string]

/** Which part of the simulator a request is for, and the headers that every answer has. */
export function createDoor({ clock, noise, throttle }: Parts, steer: (...asked: Asked) => Reply | undefined, state: () => State) {
  return {
    async answer({ method = 'GET', url: sent = '/', headers }: IncomingMessage, text: string): Promise<Reply> {
      const url = new URL(sent, 'http://simulator.invalid')
      const { pathname } = url
      if (/^\/workflows\/[^/]+\/runs\//.test(pathname)) return contents(state(), url)
      if (pathname.startsWith('/workflows/')) return invoke(state(), called(headers, url, text))
      const steered = pathname.startsWith('/_simulator') ? steer(method, pathname, text) : undefined
      return steered ?? judge(state(), operations, throttle, { method, url: sent, headers, text })
    },
    headers({ method = 'GET', url = '/', headers }: IncomingMessage): Record<string, string> {
      const { pathname } = new URL(url, 'http://simulator.invalid')
      const counter = throttle.counter(callerOf(state(), headers.authorization), pathname, method)
      return { ...azureHeaders(noise.guid(), clock.now(), headers['x-ms-correlation-request-id']), ...counter }
    },
  }
}

function azureHeaders(id: string, now: Date, correlation: string | string[] | undefined): Record<string, string> {
  return {
    'cache-control': 'no-cache',
    pragma: 'no-cache',
    expires: '-1',
    'x-ms-request-id': id,
    'x-ms-correlation-request-id': typeof correlation === 'string' ? correlation : id,
    'x-ms-routing-request-id': `WESTEUROPE:${now.toISOString().replace(/[-:]|\.\d+/g, '')}:${id}`,
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
  }
}

function called(headers: IncomingHttpHeaders, url: URL, body: string): Called {
  const tracking = headers['x-ms-client-tracking-id']
  const trackingId = typeof tracking === 'string' ? tracking : undefined
  const kept = Object.entries(headers).flatMap(([name, value]) => (ofLine.includes(name) ? [] : [[named(name), String(value)]]))
  return { url, trackingId, bearer: headers.authorization !== undefined, headers: Object.fromEntries(kept), body }
}

/** Headers that say nothing about the event, or are nobody's business. */
const ofLine = ['host', 'connection', 'authorization', 'cookie', 'transfer-encoding', 'accept-encoding', 'sec-fetch-mode']

/** As Logic Apps writes them: `Content-Type`, but `x-ms-client-tracking-id`. */
function named(name: string): string {
  return name.startsWith('x-') ? name : name.replace(/(^|-)[a-z]/g, letter => letter.toUpperCase())
}
