import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openStory, type Story } from './ground.ts'

let story: Story
beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

const shown = (answer: unknown) => JSON.stringify(answer)

test('apps lists what can be run first, and says of the others why not', async () => {
  const list = shown(await story.say('apps'))
  for (const word of ['Notify-SOC', 'Isolate-VM', 'Block-IP', 'Ready']) expect(list).toContain(word)
  const rest = shown(await story.say('apps responder'))
  expect(rest).toContain('It is a Standard logic app')
  expect(rest).toContain('It has the legacy alert trigger')
  expect(shown(await story.say('apps old'))).toContain('It is disabled.')
  expect(shown(await story.say('apps weekly'))).toContain('It has no Defender for Cloud trigger.')
  expect(shown(await story.say('apps rotate'))).toContain('You lack Microsoft.Logic/workflows/triggers/listCallbackUrl/action.')
  const eligible = shown(await story.say('apps eligible'))
  expect(eligible).toContain('Block-IP')
  expect(eligible).not.toContain('Legacy-Responder')
})

test('whoever may see no logic app is shown none', async () => {
  expect(shown(await story.say('apps', 'nobody'))).toContain('There are no logic apps that you can see.')
  expect(shown(await story.say('apps', 'nobody'))).not.toContain('Notify-SOC')
})
