import type { DefenderEvent, Kind } from '../src/model/event.ts'
import type { Finding, Status } from '../src/model/finding.ts'
import type { Run, RunState } from '../src/model/run.ts'
import { severityRank } from '../src/model/severity.ts'
import type { Line, Tone } from './card.ts'
import { capital, inline, short } from './text.ts'

/** Words, tones and icons of states, the same on every card. */

export const kindWord: Record<Kind, string> = { alert: 'Alert', recommendation: 'Recommendation', compliance: 'Compliance' }

export const statusWord: Record<Status, string> = {
  active: 'New',
  'in-progress': 'In progress',
  resolved: 'Resolved',
  dismissed: 'Dismissed',
}

/** What a button says that sets it so. */
export const statusDeed: Record<Status, string> = {
  active: 'Reactivate',
  'in-progress': 'Set in progress',
  resolved: 'Resolve',
  dismissed: 'Dismiss',
}

/** What was done to it when somebody set it so. */
export const statusDone: Record<Status, string> = {
  active: 'Reactivated',
  'in-progress': 'Set in progress',
  resolved: 'Resolved',
  dismissed: 'Dismissed',
}

export const runWord: Record<RunState, string> = {
  queued: 'Queued',
  running: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
  refused: 'Refused',
}

export const runLook: Record<RunState, { tone: Tone; icon: Line['icon'] }> = {
  queued: { tone: 'neutral', icon: 'wait' },
  running: { tone: 'info', icon: 'wait' },
  succeeded: { tone: 'good', icon: 'ok' },
  failed: { tone: 'bad', icon: 'fail' },
  cancelled: { tone: 'neutral', icon: 'stop' },
  refused: { tone: 'warn', icon: 'stop' },
}

export function severityTone(severity: string): Tone {
  const rank = severityRank(severity)
  if (rank >= 4) return 'bad'
  if (rank === 3) return 'warn'
  return rank === 2 ? 'info' : 'neutral'
}

/** `High`; for compliance, which has no severity, how the control stands. */
export function badge(event: DefenderEvent): string {
  if (event.kind === 'compliance') return capital(event.status)
  const severity = inline(event.severity).slice(0, 20).toLowerCase()
  return ['', 'none'].includes(severity) ? 'Unrated' : capital(severity)
}

/** The colour of the whole: grey once nobody needs to look. */
export function findingTone(finding: Finding): Tone {
  if (finding.status === 'resolved') return 'good'
  if (finding.status === 'dismissed') return 'neutral'
  if (finding.event.kind === 'compliance') return finding.event.status === 'failed' ? 'warn' : 'neutral'
  return severityTone(finding.event.severity)
}

export function stateWord(finding: Finding): string {
  if (finding.event.kind === 'recommendation' && finding.event.withdrawn) return 'Withdrawn'
  return statusWord[finding.status]
}

export function ownerWord(finding: Finding): string {
  return finding.owner === undefined ? '' : ` · ${inline(finding.owner.name)}`
}

/** `Suspicious PowerShell activity on vm-web-03`; some titles name the resource themselves. */
export function aboutWords({ title, resource }: DefenderEvent): string {
  const on = title.toLowerCase().includes(resource.name.toLowerCase()) ? '' : ` on ${short(inline(resource.name), 40)}`
  return `${short(inline(title), 80)}${on}`
}

/** Newest first. */
export function newestRuns(finding: Finding): Run[] {
  return finding.runs.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))
}
