import type { Budget, Row } from './row.ts'

const headings = ['', 'measured', 'must', 'ambition', 'met', 'beside it']

/** The rows as one table of text. */
export function table(rows: Row[]): string {
  const lines = [headings, ...rows.map(cells)]
  const widths = headings.map((_, column) => Math.max(...lines.map(line => line[column]?.length ?? 0)))
  return lines
    .map(line =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** What no speed makes good. */
export function faults(rows: Row[]): string[] {
  return rows.flatMap(({ budget, lost = 0, doubled = 0 }) =>
    lost + doubled === 0 ? [] : `${budget.what}: ${lost} lost, ${doubled} doubled`,
  )
}

function cells({ budget, value, beside = '', lost, doubled }: Row): string[] {
  const { unit, better, must, ambition } = budget
  const bound = better === 'more' ? '≥' : '≤'
  const whole = lost === undefined ? '' : `${lost} lost, ${doubled ?? 0} doubled`
  const told = [whole, beside].filter(part => part !== '').join('; ')
  return [budget.what, figure(value, unit), `${bound} ${must}`, `${bound} ${ambition}`, met(budget, value), told]
}

function met({ better, must, ambition }: Budget, value: number): string {
  const holds = (bound: number) => (better === 'more' ? value >= bound : value <= bound)
  if (holds(ambition)) return 'ambition'
  return holds(must) ? 'must' : 'MISSED'
}

function figure(value: number, unit: string): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return `${value.toFixed(digits)} ${unit}`
}
