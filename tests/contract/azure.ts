import { describe, expect, test } from '@jest/globals'
import { triggerFor, whyNot } from '../../src/model/logic-app.ts'
import type { Right } from '../../src/model/person.ts'
import { appLifeTests } from './azure-apps.ts'
import { all, type Bench, bench, type Ground, problem, read, until, withSubscription } from './azure-bench.ts'
import { catalogueTests } from './azure-catalogue.ts'
import { deploymentTests } from './azure-deployments.ts'
import { ruleTests } from './azure-rules.ts'

export function azureContract(name: string, start: () => Promise<Ground>): void {
  describe(name, () => {
    const at = bench(start)
    describe('subscriptions', () => subscriptionTests(at))
    describe('events', () => eventTests(at))
    describe('alerts', () => alertTests(at))
    describe('logic apps', () => appTests(at))
    describe('runs', () => runTests(at))
    describe('access', () => accessTests(at))
    describe('rules', () => ruleTests(at))
    describe('catalogue', () => catalogueTests(at))
    describe('life of logic apps', () => appLifeTests(at))
    describe('deployments', () => deploymentTests(at))
  })
}

function subscriptionTests(at: () => Bench): void {
  test('only enabled ones, and only those configured', async () => {
    const { azure, ground, connect, proxy } = at()
    const disabled = '33333333-3333-4333-8333-333333333333'
    proxy.spoil(withSubscription(disabled, 'Disabled', ground.tenantId))
    const found = await azure.subscriptions()
    expect(found.map(({ id }) => id)).not.toContain(disabled)
    expect(found.map(({ id }) => id)).toContain(ground.subscription)
    expect(found.every(({ tenantId }) => tenantId === ground.tenantId)).toBe(true)
    const only = await connect({ subscriptionIds: [ground.subscription.toUpperCase()] }).subscriptions()
    expect(only.map(({ id }) => id)).toEqual([ground.subscription])
    expect(await connect({ subscriptionIds: ['00000000-0000-4000-8000-00000000ffff'] }).subscriptions()).toEqual([])
  })

  test('a portal link names tenant and resource', () => {
    const { azure, ground } = at()
    const link = `https://portal.azure.com/#@${ground.tenantId}/resource/subscriptions/1/resourceGroups/a%20b`
    expect(azure.portalLink('/subscriptions/1/resourceGroups/a b')).toBe(link)
    expect(azure.portalLink('subscriptions/1/resourceGroups/a b')).toBe(link)
  })
}

function eventTests(at: () => Bench): void {
  test('alerts come in pages, each once, with the fields of the newest form', async () => {
    const { azure, ground } = at()
    const pages: string[][] = []
    for await (const page of azure.listEvents(ground.subscription, 'alert')) pages.push(page)
    const alerts = pages.flat().map(read)
    expect(pages.length).toBeGreaterThanOrEqual(ground.alertPages)
    expect(alerts.length).toBeGreaterThan(0)
    expect(new Set(alerts.map(alert => alert.id)).size).toBe(alerts.length)
    expect(alerts.every(alert => typeof alert.properties.version === 'string')).toBe(true)
  })

  test('recommendations carry their metadata, which is read once an hour', async () => {
    const { proxy, ground, connect } = at()
    const clock = { time: new Date('2026-01-01T00:00:00Z') }
    const azure = connect({ clock: { now: () => clock.time } })
    const items = (await all(azure.listEvents(ground.subscription, 'recommendation'))).map(read)
    expect(items.length).toBeGreaterThan(0)
    expect(items.some(item => ['Low', 'Medium', 'High'].includes(item.properties.metadata?.severity ?? ''))).toBe(true)
    expect(items.every(item => item.id.includes('/providers/Microsoft.Security/assessments/'))).toBe(true)
    const asked = () => proxy.seen.filter(({ url }) => /assessmentMetadata/i.test(url)).length
    const first = asked()
    await all(azure.listEvents(ground.subscription, 'recommendation'))
    expect(asked()).toBe(first)
    clock.time = new Date('2026-01-01T01:00:01Z')
    await all(azure.listEvents(ground.subscription, 'recommendation'))
    expect(asked()).toBe(2 * first)
  })

  test('compliance is walked down to the assessments', async () => {
    const { azure, ground } = at()
    const items = (await all(azure.listEvents(ground.subscription, 'compliance'))).map(read)
    expect(items.length).toBeGreaterThan(0)
    const path =
      /\/regulatoryComplianceStandards\/[^/]+\/regulatoryComplianceControls\/[^/]+\/regulatoryComplianceAssessments\/[^/]+$/i
    expect(items.every(item => path.test(item.id) && typeof item.properties.state === 'string')).toBe(true)
  })
}

