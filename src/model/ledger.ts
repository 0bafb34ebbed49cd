import { z } from 'zod'
import { Person } from './person.ts'

/** One decision or effect. `hash` covers every field and the hash before it, so that a change to the past shows. */
export const LedgerEntry = z.object({
  seq: z.number(),
  at: z.string(),
  who: Person.optional(),
  action: z.string(),
  /** What it was done to: a finding id or an ARM id. */
  on: z.string(),
  /** Never secrets: the verb's own input words. */
  input: z.string(),
  phase: z.enum(['intent', 'outcome', 'refused']),
  result: z.string(),
  requestId: z.string(),
  prev: z.string(),
  hash: z.string(),
})
export type LedgerEntry = z.infer<typeof LedgerEntry>
export type LedgerDraft = Omit<LedgerEntry, 'seq' | 'prev' | 'hash'>
