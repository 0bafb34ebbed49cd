import { type Finding, lastSet, type Status } from '../src/model/finding.ts'
import type { Button, Card, Details, Do, Element, Fact, Link } from './card.ts'
import { entityFacts } from './entities.ts'
import { type Part, type PartName, part, titleLength, unfold } from './parts.ts'
import { runLine } from './run-line.ts'
import { count, inline, isHttps, short } from './text.ts'
import { isToday, spoken, when } from './time.ts'
import { badge, findingTone, kindWord, newestRuns, ownerWord, stateWord, statusDeed, statusDone } from './words.ts'

export interface FindingView {
  finding: Finding
  /** Other findings on the same resource, newest first. */
  related: Finding[]
  now: Date
  /** `read`: no buttons, only the portal's link. */
  audience: 'act' | 'read'
  /** Verbs that whoever looks lacks the rights for: they have no buttons. */
  without?: readonly string[]
  subscriptionName?: string
}

const factsShown = 5
const buttonsShown = 3
const runsShown = 3
const unitsShown = 10
/** About two lines at the usual width. */
const descriptionShown = 180
/** About a line and a half. */
const reasonShown = 140
/** No host shows more at once; what is longer is always read page by page. */
const descriptionCarried = 40_000

export function findingCard(view: FindingView): Card {
  const { finding, audience, now } = view
  return {
    fallback: findingFallback(finding, now),
    tone: findingTone(finding),
    body: [
      heading(finding),
      ...whoSet(finding),
      { type: 'title', text: short(inline(finding.event.title), titleLength) },
      { type: 'text', text: whereAndWhen(view), subtle: true, ...portal(finding) },
      ...description(finding),
      ...facts(finding, now),
      ...folds(view),
      ...runs(finding, now),
    ],
    buttons: audience === 'act' ? buttons(view) : [],
    more: audience === 'act' ? more(view) : [],
    of: finding.id,
  }
}

/** `High alert: Suspicious PowerShell activity on vm-web-03, 12:04 UTC. In progress, Analyst` */
export function findingFallback(finding: Finding, now: Date): string {
  const { event } = finding
  const what = `${badge(event)} ${kindWord[event.kind].toLowerCase()}: ${short(inline(event.title), titleLength)}`
  const owner = finding.owner === undefined ? '' : `, ${inline(finding.owner.name)}`
  return `${what} on ${short(inline(event.resource.name), 80)}, ${spoken(event.at, now)}. ${stateWord(finding)}${owner}`
}

function heading(finding: Finding): Element {
  const { event } = finding
  const left = event.kind === 'alert' && event.incident ? 'Incident' : kindWord[event.kind]
  const right = `${stateWord(finding)}${ownerWord(finding)}`
  return { type: 'heading', badge: badge(event).toUpperCase(), tone: findingTone(finding), left, right }
}

/** `Dismissed by Analyst: planned work`, under the state itself. */
function whoSet(finding: Finding): Element[] {
  const last = isWithdrawn(finding) ? undefined : lastSet(finding)
  if (last === undefined) return []
  const text = `${statusDone[finding.status]} by ${short(inline(last.by.name), 60)}${inline(last.why ?? '') === '' ? '' : `: ${inline(last.why ?? '')}`}`
  return [{ type: 'text', text, subtle: true, foldAt: reasonShown, unfold: unfold(finding, 'history', 'Show more') }]
}

function whereAndWhen({ finding, subscriptionName, now }: FindingView): string {
  const { resource, at } = finding.event
  const places = [resource.name, resource.group, subscriptionName].map(place => short(inline(place ?? ''), 80))
  return [...new Set(places.filter(place => place !== '')), when(at, now)].join(' · ')
}

function description(finding: Finding): Element[] {
  const text = finding.event.description.slice(0, descriptionCarried).trim()
  if (text === '') return []
  return [{ type: 'text', text, foldAt: descriptionShown, unfold: unfold(finding, 'description', 'Show more') }]
}

