import { type AppStatistics, type Failing, failingWords } from '../src/model/app-statistics.ts'
import type { Kind } from '../src/model/event.ts'
import { kindTaken, type LogicApp } from '../src/model/logic-app.ts'
import type { Parameter } from '../src/model/parameter.ts'
import type { RunState } from '../src/model/run.ts'
import { standing, takesWords } from './apps.ts'
import type { Button, Card, Do, Element, Fact, Line } from './card.ts'
import { clip, count, inline, isHttps, short } from './text.ts'
import { clockTime, lasting, took, when } from './time.ts'
import { runLook, runWord } from './words.ts'

export interface AppView {
  app: LogicApp
  why?: string
  subscriptionName?: string
  /** Newest first. */
  runs: AppRunView[]
  statistics: AppStatistics
  failing?: Failing
  /** Services that nobody is signed in to for it, by name. */
  signedOut: string[]
  /** Rules that start it, as far as the person may see them. */
  rules: { id: string; name: string; enabled: boolean }[]
  /** How many more there are. */
  hiddenRules: number
  link: string
  now: Date
}

export interface AppRunView {
  state: RunState
  startedAt: string
  endedAt?: string
  error?: string
  link: string
}

const runsShown = 5
const rulesShown = 10
const servicesShown = 5

/** One logic app: what starts it, how it has done, and who relies on it. */
export function appCard(view: AppView): Card {
  const { app, why } = view
  const name = short(inline(app.name), 100)
  const { word, tone } = standingOf(view)
  const but = failingLine(view)
  return {
    fallback: `Logic app ${name}, ${word.toLowerCase()}.${but === undefined ? '' : ` ${but.text}`}`,
    tone,
    body: [
      { type: 'heading', badge: word.toUpperCase(), tone, left: 'Logic app', right: homeOf(view) },
      { type: 'title', text: name },
      ...[why, app.unreadParameters].flatMap(text => (text === undefined ? [] : [warning(text)])),
      ...(but === undefined ? [] : [but]),
      ...view.signedOut.slice(0, servicesShown).map(service => signIn(service, view.link)),
      { type: 'facts', facts: factsOf(view) },
      ...runLines(view),
    ],
    buttons: buttonsOf(view),
    more: app.plan === 'consumption' ? [turn(app)] : [],
  }
}

/** Ready only when its connections are, too. */
function standingOf({ app, why, signedOut, failing }: AppView): ReturnType<typeof standing> {
  const own = standing(app, why, failing)
  return app.enabled && why === undefined && signedOut.length > 0 ? { word: 'Not signed in', tone: 'warn' } : own
}

/** What can be started is not always worth starting. */
function failingLine({ app, why, failing }: AppView): Line | undefined {
  if (failing === undefined || !app.enabled || why !== undefined) return undefined
  const { tone } = standing(app, why, failing)
  return { type: 'line', tone, icon: 'warn', text: `It can be started, but ${failingWords(failing)}.` }
}

function homeOf({ app, subscriptionName }: AppView): string {
  const subscription = subscriptionName === undefined ? '' : ` · ${short(inline(subscriptionName), 60)}`
  return `${short(inline(app.group), 60)}${subscription}`
}

function warning(text: string): Line {
  return { type: 'line', tone: 'warn', icon: 'warn', text: short(inline(text), 300) }
}

function signIn(service: string, link: string): Line {
  const text = `Nobody is signed in to ${short(inline(service), 60)} for it: runs fail there. Sign in under API connections.`
  return { type: 'line', tone: 'warn', icon: 'warn', text, ...(isHttps(link) && { link: { label: 'portal ↗', url: link } }) }
}

function factsOf({ app, statistics, rules, hiddenRules, runs, now }: AppView): Fact[] {
  const [last] = runs
  return [
    { label: 'Started by', value: takesWords(app) },
    {
      label: 'Last run',
      value: last === undefined ? 'none' : `${runWord[last.state].toLowerCase()}, ${when(last.startedAt, now)}`,
    },
    ...(statistics.ended === 0 ? [] : [{ label: 'Lately', value: latelyWords(statistics) }]),
    { label: 'Rules', value: rulesWords(rules, hiddenRules) },
    ...(app.parameters.length === 0 ? [] : [{ label: 'Asks for', value: app.parameters.map(parameterWords).join(', ') }]),
  ]
}

/** `18 of 20 succeeded (90 %), half of them within 2.1 s` */
function latelyWords({ ended, succeeded, medianMs }: AppStatistics): string {
  const rate = `${succeeded} of ${count(ended, 'run')} succeeded (${Math.floor((100 * succeeded) / ended)} %)`
  if (medianMs === undefined) return rate
  return `${rate}, ${ended === 1 ? 'in' : 'half of them within'} ${lasting(medianMs)}`
}

function rulesWords(rules: AppView['rules'], hidden: number): string {
  const names = rules.slice(0, rulesShown).map(({ name, enabled }) => `${short(inline(name), 60)}${enabled ? '' : ' (disabled)'}`)
  const left = hidden + Math.max(0, rules.length - rulesShown)
  if (names.length === 0) return left === 0 ? 'none' : `${left} that you may not see`
  return left === 0 ? names.join(', ') : `${names.join(', ')} and ${left} more`
}

function parameterWords({ label, required }: Parameter): string {
  return `${short(inline(label), 40)}${required ? '' : ' (optional)'}`
}

function runLines({ runs, now }: AppView): Element[] {
  if (runs.length === 0) return []
  return [{ type: 'text', text: 'Last runs', strong: true }, ...runs.slice(0, runsShown).map(run => runLine(run, now))]
}

function runLine({ state, startedAt, endedAt, error, link }: AppRunView, now: Date): Line {
  const duration = took(startedAt, endedAt)
  const why = error === undefined ? '' : `: ${clip(inline(error).replace(/\.$/, ''), 200)}`
  const text = `${runWord[state]}${duration === '' ? '' : ` in ${duration}`}${why} · ${clockTime(startedAt, now)}`
  return { type: 'line', ...runLook[state], text, ...(isHttps(link) && { link: { label: 'run ↗', url: link } }) }
}

function buttonsOf({ app, link }: AppView): Button[] {
  const kind = kindTaken(app)
  const use: Do[] = kind === undefined || app.plan === 'standard' ? [] : [{ ...useInRule(app.id, kind), style: 'primary' }]
  return [
    ...use,
    { type: 'do', label: 'Refresh', action: 'app show', input: { logicApp: app.id } },
    { type: 'open', label: 'Portal', url: link },
  ]
}

/** Opens the form of a rule for what starts this app, with the app filled in; `draft`: the rule for which it was made, as it was typed. */
export function useInRule(appId: string, kind: Kind | undefined, draft?: string): Do {
  const input = { logicApp: appId, step: 'open', ...(kind !== undefined && { kind }), ...(draft !== undefined && { draft }) }
  return { type: 'do', label: 'Use in a rule', action: 'rule new', input, dialog: true }
}

function turn({ id, enabled }: LogicApp): Do {
  return enabled
    ? { type: 'do', label: 'Disable', action: 'app disable', input: { logicApp: id }, dialog: true, style: 'danger' }
    : { type: 'do', label: 'Enable', action: 'app enable', input: { logicApp: id } }
}
