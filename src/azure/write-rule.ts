import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { Problem } from '../errors.ts'
import type { Condition } from '../model/condition.ts'
import type { Rule, RuleDraft, RuleSource, RuleTarget } from '../model/rule.ts'
import {
  RawAction,
  RawCondition,
  RawScope,
  RawSet,
  RawSource,
  readCondition,
  readSource,
  readTarget,
  same,
  whyFixed,
  whyUnread,
} from './read-rule.ts'

const Loose = z.record(z.string(), z.unknown())
type Loose = z.infer<typeof Loose>
const LooseList = z.array(Loose).catch([])

/** Callback addresses by lower-case id of the logic app. Secret. */
export type Addresses = ReadonlyMap<string, string>

const older = '2019-01-01-preview'
/** Reads all that the older has, and more: what is kept can't be less than what is there. */
export const newer = '2023-12-01-preview'
/** Azure's own to say; the etag is that of the rule which is replaced. */
const notSent = ['id', 'name', 'type', 'systemData', 'etag']

/**
 * What Azure is sent: the draft laid over the resource that it brings along or replaces. What the draft leaves as it was stays as Azure wrote
 * it, and so does what is not modelled; only the addresses, which Azure never gives back, are put in anew. The etag travels in the body.
 */
export function automationBody(draft: RuleDraft, addresses: Addresses, replacing?: Rule): Loose {
  const base = baseOf(draft, replacing)
  const properties = propertiesOf(draft, base, replacing)
  const before = LooseList.parse(Loose.catch({}).parse(base.properties).actions)
  return {
    ...Object.fromEntries(Object.entries(base).filter(([key]) => !notSent.includes(key))),
    ...(replacing?.etag === undefined ? {} : { etag: replacing.etag }),
    location: draft.location,
    properties: { ...properties, actions: actions(draft.targets, before, addresses) },
  }
}

/**
 * What of a rule differs, for a PATCH: what that leaves out stays as it is in Azure, the addresses and keys too which Azure never gives back.
 * The etag is not in the model of an update (specification 2023-12-01-preview).
 */
export function changesBody(draft: RuleDraft, replacing: Rule): Loose {
  const base = baseOf(draft, replacing)
  const before = Loose.parse(JSON.parse(replacing.resource))
  const had = Loose.catch({}).parse(before.properties)
  const differing = Object.entries(propertiesOf(draft, base, replacing)).filter(
    ([key, value]) => key !== 'actions' && !isDeepStrictEqual(value, had[key]),
  )
  return {
    ...(isDeepStrictEqual(base.tags, before.tags) ? {} : { tags: base.tags }),
    properties: Object.fromEntries(differing),
  }
}

function baseOf(draft: RuleDraft, replacing?: Rule): Loose {
  return Loose.parse(JSON.parse(draft.resource ?? replacing?.resource ?? '{}'))
}

/** All but the actions, which stay as they were. */
function propertiesOf(draft: RuleDraft, base: Loose, replacing?: Rule): Loose {
  const properties = Loose.catch({}).parse(base.properties)
  return {
    ...properties,
    ...((properties.description ?? '') === draft.description ? {} : { description: draft.description }),
    ...(properties.isEnabled == null && replacing?.enabled === draft.enabled ? {} : { isEnabled: draft.enabled }),
    scopes: scopes(draft.scopes, LooseList.parse(properties.scopes)),
    sources: sources(draft.sources, LooseList.parse(properties.sources)),
  }
}

/** The older version is everywhere; the newer alone has attack paths, and trusted services for event hubs. */
export function automationVersion({ properties }: Loose): string {
  const { sources, actions } = Loose.parse(properties)
  const attackPaths = LooseList.parse(sources).some(raw => /^attackpaths/i.test(RawSource.parse(raw).eventSource))
  const trusted = LooseList.parse(actions).some(({ isTrustedServiceEnabled }) => isTrustedServiceEnabled != null)
  return attackPaths || trusted ? newer : older
}

