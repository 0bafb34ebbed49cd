import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { openStory, type Story } from './ground.ts'

/** What an admin does with rules, through the console, against the simulated Azure. */

let story: Story

beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

const words = (answered: unknown) => JSON.stringify(answered)

test('rules are listed in words', async () => {
  const { answer, error } = await story.act('rules', {}, undefined, 'admin')
  expect(error).toBeUndefined()
  console.log(answer.card.text, words(answer.card.slack).slice(0, 3000))
})
test('form', async () => {
  const a = await story.act('rule new', { kind: 'alert' }, undefined, 'admin')
  console.log(a.error, words(a.answer.card.slack))
})
