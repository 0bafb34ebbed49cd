import type { Kind } from './event.ts'
import { kindWords } from './kind-words.ts'

/** Texts by this and a kind say why Azure could not be asked for it the last time; where there is none, it could. */
export const pollTroubleText = 'poll-trouble:'

export interface PollFailure {
  /** Absent when not even the subscriptions could be listed. */
  subscription?: string
  problem: { message: string }
}

/** `Azure could not be asked for alerts of subscription 1111… (and 2 more): Azure refused the request.` Undefined when all went well. */
export function pollTrouble(kind: Kind, [first, ...more]: readonly PollFailure[]): string | undefined {
  if (first === undefined) return undefined
  const where = first.subscription === undefined ? '' : ` of subscription ${first.subscription}`
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`
  return `Azure could not be asked for ${kindWords[kind].many}${where}${others}: ${first.problem.message}`
}
