import { Problem } from '../../errors.ts'
import { readConditions } from '../../model/condition-text.ts'
import type { Kind } from '../../model/event.ts'
import { kindOf, type Rule, type RuleDraft, type RuleSource, type RuleTarget, sourceOf } from '../../model/rule.ts'
import { emptied, noSecretsInRules } from '../../model/secret.ts'
import type { ResourceGroup, World } from '../../ports.ts'
import type { FieldError } from '../action.ts'
import { appNamed } from '../apps/find.ts'
import { conditionsOf, homeOf, type RuleFields, scopeAsIs, sourceFor, wholeSubscription } from './fields.ts'

export interface DraftRead {
  draft: RuleDraft
  /** What could not be read; the draft then holds what could. */
  errors: FieldError[]
}

/** What a submitted form is about. */
export interface Editing {
  kind: Kind
  fields: RuleFields
  /** The rule that is changed, as it is now. */
  replacing: Rule | undefined
  /** What the form does not show is taken from here: the rule itself, or the version that it goes back to. */
  shape: Rule | undefined
}

/** What the form's fields say, laid over what they do not show. */
export async function readDraft(world: World, { fields, kind, replacing, shape }: Editing): Promise<DraftRead> {
  const errors = keysIn(fields)
  const home = replacing ?? (await readHome(world, fields.home, errors))
  const draft: RuleDraft = {
    name: replacing?.name ?? fields.name,
    subscription: home.subscription,
    group: home.group,
    location: home.location,
    description: fields.description,
    enabled: fields.enabled,
    scopes: readScopes(fields.scope, home.subscription, shape),
    sources: readSources(fields, kind, shape, errors),
    targets: replacing?.fixedTargets === undefined ? await readTargets(world, fields.logicApp, shape, errors) : replacing.targets,
    ...(shape !== undefined && { resource: (replacing ?? shape).resource }),
  }
  return { draft, errors }
}

/** What was typed is not whole any more where it held a key: nothing is made of the rest. */
function keysIn(fields: RuleFields): FieldError[] {
  return emptied(fields).map(field => ({
    field: field === 'add' ? 'conditions' : field,
    message: noSecretsInRules,
  }))
}

type Home = Pick<RuleDraft, 'subscription' | 'group' | 'location'>

async function readHome(world: World, word: string, errors: FieldError[]): Promise<Home> {
  const found = word === '' ? undefined : findHome(await world.azure.catalogue.groups(), word)
  if (found !== undefined) return { subscription: found.subscription, group: found.name, location: found.location }
  const message =
    word === ''
      ? 'Choose the resource group in which Azure keeps the rule.'
      : `There is no resource group "${word.slice(0, 100)}".`
  errors.push({ field: 'home', message })
  return { subscription: '', group: '', location: '' }
}

/** `{subscription}/{group}`, or the group's name where only one subscription has it. */
function findHome(groups: ResourceGroup[], word: string): ResourceGroup | undefined {
  const wanted = word.toLowerCase()
  const exact = groups.find(({ subscription, name }) => homeOf({ subscription, group: name }).toLowerCase() === wanted)
  const named = groups.filter(({ name }) => name.toLowerCase() === wanted)
  return exact ?? (named.length === 1 ? named[0] : undefined)
}

function readScopes(word: string, subscription: string, shape: Rule | undefined): string[] {
  if (shape !== undefined && (word === scopeAsIs || word === '')) return shape.scopes
  if (word === '' || word === wholeSubscription) return [`/subscriptions/${subscription}`]
  const [group = '', owner = subscription] = word.split('/').toReversed()
  return [`/subscriptions/${owner}/resourceGroups/${group}`]
}

/** Only the source of the form's kind is the form's; conditions too long for it stay. */
function readSources(fields: RuleFields, kind: Kind, shape: Rule | undefined, errors: FieldError[]): RuleSource[] {
  const before = shape?.sources ?? []
  const own = sourceFor(before, kind)
  if (shape !== undefined && conditionsOf(shape, kind) === undefined) return before
  const read = readConditions(kind, withAdded(fields))
  if ('errors' in read)
    for (const { line, message } of read.errors) errors.push({ field: 'conditions', message: `Line ${line}: ${message}` })
  const when = 'when' in read ? read.when : (own?.when ?? [])
  if (own === undefined) return [{ source: sourceOf[kind], when }, ...before.filter(({ source }) => kindOf(source) !== kind)]
  return before.map(source => (source === own ? { ...source, when } : source))
}

/** The added condition is one more line of the last set; adding what stands there already adds nothing. */
export function withAdded({ conditions, add }: Pick<RuleFields, 'conditions' | 'add'>): string {
  if (add === '' || conditions.split('\n').some(line => line.trim() === add)) return conditions
  return conditions === '' ? add : `${conditions}\n${add}`
}

/** Only the first logic app is the form's; more of them, and targets of other kinds, stay. */
async function readTargets(world: World, word: string, shape: Rule | undefined, errors: FieldError[]): Promise<RuleTarget[]> {
  const before = shape?.targets ?? []
  const own = before.find(({ logicAppId }) => logicAppId !== undefined)
  const logicAppId = await readApp(world, word, own, errors)
  if (logicAppId === undefined) return before
  if (logicAppId.toLowerCase() === own?.logicAppId?.toLowerCase()) return before
  const target: RuleTarget = { type: 'LogicApp', logicAppId }
  return own === undefined ? [target, ...before] : before.map(one => (one === own ? target : one))
}

async function readApp(
  world: World,
  word: string,
  own: RuleTarget | undefined,
  errors: FieldError[],
): Promise<string | undefined> {
  if (word === '') {
    errors.push({ field: 'logicApp', message: 'Choose the logic app that the rule starts.' })
    return undefined
  }
  if (word.toLowerCase() === own?.logicAppId?.toLowerCase()) return own.logicAppId
  try {
    return (await appNamed(world, word)).id
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.retry) throw thrown
    errors.push({ field: 'logicApp', message: thrown.message })
    return undefined
  }
}
