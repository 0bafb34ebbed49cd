import { type DefenderEvent, Kind } from '../model/event.ts'
import { Status } from '../model/finding.ts'
import type { Beside } from './kept-event.ts'

const sentence =
  'What Azure sent can’t be read any more by this version of the bot; only what was noted beside it is shown. The body itself is kept as received.'

/** What is known of an event whose body can't be read any more. Columns hold words in lower case; a severity gets its capital back. */
export function unreadEvent(row: Beside): DefenderEvent {
  const [title = '', , name = '', alertType = ''] = row.search.split('\n')
  const status = Status.parse(row.status)
  const common = {
    key: '',
    id: '',
    title: capital(title),
    description: sentence,
    severity: capital(row.severity),
    resource: { id: row.resource, name: name === '' ? row.resource : name },
    subscription: row.subscription,
    at: row.happened_at,
    snapshot: false,
    unread: true,
  }
  const none = { tactics: [], techniques: [], entities: [], properties: [], remediation: [], threats: [], categories: [] }
  const kind = Kind.parse(row.kind)
  switch (kind) {
    case 'alert':
      return { ...common, ...none, kind, alertType, status, incident: false }
    case 'recommendation':
      return { ...common, ...none, kind, assessmentKey: '', status: health[status], withdrawn: false }
    case 'compliance':
      return { ...common, kind, standard: '', control: '', status: result[status], passed: 0, failed: 0, skipped: 0 }
  }
}

/** The source's words for where our findings stand. */
const health = { active: 'unhealthy', 'in-progress': 'unhealthy', resolved: 'healthy', dismissed: 'not-applicable' } as const
const result = { active: 'failed', 'in-progress': 'failed', resolved: 'passed', dismissed: 'skipped' } as const

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
