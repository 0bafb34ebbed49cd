import { expect, test } from '@jest/globals'
import { openStory } from './ground.ts'

test('keys guard the door for events', async () => {
  const story = await openStory({ EVENTS_KEYS: 'first-key,second-key' })
  try {
    expect((await story.call('/api/events', {})).status).toBe(401)
    expect((await story.call('/api/events', {}, { 'x-api-key': 'wrong' })).status).toBe(401)
    expect((await story.call('/api/events', {}, { 'x-api-key': 'second-key' })).status).toBe(400)
    expect((await story.call('/readyz')).status).toBe(200)
  } finally {
    await story.close()
  }
})