const statusWords = { 'in-progress': 'InProgress', resolved: 'Resolved', dismissed: 'Dismissed', active: 'Active' } as const

function alertTests(at: () => Bench): void {
  async function alerts() {
    const { azure, ground } = at()
    return (await all(azure.listEvents(ground.subscription, 'alert'))).map(read)
  }

  test.each(['/resourceGroups/', ''])('every status, twice over, on an alert below "%s"', async level => {
    const { azure } = at()
    const alert = (await alerts()).find(({ id }) => (level === '' ? !/resourceGroups/i.test(id) : id.includes(level)))
    if (alert === undefined) throw new Error('no such alert')
    for (const status of ['in-progress', 'resolved', 'dismissed', 'active'] as const) {
      await azure.setAlertStatus(alert.id.slice(1), status)
      await azure.setAlertStatus(alert.id.slice(1), status)
      await until(async () =>
        (await alerts()).find(({ id, properties }) => id === alert.id && properties.status === statusWords[status]),
      )
    }
  })

  test('an alert that is not there, and an id that is none', async () => {
    const { azure, ground, proxy } = at()
    const absent = `subscriptions/${ground.subscription}/providers/Microsoft.Security/locations/centralus/alerts/2_absent`
    expect((await problem(azure.setAlertStatus(absent, 'resolved'))).code).toBe('NotFound')
    proxy.reset()
    for (const id of [
      '',
      'x',
      `${absent}/more`,
      `${absent}?a=b`,
      absent.replace('/locations', '/../locations'),
      ground.subscription,
    ])
      expect((await problem(azure.setAlertStatus(id, 'resolved'))).code).toBe('BadInput')
    expect(proxy.seen).toEqual([])
  })

  test('asks for sample alerts', async () => {
    const { azure, ground, proxy } = at()
    await azure.simulateAlerts(ground.subscription, ['VirtualMachines', 'DNS'])
    const asked = proxy.seen.find(({ url }) => /\/simulate\?/.test(url))
    expect(JSON.parse(asked?.body ?? '')).toEqual({ properties: { kind: 'Bundles', bundles: ['VirtualMachines', 'DNS'] } })
  })
}

function appTests(at: () => Bench): void {
  test('lists consumption and Standard, with what makes each fit or not', async () => {
    const { app, ground } = at()
    expect(whyNot(await app('Notify-SOC'), 'alert')).toBeUndefined()
    expect(whyNot(await app('Notify-SOC'), 'recommendation')).toMatch(/alerts, not recommendations/)
    expect(whyNot(await app('Legacy-Responder'), 'alert')).toMatch(/legacy/)
    expect(whyNot(await app('Standard-Responder'), 'alert')).toMatch(/Standard/)
    expect(whyNot(await app(ground.disabledApp), 'alert')).toMatch(/disabled/)
  })

  test('keeps the list for a moment, but gets one anew', async () => {
    const { proxy, connect, app } = at()
    const clock = { time: new Date('2026-01-01T00:00:00Z') }
    const azure = connect({ clock: { now: () => clock.time } })
    const { id } = await app('Notify-SOC')
    await Promise.all([azure.logicApps.list(), azure.logicApps.list()])
    proxy.reset()
    await azure.logicApps.list()
    expect(proxy.seen).toEqual([])
    expect((await azure.logicApps.get(id)).name).toBe('Notify-SOC')
    expect(proxy.seen.length).toBe(1)
    clock.time = new Date('2026-01-01T00:00:11Z')
    await azure.logicApps.list()
    expect(proxy.seen.length).toBeGreaterThan(1)
  })

  test('gets a Standard one, and says what is not there', async () => {
    const { azure, app } = at()
    const standard = await app('Standard-Responder')
    expect(await azure.logicApps.get(standard.id)).toEqual(standard)
    const { id } = await app('Notify-SOC')
    expect((await problem(azure.logicApps.get(`${id}-absent`))).code).toBe('NotFound')
    expect((await problem(azure.logicApps.get('/nowhere'))).code).toBe('BadInput')
  })
}

