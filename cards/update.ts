import type { Finding, HistoryEntry } from '../src/model/finding.ts'
import { hasEnded } from '../src/model/run.ts'
import type { Card, Line } from './card.ts'
import { runLine } from './run-line.ts'
import { capital, inline, short } from './text.ts'
import { clockTime } from './time.ts'

/** Some changes of a card at once stand in one message. */
const linesAtMost = 10
/** A thread that is shown as a whole is no longer than people read. */
const messagesAtMost = 30
const lineLength = 400

/**
 * What a card's thread tells of the finding's history from an entry on, for those who would not notice that the card changed: what people did
 * and how it ended, what Azure changed, and the runs of rules that failed. Undefined when nothing of it is worth a message.
 */
export function updateCard(finding: Finding, from: number, now: Date): Card | undefined {
  const all = linesOf(finding, from, now)
  if (all.length === 0) return undefined
  const left = all.length - linesAtMost
  return messageOf(
    left > 0 ? [...all.slice(0, linesAtMost), told('neutral', `and ${left} more, all in the card's history`)] : all,
  )
}

/** The thread as a whole, a message for each change, for where a thread is not posted but drawn. */
export function threadCards(finding: Finding, now: Date): Card[] {
  const all = linesOf(finding, 0, now)
  const left = all.length - messagesAtMost
  const lines = left > 0 ? [told('neutral', `${left} earlier, all in the card's history`), ...all.slice(left)] : all
  return lines.map(line => messageOf([line]))
}

function linesOf(finding: Finding, from: number, now: Date): Line[] {
  const entries = finding.history.slice(from)
  return entries.flatMap((entry, index) =>
    entries.findLastIndex(({ run }) => run !== undefined && run === entry.run) > index ? [] : (lineOf(finding, entry, now) ?? []),
  )
}

function messageOf(lines: Line[]): Card {
  return {
    fallback: short(lines.map(({ text }) => text).join('; '), lineLength),
    tone: 'neutral',
    body: lines,
    buttons: [],
    more: [],
  }
}

function lineOf(finding: Finding, entry: HistoryEntry, now: Date): Line | undefined {
  if (entry.run !== undefined) return lineOfRun(finding, entry.run, now)
  const what = short(capital(inline(entry.what)), lineLength)
  if (entry.by !== undefined) return told('good', `${what} · ${short(inline(entry.by.name), 60)} · ${clockTime(entry.at, now)}`)
  return entry.what === 'updated by Azure' ? undefined : told('info', `${what} · ${clockTime(entry.at, now)}`)
}

/** A run tells how it ended; what rules started and went well is no news. */
function lineOfRun({ runs }: Finding, id: string, now: Date): Line | undefined {
  const run = runs.find(one => one.id === id)
  if (run === undefined || !hasEnded(run)) return undefined
  return run.startedBy.as === 'rule' && run.state === 'succeeded' ? undefined : runLine(run, now)
}

function told(tone: Line['tone'], text: string): Line {
  return { type: 'line', tone, icon: tone === 'good' ? 'ok' : 'info', text }
}
