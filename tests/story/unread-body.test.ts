import { afterAll, beforeAll, expect, test } from '@jest/globals'
import pg from 'pg'
import { z } from 'zod'
import { createLog } from '../../src/log.ts'
import { type FreshDatabase, freshDatabase } from '../jest/database.ts'
import { openStory, type Story, until } from './ground.ts'

/** Bodies are kept for longer than the version that took them: those that a later version can't read take no list, card, batch or back-test along. */

let database: FreshDatabase
let story: Story
let kept: pg.Client
const lines: string[] = []
beforeAll(async () => {
  database = await freshDatabase()
  story = await openStory(
    { DATABASE_URL: database.url },
    createLog('warn', line => lines.push(line)),
  )
  kept = new pg.Client({ connectionString: database.url })
  await kept.connect()
}, 20_000)
afterAll(async () => {
  await kept.end()
  await story.close()
  await database.drop()
})

const Accepted = z.object({ accepted: z.array(z.object({ findingId: z.string(), duplicate: z.boolean() })) })

async function taken(body: unknown): Promise<string[]> {
  const answer = await story.call('/api/events', body)
  expect(answer.status).toBe(202)
  return Accepted.parse(answer.body).accepted.map(({ findingId }) => findingId)
}

const production = '/subscriptions/11111111-5eed-4000-8000-000000000001'

const recommendation = {
  type: 'Microsoft.Security/assessments',
  id: `${production}/resourceGroups/rg-shop/providers/Microsoft.Compute/virtualMachines/vm-ports/providers/Microsoft.Security/assessments/3c5b7d91-4a2e-4f60-9b8c-0d1e2f3a4b5c`,
  name: '3c5b7d91-4a2e-4f60-9b8c-0d1e2f3a4b5c',
  properties: { displayName: 'Management ports should be closed', status: { code: 'Unhealthy' } },
}
const compliance = {
  type: 'Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/regulatoryComplianceAssessments',
  id: `${production}/providers/Microsoft.Security/regulatoryComplianceStandards/PCI-DSS-3.2/regulatoryComplianceControls/1.1/regulatoryComplianceAssessments/968548cb-02b3-8cd2-11f8-0cf64ab1a347`,
  name: '968548cb-02b3-8cd2-11f8-0cf64ab1a347',
  properties: {
    description: 'Troubleshoot missing scan data',
    state: 'Failed',
    passedResources: 7,
    failedResources: 4,
    skippedResources: 0,
  },
}

function alert(name: string, more: object = {}) {
  return {
    SystemAlertId: name,
    AlertType: 'VM_Test',
    AlertDisplayName: `Odd logon on ${name}`,
    Severity: 'High',
    TimeGenerated: new Date(Date.now() - 60_000).toISOString(),
    AzureResourceId: `${production}/resourceGroups/rg-shop/providers/Microsoft.Compute/virtualMachines/${name}`,
    ...more,
  }
}

/** What the reader of today refuses, as a stricter one of tomorrow may refuse what today's took. */
const refused = '{"type":"Microsoft.Security/unheard","Severity":"High"}'
const damaged = '{"SystemAlertId":'

async function nowKept(findingId: string, body: string): Promise<void> {
  const { rowCount } = await kept.query('update defender.events set body = $2 where finding_id = $1', [findingId, body])
  expect(rowCount).toBe(1)
}

const seen = (value: unknown) => JSON.stringify(value).toLowerCase()
const warnings = (id: string) => lines.filter(line => line.includes('can’t be read any more') && line.includes(id))

let stricter = ''
let broken = ''
let sound = ''

test('every kind is listed and shown from what is noted beside its body, with a plain word; the log tells it once', async () => {
  ;[stricter = '', broken = '', sound = ''] = await taken([alert('vm-strict'), alert('vm-broken'), alert('vm-sound')])
  const others = [...(await taken(recommendation)), ...(await taken(compliance))]
  await until('their cards', async () => ((await story.posts()).length >= 3 ? true : undefined))
  for (const id of [stricter, ...others]) await nowKept(id, refused)
  await nowKept(broken, damaged)

  for (let look = 0; look < 2; look++) {
    const list = seen(await story.say('alerts'))
    for (const name of ['vm-strict', 'vm-broken', 'vm-sound']) expect(list).toContain(`odd logon on ${name}`)
    for (const id of [stricter, broken, ...others]) {
      const card = seen(await story.say(`show ${id}`, 'admin'))
      expect(card).toContain('can’t be read any more by this version of the bot')
    }
  }
  expect(await story.finding(stricter)).toMatchObject({ title: 'Odd logon on vm-strict', severity: 'High', status: 'active' })
  for (const word of ['recommendations', 'compliance']) expect(seen(await story.say(word, 'admin'))).not.toContain('went wrong')
  for (const id of [stricter, broken, ...others]) expect(warnings(id)).toHaveLength(1)
  expect(warnings(sound)).toEqual([])
})

test('it can be worked on: what people do is noted, its card goes on, and what can’t be done is told by name', async () => {
  const taking = await story.act('assign', { to: 'me' }, stricter)
  expect(taking.error).toBeUndefined()
  const card = await until('the card', async () =>
    (await story.posts()).find(({ findingId, card: { text } }) => findingId === stricter && text.includes('Analyst')),
  )
  expect(seen(card.card)).toContain('odd logon on vm-strict')
  expect((await story.act('status', { to: 'resolved' }, stricter)).error).toMatchObject({ field: 'AlertUri' })
  expect((await story.act('run', { logicApp: 'Notify-SOC' }, broken)).error).toMatchObject({ code: 'NotJson' })
  expect((await story.finding(broken)).runs).toMatchObject([{ state: 'refused' }])
})

test('a back-test counts what its conditions still find, and goes on over what is no JSON any more', async () => {
  const tested = seen(await story.say('rule test Notify-SOC-On-High 7d', 'admin'))
  expect(tested).toContain('it would have fired 2 times')
  expect(tested).toContain(sound)
  expect(seen(await story.say(`why ${stricter}`, 'admin'))).toContain('notify-soc-on-high')
})

test('a batch with others in it is taken, and a delivery that can be read puts all of it back', async () => {
  const again = alert('vm-strict', { Description: 'Somebody logged on at night.', Status: 'Resolved' })
  const [, one] = await taken([alert('vm-new'), again])
  expect(one).toBe(stricter)
  expect(await story.finding(stricter)).toMatchObject({ status: 'resolved', owner: { name: 'Analyst' } })
  expect(seen(await story.say(`show ${stricter}`))).toContain('somebody logged on at night')
})
