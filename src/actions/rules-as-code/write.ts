import { isDeepStrictEqual } from 'node:util'
import { readConditions, writeConditions } from '../../model/condition-text.ts'
import type { Kind } from '../../model/event.ts'
import type { LogicApp } from '../../model/logic-app.ts'
import { kindOf, type Rule, type RuleSource } from '../../model/rule.ts'
import type { Entry } from './file.ts'
import { remainderOf } from './keep.ts'
import { writeYaml } from './yaml.ts'

const about = ` Rules of Microsoft Defender for Cloud, as Defender ChatOps writes and reads them.
 on: alert, recommendation or compliance. when: one condition a line, "or" between sets; every event when absent.
 run: a logic app, by name where only one has it. scopes: the whole subscription when absent.
 keep: what else Azure holds for the rule. Reading the file back changes nothing.`

/** Rules → YAML. One that can't be read here is named in a comment with the reason, never left out silently. */
export function writeRules(rules: Rule[], apps: LogicApp[]): string {
  const unread = rules.flatMap(({ name, unread }) =>
    unread === undefined ? [] : [` Not in this file: ${name}. ${oneLine(unread)}`],
  )
  const entries = rules.filter(rule => rule.unread === undefined).map(rule => entryOf(rule, apps))
  return writeYaml({ version: 1, rules: entries }, [about, ...unread].join('\n'))
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ')
}

export function entryOf(rule: Rule, apps: LogicApp[]): Entry {
  const { name, subscription, group, location, description, enabled, scopes } = rule
  const keep = remainderOf(rule.resource)
  const whole = scopes.length === 1 && scopes[0]?.toLowerCase() === `/subscriptions/${subscription}`.toLowerCase()
  const run = rule.targets.flatMap(({ logicAppId }) => (logicAppId === undefined ? [] : [appWord(logicAppId, apps)]))
  return {
    name,
    subscription,
    group,
    location,
    description,
    enabled,
    ...(!whole && { scopes }),
    ...sourcesOf(rule.sources),
    ...(run.length > 0 && { run: run.length === 1 && run[0] !== undefined ? run[0] : run }),
    ...(keep && { keep }),
  }
}

/** The short form where it says the same. */
function sourcesOf(sources: RuleSource[]): Pick<Entry, 'on' | 'when' | 'sources'> {
  const [only, ...more] = sources
  const kind = only === undefined || more.length > 0 ? undefined : kindOf(only.source)
  const text = kind === undefined || only === undefined ? undefined : shortForm(kind, only)
  if (kind === undefined || text === undefined) return { sources }
  return text === '' ? { on: kind } : { on: kind, when: text }
}

function shortForm(kind: Kind, { when }: RuleSource): string | undefined {
  const text = writeConditions(kind, when)
  const back = readConditions(kind, text)
  return 'when' in back && isDeepStrictEqual(back.when, when) ? text : undefined
}

function appWord(id: string, apps: LogicApp[]): string {
  const app = apps.find(one => one.id.toLowerCase() === id.toLowerCase())
  const twins = app === undefined ? [] : apps.filter(({ name }) => name.toLowerCase() === app.name.toLowerCase())
  return app !== undefined && twins.length === 1 ? app.name : id
}
