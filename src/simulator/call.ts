import type { Principal, State } from './state.ts'

/** A judged request as a handler sees it. */
export interface Call {
  state: State
  caller: Principal
  /** Named parts of the path, as sent. */
  params: Record<string, string>
  version: string
  query: URLSearchParams
  body: unknown
  /** Path as sent, without query. */
  path: string
}

export interface Reply {
  status: number
  body?: object
  headers?: Record<string, string>
}

/** One operation of the management API. */
export interface Operation {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  /** `/subscriptions/{subscription}/…`; parts in braces are named, compared without case. */
  pattern: string
  versions: readonly string[]
  /** Right asked for; undefined where lists are filtered instead. */
  action: string | undefined
  handle(call: Call): Reply
}

export function param(call: Call, name: string): string {
  return call.params[name] ?? ''
}

const pageSize = 100

/** One page of a list; `nextLink` is of Azure's own address, whatever host was asked. */
export function page(call: Call, items: object[]): Reply {
  const from = Number(Buffer.from(call.query.get('$skiptoken') ?? '', 'base64url').toString() || 0)
  const top = Number(call.query.get('$top') ?? pageSize) || pageSize
  const size = Math.min(top, pageSize)
  const next = from + size
  const more = next < items.length ? { nextLink: linkTo(call, next) } : {}
  return { status: 200, body: { value: items.slice(from, next), ...more } }
}

function linkTo(call: Call, from: number): string {
  const query = new URLSearchParams(call.query)
  query.set('$skiptoken', Buffer.from(String(from)).toString('base64url'))
  return `https://management.azure.com${encodeURI(decodeURI(call.path))}?${query}`
}
