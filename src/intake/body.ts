import type { DefenderEvent, Reading } from '../model/event.ts'
import { at, isObject, keyOf } from './fold.ts'
import { isDeeper, jsonValue, partsOf } from './json-text.ts'
import { innerOf, isWrapper, mostWrappers, readEvent, readInner } from './parse.ts'

/** One event of a body, unread. */
interface Piece {
  index: number
  /** Its own JSON, to the letter. */
  text: string
  value: unknown
}

export interface Item {
  index: number
  /** As received, with whatever was wrapped around it: what a dead letter keeps. */
  text: string
  /** The event itself, sliced out to the letter: what rules and logic apps see. */
  body: string
  reading: Reading
}

const deepest = 100

/** A body → its events: one object, an array, or a list as ARM (`value`) and Event Hubs (`records`) answer; undefined when it is not JSON. */
export function split(text: string): Piece[] | undefined {
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  const parsed = jsonValue(json)
  if (parsed === undefined) return undefined
  const list = listIn(parsed.value)
  if (list === undefined) return [{ index: 0, text: json.trim(), value: parsed.value }]
  const parts = partsOf(list.key === undefined ? json : memberOf(json, list.key))
  return list.items.map((value, index) => ({ index, text: parts[index]?.text ?? '', value }))
}

function listIn(value: unknown): { items: unknown[]; key?: string } | undefined {
  if (Array.isArray(value)) return { items: value }
  if (!isObject(value) || at(value, 'type') !== undefined) return undefined
  const key = keyOf(value, 'value') ?? keyOf(value, 'records')
  const items = key === undefined ? undefined : value[key]
  return key !== undefined && Array.isArray(items) ? { items, key } : undefined
}

/** Of a name given twice the last counts, as in JSON.parse. */
function memberOf(json: string, key: string): string {
  return partsOf(json).findLast(part => part.key === key)?.text ?? ''
}

export function readPiece({ index, text, value }: Piece, now: Date): Item {
  if (isDeeper(text, deepest)) {
    const message = `This is nested deeper than ${deepest} levels, which no event is.`
    return { index, text, body: text, reading: { rejection: { path: '', message } } }
  }
  return { index, text, body: ownText(text, value), reading: readEvent(value, now) }
}

/** One event's text, as ARM lists it. */
export function readText(text: string, now: Date): Item {
  return readBody(text, now)[0] ?? notJson(text)
}

/** The event of an item's `body`, read again as it was when it came in. Throws for a text that is none. */
export function readKept(body: string, receivedAt: Date): DefenderEvent {
  const read = readInner(jsonValue(body)?.value, receivedAt)
  if ('event' in read) return read.event
  throw new Error(`a kept body is no event: ${read.refused.message}`)
}

/** Every event of a body, read. A body that is not JSON is one item, rejected. Never throws. */
export function readBody(text: string, now: Date): Item[] {
  return split(text)?.map(piece => readPiece(piece, now)) ?? [notJson(text)]
}

export function notJson(text: string): Item {
  return {
    index: 0,
    text,
    body: text,
    reading: { rejection: { path: '', message: `The body is not valid JSON${faultOf(text)}.` } },
  }
}

/** Where the reader stopped, when it says so; its own words quote the body, which a log or card must not. */
function faultOf(text: string): string {
  try {
    JSON.parse(text)
  } catch (thrown) {
    const place = thrown instanceof Error ? /\(line (\d+) column (\d+)\)/.exec(thrown.message) : null
    return place === null ? '' : ` (line ${place[1]}, column ${place[2]})`
  }
  return ''
}

function ownText(text: string, value: unknown): string {
  let own = text
  let inner = value
  for (let layer = 0; layer < mostWrappers && isWrapper(inner); layer += 1) {
    const body = at(inner, 'body')
    own = typeof body === 'string' ? body.trim() : memberOf(own, keyOf(inner, 'body') ?? 'body')
    inner = innerOf(inner)
  }
  return own
}
