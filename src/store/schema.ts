import type { Generated, GeneratedAlways } from 'kysely'

/** The tables. Every key begins with the tenant. Bodies and parsed events are text, kept as they came; beside them only the columns asked for. */
export interface Tables {
  /** The severity's rank is the database's own. */
  findings: FindingRow & { rank: GeneratedAlways<number> }
  runs: RunRow
  events: EventRow
  posts: PostRow
  places: PlaceRow
  feeds: { tenant: string; id: string; place_id: string; feed: string }
  requests: RequestRow
  /** Closed alerts of which nothing else is known any more. */
  closed_alerts: { tenant: string; id: string; closed_at: string }
  ledger: LedgerRow
  dead_letters: { tenant: string; id: Generated<number>; at: string; via: string; body: string; path: string; message: string }
  notices: { tenant: string; id: string; version: number; type: string; notice: string }
  rule_history: { tenant: string; rule_id: string; seq: Generated<number>; request_id: string; version: string }
  texts: { tenant: string; name: string; text: string }
  people: { tenant: string; chat: string; chat_tenant: string; chat_user: string; person_id: string; name: string }
}

export interface FindingRow {
  tenant: string
  id: string
  version: number
  kind: string
  status: string
  /** Lower case, as are subscription, resource and search. */
  severity: string
  owner_id: string | null
  subscription: string
  resource: string
  search: string
  /** When it happened at the source, which may be long before it was opened here. Lists are in this order. */
  happened_at: string
  opened_at: string
  changed_at: string
  /** Owner, history and seen deliveries. */
  life: string
  /** Which of its events is shown, and which holds the body. */
  event_version: number
  body_version: number
}

export interface RunRow {
  tenant: string
  id: string
  finding_id: string
  state: string
  started_by: string
  started_at: string
  run: string
}

/** Every event that changed a finding, kept for back-tests. */
export interface EventRow {
  tenant: string
  finding_id: string
  version: number
  /** When it was taken. */
  at: string
  /** As received; none where a person's action changed the event. One of both is there. */
  body: string | null
  /** Where a person's action changed the event, its JSON; else the body says it all. */
  event: string | null
}

export interface PostRow {
  tenant: string
  /** What it is about, a dot, a digest of the place. */
  id: string
  place_id: string
  about: string
  audience: 'act' | 'read'
  message_id: string | null
  wanted: number
  shown: number
  priority: number
  attempts: number
  due_at: string
  sent_at: string | null
  last_error: string | null
  storm: string | null
  told: number | null
  telling: number | null
  seq: Generated<number>
}

export interface RequestRow {
  tenant: string
  id: string
  request: string
  answer: string | null
  at: string
  begun: Generated<boolean>
  /** A job looks after it until it is answered. */
  settled: Generated<boolean>
}

export interface PlaceRow {
  tenant: string
  id: string
  chat: 'teams' | 'slack' | 'console'
  chat_tenant: string
  channel: string
  name: string
  address: string | null
  blocked: string | null
}

export interface LedgerRow {
  tenant: string
  seq: number
  at: string
  who_id: string | null
  who_name: string | null
  action: string
  on_what: string
  input: string
  phase: 'intent' | 'outcome' | 'refused'
  result: string
  request_id: string
  prev: string
  hash: string
}
