import { type Kysely, sql } from 'kysely'
import type { Migration, MigrationProvider } from 'kysely/migration'

const bytes = 'text collate "C" not null'

const first = [
  `create table findings (
    tenant ${bytes}, id ${bytes}, version int not null, kind text not null, status text not null, severity text not null, owner_id text,
    subscription text not null, resource text not null, search text not null, opened_at ${bytes}, changed_at ${bytes}, life text not null,
    event_version int not null, body_version int not null, primary key (tenant, id)
  ) with (fillfactor = 90)`,
  'create index findings_recent on findings (tenant, opened_at desc, id desc)',
  'create index findings_resource on findings (tenant, resource, opened_at desc)',
  `create table runs (
    tenant ${bytes}, id ${bytes}, finding_id ${bytes}, state text not null, started_by text not null, started_at ${bytes}, run text not null,
    primary key (tenant, id)
  )`,
  'create index runs_finding on runs (tenant, finding_id)',
  'create index runs_recent on runs (tenant, started_at desc)',
  `create table events (
    tenant ${bytes}, finding_id ${bytes}, version int not null, at ${bytes}, body text, event text not null,
    primary key (tenant, finding_id, version)
  ) with (toast_tuple_target = 8160)`,
  // Written once and seldom read: in the row itself and uncompressed they go in twice as fast, and take less room than in pieces elsewhere.
  'alter table events alter body set storage external, alter event set storage external',
  `create table posts (
    tenant ${bytes}, id ${bytes}, place_id ${bytes}, finding_id ${bytes}, audience text not null, message_id text, wanted int not null,
    shown int not null, priority int not null, attempts int not null, due_at ${bytes}, sent_at text, last_error text,
    seq bigint generated always as identity, primary key (tenant, id)
  ) with (fillfactor = 80)`,
  'create index posts_behind on posts (tenant, place_id, priority desc, seq) where shown < wanted',
  'create index posts_place on posts (tenant, place_id, seq)',
  `create table places (
    tenant ${bytes}, id ${bytes}, chat text not null, chat_tenant text not null, channel text not null, name text not null, address text,
    blocked text, primary key (tenant, id)
  )`,
  `create table feeds (tenant ${bytes}, id ${bytes}, place_id text not null, feed text not null, primary key (tenant, id))`,
  `create table requests (tenant ${bytes}, id ${bytes}, request text not null, answer text, at ${bytes}, primary key (tenant, id))`,
  `create table ledger (
    tenant ${bytes}, seq bigint not null, at ${bytes}, who_id text, who_name text, action text not null, on_what text not null, input text not null,
    phase text not null, result text not null, request_id text not null, prev text not null, hash text not null, primary key (tenant, seq)
  )`,
  'create index ledger_on on ledger (tenant, on_what, seq)',
  `create table dead_letters (
    tenant ${bytes}, id bigint generated always as identity, at ${bytes}, via text not null, body text not null, path text not null,
    message text not null, primary key (tenant, id)
  )`,
  `create table people (
    tenant ${bytes}, chat ${bytes}, chat_tenant ${bytes}, chat_user ${bytes}, person_id text not null, name text not null,
    primary key (tenant, chat, chat_tenant, chat_user)
  )`,
]

const rules = [
  'alter table posts rename column finding_id to about',
  'create index events_taken on events (tenant, at)',
  `create table notices (tenant ${bytes}, id ${bytes}, version int not null, type text not null, notice text not null, primary key (tenant, id))`,
  `create table rule_history (
    tenant ${bytes}, rule_id ${bytes}, seq bigint generated always as identity, request_id text not null, version text not null,
    primary key (tenant, rule_id, seq), unique (tenant, rule_id, request_id)
  )`,
  `create table texts (tenant ${bytes}, name ${bytes}, text text not null, primary key (tenant, name))`,
]

/** As model/severity ranks them: a word that Azure adds later is no less than medium. */
const ranks = [
  `alter table findings add column rank smallint not null generated always as (
    case severity when 'critical' then 5 when 'high' then 4 when 'low' then 2 when 'informational' then 1 when 'none' then 0 else 3 end) stored`,
  'create index findings_severe on findings (tenant, kind, rank desc, opened_at desc, id desc)',
]

const storms = [
  'alter table posts add column storm text collate "C"',
  'create index posts_storm on posts (tenant, storm) where storm is not null',
]

/** Statistics are made from whole rows in memory, 30,000 unless told otherwise: of events that is 200 MB. They are found by their keys alone. */
const samples = [
  `alter table events alter tenant set statistics 10, alter finding_id set statistics 10, alter version set statistics 10,
    alter at set statistics 10, alter body set statistics 0, alter event set statistics 0`,
]

