import { type Failing, failingWords } from '../src/model/app-statistics.ts'
import type { LogicApp } from '../src/model/logic-app.ts'
import { takes, whyNever } from '../src/model/logic-app.ts'
import type { Button, Card, Row, Tone } from './card.ts'
import { count, inline, short } from './text.ts'

export interface AppRow {
  app: LogicApp
  /** Why nobody, or not this person, can start it from here; undefined when they can. */
  why?: string
  failing?: Failing
}

export interface AppListView {
  /** In the order shown. */
  rows: AppRow[]
  /** All that fit, over all pages. */
  total: number
  /** How many of all that fit can be started. */
  usable: number
  filter: string
  /** The next page's number, when there is one. */
  next?: number
}

/** Those that can be started first, then the others, each with what keeps it from being started. */
export function appListCard({ rows, total, usable, filter, next }: AppListView): Card {
  const stated = short(inline(filter), 160)
  const heading = total === 0 ? 'No logic apps' : `${count(total, 'logic app')}, ${usable} you can run`
  const none = stated === '' ? 'There are no logic apps that you can see.' : 'There are no logic apps that fit.'
  return {
    fallback: `${total === 0 ? none : `${heading}.`}${stated === '' ? '' : ` Filter: ${stated}`}`,
    tone: 'neutral',
    body: [
      { type: 'title', text: heading },
      ...(stated === '' ? [] : [{ type: 'text' as const, text: `Filter: ${stated}`, subtle: true }]),
      ...(total === 0 ? [{ type: 'text' as const, text: none }] : [{ type: 'rows' as const, rows: rows.map(row) }]),
    ],
    buttons: [
      { type: 'do', label: 'New logic app', action: 'app new', input: {}, style: 'primary', dialog: true },
      { type: 'do', label: 'Refresh', action: 'apps', input: { filter } },
      ...nextPage(filter, next),
    ],
    more: [],
  }
}

/** Several have the name that was typed: their groups tell them apart. */
export function whichAppCard(name: string, apps: LogicApp[]): Card {
  const title = `${count(apps.length, 'logic app')} called ${short(inline(name), 80)}`
  return {
    fallback: `${title}: choose one.`,
    tone: 'neutral',
    body: [
      { type: 'title', text: title },
      { type: 'rows', rows: apps.slice(0, rowsAtMost).map(app => row({ app })) },
    ],
    buttons: [],
    more: [],
  }
}
const rowsAtMost = 20

function row({ app, why, failing }: AppRow): Row {
  const { word, tone } = standing(app, why, failing)
  const said = why ?? (failing && failingWords(failing)) ?? ''
  const subtle = [saysTrigger(app, why) ? '' : takesWords(app), inline(app.group), inline(said)]
  return {
    badge: word,
    tone,
    text: short(inline(app.name), 100),
    subtle: subtle
      .filter(part => part !== '')
      .map(part => short(part, 240))
      .join(' · '),
    button: { type: 'do', label: 'Show', action: 'app show', input: { logicApp: app.id } },
  }
}

/** What keeps it from being started is the very trigger or plan that would stand before it. */
function saysTrigger(app: LogicApp, why: string | undefined): boolean {
  const isTold = app.plan === 'standard' || app.triggers.some(trigger => takes(trigger) === 'legacy')
  return isTold && why !== undefined && why === whyNever(app)
}

/** In a word: whether it can be started, and whether that has led to anything lately. */
export function standing(app: LogicApp, why: string | undefined, failing?: Failing): { word: string; tone: Tone } {
  if (!app.enabled) return { word: 'Disabled', tone: 'neutral' }
  if (why !== undefined) return { word: 'Not usable', tone: 'warn' }
  if (failing === undefined) return { word: 'Ready', tone: 'good' }
  return failing.often
    ? { word: 'Failing', tone: failing.failed === failing.of ? 'bad' : 'warn' }
    : { word: 'Ready', tone: 'warn' }
}

const triggerWords = {
  alert: 'Alerts',
  recommendation: 'Recommendations',
  compliance: 'Compliance changes',
  legacy: 'Legacy alert trigger',
  http: 'HTTP request',
  other: 'Other trigger',
}

/** What starts it, in words. */
export function takesWords(app: LogicApp): string {
  if (app.plan === 'standard') return 'Standard'
  const all = [...new Set(app.triggers.map(trigger => triggerWords[takes(trigger)]))]
  return all.length === 0 ? 'No trigger' : all.join(', ')
}

function nextPage(filter: string, next: number | undefined): Button[] {
  return next === undefined ? [] : [{ type: 'do', label: 'Next page', action: 'apps', input: { filter, page: String(next) } }]
}
