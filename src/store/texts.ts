import { sql } from 'kysely'
import type { Texts } from '../ports.ts'
import { type Database, plain } from './database.ts'
import { together } from './together.ts'

export function createTexts({ db, tenant }: Database): Texts {
  const select = () => db.selectFrom('texts').select(['name', 'text']).where('tenant', '=', tenant)
  const get = together<string, string | undefined>(async names => {
    const rows = await select().where('name', '=', sql<string>`any(${names})`).execute()
    const texts = new Map(rows.map(({ name, text }) => [name, text]))
    return names.map(name => texts.get(name))
  })
  return {
    get: name => get(plain(name)),
    async put(name, text) {
      const kept = plain(text)
      await db
        .insertInto('texts')
        .values({ tenant, name: plain(name), text: kept })
        .onConflict(conflict => conflict.columns(['tenant', 'name']).doUpdateSet({ text: kept }))
        .execute()
    },
    async remove(name) {
      await db.deleteFrom('texts').where('tenant', '=', tenant).where('name', '=', plain(name)).execute()
    },
    async names(prefix) {
      const [from, to] = [plain(prefix), `${plain(prefix)}\u{10FFFF}`]
      const own = db.selectFrom('texts').select('name').where('tenant', '=', tenant)
      const rows = await own.where('name', '>=', from).where('name', '<', to).orderBy('name').execute()
      return rows.map(({ name }) => name)
    },
  }
}
