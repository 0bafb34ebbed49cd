import { type Kysely, sql } from 'kysely'
import type { Migration, MigrationProvider } from 'kysely/migration'

/** Numbered, never changed once released. Times are ISO 8601 in UTC as text: they sort, and come back to the letter. */
const migrations: Record<string, Migration> = {
  '001-first': {
    async up(db: Kysely<unknown>) {
      for (const statement of first) await sql.raw(statement).execute(db)
    },
  },
}

const first = [
  `create table findings (
    tenant text not null, id text not null, version int not null, kind text not null, status text not null, severity text not null,
    owner_id text, subscription text not null, resource text not null, search text not null, opened_at text not null, changed_at text not null,
    event text not null, life text not null, body text not null, primary key (tenant, id)
  ) with (fillfactor = 90)`,
  'create index findings_recent on findings (tenant, kind, changed_at desc, id)',
  'create index findings_resource on findings (tenant, resource, changed_at desc)',
  `create table runs (
    tenant text not null, id text not null, finding_id text not null, state text not null, started_by text not null, started_at text not null,
    run text not null, primary key (tenant, id)
  )`,
  'create index runs_finding on runs (tenant, finding_id)',
  'create index runs_recent on runs (tenant, started_at desc)',
  'create table events (tenant text not null, finding_id text not null, version int not null, at text not null, body text not null, primary key (tenant, finding_id, version))',
  `create table posts (
    tenant text not null, id text not null, place_id text not null, finding_id text not null, audience text not null, message_id text,
    wanted int not null, shown int not null, priority int not null, attempts int not null, due_at text not null, sent_at text, last_error text,
    seq bigint generated always as identity, primary key (tenant, finding_id, place_id)
  ) with (fillfactor = 80)`,
  'create unique index posts_id on posts (tenant, id)',
  'create index posts_behind on posts (tenant, place_id, priority desc, seq) where shown < wanted',
  'create index posts_place on posts (tenant, place_id, seq)',
  `create table places (
    tenant text not null, id text not null, chat text not null, chat_tenant text not null, channel text not null, name text not null, address text,
    blocked text, primary key (tenant, id)
  )`,
  'create table feeds (tenant text not null, id text not null, place_id text not null, feed text not null, primary key (tenant, id))',
  'create table requests (tenant text not null, id text not null, request text not null, answer text, at text not null, primary key (tenant, id))',
  `create table ledger (
    tenant text not null, seq bigint not null, at text not null, who text, action text not null, on_what text not null, input text not null,
    phase text not null, result text not null, request_id text not null, prev text not null, hash text not null, primary key (tenant, seq)
  )`,
  'create index ledger_on on ledger (tenant, on_what, seq)',
  `create table dead_letters (
    tenant text not null, id bigint generated always as identity, at text not null, via text not null, body text not null, path text not null,
    message text not null, primary key (tenant, id)
  )`,
  `create table people (
    tenant text not null, chat text not null, chat_tenant text not null, chat_user text not null, person_id text not null, name text not null,
    primary key (tenant, chat, chat_tenant, chat_user)
  )`,
]

export const provider: MigrationProvider = { getMigrations: async () => migrations }
