import { expect, test } from '@jest/globals'
import { createLog } from '../../src/log.ts'
import { freshDatabase } from '../jest/database.ts'
import { everythingKept } from './everything-kept.ts'
import { openStory, until } from './ground.ts'

/** A logic app's callback address lets whoever has it start the app: it is used once and then nowhere. */

const key = 'a-key-that-nobody-should-read'

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
