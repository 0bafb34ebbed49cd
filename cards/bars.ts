import type { Bar } from './card.ts'
import { inline, short } from './text.ts'

/** Charts drawn with letters, which every chat shows. */

/** Up to so many bars get a line each. */
export const fewBars = 8
const longest = 20
const lying = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const standing = ['▂', '▃', '▄', '▅', '▆', '▇', '█']
const labelLength = 24

/** One text per bar, at most 20 letters long; what is not zero shows. */
export function lyingBars(bars: Bar[]): string[] {
  const most = greatest(bars)
  return bars.map(({ value }) => {
    const eighths = value <= 0 ? 0 : Math.max(1, Math.round((value / most) * longest * 8))
    return '█'.repeat(Math.floor(eighths / 8)) + (lying[eighths % 8] ?? '')
  })
}

/** One letter per bar; zero is a line at the foot. */
export function standingBars(bars: Bar[]): string {
  const most = greatest(bars)
  return bars.map(({ value }) => (value <= 0 ? '▁' : (standing[Math.ceil((value / most) * 7) - 1] ?? '█'))).join('')
}

/** Where a row of standing bars begins and ends. */
export function barEnds(bars: Bar[]): string {
  const [first, last] = [bars[0], bars.at(-1)]
  return first === undefined || last === undefined ? ' ' : `${inline(first.label)} … ${inline(last.label)}`
}

/** The whole chart for letters of one width. */
export function barText(bars: Bar[]): string {
  if (bars.length > fewBars) return `${standingBars(bars)}\n${barEnds(bars)}`
  const names = bars.map(({ label }) => short(inline(label), labelLength))
  const width = Math.max(0, ...names.map(name => name.length))
  const drawn = lyingBars(bars)
  return bars
    .map(({ value }, index) => `${(names[index] ?? '').padEnd(width)}  ${drawn[index]} ${value.toLocaleString('en-US')}`)
    .join('\n')
}

function greatest(bars: Bar[]): number {
  return Math.max(1, ...bars.map(({ value }) => value))
}
