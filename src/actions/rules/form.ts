import type { Card, Choice } from '../../../cards/card.ts'
import { appChoice } from '../../../cards/offered.ts'
import { type RuleFormValues, ruleFormCard } from '../../../cards/rule-form.ts'
import { ruleKindCard } from '../../../cards/rule-kind.ts'
import type { RuleReview, Theirs } from '../../../cards/rule-review.ts'
import { count } from '../../../cards/text.ts'
import type { Kind } from '../../model/event.ts'
import { kindOf, logicAppIds, type Rule } from '../../model/rule.ts'
import type { World } from '../../ports.ts'
import type { Context, FieldError } from '../action.ts'
import { appsFor } from '../eligible.ts'
import { deletedWords } from './deleted.ts'
import { conditionsOf, homeOf, scopeAsIs, sourceFor, wholeSubscription } from './fields.ts'
import { latestDraft } from './kept-draft.ts'
import { marksOf, newsOf } from './offer-news.ts'
import { homeWords, lastSegment, subscriptionName, wording } from './words.ts'

export interface FormParts {
  kind: Kind
  values: RuleFormValues
  replacing?: Rule | undefined
  errors?: FieldError[]
  review?: RuleReview
  theirs?: Theirs
  hidden: Record<string, string>
  /** Marks of the logic apps that could be chosen before; when given, the form says what is new. */
  known?: string
}

/** Asked first. What was typed before and left, for a logic app that was still to be made, is offered again. */
export async function kindForm(context: Context, said?: string): Promise<Card> {
  return ruleKindCard(await latestDraft(context), said)
}

/** The rule's form with all there is to choose from now. */
export async function formOf(
  context: Context,
  { kind, values, replacing, errors = [], review, theirs, hidden, known }: FormParts,
): Promise<Card> {
  const { world, now } = context
  const [told, homes, offer] = await Promise.all([wording(world), homeChoices(world), appsFor(context, kind)])
  const apps = offer.eligible.map(appChoice)
  const scopes = scopeChoices(homes, replacing)
  const offered = withPresent(apps, values.logicApp)
  return ruleFormCard({
    kind,
    values: {
      ...values,
      home: chosen(values.home, homes),
      scope: chosen(values.scope, scopes),
      logicApp: chosen(values.logicApp, offered),
    },
    homes,
    scopes,
    apps: offered,
    unfit: offer.others.map(({ app, reason }) => ({ name: app.name, reason })),
    known: await marksOf(world, offer),
    errors,
    kept: replacing === undefined ? deletedWords(hidden) : keptParts(replacing, kind),
    hidden: { kind, ...hidden },
    now,
    ...(replacing !== undefined && { editing: { name: replacing.name, home: homeWords(replacing, told) } }),
    ...(replacing !== undefined && conditionsOf(replacing, kind) === undefined && { fixedConditions: tooLong(replacing, kind) }),
    ...(replacing?.fixedTargets !== undefined && { fixedApp: fixedApp(replacing, replacing.fixedTargets) }),
    ...(review && { review }),
    ...(theirs && { theirs }),
    ...(known !== undefined && { news: await newsOf(world, offer, known) }),
  })
}

/** Said with the way round it, before anything is typed. */
function tooLong(rule: Rule, kind: Kind): string {
  const sets = sourceFor(rule.sources, kind)?.when.length ?? 0
  const [are, stay] = sets === 1 ? ['is', 'stays'] : ['are', 'stay']
  return `Its ${count(sets, 'set')} of conditions ${are} too long for a form and ${stay} as now. Change them as a file, where the bot runs: npm run -s rules -- export yaml ${rule.name} > rules.yaml, edit it, attach it to “rules plan” here, or npm run -s rules -- apply rules.yaml.`
}

function fixedApp(rule: Rule, why: string): string {
  return `What it starts (${logicAppIds(rule).map(lastSegment).join(', ')}) stays as now: ${why.charAt(0).toLowerCase()}${why.slice(1)} Change that in the Azure portal; everything else can be changed here.`
}

/** Every resource group that a rule can live in. */
export async function homeChoices(world: World): Promise<Choice[]> {
  const [groups, told] = await Promise.all([world.azure.catalogue.groups(), wording(world)])
  return groups.map(({ subscription, name }) => ({
    value: homeOf({ subscription, group: name }),
    title: name,
    note: subscriptionName(subscription, told),
  }))
}

/** What a rule starts already stays to be chosen, whether or not it could be chosen anew. */
function withPresent(apps: Choice[], present: string): Choice[] {
  if (present === '' || apps.some(({ value }) => value.toLowerCase() === present.toLowerCase())) return apps
  return [{ value: present, title: lastSegment(present) }, ...apps]
}

/** Of a rule that is changed, the groups of its own subscription. */
export function scopeChoices(homes: Choice[], replacing: Rule | undefined): Choice[] {
  const own = replacing === undefined ? '' : `${replacing.subscription}/`.toLowerCase()
  const near = homes.filter(({ value }) => value.toLowerCase().startsWith(own))
  const asIs = { value: scopeAsIs, title: `As now: ${(replacing?.scopes ?? []).map(lastSegment).join(', ')}` }
  return [
    { value: wholeSubscription, title: 'The whole subscription' },
    ...(replacing !== undefined && replacing.scopes.length > 1 ? [asIs] : []),
    ...near.map(home => ({ ...home, title: `Only ${home.title}` })),
  ]
}

/** Names in Azure have no case: a choice is what is written there. */
function chosen(value: string, choices: Choice[]): string {
  return choices.find(one => one.value.toLowerCase() === value.toLowerCase())?.value ?? value
}

function keptParts(rule: Rule, kind: Kind): string[] {
  const sources = rule.sources.filter(({ source }) => kindOf(source) !== kind).map(({ source }) => source)
  const targets = [
    ...rule.targets.filter(({ logicAppId }) => logicAppId === undefined).map(({ type }) => type),
    ...logicAppIds(rule).slice(1).map(lastSegment),
  ]
  return [
    ...(sources.length === 0 ? [] : [`It also hears ${sources.join(', ')}; that stays as it is.`]),
    ...(targets.length === 0 ? [] : [`It also starts or feeds ${targets.join(', ')}; that stays as it is.`]),
  ]
}
