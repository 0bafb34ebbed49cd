/** A promise about speed (architecture.md): its bounds are in `unit`. */
export interface Budget {
  what: string
  /** `×` is a ratio to the bare limit measured in the same run. */
  unit: '×' | 'ms' | 's' | 'MB' | 'messages' | 'calls' | 'events'
  better: 'more' | 'less'
  must: number
  ambition: number
}

/** One line of the table: what was measured, held against its budget. */
export interface Row {
  budget: Budget
  /** In the budget's unit. */
  value: number
  /** The figures behind it and the bare limit beside it, in a few words. */
  beside?: string
  /** Events acknowledged and never seen again, effects that happened twice: any at all fails the run. */
  lost?: number
  doubled?: number
}

export interface BenchOptions {
  /** The whole length of architecture.md; otherwise shortened to what a coffee allows. */
  full: boolean
}

export type Bench = (options: BenchOptions) => Promise<Row[]>
