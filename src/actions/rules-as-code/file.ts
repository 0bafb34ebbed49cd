import { z } from 'zod'
import { Condition } from '../../model/condition.ts'
import { readConditions } from '../../model/condition-text.ts'
import { Kind } from '../../model/event.ts'
import type { LogicApp } from '../../model/logic-app.ts'
import { type RuleDraft, type RuleSource, type RuleTarget, sourceOf } from '../../model/rule.ts'
import { noSecretsInRules, notKept, withoutKeys } from '../../model/secret.ts'
import { tableOf } from '../../table.ts'
import { readYaml, type TextError, type YamlText } from './yaml.ts'

/** Azure's own shape of a source, for what the short form (`on`, `when`) can't say. */
const Source = z.strictObject({ source: z.string(), when: z.array(z.array(Condition)).default([]) })

/** One rule as it is written in a file. */
export const Entry = z.strictObject({
  name: z.string().min(1),
  subscription: z.string().min(1),
  group: z.string().min(1),
  location: z.string().min(1).optional(),
  description: z.string().default(''),
  enabled: z.boolean().default(true),
  /** ARM ids; the whole subscription when absent. */
  scopes: z.array(z.string()).min(1).optional(),
  on: Kind.optional(),
  /** One condition a line, `or` between sets; every event when absent. */
  when: z.string().optional(),
  sources: z.array(Source).optional(),
  /** Logic apps: names where only one has it, or ARM ids. */
  run: z.union([z.string(), z.array(z.string())]).optional(),
  /** What else Azure holds for the rule, in its own words. */
  keep: z.record(z.string(), z.unknown()).optional(),
})
export type Entry = z.infer<typeof Entry>
const File = z.strictObject({ version: z.literal(1), rules: z.array(Entry) })

/** What the file's words are read against. */
export interface Known {
  apps: LogicApp[]
  isSubscription(id: string): boolean
  /** Where a resource group lies; for rules that say no location. */
  locationOf(subscription: string, group: string): string | undefined
}

export interface FileError extends TextError {
  rule?: string
}

const oneLine =
  'This came as one line, and a file of rules needs its lines: paste it where "rules plan" alone asks for it, or attach it as a file.'

/** A file of rules → drafts, or everything that is wrong with it, each with its line. */
export function readRules(text: string, known: Known): { drafts: RuleDraft[] } | { errors: FileError[] } {
  const keys = linesWithKeys(text)
  if (keys.length > 0) return { errors: keys.map(line => ({ line, path: '', message: noSecretsInRules })) }
  const yaml = readYaml(text)
  if ('errors' in yaml) return isFlattened(text) ? { errors: [{ path: '', message: oneLine }] } : yaml
  const file = File.safeParse(yaml.value, { error: inWords })
  if (!file.success) return { errors: file.error.issues.flatMap(issue => errorsOf(issue, yaml)) }
  const read = file.data.rules.map((entry, index) => readEntry(entry, known, place(yaml, index, entry.name)))
  const errors = [...read.flatMap(one => one.errors), ...twins(file.data.rules, yaml)]
  return errors.length > 0 ? { errors } : { drafts: read.map(one => one.draft) }
}

/** As a line for commands makes of what is pasted into it. */
function isFlattened(text: string): boolean {
  return /^version:[^\n]*[ \t]rules:[^\n]*$/.test(text.trim())
}

function linesWithKeys(text: string): number[] {
  return text.split('\n').flatMap((line, index) => (line.includes(notKept) || withoutKeys(line) !== line ? [index + 1] : []))
}

/** What zod would say of a shape, for people. */
function inWords(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type')
    return issue.input === undefined ? 'This is missing.' : `This must be ${typeWords.get(issue.expected) ?? issue.expected}.`
  if (issue.code === 'invalid_value') return `This must be ${issue.values.map(String).join(' or ')}.`
  if (issue.code === 'invalid_union') return 'This must be a text, or a list of texts.'
  return issue.code === 'too_small' ? 'This must not be empty.' : undefined
}

const typeWords = tableOf({
  string: 'a text',
  array: 'a list',
  object: 'fields with values',
  boolean: 'true or false',
  record: 'fields with values',
})

