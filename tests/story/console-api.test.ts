import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { openStory, type Story, until } from './ground.ts'

const place = 'console:simulated:security'
let story: Story
beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

const List = z.object({
  findings: z.array(z.looseObject({ id: z.string(), severity: z.string(), status: z.string(), kind: z.string() })),
  total: z.number(),
  next: z.string().optional(),
})
const Views = z.array(
  z.looseObject({ postId: z.string(), findingId: z.string(), thread: z.array(z.looseObject({ text: z.string() })) }),
)
const Problems = z.object({ error: z.looseObject({ code: z.string(), message: z.string(), field: z.string().optional() }) })

/** An alert pushed to the bot, as soon as its card is there. */
async function alertArrives(severity = 'High'): Promise<string> {
  const before = new Set((await story.posts()).map(({ findingId }) => findingId))
  story.simulator().fire({ severity, subscription: '11111111-5eed-4000-8000-000000000001' })
  return until(
    'the card of the alert',
    async () => (await story.posts()).find(post => !before.has(post.findingId) && post.state === 'shown')?.findingId,
  )
}

async function list(query: string): Promise<z.infer<typeof List>> {
  return List.parse((await story.call(`/console/api/findings?${query}`)).body)
}

/** A request whose Host is chosen, as a rebound name would choose it. */
function knock(path: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(`${story.app.address}${path}`, { headers: { host } }, response => {
      resolve(response.statusCode ?? 0)
      response.destroy()
    })
    asked.on('error', reject)
    asked.end()
  })
}

test('places say where cards go and nothing that only the platform needs', async () => {
  const { body } = await story.call('/console/api/places')
  expect(body).toContainEqual({ id: place, platform: 'console', tenant: 'simulated', channel: 'security', name: 'Security' })
})

test('a post carries the card as each platform shows it, at the finding’s version', async () => {
  const id = await alertArrives()
  const post = (await story.posts()).find(({ findingId }) => findingId === id)
  expect(post).toMatchObject({ placeId: place, version: (await story.finding(id)).version, state: 'shown' })
  expect(post?.card).toMatchObject({
    teams: { type: 'AdaptiveCard' },
    slack: { blocks: expect.any(Array) },
    text: expect.any(String),
    tone: 'bad',
  })
  expect((await story.call(`/console/api/posts/${post?.postId}`)).body).toEqual(post)
})

test('the thread under a card tells what people did and how it ended, and no more of many than people read', async () => {
  const id = await alertArrives()
  const texts = async () => {
    const views = Views.parse((await story.call(`/console/api/places/${place}/posts?latest=1&limit=200`)).body)
    return views.find(({ findingId }) => findingId === id)?.thread.map(({ text }) => text) ?? []
  }
  expect(await texts()).toEqual([])
  await story.act('run', { logicApp: 'Notify-SOC' }, id)
  await until('the end of the run', async () => ((await texts()).length > 0 ? true : undefined))
  expect(await texts()).toEqual([expect.stringMatching(/^Notify-SOC succeeded in .* · Analyst/)])
  await story.app.world.store.change(id, finding => {
    const entry = { at: finding.changedAt, by: { id: 'a', name: 'Analyst' }, what: 'took it' }
    return {
      finding: { ...finding, version: finding.version + 1, history: [...finding.history, ...Array(40).fill(entry)] },
      places: [],
    }
  })
  const many = await texts()
  expect([many.length, many[0]]).toEqual([31, "11 earlier, all in the card's history"])
})

test('posts are listed oldest first, after one, before one, and the latest', async () => {
  for (let n = 0; n < 3; n += 1) await alertArrives()
  const ids = async (query: string) =>
    Views.parse((await story.call(`/console/api/places/${place}/posts?${query}`)).body).map(({ postId }) => postId)
  const all = await ids('limit=200')
  expect(await ids('after=&limit=200')).toEqual(all)
  expect(await ids(`after=${all[0]}&limit=2`)).toEqual(all.slice(1, 3))
  expect(await ids('latest=1&limit=2')).toEqual(all.slice(-2))
  expect(await ids(`before=${all.at(-1)}&limit=2`)).toEqual(all.slice(-3, -1))
})