function runTests(at: () => Bench): void {
  async function start(name: string, trackingId: string, body = '{"SystemAlertId":"1"}') {
    const { azure, app } = at()
    const found = await app(name)
    const trigger = triggerFor(found, 'alert')?.name ?? ''
    return { found, ...(await azure.logicApps.start(found, trigger, body, trackingId)) }
  }

  async function ended(appId: string, run: string) {
    return await until(async () => {
      const progress = await at().azure.logicApps.getRun(appId, run)
      return ['queued', 'running'].includes(progress.state) ? undefined : progress
    })
  }

  test('a run from its start to its end, found again by its tracking id', async () => {
    const { azure } = at()
    const since = new Date()
    const trackingId = `track-${since.getTime()}`
    const { found, workflowRunId } = await start('Notify-SOC', trackingId)
    expect(await until(() => azure.logicApps.findRun(found.id, trackingId, since))).toBe(workflowRunId)
    expect(await azure.logicApps.findRun(found.id, 'track-of-nobody', since)).toBeUndefined()
    const progress = await ended(found.id, workflowRunId)
    expect(progress).toEqual({ state: 'succeeded', endedAt: expect.stringMatching(/^\d{4}-.+Z$/) })
  })

  test('sends the body to the letter, with the tracking id and without a token', async () => {
    const { proxy, ground } = at()
    proxy.spoil({ path: /listCallbackUrl/, rewrite: body => body.replaceAll(ground.origin, proxy.origin) })
    const body = '{"Entities": [ {"$id":"1"} ],\n "text":"ünï \\u0041 💥"}'
    await start('Notify-SOC', 'track-body', body)
    const sent = proxy.seen.find(({ url }) => /[?&]sig=/.test(url))
    expect(sent?.body).toBe(body)
    expect(sent?.headers).toMatchObject({ 'content-type': 'application/json', 'x-ms-client-tracking-id': 'track-body' })
    expect(sent?.headers.authorization).toBeUndefined()
  })

  test('a failed run tells the error of the action that failed', async () => {
    const { ground } = at()
    const { found, workflowRunId } = await start(ground.failingApp, 'track-failed')
    const progress = await ended(found.id, workflowRunId)
    expect(progress.state).toBe('failed')
    expect(progress.error).toMatch(ground.failure)
    expect(progress.error).not.toMatch(/sig=[^*]/)
  })

  test('a run that is not there', async () => {
    const { azure, app } = at()
    const { id } = await app('Notify-SOC')
    expect((await problem(azure.logicApps.getRun(id, '08585000000000000000000000000CU00'))).code).toBe('NotFound')
  })

  test('a disabled app, a renamed trigger and an app deleted meanwhile do not start', async () => {
    const { azure, app, ground } = at()
    const disabled = await problem(start(ground.disabledApp, 'track-disabled'))
    expect(disabled.code).toBe('AzureRefused')
    expect(disabled.message).toMatch(/did not begin.*disabled/)
    const found = await app('Notify-SOC')
    expect((await problem(azure.logicApps.start(found, 'renamed', '{}', 'track-renamed'))).code).toBe('NotFound')
    const gone = { ...found, id: `${found.id}-gone`, name: 'gone' }
    expect((await problem(azure.logicApps.start(gone, found.triggers[0]?.name ?? '', '{}', 'track-gone'))).code).toBe('NotFound')
    const standard = await app('Standard-Responder')
    expect((await problem(azure.logicApps.start(standard, 'manual', '{}', 'track-standard'))).code).toBe('NotOffered')
  })
}

