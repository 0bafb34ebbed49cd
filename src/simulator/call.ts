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
  return items.filter(readableBy(call, action, idOf))
}

/** Whether the caller may read an item; asked once for all where the right is held on the whole list. */
export function readableBy<Item>(
  { state, caller, path }: Call,
  action: string,
  idOf: (item: Item) => string,
): (item: Item) => boolean {
  return may(state, caller, action, path) ? () => true : item => may(state, caller, action, idOf(item))
}

interface Listed<Item> {
  /** Told apart by it; also where a page ends. */
  idOf(item: Item): string
  body(item: Item): object
  /** Which of them belong to the list; all when absent. Asked only as far as the page goes. */
  keep?(item: Item): boolean
}

/** One page of a list. `nextLink` names the last item seen and so is right while others come and go; it is of Azure's own address, whatever host was asked. */
export function page<Item>(call: Call, items: Item[], { idOf, body, keep = () => true }: Listed<Item>): Reply {
  const size = sizeOf(call)
  const found: Item[] = []
  for (let at = start(call, items, idOf); at < items.length && found.length <= size; at++) {
    const item = items[at]
    if (item !== undefined && keep(item)) found.push(item)
  }
  const last = found[size - 1]
  const more = last !== undefined && found.length > size ? { nextLink: linkTo(call, idOf(last)) } : {}
  return { status: 200, body: { value: found.slice(0, size).map(body), ...more } }
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
