import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { z } from 'zod'
import { openStory, type Story, until } from './ground.ts'

/** What an admin does with rules, through the console, against the simulated Azure. */

let story: Story
let findingId: string
let names = 0

beforeAll(async () => {
  story = await openStory()
  await story.simulator().raise({ count: 1, severity: 'High', title: 'brute' })
})
afterAll(() => story.close())

test('x', async () => {
  const a = await story.act('rule new', { kind: 'alert' }, undefined, 'admin')
  console.log(a.error, JSON.stringify(a.answer.card.slack))
})
