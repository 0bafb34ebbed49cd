import { guidOf } from './dice.ts'
import type { State } from './state.ts'
import { withdraw } from './turn.ts'

/** A recommendation of the reference that Defender is going to withdraw: system updates on machines. */
export const deprecatedSoon = '4ab6e3c5-74dd-8b35-9ab9-f61b30875b27'
/** One that was replaced: Defender knows its key no more. The key is made up. */
export const replaced = guidOf('a recommendation that was replaced')

/** Defender says when a recommendation goes: `MM/YYYY`; undefined takes it back. False where there is none of that key. */
export function deprecate({ metadata }: State, key: string, month: string | undefined): boolean {
  const found = metadata.find(data => data.key === key.toLowerCase())
  if (found !== undefined) found.plannedDeprecation = month
  return found !== undefined
}

/** Another one takes its place: it is gone, and so is what was found by it, told as deletions. */
export function replace(state: State, key: string): boolean {
  const known = state.metadata.some(data => data.key === key.toLowerCase())
  for (const assessment of [...state.assessments.values()]) if (assessment.key === key.toLowerCase()) withdraw(state, assessment)
  state.metadata = state.metadata.filter(data => data.key !== key.toLowerCase())
  return known
}
