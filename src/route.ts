import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'

/** A parsed request as the parts see it; only server.ts knows the HTTP library. */
export interface HttpRequest {
  method: string
  path: string
  /** Parts of the path named with a colon. */
  params: Readonly<Record<string, string>>
  query: URLSearchParams
  headers: IncomingHttpHeaders
  remoteAddress: string
  /** The unparsed body, at most the route's `maxBytes`. */
  body: Buffer
}

export interface HttpReply {
  status: number
  headers?: Record<string, string>
  /** An object leaves as JSON. */
  body?: string | Buffer | object
}

/** A door of the one HTTP server. A thrown Problem becomes its status and `{"error": …}`. */
export interface Route {
  method: 'get' | 'post'
  /** `/console/api/findings/:id` */
  path: string
  maxBytes: number
  handle(request: HttpRequest): Promise<HttpReply>
}

/** A door whose owner reads the unread stream itself (Slack's signature) or keeps the answer open (server-sent events). */
export interface RawRoute {
  method: 'get' | 'post'
  path: string
  raw(request: IncomingMessage, response: ServerResponse): void
}

export type Door = Route | RawRoute