function accessTests(at: () => Bench): void {
  test('what each person lacks', async () => {
    const { azure, app, ground } = at()
    for (const [person, action, on, lacks] of ground.rights) {
      const scope = on === '' ? `subscriptions/${ground.subscription}` : (await app(on)).id.slice(1)
      const right: Right = { action, scope }
      expect([person, action, on, await azure.access.missing(ground.people[person], [right])]).toEqual([
        person,
        action,
        on,
        lacks ? [right] : [],
      ])
    }
  })

  test('asks once for one click, and anew for the next', async () => {
    const { connect, proxy, ground } = at()
    const clock = { time: new Date('2026-01-01T00:00:00Z') }
    const { access } = connect({ clock: { now: () => clock.time } })
    const right = { action: 'Microsoft.Security/locations/alerts/dismiss/action', scope: `subscriptions/${ground.subscription}` }
    const asked = () => proxy.seen.filter(({ url }) => /roleAssignments/i.test(url)).length
    const ask = () => access.missing(ground.people.admin, [right, { ...right, action: 'Microsoft.Logic/workflows/read' }])
    await Promise.all([ask(), ask()])
    await ask()
    expect(asked()).toBe(1)
    clock.time = new Date('2026-01-01T00:00:06Z')
    await ask()
    expect(asked()).toBe(2)
  })

  test('many apps in one subscription are asked for at once, with the same answers', async () => {
    const { azure, connect, proxy, ground } = at()
    const apps = (await azure.logicApps.list()).filter(
      ({ plan, subscription }) => plan === 'consumption' && subscription === ground.subscription,
    )
    const rights = apps.map(({ id }) => ({
      action: 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action',
      scope: id.slice(1),
    }))
    expect(rights.length).toBeGreaterThan(4)
    for (const person of Object.values(ground.people)) {
      const single = await Promise.all(rights.map(right => connect().access.missing(person, [right])))
      proxy.reset()
      expect(await connect().access.missing(person, rights)).toEqual(single.flat())
      expect(proxy.seen.filter(({ url }) => /roleAssignments/i.test(url)).length).toBe(1)
    }
  })

  test('what a person may do somewhere counts what lies below and above the subscription', async () => {
    const { azure, ground } = at()
    const actions = [
      'Microsoft.Logic/workflows/triggers/listCallbackUrl/action',
      'Microsoft.Security/alerts/read',
      'Nobody.Has/this/write',
    ]
    const held = (person: keyof Ground['people']) =>
      azure.access.heldSomewhere(ground.people[person], [ground.subscription], actions)
    expect(await held('analyst')).toEqual(expect.arrayContaining(actions.slice(0, 1)))
    expect(await held('analyst')).not.toContain('Nobody.Has/this/write')
    expect(await held('nobody')).toEqual([])
    expect((await problem(azure.access.heldSomewhere('x', [ground.subscription], actions))).code).toBe('BadInput')
  })

  test('an id that is none never reaches Azure', async () => {
    const { azure, ground, proxy } = at()
    const right = { action: 'a/read', scope: `subscriptions/${ground.subscription}` }
    expect((await problem(azure.access.missing("x') or principalId ne ('y", [right]))).code).toBe('BadInput')
    for (const scope of [`${right.scope}/../..`, `${right.scope}?x=`, 'x', ''])
      expect((await problem(azure.access.missing(ground.people.admin, [{ ...right, scope }]))).code).toBe('BadInput')
    expect(proxy.seen).toEqual([])
  })
}