function errorsOf(issue: z.core.$ZodIssue, yaml: YamlText): FileError[] {
  const names = issue.code === 'unrecognized_keys' ? issue.keys : [undefined]
  return names.map(name => {
    const path = name === undefined ? issue.path : [...issue.path, name]
    const line = yaml.lineOf(path)
    const message = name === undefined ? issue.message : `There is no "${name}" here.`
    return { path: pathText(path), message, ...(line !== undefined && { line }) }
  })
}

function pathText(path: PropertyKey[]): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`)).join('')
}

/** Makes errors that say where in the file. */
type At = (field: keyof Entry, message: string, plus?: number) => FileError

function place(yaml: YamlText, index: number, rule: string): At {
  return (field, message, plus = 0) => {
    const path = ['rules', index, field]
    const line = yaml.lineOf(path)
    return { path: pathText(path), message, rule, ...(line !== undefined && { line: line + plus }) }
  }
}

function readEntry(entry: Entry, known: Known, at: At): { draft: RuleDraft; errors: FileError[] } {
  const { name, subscription, group, description, enabled, keep } = entry
  const sources = sourcesOf(entry, at)
  const targets = targetsOf(entry, known.apps, at)
  const location = entry.location ?? known.locationOf(subscription, group)
  const unplaced = !known.isSubscription(subscription)
    ? [at('subscription', `No subscription that is looked after here has the id "${subscription}".`)]
    : location === undefined
      ? [at('group', `There is no resource group "${group}" in that subscription.`)]
      : []
  const draft: RuleDraft = {
    name,
    subscription,
    group,
    location: location ?? '',
    description,
    enabled,
    scopes: entry.scopes ?? [`/subscriptions/${subscription}`],
    sources: sources.good,
    targets: targets.good,
    ...(keep && { resource: JSON.stringify(keep) }),
  }
  return { draft, errors: [...unplaced, ...sources.errors, ...targets.errors] }
}

interface Read<Good> {
  good: Good[]
  errors: FileError[]
}

function sourcesOf({ on, when = '', sources }: Entry, at: At): Read<RuleSource> {
  if ((on === undefined) === (sources === undefined))
    return { good: [], errors: [at('on', 'Say either "on" (alert, recommendation or compliance) or "sources".')] }
  if (on === undefined) return { good: sources ?? [], errors: [] }
  const read = readConditions(on, when)
  if ('errors' in read) return { good: [], errors: read.errors.map(({ line, message }) => at('when', message, line)) }
  return { good: [{ source: sourceOf[on], when: read.when }], errors: [] }
}

function targetsOf({ run = [], keep }: Entry, apps: LogicApp[], at: At): Read<RuleTarget> {
  const found = [run].flat().map(word => appOf(word, apps))
  const good = found.flatMap(one => ('id' in one ? [{ type: 'LogicApp', logicAppId: one.id }] : []))
  const errors = found.flatMap(one => ('message' in one ? [at('run', one.message)] : []))
  const others = otherTargets(keep)
  if (found.length === 0 && others.length === 0) errors.push(at('run', 'Say which logic app to run.'))
  return { good: [...good, ...others], errors }
}

/** What can't be a name is an id, taken as it is: whether it is there is for the check of the rule to say. */
function appOf(word: string, apps: LogicApp[]): { id: string } | { message: string } {
  if (!/^[\w().-]{1,80}$/.test(word)) return { id: word }
  const [only, ...more] = apps.filter(({ name }) => name.toLowerCase() === word.toLowerCase())
  if (only === undefined) return { message: `There is no logic app "${word}".` }
  return more.length === 0 ? { id: only.id } : { message: `Several logic apps are called "${word}"; write the resource id.` }
}

const Kept = z.object({ properties: z.object({ actions: z.array(z.object({ actionType: z.string().optional() })).default([]) }) })

function otherTargets(keep: Entry['keep']): RuleTarget[] {
  const actions = Kept.safeParse(keep).data?.properties.actions ?? []
  return actions.flatMap(({ actionType: type }) => (type === undefined || type.toLowerCase() === 'logicapp' ? [] : [{ type }]))
}

/** Two entries for one rule would undo each other. */
function twins(entries: Entry[], yaml: YamlText): FileError[] {
  const seen = new Set<string>()
  return entries.flatMap((entry, index) => {
    const key = [entry.subscription, entry.group, entry.name].join('/').toLowerCase()
    if (seen.has(key)) return [place(yaml, index, entry.name)('name', `The rule "${entry.name}" is in the file twice.`)]
    seen.add(key)
    return []
  })
}
