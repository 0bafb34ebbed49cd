import { isDeepStrictEqual } from 'node:util'
import type { Condition } from '../../model/condition.ts'
import type { Rule, RuleDraft } from '../../model/rule.ts'
import { remainderOf } from './keep.ts'

/** One change that makes Azure what the file says. */
export type Step =
  | { type: 'create'; draft: RuleDraft }
  | { type: 'change'; draft: RuleDraft; before: Rule; differences: Difference[] }
  | { type: 'delete'; before: Rule }

export const parts = ['description', 'location', 'enabled', 'scopes', 'conditions', 'logic apps', 'other settings'] as const
export type Difference = (typeof parts)[number]

export interface Plan {
  steps: Step[]
  /** Rules that are as the file says. */
  same: number
}

/**
 * What has to be done so that Azure has the rules of a file. Rules that it does not name stay, unless `prune`: then those in the groups it
 * names go. First what is new, then what changes, then what ends: nothing is without its rule in between.
 */
export function planRules(drafts: RuleDraft[], present: Rule[], prune: boolean): Plan {
  const byKey = new Map(present.map(rule => [keyOf(rule), rule]))
  const steps = drafts.flatMap(draft => stepFor(draft, byKey.get(keyOf(draft))) ?? [])
  const ends = prune ? surplus(drafts, present) : []
  return { steps: [...steps, ...ends].sort((a, b) => turnOf(a) - turnOf(b)), same: drafts.length - steps.length }
}

/** One rule, whoever writes its names. */
export function keyOf({ subscription, group, name }: RuleDraft): string {
  return `${groupOf({ subscription, group })}/${name.toLowerCase()}`
}

function groupOf({ subscription, group }: Pick<RuleDraft, 'subscription' | 'group'>): string {
  return `${subscription}/${group}`.toLowerCase()
}

function stepFor(draft: RuleDraft, before: Rule | undefined): Step | undefined {
  if (before === undefined) return { type: 'create', draft }
  const differences = differencesOf(draft, before)
  if (differences.length === 0) return undefined
  const { resource: _resource, ...rest } = draft
  // What is not modelled comes from Azure's own text where the file says nothing else of it.
  return { type: 'change', draft: differences.includes('other settings') ? draft : rest, before, differences }
}

function surplus(drafts: RuleDraft[], present: Rule[]): Step[] {
  const named = new Set(drafts.map(keyOf))
  const groups = new Set(drafts.map(groupOf))
  return present
    .filter(rule => groups.has(groupOf(rule)) && !named.has(keyOf(rule)))
    .map(before => ({ type: 'delete', before }) as const)
}

/** What switches a rule off comes with what ends. */
function turnOf(step: Step): number {
  if (step.type === 'create') return 0
  return step.type === 'delete' || !step.draft.enabled ? 2 : 1
}

/** Where a draft differs from the rule in Azure; what it does not say (`resource`) stays as it is. */
export function differencesOf(draft: RuleDraft, before: Rule): Difference[] {
  const same: Record<Difference, boolean> = {
    description: draft.description === before.description,
    location: placeName(draft.location) === placeName(before.location),
    enabled: draft.enabled === before.enabled,
    scopes: sameSet(draft.scopes, before.scopes),
    conditions: isDeepStrictEqual(draft.sources.map(comparable), before.sources.map(comparable)),
    'logic apps': sameSet(draft.targets.map(targetKey), before.targets.map(targetKey)),
    'other settings':
      draft.resource === undefined || isDeepStrictEqual(remainderOf(draft.resource), remainderOf(before.resource)),
  }
  return parts.filter(part => !same[part])
}

/** `West Europe` and `westeurope` are one place. */
function placeName(location: string): string {
  return location.toLowerCase().replace(/\s+/g, '')
}

function sameSet(a: string[], b: string[]): boolean {
  const sorted = (texts: string[]) => [...new Set(texts.map(text => text.toLowerCase().replace(/\/+$/, '')))].sort()
  return isDeepStrictEqual(sorted(a), sorted(b))
}

function targetKey({ type, logicAppId }: RuleDraft['targets'][number]): string {
  return logicAppId ?? type
}

/** The same for whatever is written differently and means the same. */
export function comparable({ source, when }: RuleDraft['sources'][number]) {
  return { source: source.toLowerCase(), when: when.map(set => set.map(plain)) }
}

function plain({ path, type, operator, value }: Condition) {
  return { path: path.replace(/^\$\./, '').toLowerCase(), type, operator, value }
}