function facts(finding: Finding, now: Date): Element[] {
  const shown = allFacts(finding, now)
    .filter(fact => fact.value !== '')
    .slice(0, factsShown)
  return shown.length === 0 ? [] : [{ type: 'facts', facts: shown }]
}

function allFacts({ event }: Finding, now: Date): Fact[] {
  switch (event.kind) {
    case 'alert': {
      const techniques = event.techniques.length === 0 ? '' : ` (${event.techniques.join(', ')})`
      const tactic = { label: 'Tactic', value: short(inline(`${event.tactics.map(apart).join(', ')}${techniques}`), 160) }
      return [tactic, ...entityFacts(event, factsShown - (tactic.value === '' ? 0 : 1))]
    }
    case 'recommendation':
      return [
        { label: 'State', value: recommendationState(event, now) },
        { label: 'Cause', value: short(inTheirWords(inline(event.cause ?? '')), 160) },
        { label: 'Effort', value: effortAndImpact(event.effort, event.impact) },
        { label: 'Threats', value: short(inline(event.threats.map(spaced).join(', ')), 160) },
      ]
    case 'compliance':
      return [
        { label: 'Standard', value: short(inline(event.standard), 120) },
        { label: 'Control', value: short(inline(event.control), 160) },
        {
          label: 'Assessed',
          value: tally([
            [event.failed, 'failed'],
            [event.passed, 'passed'],
            [event.skipped, 'skipped'],
          ]),
        },
      ]
  }
}

const states = { unhealthy: 'Unhealthy', healthy: 'Healthy', 'not-applicable': 'Not applicable' }

function recommendationState(
  event: { status: keyof typeof states; withdrawn: boolean; since?: string | undefined },
  now: Date,
): string {
  if (event.withdrawn) return 'Withdrawn by Azure: the resource or the recommendation is gone'
  const since = event.since === undefined ? '' : ` since ${when(event.since, now)}`
  return `${event.status === 'healthy' ? 'Unhealthy → ' : ''}${states[event.status]}${since}`
}

function effortAndImpact(effort: string | undefined, impact: string | undefined): string {
  const words = [
    effort === undefined ? '' : inline(effort),
    impact === undefined ? '' : `impact on users ${inline(impact).toLowerCase()}`,
  ]
  return short(words.filter(word => word !== '').join(', '), 80)
}

/** A cause is a code, `OffByPolicy`, or a sentence, which stays as Azure wrote it. */
function inTheirWords(cause: string): string {
  return cause.includes(' ') ? cause : spaced(cause)
}