function scopes(wanted: string[], raws: Loose[]): Loose[] {
  const isIt = (path: string, raw: Loose) => same(RawScope.parse(raw).scopePath, path)
  return paired(wanted, raws, isIt).map(([scopePath, raw]) => raw ?? { scopePath })
}

function sources(wanted: RuleSource[], raws: Loose[]): Loose[] {
  const unchanged = (source: RuleSource, raw: Loose) => isDeepStrictEqual(readSource(RawSource.parse(raw)), source)
  const named = ({ source }: RuleSource, raw: Loose) => same(RawSource.parse(raw).eventSource, source)
  return paired(wanted, raws, unchanged, named).map(([source, raw]) => {
    if (raw !== undefined && unchanged(source, raw)) return raw
    const [unread] = raw === undefined ? [] : whyUnread(RawSource.parse(raw))
    if (unread !== undefined) throw new Problem('NotOffered', `Its conditions can't be changed here. ${unread}`)
    return { eventSource: source.source, ...raw, ruleSets: sets(source.when, LooseList.parse(raw?.ruleSets)) }
  })
}

function sets(wanted: Condition[][], raws: Loose[]): Loose[] {
  const read = (raw: Loose) => RawSet.parse(raw).rules.map(readCondition)
  const rules = raws.flatMap(raw => LooseList.parse(raw.rules))
  const isSet = (set: Condition[], raw: Loose) => isDeepStrictEqual(read(raw), set)
  const isCondition = (one: Condition, raw: Loose) => isDeepStrictEqual(readCondition(RawCondition.parse(raw)), one)
  return paired(wanted, raws, isSet).map(
    ([set, raw]) => raw ?? { rules: paired(set, rules, isCondition).map(([one, rule]) => rule ?? written(one)) },
  )
}

function written({ path, type, operator, value }: Condition): Loose {
  return { propertyJPath: path, propertyType: type, expectedValue: value, operator }
}

function actions(wanted: RuleTarget[], raws: Loose[], addresses: Addresses): Loose[] {
  const read = (raw: Loose) => readTarget(RawAction.parse(raw))
  const isIt = (target: RuleTarget, raw: Loose) => isDeepStrictEqual(read(raw), target)
  const typed = (target: RuleTarget, raw: Loose) => same(read(raw).type, target.type)
  return paired(wanted, raws, isIt, typed).map(([{ type, logicAppId }, raw]) => {
    if (!same(type, 'LogicApp')) return keptAction(type, raw)
    const uri = addresses.get(logicAppId?.toLowerCase() ?? '')
    return { actionType: type, ...raw, logicAppResourceId: logicAppId, uri }
  })
}

/** Targets of other kinds can only be kept, and only when nothing secret is missing from what Azure gave back. */
function keptAction(type: string, raw: Loose | undefined): Loose {
  if (raw === undefined) throw new Problem('BadInput', `A target of the kind ${type} can't be made here.`, { field: 'targets' })
  const fixed = whyFixed(RawAction.parse(raw))
  if (fixed !== undefined)
    throw new Problem('NotOffered', `What it starts can't be changed here. ${fixed} Change it in the Azure portal.`, {
      field: 'logicApp',
    })
  return raw
}

/** Each wanted item beside the raw one that it is by the first likeness that finds one; every raw one is used once. */
function paired<Item>(
  wanted: Item[],
  raws: Loose[],
  ...likenesses: ((item: Item, raw: Loose) => boolean)[]
): [Item, Loose | undefined][] {
  const rest = new Set(raws)
  const pairs = new Map<number, Loose>()
  for (const like of likenesses)
    for (const [index, item] of wanted.entries()) {
      const raw = pairs.has(index) ? undefined : [...rest].find(one => like(item, one))
      if (raw === undefined) continue
      rest.delete(raw)
      pairs.set(index, raw)
    }
  return wanted.map((item, index) => [item, pairs.get(index)])
}
