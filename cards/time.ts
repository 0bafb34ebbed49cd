import { short } from './text.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const year = 365.25 * day
/** Defender writes year 0001 where it has no time. */
const firstRealYear = 1990
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `12:04 UTC (6 min)`; with the date when it was another day. `at` is ISO 8601. */
export function when(at: string, now: Date): string {
  const time = read(at)
  if (time === undefined) return unread(at)
  return `${moment(time, now)} UTC (${age(time, now)})`
}

/** `12:06`, or with the date: for lines that stand under one with a zone. */
export function clockTime(at: string, now: Date): string {
  const time = read(at)
  return time === undefined ? unread(at) : moment(time, now)
}

/** `12:04 UTC`, for reading aloud. */
export function spoken(at: string, now: Date): string {
  const time = read(at)
  return time === undefined ? unread(at) : `${moment(time, now)} UTC`
}

/** `2.1 s`, `3 min`; empty when one end is missing. */
export function took(from: string, to: string | undefined): string {
  const start = read(from)
  const end = to === undefined ? undefined : read(to)
  if (start === undefined || end === undefined || end < start) return ''
  return lasting(end.getTime() - start.getTime())
}

/** `2.1 s`, `3 min` */
export function lasting(ms: number): string {
  return ms < minute ? `${Math.max(ms / 1000, 0.1).toFixed(1)} s` : span(ms)
}

export function isToday(at: string, now: Date): boolean {
  return read(at)?.toISOString().slice(0, 10) === now.toISOString().slice(0, 10)
}

function read(at: string): Date | undefined {
  const time = new Date(at)
  return Number.isNaN(time.getTime()) || time.getUTCFullYear() < firstRealYear ? undefined : time
}

function unread(at: string): string {
  return Number.isNaN(new Date(at).getTime()) && at !== '' ? short(at, 40) : 'time unknown'
}

function moment(time: Date, now: Date): string {
  const iso = time.toISOString()
  const date = iso.slice(0, iso.indexOf('T'))
  const clock = iso.slice(iso.indexOf('T') + 1, iso.indexOf('T') + 6)
  if (date === now.toISOString().slice(0, 10)) return clock
  const year = time.getUTCFullYear() === now.getUTCFullYear() ? '' : ` ${time.getUTCFullYear()}`
  return `${time.getUTCDate()} ${months[time.getUTCMonth()]}${year}, ${clock}`
}

function age(time: Date, now: Date): string {
  const ms = now.getTime() - time.getTime()
  return ms < -minute ? `in ${span(-ms)}` : span(ms)
}

function span(ms: number): string {
  if (ms < minute) return 'now'
  if (ms < hour) return `${Math.floor(ms / minute)} min`
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h`
  return ms < 2 * year ? `${Math.floor(ms / day)} days` : `${Math.floor(ms / year)} years`
}
