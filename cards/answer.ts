import type { Problem } from '../src/errors.ts'
import type { Finding } from '../src/model/finding.ts'
import type { Card, Element, Line, Tone } from './card.ts'
import { inline, plain, short } from './text.ts'

/** Short answers to one person: done, refused, failed, wait. */

const lineLength = 1000

export function saidCard(text: string, about?: Finding): Card {
  return oneLine('good', 'ok', text, about)
}

/** What it looks like after it was done, under a line that says so. */
export function doneCard(said: string, now: Card): Card {
  const [line] = saidCard(said).body
  return { ...now, body: [...(line === undefined ? [] : [line]), ...now.body] }
}

/** The request is under way somewhere else; its outcome shows on the finding's card. */
export function waitingCard(): Card {
  return oneLine('info', 'wait', 'This is still under way. The card shows how it ends.')
}

export function errorCard(problem: Problem): Card {
  const card = oneLine(problem.retry ? 'warn' : 'bad', problem.retry ? 'warn' : 'fail', problem.message)
  const later = problem.retryAfterS === undefined ? [] : [text(`Try again in ${problem.retryAfterS} s.`)]
  const reference = problem.reference === undefined ? [] : [text(`Azure's reference: ${problem.reference}`)]
  return { ...card, body: [...card.body, ...later, ...reference] }
}

export interface Refusal {
  /** What was asked, as the button says it. */
  what: string
  /** Rights the person lacks, each with the roles that hold it, the narrowest first. */
  lacking: { action: string; scope: string; roles: string[] }[]
  /** Those whose names are known. */
  subscriptions: { id: string; name: string }[]
}

/** Which right is missing, on what, which role has it, and whom to ask. */
export function refusalCard(refusal: Refusal): Card {
  const { what, lacking } = refusal
  return oneLine('warn', 'stop', `You can't ${deed(what, lacking[0])}: ${refusalSentences(refusal).join(' Also ')}`)
}

/** One sentence for each place that has an owner to ask. */
export function refusalSentences({ lacking, subscriptions }: Omit<Refusal, 'what'>): string[] {
  const placed = lacking.map(right => ({ ...right, ...placesOf(right.scope, subscriptions) }))
  return [...Map.groupBy(placed, ({ place }) => place)].map(([place, here]) => {
    const things = Map.groupBy(here, ({ resource }) => (resource === undefined ? place : `${resource} in ${place}`))
    const needs = [...things].flatMap(([on, rights]) => needsOn(on, rights))
    return `it needs ${needs.join(', and ')}. Ask an owner of ${place}.`
  })
}

/** One role that has all of it, or each with a role of its own. */
function needsOn(on: string, rights: Refusal['lacking']): string[] {
  const role = rights[0]?.roles.find(one => rights.every(({ roles }) => roles.includes(one)))
  if (role === undefined && rights.length > 1) return rights.flatMap(right => needsOn(on, [right]))
  const actions = [...new Set(rights.map(({ action }) => action))]
  return [`${listed(actions)} on ${on}${role === undefined ? '' : `, which ${role} has`}`]
}

function listed(words: string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

const toRun = 'microsoft.logic/workflows/triggers/'

/** A refused run names the logic app; other refusals name the button. */
function deed(what: string, first: Refusal['lacking'][number] | undefined): string {
  const app = first?.action.toLowerCase().startsWith(toRun) ? placesOf(first.scope, []).resource : undefined
  return app === undefined ? `do "${what}"` : `run ${app}`
}

/** The resource a scope ends in, and the group, subscription or management group around it. */
function placesOf(scope: string, subscriptions: Refusal['subscriptions']): { place: string; resource?: string } {
  const segments = scope.split('/').filter(segment => segment !== '')
  const at = segments.findIndex(segment => segment.toLowerCase() === 'resourcegroups')
  const group = at < 0 ? undefined : segments[at + 1]
  const last = segments.at(-1)
  if (group !== undefined) return last === group || last === undefined ? { place: group } : { place: group, resource: last }
  if (last === undefined) return { place: 'the tenant' }
  if (segments.at(-2)?.toLowerCase() !== 'subscriptions') return { place: last }
  const name = subscriptions.find(({ id }) => id.toLowerCase() === last.toLowerCase())?.name ?? last
  return { place: `subscription ${short(inline(name), 60)}` }
}

/** A card's one line, for platforms that refused the card itself. */
export function plainCard(card: Card): Card {
  return { fallback: card.fallback, tone: card.tone, body: [{ type: 'text', text: card.fallback }], buttons: [], more: [] }
}

function oneLine(tone: Tone, icon: Line['icon'], said: string, about?: Finding): Card {
  const line: Element = { type: 'line', tone, icon, text: short(plain(said), lineLength) }
  const title = about === undefined ? [] : [text(short(inline(about.event.title), 140))]
  return { fallback: short(inline(said), lineLength), tone, body: [line, ...title], buttons: [], more: [] }
}

function text(words: string): Element {
  return { type: 'text', text: words, subtle: true }
}
