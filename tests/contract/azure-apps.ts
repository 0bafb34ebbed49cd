import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { triggerFor, whyNot } from '../../src/model/logic-app.ts'
import type { Fault } from '../fakes/proxy.ts'
import { type Bench, problem, until } from './azure-bench.ts'

const Event = z.object({ SystemAlertId: z.string() })

function idOf(body: unknown): string | undefined {
  return Event.safeParse(body).data?.SystemAlertId
}

/** What every management API must tell of an app's own history, and let us switch. */
export function appLifeTests(at: () => Bench): void {
  async function start(name: string, eventId: string) {
    const { azure, app } = at()
    const found = await app(name)
    const trigger = triggerFor(found, 'alert')?.name ?? ''
    const { workflowRunId } = await azure.logicApps.start(
      found,
      trigger,
      JSON.stringify({ SystemAlertId: eventId }),
      `track-${eventId}`,
    )
    return { appId: found.id, trigger, workflowRunId }
  }

  test('the newest runs, whoever began them', async () => {
    const { azure } = at()
    const first = await start('Isolate-VM', 'recent-1')
    const second = await start('Isolate-VM', 'recent-2')
    const runs = await until(async () => {
      const newest = await azure.logicApps.recentRuns(first.appId, 2)
      return newest.length === 2 ? newest : undefined
    })
    expect(runs.map(({ workflowRunId }) => workflowRunId)).toEqual([second.workflowRunId, first.workflowRunId])
    expect(runs[0]).toMatchObject({
      trigger: first.trigger,
      trackingId: 'track-recent-2',
      startedAt: expect.stringMatching(/^\d{4}-.+Z$/),
    })
    expect((await azure.logicApps.recentRuns(first.appId, 1)).length).toBe(1)
  })

  test('runs by the event that they were given, as it was recognised, of a time only', async () => {
    const { azure, connect, ground } = at()
    const { appId, workflowRunId } = await start('Isolate-VM', 'event-1')
    const { workflowRunId: other } = await start('Isolate-VM', 'event-2')
    const since = new Date(Date.now() - 3_600_000)
    const wanted = (body: unknown) => (idOf(body)?.startsWith('event-') === true ? idOf(body) : undefined)
    const found = await azure.logicApps.runsOf(appId, since, wanted)
    expect(found.map(run => [run.of, run.workflowRunId])).toEqual([
      ['event-2', other],
      ['event-1', workflowRunId],
    ])
    expect(found[0]).toMatchObject({ trackingId: 'track-event-2' })
    expect(JSON.stringify(found)).not.toMatch(/sig=/)
    expect(await azure.logicApps.runsOf(appId, since, () => undefined)).toEqual([])
    const later = new Date(Date.now() + 40 * 24 * 3_600_000)
    expect(await connect().logicApps.runsOf(appId, later, wanted)).toEqual([])
    expect(ground.origin).toMatch(/^http:/)
  })

  test('whether any run of a time is it, as far back as that time and no further than found', async () => {
    const { azure, proxy } = at()
    const since = new Date(Date.now() - 3_600_000)
    const { appId, workflowRunId } = await start('Isolate-VM', 'needle')
    for (let n = 0; n < 105; n += 1) await start('Isolate-VM', `hay-${n}`)
    const isNeedle = (body: unknown, run: { workflowRunId: string }) =>
      idOf(body) === 'needle' && run.workflowRunId === workflowRunId
    const onPage = await azure.logicApps.runsOf(appId, since, body => (idOf(body) === 'needle' ? true : undefined))
    expect(onPage).toEqual([])
    const all = { found: true, back: since.toISOString() }
    expect(await azure.logicApps.anyRunOf(appId, since, isNeedle)).toEqual(all)
    proxy.seen.length = 0
    expect(await azure.logicApps.anyRunOf(appId, since, body => idOf(body) === 'hay-104')).toEqual(all)
    expect(proxy.seen.filter(({ url }) => url.includes('/runs?')).length).toBe(1)
    expect(await azure.logicApps.anyRunOf(appId, since, () => false)).toEqual({ ...all, found: false })
  }, 20_000)

  test('what a run recorded is asked for without a token, and never of an address that is not safe', async () => {
    const { azure, proxy, ground } = at()
    const { appId } = await start('Isolate-VM', 'content-1')
    const through: Fault = { path: /\/runs\?/, rewrite: body => body.replaceAll(ground.origin, proxy.origin) }
    proxy.spoil(through)
    const look = () => azure.logicApps.runsOf(appId, new Date(0), body => (idOf(body) === 'content-1' ? true : undefined))
    expect((await look()).length).toBe(1)
    const asked = proxy.seen.filter(({ url }) => /[?&]sig=/.test(url))
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.every(({ method, headers }) => method === 'GET' && headers.authorization === undefined)).toBe(true)
    for (const link of ['http://198.51.100.7/x?sig=a', 'file:///etc/passwd', 'https://a:b@example.com/', 'nonsense']) {
      proxy.reset()
      proxy.spoil({ path: /\/runs\?/, rewrite: body => body.replace(/"uri"\s*:\s*"[^"]+"/g, `"uri":"${link}"`) })
      expect(await look()).toEqual([])
      expect(proxy.seen.length).toBe(1)
    }
  })

  const content = /[?&]sig=/
  const odd: [string, Omit<Fault, 'path'>][] = [
    ['gone', { answer: { status: 404, body: '{}' } }],
    ['no longer signed', { answer: { status: 401, body: '{}' } }],
    ['elsewhere', { answer: { status: 302, headers: { location: 'http://127.0.0.1:9/' } } }],
    ['no JSON', { answer: { status: 200, body: 'x' } }],
    ['endless', { answer: { status: 200, body: `{"body":"${'x'.repeat(3 * 1024 * 1024)}"}` } }],
  ]
  test.each(odd)('a record that can not be read hides no other run: %s', async (_, fault) => {
    const { azure, proxy, ground } = at()
    const { appId } = await start('Isolate-VM', 'odd-1')
    await start('Isolate-VM', 'odd-1')
    proxy.spoil({ path: /\/runs\?/, rewrite: body => body.replaceAll(ground.origin, proxy.origin) })
    proxy.spoil({ ...fault, path: content, times: 1 })
    const found = await azure.logicApps.runsOf(appId, new Date(0), body => (idOf(body) === 'odd-1' ? true : undefined))
    expect(found.length % 2).toBe(1)
  })

  const away: [string, Omit<Fault, 'path'>][] = [
    ['503', { answer: { status: 503, body: '{}' } }],
    ['a cut line', { cut: 'before' }],
  ]
  test.each(away)('records that are away for now are no answer: %s', async (_, fault) => {
    const { azure, proxy, ground } = at()
    const { appId } = await start('Isolate-VM', 'away-1')
    proxy.spoil({ path: /\/runs\?/, rewrite: body => body.replaceAll(ground.origin, proxy.origin) }, { ...fault, path: content })
    const refusal = await problem(azure.logicApps.runsOf(appId, new Date(0), idOf))
    expect(refusal.code).toBe('AzureUnavailable')
    expect(refusal.message).not.toMatch(/sig=/)
  })

  test('services that nobody is signed in to are named, a connection that is gone too', async () => {
    const { azure, app, ground, proxy } = at()
    const failing = await app(ground.failingApp)
    expect(await azure.logicApps.signedOut(failing)).toContain('Office 365 Outlook')
    expect(await azure.logicApps.signedOut(await app('Notify-SOC'))).toEqual([])
    const [first = ''] = failing.connections ?? []
    expect(await azure.logicApps.signedOut({ ...failing, connections: [`${first}-gone`] })).toEqual([
      `${first.split('/').at(-1)}-gone`,
    ])
    proxy.spoil({ path: /\/connections\//, answer: { status: 503, body: '{}' } })
    expect((await problem(azure.logicApps.signedOut(failing))).code).toBe('AzureUnavailable')
  })

  test('an app is switched off and on, and the list tells it at once', async () => {
    const { azure, app } = at()
    const { id } = await app('Isolate-VM')
    const listed = async () => (await azure.logicApps.list()).find(one => one.id === id)
    for (const enabled of [false, false, true, true]) {
      await azure.logicApps.setEnabled(id, enabled)
      expect((await azure.logicApps.get(id)).enabled).toBe(enabled)
      expect((await listed())?.enabled).toBe(enabled)
    }
    expect(whyNot(await app('Isolate-VM'), 'alert')).toBeUndefined()
  })

  test('lists lag behind: an app that is named by its id is there all the same, until it is gone', async () => {
    const { app, connect, proxy } = at()
    const clock = { time: new Date('2026-01-01T00:00:00Z') }
    const { logicApps } = connect({ clock: { now: () => clock.time } })
    const { id } = await app('Isolate-VM')
    const without = (body: string) => {
      const page: { value: { id: string }[] } = JSON.parse(body)
      return JSON.stringify({ ...page, value: page.value.filter(one => one.id !== id) })
    }
    const listed = async (how?: { anew?: boolean; including?: string[] }) => {
      proxy.spoil({ path: /\/workflows\?/, rewrite: without })
      return (await logicApps.list(how)).filter(one => one.id.toLowerCase() === id.toLowerCase()).length
    }
    expect(await listed()).toBe(0)
    expect(await listed({ including: [id.toUpperCase(), `${id}-gone`, '/no/id'] })).toBe(1)
    expect(await listed({ anew: true })).toBe(1)
    proxy.reset()
    expect((await logicApps.list({ anew: true, including: [id] })).filter(one => one.id === id)).toHaveLength(1)
    expect(await listed({ anew: true })).toBe(0)
    expect(await listed({ including: [id] })).toBe(1)
    clock.time = new Date('2026-01-01T00:00:11Z')
    proxy.spoil({ path: /\/workflows\/Isolate-VM\?/i, answer: { status: 404, body: '{}' } })
    expect(await listed()).toBe(0)
  })

  test('an app that is named by its id, in a subscription that is not looked after, is not in the list', async () => {
    const { app, connect } = at()
    const { id } = await app('Isolate-VM')
    const elsewhere = connect({ subscriptionIds: ['00000000-0000-4000-8000-00000000ffff'] })
    expect(await elsewhere.logicApps.list({ including: [id] })).toEqual([])
  })

  test('what can not be switched or looked into is said', async () => {
    const { azure, app } = at()
    const standard = await app('Standard-Responder')
    const { id } = await app('Isolate-VM')
    expect((await problem(azure.logicApps.setEnabled(standard.id, false))).code).toBe('NotOffered')
    expect((await problem(azure.logicApps.recentRuns(standard.id, 5))).code).toBe('NotOffered')
    expect((await problem(azure.logicApps.setEnabled(`${id}-gone`, true))).code).toBe('NotFound')
    expect((await problem(azure.logicApps.runsOf('/x', new Date(), idOf))).code).toBe('BadInput')
  })
}