/** One of a kind by the text itself; who keeps one again keeps the first. */
const oneLetter = [
  `delete from dead_letters later using dead_letters first where first.tenant = later.tenant and first.via = later.via
    and first.body = later.body and first.id < later.id`,
  `alter table dead_letters add constraint dead_letters_one
    exclude using hash (((tenant || ' ' || via || ' ' || body) collate "C") with =)`,
]

/** Of what came in the body alone is kept. */
const oneText = [
  'alter table events alter event drop not null',
  'alter table events add constraint events_told check (event is not null or body is not null)',
]

/**
 * Without the tenant in front: as long as a database has no statistics, its planner takes an index that begins with the tenant for every question
 * that names it, and reads it from end to end. Growing, since what grows is added at the end for less; read backwards they give the newest first.
 */
const leanIndexes = [
  'drop index findings_recent, findings_severe, findings_resource, events_taken',
  'create index findings_recent on findings (opened_at, id)',
  'create index findings_severe on findings (kind, rank, opened_at, id)',
  'create index findings_resource on findings (resource, opened_at)',
  'create index events_taken on events (at)',
]

/** News of a rule became news of several. */
const newsTogether = [
  `update notices set notice = jsonb_set(notice::jsonb, '{content}',
    jsonb_build_object('type', 'rule', 'rules', jsonb_build_array((notice::jsonb -> 'content') - 'type')))::text where type = 'rule'`,
]

/**
 * What is forgotten leaves this: of a request that nobody settles nothing, found by its age among those that still have words; of an alert that was
 * closed the moment of it. Links of Slack accounts were requests that nobody settles all along.
 */
const forgetting = [
  'alter table requests add settled boolean not null default true',
  `update requests set settled = false where id like 'slack-link%'`,
  `create index requests_worded on requests (at) where answer is distinct from ''`,
  `create table closed_alerts (tenant ${bytes}, id ${bytes}, closed_at ${bytes}, primary key (tenant, id))`,
  'create index closed_alerts_closed on closed_alerts (closed_at)',
]

/**
 * The time at the source, which lists are in order of. What is here already tells it in what it shows: written by us as `at`, in what came in under
 * one of these names; where none holds a time in UTC that can be meant, it stays where it stood. The offset keeps each text from being searched
 * again for each use of the time.
 */
const told = (name: string) =>
  `substring(coalesce(e.event, e.body) from '(?i)"${name}"\\s*:\\s*"(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z)"')`
const happening = [
  'drop index findings_recent, findings_severe, findings_resource',
  `alter table findings add column happened_at ${bytes} default to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  `update findings f set happened_at = coalesce((
      select rpad(left(replace(time, 'Z', '') || case when time like '%.%' then '' else '.' end, 23), 23, '0') || 'Z'
      from events e, lateral (select coalesce(case when e.event is not null then ${told('at')} end,
        ${['timeGenerated(?:Utc)?', 'detectedTimeUtc', 'eventTimestamp', 'statusChangeDate', 'firstEvaluationDate'].map(told).join(', ')}) as time offset 0) v
      where e.tenant = f.tenant and e.finding_id = f.id and e.version = f.event_version and time between '2010' and f.opened_at
    ), opened_at)`,
  'create index findings_recent on findings (happened_at, id)',
  'create index findings_severe on findings (kind, rank, happened_at, id)',
  'create index findings_resource on findings (resource, happened_at)',
]

/**
 * Numbered, never changed once released. Times are ISO 8601 in UTC as text in byte order: they sort, and come back to the letter.
 * Ids have byte order too, so that all that begins with a finding's id is one range of the key.
 */
const migrations: Record<string, string[]> = {
  '001-first': first,
  '002-rules': rules,
  '003-begun-requests': ['alter table requests add begun boolean not null default false'],
  '004-storms': storms,
  '005-most-severe-first': ranks,
  '006-threads': ['alter table posts add told int, add telling int'],
  '007-small-samples': samples,
  '009-one-letter': oneLetter,
  '010-one-text': oneText,
  '011-lean-indexes': leanIndexes,
  '012-forgetting': forgetting,
  '013-news-together': newsTogether,
  '014-when-it-happened': happening,
}

function migrationOf(statements: string[]): Migration {
  return {
    async up(db: Kysely<unknown>) {
      for (const statement of statements) await sql.raw(statement).execute(db)
    },
  }
}

export const provider: MigrationProvider = {
  getMigrations: async () =>
    Object.fromEntries(Object.entries(migrations).map(([name, statements]) => [name, migrationOf(statements)])),
}
