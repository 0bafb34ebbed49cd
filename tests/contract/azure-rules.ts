import { expect, test } from '@jest/globals'
import type { RuleDraft } from '../../src/model/rule.ts'
import { type Bench, problem } from './azure-bench.ts'

let count = 0

export async function draftOn({ app, ground }: Bench, appName = 'Notify-SOC', more: Partial<RuleDraft> = {}): Promise<RuleDraft> {
  const { id, group, location } = await app(appName)
  count += 1
  return {
    name: `Rule-${count}`,
    subscription: ground.subscription,
    group,
    location,
    description: 'High alerts',
    enabled: true,
    scopes: [`/subscriptions/${ground.subscription}`],
    sources: [{ source: 'Alerts', when: [[{ path: 'Severity', type: 'String', operator: 'Equals', value: 'High' }]] }],
    targets: [{ type: 'LogicApp', logicAppId: id }],
    ...more,
  }
}

/** What every management API must make of rules. */
export function ruleTests(at: () => Bench): void {
  test('a rule is made, listed, read, changed, disabled and deleted', async () => {
    const { azure } = at()
    const draft = await draftOn(at())
    const made = await azure.rules.save(draft)
    expect(made).toMatchObject(draft)
    expect(made.etag).toMatch(/./)
    expect(await azure.rules.get(made.id)).toEqual(made)
    expect((await azure.rules.list()).find(({ id }) => id === made.id)).toEqual(made)
    const changed = await azure.rules.save(
      { ...made, enabled: false, description: '', sources: [{ source: 'Alerts', when: [] }] },
      made,
    )
    expect(changed).toMatchObject({ id: made.id, enabled: false, description: '', sources: [{ source: 'Alerts', when: [] }] })
    expect(changed.etag).not.toBe(made.etag)
    expect((await azure.rules.list()).find(({ id }) => id === made.id)).toEqual(changed)
    await azure.rules.delete(made.id)
    await azure.rules.delete(made.id)
    expect((await azure.rules.list()).map(({ id }) => id)).not.toContain(made.id)
    expect((await problem(azure.rules.get(made.id))).code).toBe('NotFound')
  })

  test('the address of the trigger goes in with every save, and nowhere else', async () => {
    const { azure, proxy, lines } = at()
    const made = await azure.rules.save(await draftOn(at()))
    const saved = await azure.rules.save(made, made)
    const puts = proxy.seen.filter(({ method }) => method === 'PUT')
    expect(puts.length).toBe(2)
    for (const { body } of puts) expect(body).toMatch(/"uri":"http[^"]+sig=[^"]+"/)
    expect(JSON.stringify([made, saved, await azure.rules.list(), lines])).not.toMatch(/sig=/)
  })

  test('saving what someone else changed, deleted or made meanwhile is a conflict, and changes nothing', async () => {
    const { azure, connect } = at()
    const draft = await draftOn(at())
    const made = await azure.rules.save(draft)
    const taken = await problem(azure.rules.save(draft))
    expect(taken).toMatchObject({ code: 'Conflict', field: 'name', message: expect.stringContaining(draft.name) })
    const theirs = await connect().rules.save({ ...made, description: 'theirs' }, made)
    expect((await problem(azure.rules.save({ ...made, description: 'ours' }, made))).code).toBe('Conflict')
    expect((await azure.rules.get(made.id)).description).toBe('theirs')
    await azure.rules.delete(made.id)
    expect((await problem(azure.rules.save(theirs, theirs))).message).toMatch(/deleted/)
  })

  test("Azure's own check of the etag is a conflict too", async () => {
    const { azure, proxy } = at()
    const made = await azure.rules.save(await draftOn(at()))
    const theirs = await azure.rules.save({ ...made, description: 'theirs' }, made)
    proxy.spoil({
      method: 'GET',
      path: /\/automations\/Rule/,
      times: 1,
      rewrite: body => body.replace(theirs.etag ?? '', made.etag ?? ''),
    })
    expect(await problem(azure.rules.save(made, made))).toMatchObject({
      code: 'Conflict',
      message: expect.stringMatching(/someone else/i),
    })
  })

  test('where Azure gives no etags, what stands there decides', async () => {
    const { azure, proxy } = at()
    proxy.spoil({ path: /\/automations/, rewrite: body => body.replace(/"etag"\s*:\s*"[^"]*",?/g, '') })
    const made = await azure.rules.save(await draftOn(at()))
    expect(made.etag).toBeUndefined()
    const changed = await azure.rules.save({ ...made, description: 'one' }, made)
    expect((await azure.rules.save({ ...changed, description: 'two' }, changed)).description).toBe('two')
    expect((await problem(azure.rules.save({ ...changed, description: 'three' }, changed))).code).toBe('Conflict')
    expect((await azure.rules.list()).find(({ id }) => id === made.id)?.description).toBe('two')
  })

  test('an address that is none is not put into a rule', async () => {
    const { azure, proxy } = at()
    const draft = await draftOn(at())
    for (const value of ['', 'nonsense', 'http://198.51.100.7/run?sig=abc']) {
      proxy.reset()
      proxy.spoil({
        path: /listCallbackUrl/,
        answer: { status: 200, body: JSON.stringify({ value }), headers: { 'content-type': 'application/json' } },
      })
      expect((await problem(azure.rules.save(draft))).message).not.toMatch(/abc/)
      expect(proxy.seen.some(({ method }) => method === 'PUT')).toBe(false)
    }
  })

  test('a rule is called properly, and can be neither renamed nor moved', async () => {
    const { azure, proxy } = at()
    const made = await azure.rules.save(await draftOn(at()))
    proxy.reset()
    for (const name of ['', 'a/b', '..', 'a?b=c', 'a b', 'x'.repeat(261)])
      expect(await problem(azure.rules.save({ ...made, name }))).toMatchObject({ code: 'BadInput', field: 'name' })
    expect(await problem(azure.rules.save({ ...made, name: 'Other' }, made))).toMatchObject({ code: 'BadInput', field: 'name' })
    expect(proxy.seen).toEqual([])
  })

  test('an app that is gone, Standard, or takes something else is refused at its field', async () => {
    const { azure, app } = at()
    const draft = await draftOn(at())
    const { id } = await app('Notify-SOC')
    const cases: [Partial<RuleDraft>, string, RegExp][] = [
      [{ targets: [{ type: 'LogicApp', logicAppId: `${id}-gone` }] }, 'NotFound', /Notify-SOC-gone does not exist/],
      [{ targets: [{ type: 'LogicApp', logicAppId: (await app('Standard-Responder')).id }] }, 'NotOffered', /Standard/],
      [{ targets: [{ type: 'LogicApp', logicAppId: (await app('Legacy-Responder')).id }] }, 'NotOffered', /legacy/],
      [{ sources: [{ source: 'Assessments', when: [] }] }, 'NotOffered', /alerts, not recommendations/],
      [{ targets: [{ type: 'LogicApp' }] }, 'BadInput', /Choose/],
    ]
    for (const [more, code, text] of cases) {
      const refusal = { code, field: 'logicApp', message: expect.stringMatching(text) }
      expect(await problem(azure.rules.save({ ...draft, ...more }))).toMatchObject(refusal)
      expect(await problem(azure.rules.validate({ ...draft, ...more }))).toMatchObject(refusal)
    }
  })

  test('a rule whose logic app is gone or can not be started can still be switched off, and nothing else of it changes', async () => {
    const { azure, proxy } = at()
    const made = await azure.rules.save(await draftOn(at()))
    const gone = { status: 404, body: '{"error":{"code":"ResourceNotFound","message":"gone"}}' }
    proxy.spoil({ method: 'GET', path: /\/workflows\/Notify-SOC\?/, answer: gone })
    expect(await problem(azure.rules.save({ ...made, description: 'x' }, made))).toMatchObject({ field: 'logicApp' })
    const off = await azure.rules.save({ ...made, enabled: false }, made)
    expect(off).toMatchObject({ ...made, enabled: false, etag: off.etag, resource: off.resource })
    expect(proxy.seen.find(({ method }) => method === 'PATCH')?.body).toBe('{"properties":{"isEnabled":false}}')
    expect((await problem(azure.rules.save({ ...off, enabled: true }, off))).code).toBe('NotFound')
    expect((await problem(azure.rules.save({ ...made, enabled: false }, made))).code).toBe('Conflict')
  })

  test("Azure's own check says why, or nothing", async () => {
    const { azure } = at()
    const draft = await draftOn(at())
    expect(await azure.rules.validate(draft)).toBeUndefined()
    const nowhere: RuleDraft = {
      ...draft,
      sources: [{ source: 'Alerts', when: [[{ path: '', type: 'String', operator: 'Equals', value: 'x' }]] }],
    }
    expect(await azure.rules.validate(nowhere)).toMatch(/propertyJPath/)
    expect((await problem(azure.rules.save(nowhere))).code).toBe('AzureRefused')
    const made = await azure.rules.save(draft)
    expect(await azure.rules.validate({ ...made, enabled: false }, made)).toBeUndefined()
  })

  test('a line that breaks after the save is no failure; one that breaks before it is', async () => {
    const { azure, proxy } = at()
    const draft = await draftOn(at())
    proxy.spoil({ method: 'PUT', path: /\/automations\//, cut: 'after', times: 1 })
    const made = await azure.rules.save(draft)
    expect(made).toEqual(await azure.rules.get(made.id))
    const edit = { ...made, description: 'edited' }
    proxy.spoil({ method: 'PUT', path: /\/automations\//, cut: 'before', times: 1 })
    expect((await problem(azure.rules.save(edit, made))).code).toBe('AzureUnavailable')
    expect(await azure.rules.get(made.id)).toEqual(made)
    proxy.spoil({ method: 'PUT', path: /\/automations\//, truncate: true, times: 1 })
    expect((await azure.rules.save(edit, made)).description).toBe('edited')
  })

  test('a throttled save is repeated, another failure is not', async () => {
    const { azure, proxy } = at()
    const draft = await draftOn(at())
    const fault = (status: number, code: string) => ({ status, body: JSON.stringify({ error: { code, message: 'No.' } }) })
    proxy.spoil({ method: 'PUT', path: /\/automations\//, answer: fault(429, 'TooManyRequests'), times: 1 })
    const made = await azure.rules.save(draft)
    proxy.spoil({ method: 'PUT', path: /\/automations\//, answer: fault(500, 'InternalServerError') })
    proxy.seen.length = 0
    expect((await problem(azure.rules.save({ ...made, description: 'x' }, made))).code).toBe('AzureUnavailable')
    expect(proxy.seen.filter(({ method }) => method === 'PUT').length).toBe(1)
  })

  test('lists lag behind: what was just written stands all the same', async () => {
    const { azure, proxy } = at()
    const [old] = await azure.rules.list()
    const made = await azure.rules.save(await draftOn(at()))
    const without = (id: string) => (body: string) => {
      const page: { value: { id: string }[] } = JSON.parse(body)
      return JSON.stringify({ ...page, value: page.value.filter(one => one.id !== id) })
    }
    proxy.spoil({ path: /\/automations\?/, rewrite: without(made.id), times: 1 })
    expect((await azure.rules.list()).find(({ id }) => id === made.id)).toEqual(made)
    await azure.rules.delete(made.id)
    const ghost = (body: string) => body.replace(/"value"\s*:\s*\[/, start => `${start}${made.resource}${old ? ',' : ''}`)
    proxy.spoil({ path: /\/automations\?/, rewrite: ghost, times: 1 })
    expect((await azure.rules.list()).map(({ id }) => id)).not.toContain(made.id)
  })

  test('the list is kept for some seconds; a subscription out of reach hides none of the others', async () => {
    const { azure, proxy, connect, ground, lines } = at()
    await azure.rules.list()
    proxy.reset()
    await azure.rules.list()
    expect(proxy.seen).toEqual([])
    const clock = { time: new Date('2026-01-01T00:00:00Z') }
    const later = connect({ clock: { now: () => clock.time } })
    const listed = await later.rules.list()
    clock.time = new Date('2026-01-01T00:00:06Z')
    proxy.spoil({ path: new RegExp(`${ground.subscription}/.*automations\\?`), answer: { status: 403, body: '{}' } })
    const rest = listed.filter(({ subscription }) => subscription !== ground.subscription)
    expect(await later.rules.list()).toEqual(rest)
    expect(lines.join('')).toMatch(/rules of a subscription are out of reach/)
  })

  test('an id that is none, and one of something else', async () => {
    const { azure, app, proxy } = at()
    const { id } = await app('Notify-SOC')
    proxy.reset()
    for (const bad of ['', 'x', `${id}/..`]) expect((await problem(azure.rules.get(bad))).code).toBe('BadInput')
    expect((await problem(azure.rules.get(id))).code).toBe('NotFound')
    expect((await problem(azure.rules.delete(id))).code).toBe('NotFound')
    expect(proxy.seen).toEqual([])
  })

  const refusals: [string, number, string, object, string, RegExp][] = [
    [
      'a lock',
      409,
      'ScopeLocked',
      {
        message:
          "The scope '/x' cannot perform write operation because following scope(s) are locked: '/subscriptions/1/resourceGroups/rg-soc'. Please remove the lock and try again.",
      },
      'Locked',
      /A lock on the resource group rg-soc prevents this change\. Remove the lock/,
    ],
    [
      'a policy, named aside',
      403,
      'RequestDisallowedByPolicy',
      {
        message: 'Disallowed.',
        additionalInfo: [{ type: 'PolicyViolation', info: { policyAssignmentDisplayName: 'No rules here' } }],
      },
      'Forbidden',
      /The policy "No rules here" forbids it/,
    ],
    [
      'a policy, named in the text',
      403,
      'RequestDisallowedByPolicy',
      {
        message: `Resource 'x' was disallowed by policy. Policy identifiers: '[{"policyAssignment":{"name":"Deny rules","id":"/x"}}]'.`,
      },
      'Forbidden',
      /The policy "Deny rules" forbids it/,
    ],
    [
      'a right on the rule',
      403,
      'AuthorizationFailed',
      {
        message:
          "The client 'bot' with object id '1' does not have authorization to perform action 'Microsoft.Security/automations/write' over scope '/subscriptions/1/resourceGroups/rg-soc/providers/Microsoft.Security/automations/A' or the scope is invalid.",
      },
      'Forbidden',
      /lacks Microsoft\.Security\/automations\/write on A in rg-soc/,
    ],
    [
      'a right on the app',
      403,
      'LinkedAuthorizationFailed',
      {
        message:
          "The client 'bot' with object id '1' has permission to perform action 'Microsoft.Security/automations/write' on scope '/x'; however, it does not have permission to perform action(s) 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action' on the linked scope(s) '/subscriptions/1/resourceGroups/rg-soc/providers/Microsoft.Logic/workflows/Notify-SOC' (respectively) or the linked scope(s) are invalid.",
      },
      'Forbidden',
      /lacks Microsoft\.Logic\/workflows\/triggers\/listCallbackUrl\/action on Notify-SOC in rg-soc/,
    ],
  ]
  test.each(refusals)('a refusal says what stands in the way: %s', async (_, status, code, body, problemCode, text) => {
    const { azure, proxy } = at()
    const draft = await draftOn(at())
    proxy.spoil({
      method: 'PUT',
      path: /\/automations\//,
      answer: { status, body: JSON.stringify({ error: { code, ...body } }) },
    })
    const refusal = await problem(azure.rules.save(draft))
    expect(refusal).toMatchObject({ code: problemCode, message: expect.stringMatching(text) })
  })
}

/** On a management API that keeps what it does not know. */
export function keptRuleTests(at: () => Bench): void {
  async function named(name: string) {
    const rule = (await at().azure.rules.list()).find(one => one.name === name)
    if (rule === undefined) throw new Error(`no rule ${name}`)
    return rule
  }

  test('what is not known here goes back as it came', async () => {
    const { azure, proxy } = at()
    const rule = await named('Rich')
    const saved = await azure.rules.save({ ...rule, enabled: false }, rule)
    expect(proxy.seen.find(({ method }) => method === 'PUT')?.url).toMatch(/api-version=2023-12-01-preview/)
    const { etag: _before, systemData: _data, type: _type, ...before } = JSON.parse(rule.resource)
    const { etag: _after, type: _other, ...after } = JSON.parse(saved.resource)
    expect(after).toEqual({ ...before, properties: { ...before.properties, isEnabled: false } })
  })

  test('a rule of a newer Azure is shown, switched off, and keeps what it holds', async () => {
    const { azure } = at()
    const rule = await named('From-Tomorrow')
    expect(rule.unread).toMatch(/"Resembles"/)
    const saved = await azure.rules.save({ ...rule, enabled: false }, rule)
    expect(saved).toMatchObject({ enabled: false, unread: rule.unread })
    expect((await problem(azure.rules.save({ ...saved, sources: [{ source: 'Alerts', when: [] }] }, saved))).code).toBe(
      'NotOffered',
    )
  })

  test('of a rule that sends to an event hub too all changes but what it starts: its key stays with Azure', async () => {
    const { azure, proxy, app } = at()
    const rule = await named('To-Hub-Too')
    expect(rule.fixedTargets).toMatch(/key/)
    const sources: RuleDraft['sources'] = [{ source: 'Alerts', when: [] }]
    const saved = await azure.rules.save({ ...rule, enabled: false, description: 'off', sources }, rule)
    expect(saved).toMatchObject({ enabled: false, description: 'off', sources, targets: rule.targets })
    const writes = proxy.seen.filter(({ method }) => method === 'PUT' || method === 'PATCH')
    expect(writes.map(({ method, body }) => [method, Object.keys(JSON.parse(body).properties).sort()])).toEqual([
      ['PATCH', ['description', 'isEnabled', 'sources']],
    ])
    expect(writes[0]?.url).toMatch(/api-version=2023-12-01-preview/)
    const other = { type: 'LogicApp', logicAppId: (await app('Notify-SOC')).id }
    expect(await problem(azure.rules.save({ ...saved, targets: [...saved.targets, other] }, saved))).toMatchObject({
      code: 'NotOffered',
      field: 'logicApp',
      message: expect.stringMatching(/event hub/),
    })
  })

  test('an update that Azure answers without all that the rule starts is told', async () => {
    const { azure, proxy } = at()
    const rule = await named('To-Hub-Too')
    proxy.spoil({ method: 'PATCH', path: /automations/, rewrite: body => body.replace('EventHub', 'Gone'), times: 1 })
    expect(await problem(azure.rules.save({ ...rule, description: 'three' }, rule))).toMatchObject({
      code: 'AzureRefused',
      message: expect.stringMatching(/not with all that it starts/),
    })
  })

  test('a throttled patch is repeated, and one whose line broke after it is found', async () => {
    const { azure, proxy } = at()
    const rule = await named('To-Hub-Too')
    const throttled = { status: 429, body: '{"error":{"code":"TooManyRequests","message":"No."}}' }
    proxy.spoil({ method: 'PATCH', path: /automations/, answer: throttled, times: 1 })
    const saved = await azure.rules.save({ ...rule, description: 'one' }, rule)
    proxy.spoil({ method: 'PATCH', path: /automations/, cut: 'after', times: 1 })
    expect((await azure.rules.save({ ...saved, description: 'two' }, saved)).description).toBe('two')
  })

  test('exports are no rules, and one that can not be read hides none of the others', async () => {
    const { azure, proxy, ground, lines } = at()
    proxy.spoil({
      path: /\/automations\?/,
      rewrite: body => body.replace(/"value"\s*:\s*\[/, start => `${start}{"name":"Odd"},`),
    })
    const names = (await azure.rules.list()).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['Rich', 'From-Tomorrow', 'To-Hub-Too']))
    expect(names.filter(name => /export|hub-only|odd/i.test(name))).toEqual([])
    expect(lines.join('')).toMatch(/can not be read/)
    const path = `/subscriptions/${ground.subscription}/resourceGroups/rg-soc/providers/Microsoft.Security/automations/Hub-Only`
    expect((await problem(azure.rules.get(path))).code).toBe('NotFound')
    expect((await problem(azure.rules.save(await draftOn(at(), 'Notify-SOC', { name: 'Hub-Only' })))).code).toBe('Conflict')
  })
}
