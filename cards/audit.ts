import { isFindingId } from '../src/model/finding.ts'
import type { LedgerEntry } from '../src/model/ledger.ts'
import type { Button, Card, Element, Tone } from './card.ts'
import { capital, inline, short } from './text.ts'
import { when } from './time.ts'

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
  const { seq, who, action, on, input, result, at } = entry
  const [badge, tone] = outcomeOf(entry)
  const doer = who === undefined ? 'The bot' : short(inline(who.name), 60)
  const subtle = [short(inline(result), 200), on === '' ? '' : `on ${short(inline(on), 120)}`, when(at, now), `entry ${seq}`]
  return {
    type: 'rows',
    rows: [
      {
        badge,
        tone,
        text: short(inline(`${doer}: ${capital(action)} ${wordsOf(input)}`), 160),
        subtle: subtle.filter(word => word !== '').join(' · '),
        ...(isFindingId(on) && { button: { type: 'do', label: 'Show', action: 'show', findingId: on, input: {} } as const }),
      },
    ],
  }
}

function outcomeOf({ phase, result }: LedgerEntry): [string, Tone] {
  if (phase === 'refused') return ['Refused', 'warn']
  if (phase === 'intent') return ['Begun', 'info']
  return result.startsWith('failed:') ? ['Failed', 'bad'] : ['Done', 'good']
}

/** The values of the verb's own input: `resolved planned work`. */
function wordsOf(input: string): string {
  try {
    const read: unknown = JSON.parse(input)
    if (typeof read !== 'object' || read === null) return ''
    return Object.values(read)
      .filter(value => typeof value === 'string' || typeof value === 'number')
      .map(value => nameIn(String(value)))
      .join(' ')
  } catch {
    return ''
  }
}

/** Of an ARM id the name; the whole stands in the exported ledger. */
function nameIn(value: string): string {
  return value.startsWith('/subscriptions/') ? (value.split('/').at(-1) ?? value) : value
}
