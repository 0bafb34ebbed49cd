const wellFormed = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i
const dayMs = 86_400_000
const firstYear = Date.UTC(2010, 0, 1)

/** `unset` is a well-formed time that can't be meant: .NET's year 0001, or more than a day ahead of our clock. */
type Moment = { iso: string } | 'unset' | 'not a time'

/** ISO 8601 with 0 to 9 fraction digits, UTC when no zone is written, to the millisecond in UTC. */
export function momentOf(value: unknown, now: Date): Moment {
  if (typeof value !== 'string' || value.length > 40) return 'not a time'
  const match = wellFormed.exec(value.trim())
  if (match === null) return 'not a time'
  const ms = Date.parse(zoned(value.trim(), match[1]))
  if (Number.isNaN(ms)) return 'not a time'
  return ms < firstYear || ms > now.getTime() + dayMs ? 'unset' : { iso: new Date(ms).toISOString() }
}

function zoned(time: string, zone: string | undefined): string {
  const strict = time.replace(' ', 'T').replace(/\s/g, '').toUpperCase()
  return zone === undefined && strict.length > 10 ? `${strict}Z` : strict
}

/** The time when it is one that can be meant. */
export function isoOf(value: unknown, now: Date): string | undefined {
  const moment = momentOf(value, now)
  return typeof moment === 'string' ? undefined : moment.iso
}
