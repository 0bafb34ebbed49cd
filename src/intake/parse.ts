import type { Reading } from '../model/event.ts'
import { readAlert } from './alert.ts'
import { readCompliance } from './compliance.ts'
import { at, type Foreign, isObject, type Path, spelled } from './fold.ts'
import { jsonValue } from './json-text.ts'
import { kindOf } from './kind.ts'
import { type Read, refused } from './read.ts'
import { readRecommendation } from './recommendation.ts'

const readers = { alert: readAlert, recommendation: readRecommendation, compliance: readCompliance }
export const mostWrappers = 3

/** Any value → the event it is, or why it is none. Never throws; `now` judges times and stands in where Azure gives none. */
export function readEvent(value: unknown, now: Date): Reading {
  const { inner, prefix } = unwrapped(value)
  const read = readInner(inner, now)
  if ('event' in read) return read
  const { path, message } = read.refused
  return { rejection: { path: spelled(value, [...prefix, ...path]), message } }
}

/** As `readEvent`, of what nothing wraps. */
export function readInner(value: unknown, now: Date): Read {
  if (!isObject(value)) return refused([], 'An event is a JSON object.')
  const kind = kindOf(value)
  return typeof kind === 'string' ? readers[kind](value, now) : kind
}

/** Logic apps pass on `{headers, body}`, some of them once more, some with the body as text. */
function unwrapped(value: unknown): { inner: unknown; prefix: Path } {
  const prefix: string[] = []
  let inner = value
  while (isWrapper(inner) && prefix.length < mostWrappers) {
    inner = innerOf(inner)
    prefix.push('body')
  }
  return { inner, prefix }
}

export function innerOf(wrapper: Foreign): unknown {
  const body = at(wrapper, 'body')
  return typeof body === 'string' ? jsonValue(body)?.value : body
}

/** An event has no `body` of its own, so one that has neither type nor alert id wraps. */
export function isWrapper(value: unknown): value is Foreign {
  if (!isObject(value)) return false
  const own = at(value, 'type') ?? at(value, 'systemAlertId') ?? at(value, 'properties')
  const body = at(value, 'body')
  return typeof own !== 'string' && !isObject(own) && (isObject(body) || typeof body === 'string')
}
