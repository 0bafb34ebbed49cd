import { sql } from 'kysely'
import { Problem } from '../errors.ts'
import type { Place } from '../model/place.ts'
import type { DeadLetter, DeadLetters, People, Places, Requests } from '../ports.ts'
import type { Database } from './database.ts'
import { plain, repeated } from './database.ts'
import type { JobEngine } from './jobs.ts'
import type { PlaceRow } from './schema.ts'
import { together } from './together.ts'

/** A crash between the request and its answer is looked for this long after. */
const settleAfterMs = 5000

export function createPlaces({ db, pool, tenant }: Database, jobs: JobEngine): Places {
  const select = () => db.selectFrom('places').selectAll().where('tenant', '=', tenant)
  const get = together<string, Place | undefined>(async ids => {
    const rows = await select().where('id', '=', sql<string>`any(${ids})`).execute()
    const places = new Map(rows.map(row => [row.id, toPlace(row)]))
    return ids.map(id => places.get(id))
  })
  return {
    get,
    /** It may be reachable again: what waits for it is due. */
    async save({ id, chat, tenant: chatTenant, channel, name, address, blocked }) {
      await repeated(pool, async client => {
        await client.query(
          `insert into places (tenant, id, chat, chat_tenant, channel, name, address, blocked) values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (tenant, id) do update set chat = excluded.chat, chat_tenant = excluded.chat_tenant, channel = excluded.channel,
              name = excluded.name, address = excluded.address, blocked = excluded.blocked`,
          [tenant, id, chat, chatTenant, channel, name, address ?? null, blocked ?? null],
        )
        if (blocked === undefined) await jobs.enqueue(client, [{ name: 'place', key: id, delayMs: 0 }])
      })
      jobs.wake('place')
    },
    list: async () => (await select().orderBy('name').execute()).map(toPlace),
    async block(id, sentence) {
      await db.updateTable('places').set({ blocked: sentence }).where('tenant', '=', tenant).where('id', '=', id).execute()
    },
  }
}

function toPlace(row: PlaceRow): Place {
  const { id, chat, channel, name } = row
  return {
    id,
    chat,
    tenant: row.chat_tenant,
    channel,
    name,
    ...(row.address !== null && { address: row.address }),
    ...(row.blocked !== null && { blocked: row.blocked }),
  }
}

export function createRequests({ db, pool, tenant }: Database, jobs: JobEngine): Omit<Requests, 'hold'> {
  return {
    async open(requestId, request, settle, at) {
      return repeated(pool, async client => {
        const { rowCount } = await client.query(
          'insert into requests (tenant, id, request, at, settled) values ($1, $2, $3, $4, $5) on conflict do nothing',
          [tenant, requestId, request, at, settle],
        )
        if (rowCount === 1) {
          if (settle) await jobs.enqueue(client, [{ name: 'request', key: requestId, delayMs: settleAfterMs }])
          return { fresh: true }
        }
        const { rows } = await client.query<{ answer: string | null }>(
          'select answer from requests where tenant = $1 and id = $2',
          [tenant, requestId],
        )
        const answer = rows[0]?.answer
        return { fresh: false, ...(typeof answer === 'string' && { answer }) }
      })
    },
    async begin(requestId, effect) {
      const { rows } = await pool.query<{ before: boolean; answer: string | null }>({
        name: 'begin-request',
        text: `update requests r set begun = r.begun or $3 from (select begun, answer from requests where tenant = $1 and id = $2 for update) b
          where r.tenant = $1 and r.id = $2 returning b.begun as before, b.answer`,
        values: [tenant, requestId, effect],
      })
      const [row] = rows
      if (row === undefined) throw new Problem('NotFound', 'There is no such request.', { field: 'requestId' })
      return { before: row.before, ...(row.answer !== null && { answer: row.answer }) }
    },
    async answer(requestId, answer) {
      await db
        .updateTable('requests')
        .set({ answer, request: '' })
        .where('tenant', '=', tenant)
        .where('id', '=', requestId)
        .execute()
    },
    async get(requestId) {
      const row = await db
        .selectFrom('requests')
        .select(['request', 'answer'])
        .where('tenant', '=', tenant)
        .where('id', '=', requestId)
        .executeTakeFirst()
      return row && { request: row.request, ...(row.answer !== null && { answer: row.answer }) }
    },
  }
}

export function createDeadLetters({ db, tenant }: Database): DeadLetters {
  const select = () => db.selectFrom('dead_letters').selectAll().where('tenant', '=', tenant)
  return {
    async keep(letters) {
      if (letters.length === 0) return
      const rows = letters.map(({ at, via, body, rejection }) => ({
        tenant,
        at,
        via,
        body: plain(body),
        path: plain(rejection.path),
        message: plain(rejection.message),
      }))
      await db
        .insertInto('dead_letters')
        .values(rows)
        .onConflict(conflict => conflict.doNothing())
        .execute()
    },
    async list(limit, after) {
      const rows = await select().where('id', '>', numberOf(after)).orderBy('id').limit(limit).execute()
      return rows.map(toLetter)
    },
    async get(id) {
      const row = await select().where('id', '=', numberOf(id)).executeTakeFirst()
      return row && toLetter(row)
    },
    async remove(id) {
      await db.deleteFrom('dead_letters').where('tenant', '=', tenant).where('id', '=', numberOf(id)).execute()
    },
  }
}

/** What is no id of ours names nothing. */
function numberOf(id: string | undefined): number {
  return id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : 0
}

function toLetter(row: { id: number; at: string; via: string; body: string; path: string; message: string }): DeadLetter {
  return { id: String(row.id), at: row.at, via: row.via, body: row.body, rejection: { path: row.path, message: row.message } }
}

export function createPeople({ db, tenant }: Database): People {
  return {
    async link(account, person) {
      const row = {
        tenant,
        chat: account.chat,
        chat_tenant: account.tenant,
        chat_user: account.user,
        person_id: person.id,
        name: person.name,
      }
      await db
        .insertInto('people')
        .values(row)
        .onConflict(conflict =>
          conflict
            .columns(['tenant', 'chat', 'chat_tenant', 'chat_user'])
            .doUpdateSet({ person_id: row.person_id, name: row.name }),
        )
        .execute()
    },
    async of(account) {
      const row = await db
        .selectFrom('people')
        .select(['person_id', 'name'])
        .where('tenant', '=', tenant)
        .where('chat', '=', account.chat)
        .where('chat_tenant', '=', account.tenant)
        .where('chat_user', '=', account.user)
        .executeTakeFirst()
      return row && { id: row.person_id, name: row.name }
    },
    async unlink(account) {
      await db
        .deleteFrom('people')
        .where('tenant', '=', tenant)
        .where('chat', '=', account.chat)
        .where('chat_tenant', '=', account.tenant)
        .where('chat_user', '=', account.user)
        .execute()
    },
    async list() {
      const rows = await db
        .selectFrom('people')
        .select(['person_id', 'name'])
        .distinctOn('person_id')
        .where('tenant', '=', tenant)
        .orderBy('person_id')
        .execute()
      return rows.map(({ person_id, name }) => ({ id: person_id, name })).sort((a, b) => a.name.localeCompare(b.name))
    },
  }
}