/** Azure writes threats without spaces: `dataExfiltration`. */
function spaced(word: string): string {
  const words = apart(word).toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** `LateralMovement` is *Lateral Movement* in the portal. */
function apart(word: string): string {
  return word.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
}

function tally(counts: [number, string][]): string {
  return counts
    .filter(([n]) => n > 0)
    .map(([n, word]) => `${n.toLocaleString('en-US')} ${word}`)
    .join(', ')
}

/** Who has buttons finds the history among them. */
function folds({ finding, related, now, audience }: FindingView): Element[] {
  const history: PartName[] = audience === 'act' ? [] : ['history']
  const names: PartName[] = ['remediation', 'entities', 'related', ...history, 'fields']
  const today = related.filter(other => isToday(other.event.at, now)).length
  return names
    .map(name => part(name, finding, related, now, unitsShown))
    .filter(({ units }) => units.length > 0)
    .map(one =>
      fold(finding, one.name === 'related' && today === related.length ? { ...one, title: `Related (${today} today)` } : one),
    )
}

function fold(finding: Finding, { name, title, total, units }: Part): Details {
  const rest = total - unitsShown
  const all: Element = {
    type: 'rows',
    rows: [
      { badge: '', tone: 'neutral', text: count(rest, 'more', 'more'), subtle: '', button: unfold(finding, name, 'Show all') },
    ],
  }
  return {
    type: 'details',
    title,
    body: rest > 0 ? [...units, all] : units,
    unfold: unfold(finding, name, title),
  }
}

function runs(finding: Finding, now: Date): Element[] {
  const rest = finding.runs.length - runsShown
  const lines: Element[] = newestRuns(finding)
    .slice(0, runsShown)
    .map(run => runLine(run, now))
  if (rest <= 0) return lines
  const more: Element = {
    type: 'details',
    title: count(rest, 'more run'),
    body: [],
    unfold: unfold(finding, 'runs', count(rest, 'more run')),
  }
  return [...lines, more]
}

function portal({ event: { portalUrl = '' } }: Finding): { link?: Link } {
  return isHttps(portalUrl) ? { link: { label: 'Portal ↗', url: portalUrl } } : {}
}

/**
 * What makes sense now: one primary, two more. Recommendations and compliance end at the source by being fixed, so they have no Resolve and no
 * Dismiss.
 */
function buttons({ finding, without }: FindingView): Button[] {
  return isWithdrawn(finding) ? history(finding) : choices(finding, without).slice(0, buttonsShown)
}

function more({ finding, without }: FindingView): Button[] {
  return isWithdrawn(finding)
    ? []
    : [...choices(finding, without).slice(buttonsShown), ...aboutRules(finding), ...history(finding)]
}

function aboutRules(finding: Finding): Do[] {
  return [act(finding, 'Make a rule', 'rule from', {}, { dialog: true }), act(finding, 'Why', 'why', {}, { dialog: true })]
}

/** Nothing while nothing has happened. */
function history(finding: Finding): Do[] {
  const { length } = finding.history
  return length === 0 ? [] : [unfold(finding, 'history', `History (${length})`)]
}

/** The most wanted first. */
function choices(finding: Finding, without: readonly string[] = []): Do[] {
  return allChoices(finding).filter(({ action }) => !without.includes(action))
}

function allChoices(finding: Finding): Do[] {
  const trigger = act(finding, 'Trigger logic app', 'run', {}, { style: 'primary', dialog: true })
  const assign = act(finding, 'Assign to…', 'assign', {}, { dialog: true })
  const isAlert = finding.event.kind === 'alert'
  if (isOver(finding)) return [trigger, ...again(finding), ...(isAlert ? [status(finding, 'active')] : []), assign]
  const mine = act(finding, 'Assign to me', 'assign', { to: 'me' })
  const begin = finding.status === 'in-progress' ? [] : [status(finding, 'in-progress')]
  const dismiss = act(finding, statusDeed.dismissed, 'status', { to: 'dismissed' }, { dialog: true })
  const isFree = finding.owner === undefined
  const end = isAlert ? [status(finding, 'resolved')] : []
  return [
    trigger,
    ...again(finding),
    ...(isFree ? [mine] : []),
    ...end,
    ...begin,
    ...(isAlert ? [dismiss] : []),
    ...(isFree ? [] : [mine]),
    assign,
  ]
}

/** Only while nothing was run since. */
function again(finding: Finding): Do[] {
  const [last] = newestRuns(finding)
  return last?.state === 'failed' ? [act(finding, 'Run again', 'run again', { run: last.id })] : []
}

function isOver(finding: Finding): boolean {
  return finding.status === 'resolved' || finding.status === 'dismissed'
}

function isWithdrawn({ event }: Finding): boolean {
  return event.kind === 'recommendation' && event.withdrawn
}

function status(finding: Finding, to: Status): Do {
  return act(finding, statusDeed[to], 'status', { to })
}

function act(
  finding: Finding,
  label: string,
  action: string,
  input: Record<string, string>,
  look: Pick<Do, 'style' | 'dialog'> = {},
): Do {
  return { type: 'do', label, action, findingId: finding.id, input, ...look }
}
