import type { KnownRecommendation } from './catalogue.ts'
import { checkConditions, type Remark } from './check-conditions.ts'
import { kindWords } from './kind-words.ts'
import { type LogicApp, takes, whyNot } from './logic-app.ts'
import { kindOf, type Rule, type RuleDraft } from './rule.ts'
import { covers, subscriptionOf } from './rule-scope.ts'

export interface DraftCheck {
  /** What must change before it can be saved. */
  errors: Remark[]
  /** What is allowed but likely not meant. */
  warnings: Remark[]
  /** A sentence that the person must accept first: the rule fires on everything. */
  confirm?: string
}

export interface Known {
  rules: Rule[]
  apps: LogicApp[]
  recommendations: KnownRecommendation[]
}

/** Everything that can be told about a rule before Azure is asked, all at once, each at its field. `replacing`: the rule as it stands. */
export function checkDraft(draft: RuleDraft, known: Known, replacing?: Rule): DraftCheck {
  const conditions = checkConditions(draft, known.recommendations, replacing)
  const target = checkTarget(draft, known.apps)
  const own = [...checkName(draft, known.rules, replacing), ...checkScope(draft), ...checkKind(draft)]
  const confirm = firesOnAll(draft)
  return {
    errors: [...own, ...conditions.errors, ...target.errors],
    warnings: [...conditions.warnings, ...target.warnings],
    ...(confirm !== undefined && { confirm }),
  }
}

const longestName = 260
/** Azure's lists take rules of these names for exports and show them elsewhere. */
const namesOfExports = ['exporttoworkspace', 'exporttoeventhub']

function checkName(draft: RuleDraft, rules: Rule[], replacing: Rule | undefined): Remark[] {
  const message =
    nameFault(draft.name) ??
    (isTaken(draft, rules, replacing) ? `There is already a rule named ${draft.name} in ${draft.group}.` : undefined)
  return message === undefined ? [] : [{ field: 'name', message }]
}

function nameFault(name: string): string | undefined {
  if (name === '') return 'Give the rule a name.'
  if (name.length > longestName) return `The name has ${name.length} characters; Azure allows ${longestName}.`
  const odd = /[^A-Za-z0-9_-]/u.exec(name)?.[0]
  if (odd !== undefined) return `The name can have letters, digits, _ and -, but not ${odd === ' ' ? 'a space' : `“${odd}”`}.`
  if (namesOfExports.includes(name.toLowerCase()))
    return `Azure keeps the name ${name} for its exports; a rule of that name is hidden in the portal.`
  return undefined
}

function isTaken({ name, group, subscription }: RuleDraft, rules: Rule[], replacing: Rule | undefined): boolean {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
  return rules.some(
    rule =>
      same(rule.name, name) &&
      same(rule.group, group) &&
      same(rule.subscription, subscription) &&
      !same(rule.id, replacing?.id ?? ''),
  )
}

function checkScope({ scopes, subscription, group }: RuleDraft): Remark[] {
  if (group.trim() === '') return [{ field: 'group', message: 'Choose the resource group in which Azure keeps the rule.' }]
  const remarks: Remark[] = []
  if (scopes.length === 0)
    remarks.push({ field: 'scope', message: 'Choose the subscription or the resource groups that the rule covers.' })
  for (const scope of scopes) {
    const message = scopeFault(scope, subscription)
    if (message !== undefined) remarks.push({ field: 'scope', message })
  }
  return remarks
}

function scopeFault(scope: string, subscription: string): string | undefined {
  if (!/^\/?subscriptions\/[^/]+(\/resourcegroups\/[^/]+)?\/?$/i.test(scope))
    return `“${scope}” is neither a subscription nor a resource group.`
  if (covers(`/subscriptions/${subscription}`, scope)) return undefined
  return `A rule covers only its own subscription or resource groups in it; ${subscriptionOf(scope)} is another one. Make a rule there, or let a policy make one in each.`
}

function checkKind({ sources }: RuleDraft): Remark[] {
  if (sources.length === 0)
    return [{ field: 'kind', message: 'Choose what the rule listens to: alerts, recommendations or compliance changes.' }]
  return sources.flatMap(({ source }) => (kindOf(source) === undefined ? { field: 'kind', message: kindFault(source) } : []))
}

function kindFault(source: string): string {
  if (/^subassessments/i.test(source))
    return 'Sub-assessments reach exports only and never start a logic app one by one. Choose recommendations: the parent’s change of status is what starts one.'
  return `Azure starts logic apps for alerts, recommendations and compliance changes, not for ${source}.`
}

function checkTarget({ sources, targets }: RuleDraft, apps: LogicApp[]): { errors: Remark[]; warnings: Remark[] } {
  const ids = targets.flatMap(({ logicAppId }) => logicAppId ?? [])
  if (ids.length === 0)
    return { errors: [{ field: 'logicApp', message: 'Choose the logic app that the rule runs.' }], warnings: [] }
  const errors: Remark[] = []
  const warnings: Remark[] = []
  for (const id of ids) {
    const app = apps.find(candidate => candidate.id.toLowerCase() === id.toLowerCase())
    if (app === undefined)
      errors.push({
        field: 'logicApp',
        message: `The logic app ${id.split('/').at(-1)} is not there, or it can’t be seen from here.`,
      })
    else for (const { source } of sources) judge(app, source, errors, warnings)
  }
  return { errors, warnings }
}

function judge(app: LogicApp, source: string, errors: Remark[], warnings: Remark[]): void {
  const kind = kindOf(source)
  const reason = kind === undefined ? undefined : whyNot(app, kind)
  if (reason === undefined) return
  const byHttp = app.plan === 'consumption' && app.triggers.some(trigger => takes(trigger) === 'http')
  const fits = kind !== undefined && whyNot({ ...app, enabled: true }, kind) === undefined
  if (fits)
    warnings.push({
      field: 'logicApp',
      message: `${app.name} is disabled: the rule is saved, but nothing runs until it is enabled.`,
    })
  else if (byHttp)
    warnings.push({
      field: 'logicApp',
      message: `${app.name} starts by HTTP. Azure sends it the event, but the portal does not offer it for rules.`,
    })
  else errors.push({ field: 'logicApp', message: `${app.name} can’t be used. ${reason}` })
}

function firesOnAll({ sources, scopes }: RuleDraft): string | undefined {
  const open = sources
    .filter(({ when }) => when.length === 0 || when.some(set => set.length === 0))
    .flatMap(({ source }) => kindOf(source) ?? [])
  if (open.length === 0) return undefined
  const where = scopes.length === 1 && !/resourcegroups/i.test(scopes[0] ?? '') ? 'its subscription' : 'its scope'
  return `Without conditions the rule fires on every ${open.map(kind => kindWords[kind].one).join(' and every ')} in ${where}.`
}
