import type { Both } from '../../../cards/rule-review.ts'
import { writeConditions } from '../../model/condition-text.ts'
import { kindOf, type Rule, type RuleDraft, type RuleSource } from '../../model/rule.ts'
import { sourceWords } from '../../model/rule-words.ts'
import { comparable, type Difference, differencesOf } from '../rules-as-code/plan.ts'
import { lastSegment, scopeWords, type Wording } from './words.ts'

interface Part {
  label: string
  says(draft: RuleDraft, other: RuleDraft, told: Wording): string
}

/** In the order of the form. */
const parts: [Difference, Part][] = [
  ['description', { label: 'Description', says: ({ description }) => description }],
  ['scopes', { label: 'Hears events of', says: (draft, _, told) => scopeWords(draft, told) }],
  ['conditions', { label: 'Starts when', says: (draft, other, told) => conditionsOf(draft, other, told) }],
  ['logic apps', { label: 'Logic app', says: targetsOf }],
  ['enabled', { label: 'Enabled', says: ({ enabled }) => (enabled ? 'Yes' : 'No') }],
]

/** Every part in which two drafts of one rule differ, as each says it. */
export function bothOf(theirs: Rule, mine: RuleDraft, told: Wording): Both[] {
  const differing = differencesOf(mine, theirs)
  return parts.flatMap(([part, { label, says }]) =>
    differing.includes(part) ? [{ label, theirs: says(theirs, mine, told), mine: says(mine, theirs, told) }] : [],
  )
}

/** Beyond this, words tell how many sets there are and no longer which. */
const setsTold = 5

/** In words; where those leave out what differs, only the sets that the other draft has not, as they are typed. */
function conditionsOf(draft: RuleDraft, other: RuleDraft, told: Wording): string {
  const isLong = [draft, other].some(({ sources }) => sources.some(({ when }) => when.length > setsTold))
  const [words, otherWords] = [wordsOf(draft, told), wordsOf(other, told)]
  if (!isLong && words !== otherWords) return words
  const own = draft.sources.map(source => without(source, other.sources))
  const differing = own.filter(({ when }) => when.length > 0)
  return differing.length === 0 ? 'nothing beside what both have' : `beside what both have, ${differing.map(typed).join(' or ')}`
}

function wordsOf({ sources }: RuleDraft, { names }: Wording): string {
  return sources.map(source => sourceWords(source, names)).join(', or ')
}

function without({ source, when }: RuleSource, others: RuleSource[]): RuleSource {
  const same = others.filter(other => other.source.toLowerCase() === source.toLowerCase())
  const theirs = new Set(same.flatMap(other => comparable(other).when).map(set => JSON.stringify(set)))
  const sets = comparable({ source, when }).when
  return { source, when: when.filter((_, index) => !theirs.has(JSON.stringify(sets[index]))) }
}

function typed({ source, when }: RuleSource): string {
  return when.map(set => writeConditions(kindOf(source) ?? 'alert', [set]).replaceAll('\n', ' and ')).join(' or ')
}

/** Two logic apps may share a name, but in one group they don't. */
function targetsOf({ targets }: RuleDraft): string {
  const told = targets.map(({ type, logicAppId }) => {
    const group = /\/resourceGroups\/([^/]+)\//i.exec(logicAppId ?? '')?.[1]
    return logicAppId === undefined ? type : `${lastSegment(logicAppId)}${group === undefined ? '' : ` in ${group}`}`
  })
  return told.length === 0 ? 'None' : told.join(', ')
}
