import { z } from 'zod'
import { tableOf } from '../table.ts'

const units = tableOf<number>({ second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 })
const Interval = z.object({ interval: z.object({ count: z.number(), unit: z.string() }) })

/** How long a `Wait` action waits; undefined where its inputs do not say. */
export function intervalMs(inputs: unknown): number | undefined {
  const read = Interval.safeParse(inputs)
  if (!read.success) return undefined
  const { count, unit } = read.data.interval
  const each = units.get(unit.toLowerCase().replace(/s$/, ''))
  return each === undefined ? undefined : each * count
}

/** `PT1H30M`, `P1DT2S` … in ms; undefined for anything else. */
export function durationMs(iso: string | undefined): number | undefined {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(iso ?? '')
  if (match === null) return undefined
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map(part => Number(part ?? 0))
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
}