test('findings by filter, page by page', async () => {
  await alertArrives('Low')
  await alertArrives('Low')
  const low = await list('kind=alert&severity=low,informational&status=active&limit=1')
  expect(low.total).toBeGreaterThanOrEqual(2)
  expect(low.findings[0]).toMatchObject({ kind: 'alert', severity: 'Low', status: 'active' })
  const next = await list(`kind=alert&severity=low,informational&status=active&limit=1&cursor=${low.next}`)
  expect(next.findings[0]?.id).not.toBe(low.findings[0]?.id)
  expect((await list('severity=critical')).findings).toEqual([])
})

test('a finding has the promised shape', async () => {
  const id = await alertArrives()
  await story.act('assign', { to: 'me' }, id)
  const { body } = await story.call(`/console/api/findings/${id}`)
  expect(body).toMatchObject({
    id,
    kind: 'alert',
    eventId: expect.any(String),
    title: expect.any(String),
    severity: 'High',
    status: 'active',
    owner: { id: expect.any(String), name: 'Analyst' },
    resource: { id: expect.any(String), name: expect.any(String) },
    subscription: expect.any(String),
    openedAt: expect.any(String),
    changedAt: expect.any(String),
    version: 2,
    runs: [],
    history: [{ at: expect.any(String), by: { name: 'Analyst' }, what: 'took it' }],
  })
  expect(body).not.toHaveProperty('seen')
})

test.each<[path: string, status: number, code: string, field: string | undefined]>([
  ['findings?limit=0', 400, 'BadInput', 'limit'],
  ['findings?limit=many', 400, 'BadInput', 'limit'],
  ['findings?status=open', 400, 'BadInput', 'status.0'],
  ['findings?kind=incident', 400, 'BadInput', 'kind'],
  ['findings?since=yesterday', 400, 'BadInput', 'since'],
  ['findings?cursor=nonsense', 400, 'BadInput', 'cursor'],
  ['findings/a-000000000000', 404, 'NotFound', 'id'],
  ['places/console:simulated:elsewhere/posts', 404, 'NotFound', 'id'],
  [`places/${place}/posts?after=nothing`, 400, 'BadInput', 'after'],
  [`places/${place}/posts?before=nothing`, 400, 'BadInput', 'before'],
  ['posts/nothing', 404, 'NotFound', 'id'],
  ['nothing', 404, 'NotFound', undefined],
])('GET %s is %i %s', async (path, status, code, field) => {
  const answer = await story.call(`/console/api/${path}`)
  expect(answer.status).toBe(status)
  expect(Problems.parse(answer.body).error).toMatchObject({ code, ...(field && { field }) })
})

test.each<[name: string, body: unknown, code: string, field: string]>([
  ['no requestId', { action: 'help' }, 'BadInput', 'requestId'],
  ['an endless requestId', { requestId: 'r'.repeat(5000), action: 'help' }, 'BadInput', 'requestId'],
  ['no action', { requestId: 'b1' }, 'BadInput', 'action'],
  ['input that is a list', { requestId: 'b2', action: 'help', input: [] }, 'BadInput', 'input'],
  ['an unknown person', { requestId: 'b3', action: 'help', as: 'root' }, 'BadInput', 'as'],
  ['no JSON', '{"requestId"', 'NotJson', 'body'],
  ['not UTF-8', '[]', 'BadInput', 'body'],
])('an action with %s is refused at its field', async (_name, body, code, field) => {
  const { status, body: answer } = await story.call('/console/api/actions', body)
  expect(status).toBe(400)
  expect(Problems.parse(answer).error).toMatchObject({ code, field })
})

test('one person’s request id is nobody else’s', async () => {
  const asked = (as: string) => story.act('whoami', {}, undefined, as, 'mine')
  const [analyst, admin] = [await asked('analyst'), await asked('admin')]
  expect(analyst.answer.card.text).not.toBe(admin.answer.card.text)
  expect((await asked('analyst')).answer).toEqual(analyst.answer)
})

test('a form carries what is asked, and its choices are searched', async () => {
  const id = await alertArrives()
  const { answer } = await story.act('run', {}, id)
  expect(answer.card).toMatchObject({ form: { action: 'run', findingId: id }, slack: { type: 'modal' } })
  const { body } = await story.call('/console/api/choices', {
    action: 'run',
    findingId: id,
    field: 'logicApp',
    typed: 'notify',
    as: 'analyst',
  })
  expect(body).toEqual([expect.objectContaining({ title: 'Notify-SOC' })])
})

