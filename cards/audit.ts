import { isFindingId, Status } from '../src/model/finding.ts'
import type { LedgerEntry } from '../src/model/ledger.ts'
import type { Button, Card, Element, Tone } from './card.ts'
import { capital, inline, short } from './text.ts'
import { when } from './time.ts'
import { statusDeed } from './words.ts'

export interface AuditView {
  entries: LedgerEntry[]
  /** As typed. */
  filter: string
  /** There is more, older than this entry. */
  before?: number
  now: Date
}

/** The ledger, newest first, one line an entry: what came of it, who, what, on what, when. */
export function auditCard({ entries, filter, before, now }: AuditView): Card {
  const words = short(inline(filter), 160)
  const empty = 'The ledger has no entry that fits.'
  const next: Button[] =
    before === undefined ? [] : [{ type: 'do', label: 'Older', action: 'audit', input: { filter, before: String(before) } }]
  return {
    fallback: `${entries.length === 0 ? empty : 'Ledger of what was done here.'}${words === '' ? '' : ` Filter: ${words}`}`,
    tone: 'neutral',
    body: [
      { type: 'title', text: 'Ledger' },
      ...(words === '' ? [] : [{ type: 'text' as const, text: `Filter: ${words}`, subtle: true }]),
      ...(entries.length === 0 ? [{ type: 'text' as const, text: empty }] : entries.map(entry => entryRow(entry, now))),
    ],
    buttons: next,
    more: [],
  }
}

function entryRow(entry: LedgerEntry, now: Date): Element {
  const { seq, who, on, at } = entry
  const { badge, tone, result } = outcomeOf(entry)
  const doer = who === undefined ? 'The bot' : short(inline(who.name), 60)
  // The reason stands in the line above.
  const said = inline(result).replace(/ Reason: .*$/, '')
  const subtle = [
    short(said.replace(/\.$/, ''), 200),
    on === '' ? '' : `on ${short(inline(on), 120)}`,
    when(at, now),
    `entry ${seq}`,
  ]
  return {
    type: 'rows',
    rows: [
      {
        badge,
        tone,
        text: short(inline(`${doer}: ${deedOf(entry)}`), 160),
        subtle: subtle.filter(word => word !== '').join(' · '),
        ...(isFindingId(on) && { button: { type: 'do', label: 'Show', action: 'show', findingId: on, input: {} } as const }),
      },
    ],
  }
}

function outcomeOf({ phase, result }: LedgerEntry): { badge: string; tone: Tone; result: string } {
  if (phase === 'refused') return { badge: 'Refused', tone: 'warn', result }
  if (phase === 'intent') return { badge: 'Begun', tone: 'info', result }
  const [, ended, rest = ''] = /^(failed|nothing changed): (.*)$/s.exec(result) ?? []
  if (ended === 'failed') return { badge: 'Failed', tone: 'bad', result: rest }
  if (ended === 'nothing changed') return { badge: 'No change', tone: 'neutral', result: rest }
  return { badge: 'Done', tone: 'good', result }
}

/** `Dismiss (planned work)`, `Assign to me`, `Run Notify-SOC`: the verb, the values of its own input, and why. */
function deedOf({ action, input }: LedgerEntry): string {
  const { to, reason, why = reason, ...rest } = textsIn(input)
  const status = action === 'status' ? Status.safeParse(to).data : undefined
  const deed = status === undefined ? [capital(action), ...(to === undefined ? [] : ['to', to])] : [statusDeed[status]]
  const because = why === undefined ? [] : [`(${why})`]
  return [...deed, ...Object.values(rest), ...because].join(' ')
}

/** The texts of a verb's input that hold something. */
function textsIn(input: string): Record<string, string> {
  try {
    const read: unknown = JSON.parse(input)
    if (typeof read !== 'object' || read === null) return {}
    const texts = Object.entries(read).map(([name, value]) => [name, asText(value)] as const)
    return Object.fromEntries(texts.filter(([, text]) => text !== ''))
  } catch {
    return {}
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? nameIn(inline(String(value))) : ''
}

/** Of an ARM id the name; the whole stands in the exported ledger. */
function nameIn(value: string): string {
  return value.startsWith('/subscriptions/') ? (value.split('/').at(-1) ?? value) : value
}
