import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { connectorText } from '../../src/model/connector-body.ts'
import type { Finding } from '../../src/model/finding.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { type FaultyProxy, startProxy } from '../fakes/proxy.ts'
import { type FreshDatabase, freshDatabase } from '../jest/database.ts'
import { openStory, type Story, until } from './ground.ts'

/** Two processes share a database and look at the same Azure, once a second, and nothing is pushed. */

let database: FreshDatabase
let azure: Simulator
let proxy: FaultyProxy
let one: Story
let other: Story
beforeAll(async () => {
  database = await freshDatabase()
  azure = await startSimulator()
  proxy = await startProxy(azure.origin)
  const settings = {
    DATABASE_URL: database.url,
    AZURE_ARM_ENDPOINT: proxy.origin,
    AZURE_STATIC_TOKEN: azure.tokens.bot,
    AZURE_TENANT_ID: azure.tenantId,
    AZURE_POLL_EVERY_S: '1',
    CONSOLE: '0',
  }
  ;[one, other] = await Promise.all([openStory(settings), openStory(settings)])
}, 30_000)
afterAll(async () => {
  await Promise.all([one.close(), other.close()])
  await Promise.all([proxy.stop(), azure.stop()])
  await database.drop()
})

const subscription = '11111111-5eed-4000-8000-000000000001'
const lists = /\/providers\/Microsoft\.Security\/alerts\?/

/** When the alerts of one subscription were asked for from the first page on. */
const looks = () => proxy.seen.filter(({ url }) => lists.test(url) && url.includes(subscription) && !url.includes('skiptoken'))

async function known(): Promise<Finding[]> {
  return (await one.app.world.store.findings.list({ kind: 'alert', subscriptions: [subscription] }, 500)).items
}

const called = (name: string) =>
  until(`the finding of ${name}`, async () => (await known()).find(({ event }) => event.id.endsWith(name)))

async function nextLooks(count: number): Promise<void> {
  const before = looks().length
  await until(`${count} more looks`, async () => (looks().length >= before + count ? true : undefined))
}

test('two processes look as often as one would, and each alert is one finding', async () => {
  const { name } = azure.fire({ type: 'VM_AmDisablementAndCodeExecution', subscription })
  await called(name)
  const began = { looks: looks().length, at: performance.now() }
  await nextLooks(3)
  const seconds = (performance.now() - began.at) / 1000
  expect(looks().length - began.looks).toBeLessThanOrEqual(Math.ceil(seconds) + 1)
  expect((await known()).filter(({ event }) => event.id.endsWith(name))).toHaveLength(1)
})

test('an alert that was looked up and is then pushed is the finding there is', async () => {
  const { name } = azure.fire({ type: 'VM_AmDisablementAndCodeExecution', subscription })
  const { id, version } = await called(name)
  const pushed = connectorText('alert', (await one.app.world.store.findings.body(id)) ?? '')
  expect(await other.call('/api/events', pushed)).toMatchObject({
    status: 202,
    body: { accepted: [{ findingId: id, duplicate: true }], rejected: [] },
  })
  expect((await known()).filter(finding => finding.id === id)).toMatchObject([{ version }])
})

test('what changed while nobody ran is seen after the start; what did not change is not taken again', async () => {
  const changing = azure.fire({ type: 'VM_AmDisablementAndCodeExecution', subscription })
  const before = await called(changing.name)
  await nextLooks(2)
  const versions = new Map((await known()).map(({ id, version }) => [id, version]))
  await Promise.all([one.stop(), other.stop()])
  changing.status = 'Resolved'
  const born = azure.fire({ type: 'VM_AmDisablementAndCodeExecution', subscription })
  await one.start()
  await called(born.name)
  const after = await until('the change', async () => {
    const finding = (await known()).find(({ id }) => id === before.id)
    return finding?.status === 'resolved' ? finding : undefined
  })
  expect(after.version).toBe((versions.get(before.id) ?? 0) + 1)
  for (const { id, version } of await known())
    if (versions.has(id) && id !== before.id) expect([id, version]).toEqual([id, versions.get(id)])
  await other.start()
})

test('one process stops: the other goes on looking', async () => {
  await one.stop()
  const { name } = azure.fire({ type: 'VM_AmDisablementAndCodeExecution', subscription })
  await until('the finding', async () => {
    const { items } = await other.app.world.store.findings.list({ kind: 'alert', subscriptions: [subscription] }, 500)
    return items.find(({ event }) => event.id.endsWith(name))
  })
  await one.start()
})

test('what keeps Azure from being asked is told by both processes, until it passes', async () => {
  proxy.spoil({ path: lists, answer: { status: 403, body: '{"error":{"code":"AuthorizationFailed","message":"No."}}' } })
  const said = (story: Story) => story.call('/readyz').then(({ body }) => JSON.stringify(body))
  for (const story of [one, other])
    await until('the trouble', async () => ((await said(story)).includes('could not be asked for alerts') ? true : undefined))
  proxy.reset()
  for (const story of [one, other])
    await until('none', async () => ((await said(story)).includes('"troubles":[]') ? true : undefined))
})

test('a look that dies on the way is done again, and what can’t be read is one dead letter', async () => {
  proxy.spoil({ path: lists, rewrite: body => body.replace('"value":[', '"value":[{"type":"Microsoft.Security/unheard"},') })
  const { deadLetters, texts } = one.app.world.store
  const letters = () => deadLetters.list(100)
  await until('the letter', async () => (await letters())[0])
  const known = `polled:alert|${subscription}`
  const remembered = () => until('the end of the look', () => texts.get(known))
  await remembered()
  // What a kill -9 leaves: something was handed on, and it is not kept that it was.
  await texts.remove(known)
  await remembered()
  proxy.reset()
  expect((await letters()).map(({ via, body }) => [via, body])).toEqual([['poll', '{"type":"Microsoft.Security/unheard"}']])
})