test('the same typed command under the same id is answered once', async () => {
  const id = await alertArrives()
  const typed = { requestId: 'typed-once', text: `assign ${id}`, as: 'analyst' }
  const first = await story.call('/console/api/commands', typed)
  expect((await story.call('/console/api/commands', typed)).body).toEqual(first.body)
  expect((await story.finding(id)).version).toBe(2)
})

test('what changes is told as it changes', async () => {
  const response = await fetch(`${story.app.address}/console/api/events`)
  const reader = response.body?.getReader()
  const id = await alertArrives()
  await story.act('run', { logicApp: 'Notify-SOC' }, id)
  let text = ''
  const mine = new RegExp(`event: run\\ndata: \\{"id":"${id}[^\\n]*"state":"succeeded","startedBy":\\{"as":"person"`, 'g')
  await until('the events', async () => {
    text += new TextDecoder().decode((await reader?.read())?.value)
    return mine.test(text) && text.includes('event: post') ? text : undefined
  })
  await reader?.cancel()
  expect(text).toMatch(/event: finding\ndata: \{"id":"a-/)
  expect(text).toMatch(new RegExp(`event: post\\ndata: \\{"postId":"[^"]+","placeId":"${place}","findingId":"${id}"`))
  expect(text.match(mine)).toHaveLength(1)
})

test('the board counts', async () => {
  const { body } = await story.call('/console/api/status')
  expect(body).toMatchObject({
    events: expect.any(Number),
    findings: expect.any(Number),
    queue: expect.any(Number),
    deadLetters: expect.any(Number),
    runs: { succeeded: expect.any(Number), failed: expect.any(Number) },
  })
  expect(body).toMatchObject({ lastHour: expect.arrayContaining([{ severity: 'High', alerts: expect.any(Number) }]) })
})

test('a dead letter is listed with its reason, and stays when it still can’t be read', async () => {
  await story.call('/api/events', [{ nonsense: true }])
  const Letters = z.array(
    z.object({ id: z.string(), body: z.string(), rejection: z.object({ path: z.string(), message: z.string() }) }),
  )
  const letters = async () => Letters.parse((await story.call('/console/api/dead-letters')).body)
  const letter = (await letters()).find(({ body }) => body.includes('nonsense'))
  expect(letter?.rejection.message).toBeTruthy()
  const again = await story.call(`/console/api/dead-letters/${letter?.id}/replay`, {})
  expect(Problems.parse(again.body).error.code).toBe('NothingAccepted')
  expect(await letters()).toContainEqual(letter)
  expect((await story.call('/console/api/dead-letters/999999/replay', {})).status).toBe(404)
})

test('people and verbs for the page', async () => {
  expect((await story.call('/console/api/people')).body).toMatchObject([
    { as: 'analyst', name: 'Analyst' },
    { as: 'admin' },
    { as: 'stakeholder' },
    { as: 'nobody' },
  ])
  expect((await story.call('/console/api/verbs?text=al')).body).toContainEqual(expect.objectContaining({ text: 'alerts ' }))
})

test.each(['/', '/console/api/places', '/console/api/events', '/console/api/dead-letters'])(
  '%s is closed to a name bound to this address',
  async path => {
    expect(await knock(path, 'rebound.example.com')).toBe(403)
    expect(await knock(path, new URL(story.app.address).host)).toBe(200)
  },
)

test('another site’s page may not act', async () => {
  const body = { requestId: 'csrf', action: 'help' }
  expect((await story.call('/console/api/actions', body, { origin: 'https://evil.example.com' })).status).toBe(403)
  expect((await story.call('/console/api/actions', body, { 'content-type': 'text/plain' })).status).toBe(415)
})

test('the page brings its own files under a strict policy and names none from elsewhere', async () => {
  const response = await fetch(`${story.app.address}/`)
  const html = await response.text()
  expect(response.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'/,
  )
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|style="|https?:/)
  const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '')
  expect(files).toHaveLength(3)
  for (const file of files) {
    const found = await fetch(`${story.app.address}${file}`)
    expect(found.headers.get('cache-control')).toContain('immutable')
    expect((await found.text()).length).toBeGreaterThan(100)
  }
  expect((await fetch(`${story.app.address}/console/page/console-000000000000.js`)).status).toBe(404)
})
