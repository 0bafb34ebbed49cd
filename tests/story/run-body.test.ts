import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { openStory, type Story, until } from './ground.ts'

let story: Story
beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

const Received = z.object({ accepted: z.array(z.object({ findingId: z.string() })) })

function published(file: string): string {
  return readFileSync(new URL(`../payloads/events/${file}`, import.meta.url), 'utf8')
}

/** What Notify-SOC got when it was started for the event. */
async function sentFor(event: string): Promise<string> {
  const { accepted } = Received.parse((await story.call('/api/events', event)).body)
  const id = accepted[0]?.findingId ?? ''
  expect((await story.act('run', { logicApp: 'Notify-SOC' }, id)).error).toBeUndefined()
  const runs = () => [...story.simulator().state.runs.values()].flat()
  const run = await until('the run in Azure', async () => runs().find(({ trackingId }) => trackingId.startsWith(id)))
  return run.body
}

test('a pushed alert goes to the logic app to the letter', async () => {
  const text = published('alert-connector.json').trim()
  expect(await sentFor(text)).toBe(text)
})

test('an alert in the form of the management API goes in the form Defender for Cloud itself sends', async () => {
  const [alert] = z.array(z.unknown()).parse(JSON.parse(published('alert-arm-2022-simulated.json')))
  expect(JSON.parse(await sentFor(JSON.stringify(alert)))).toMatchObject({
    AlertDisplayName: '[SAMPLE ALERT] Suspicious WordPress theme invocation detected',
    Severity: 'High',
    Status: 'New',
    Version: '3.0',
    Entities: [{ Type: 'host', HostName: 'Sample-App' }],
  })
})
