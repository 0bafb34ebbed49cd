import { ArmError } from './arm-error.ts'
import type { Principal } from './principal.ts'
import { may } from './roles.ts'
import type { State } from './state.ts'

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
  /** `/subscriptions/{subscription}/…`; parts in braces are named, `{scope+}` takes several segments; compared without case. */
  pattern: string
  versions: readonly string[]
  /** Right asked for; undefined where anybody known may ask. */
  action: string | undefined
  /** What comes out is cut down to what the caller may read; refused only to whoever may read nothing there. */
  list?: true
  /** A new resource's type, where a provider that is not registered refuses writes. */
  handle(call: Call): Reply
}

export function param(call: Call, name: string): string {
  return call.params[name] ?? ''
}

/** The lower-case id of the subscription in the path. */
export function subscriptionOf(call: Call): string {
  return param(call, 'subscription').toLowerCase()
}

/** The part of a list that the caller may read. */
export function readable<Item>(call: Call, action: string, items: Item[], idOf: (item: Item) => string): Item[] {
  const { state, caller } = call
  return may(state, caller, action, call.path) ? items : items.filter(item => may(state, caller, action, idOf(item)))
}

interface Listed<Item> {
  /** Told apart by it; also where a page ends. */
  idOf(item: Item): string
  body(item: Item): object
}

/** One page of a list. `nextLink` names the last item seen and so is right while others come and go; it is of Azure's own address, whatever host was asked. */
export function page<Item>(call: Call, items: Item[], { idOf, body }: Listed<Item>): Reply {
  const from = start(call, items, idOf)
  const until = from + sizeOf(call)
  const last = items[until - 1]
  const more = last !== undefined && until < items.length ? { nextLink: linkTo(call, idOf(last)) } : {}
  return { status: 200, body: { value: items.slice(from, until).map(body), ...more } }
}

function start<Item>(call: Call, items: Item[], idOf: (item: Item) => string): number {
  const token = call.query.get('$skiptoken')
  if (token === null) return 0
  const last = Buffer.from(token, 'base64url').toString()
  const at = items.findIndex(item => idOf(item) === last)
  if (at === -1) throw new ArmError(400, 'InvalidSkipToken', 'The skip token is invalid or no longer valid.')
  return at + 1
}

function sizeOf(call: Call): number {
  const top = call.query.get('$top')
  if (top === null) return call.state.pageSize
  if (!/^[1-9]\d{0,5}$/.test(top)) throw new ArmError(400, 'InvalidTopValue', `The value '${top}' of $top is invalid.`)
  return Math.min(Number(top), call.state.pageSize)
}

function linkTo(call: Call, last: string): string {
  const query = new URLSearchParams(call.query)
  query.set('$skiptoken', Buffer.from(last).toString('base64url'))
  return `https://management.azure.com${call.path}?${query}`
}
