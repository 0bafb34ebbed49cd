import { afterAll, beforeAll, expect, test } from '@jest/globals'
import pg from 'pg'
import { type FreshDatabase, freshDatabase } from '../jest/database.ts'
import { openStory, type Story } from './ground.ts'

let database: FreshDatabase
let story: Story
let blocker: pg.Client
beforeAll(async () => {
  database = await freshDatabase()
  story = await openStory({ DATABASE_URL: database.url })
  blocker = new pg.Client({ connectionString: database.url })
  await blocker.connect()
})
afterAll(async () => {
  await blocker.end()
  await story.close()
  await database.drop()
})

const sent = 300

function send(id: string): Promise<Response> {
  const alert = { SystemAlertId: id, AlertType: 'VM_Test', AlertDisplayName: id, Severity: 'Low', CompromisedEntity: 'vm-1' }
  return fetch(`${story.app.address}/api/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alert),
  })
}

test('while findings can’t be written, more than can be taken is told to come back, clicks are answered, and nothing acknowledged is missing', async () => {
  await blocker.query('begin')
  await blocker.query('lock table defender.findings in exclusive mode')
  const answers = Array.from({ length: sent }, (_, index) => send(`flood-${index}`))
  const refused = await Promise.race(answers)
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(await refused.json()).toMatchObject({ error: { code: 'RateLimited', retryAfterS: 1 } })

  const pressed = performance.now()
  expect(await story.say('help')).toMatchObject({ answer: {} })
  expect(performance.now() - pressed).toBeLessThan(1000)

  await blocker.query('rollback')
  const statuses = (await Promise.all(answers)).map(({ status }) => status)
  const accepted = statuses.filter(status => status === 202).length
  expect(accepted + statuses.filter(status => status === 429).length).toBe(sent)
  expect(accepted).toBeGreaterThan(0)
  expect((await story.app.world.store.status()).findings).toBe(accepted)
  expect((await send('after')).status).toBe(202)
})
