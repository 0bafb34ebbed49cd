import { expect, test } from '@jest/globals'
import pg from 'pg'
import { createLog } from '../../src/log.ts'
import { freshDatabase } from '../jest/database.ts'
import { openStory, until } from './ground.ts'

/** A logic app's callback address lets whoever has it start the app: it is used once and then nowhere. */

const key = 'a-key-that-nobody-should-read'

async function everythingKept(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const tables = await client.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
  )
  const texts: string[] = []
  for (const { name } of tables.rows) {
    const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`)
    texts.push(...rows.map(({ row }) => `${name} ${row}`))
  }
  await client.end()
  return texts.join('\n')
}

test('after runs that went well and badly, neither the database nor the log holds a signature or a key', async () => {
  const database = await freshDatabase()
  const lines: string[] = []
  const story = await openStory(
    { DATABASE_URL: database.url, EVENTS_KEYS: key },
    createLog('debug', line => lines.push(line)),
  )
  try {
    story.simulator().fire({ type: 'VM_AmDisablementAndCodeExecution', subscription: '11111111-5eed-4000-8000-000000000001' })
    const id = await until('the card', async () => (await story.posts())[0]?.findingId)
    await story.act('run', { logicApp: 'Notify-SOC' }, id)
    story.simulator().faults([{ on: '/triggers/', kind: '500', times: 8 }])
    await story.act('run', { logicApp: 'Notify-SOC' }, id)
    story.simulator().faults([])
    await until('the first run', async () => (await story.finding(id)).runs.find(({ state }) => state === 'succeeded'))
    const kept = await everythingKept(database.url)
    expect(kept).toContain('Notify-SOC')
    expect(lines.length).toBeGreaterThan(0)
    for (const text of [kept, lines.join('\n')]) {
      expect(text.match(/.{0,80}\bsig=(?!\*\*\*).{0,20}/)?.[0]).toBeUndefined()
      expect(text).not.toContain(key)
      expect(text).not.toContain(story.simulator().tokens.bot)
    }
  } finally {
    await story.close()
    await database.drop()
  }
})
