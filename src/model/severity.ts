import { tableOf } from '../table.ts'
/** Azure's words, the worst first. */
export const severities = ['Critical', 'High', 'Medium', 'Low', 'Informational'] as const

const ranks = tableOf<number>({ critical: 5, high: 4, medium: 3, low: 2, informational: 1, none: 0 })

/** Order of Azure's severities; a word Azure adds later counts as medium, so that it is not overlooked. */
export function severityRank(severity: string): number {
  return ranks.get(severity.toLowerCase()) ?? 3
}
