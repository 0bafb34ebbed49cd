import { describe, expect, test } from '@jest/globals'
import { readWorkflow } from '../../../src/azure/read-workflow.ts'
import type { Parameter } from '../../../src/model/parameter.ts'

const id = '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.Logic/workflows/app'

function app(parts: { tags?: unknown; actions?: unknown }) {
  return readWorkflow({
    id,
    name: 'app',
    location: 'westeurope',
    tags: parts.tags,
    definition: { triggers: {}, actions: parts.actions },
  })
}

const options = ['quick', 'full'].map(value => ({ value, title: value }))

function parameter(name: string, more: Partial<Parameter> = {}): Parameter {
  return { name, label: name, type: 'text', required: false, ...more }
}

describe('parameters declared by a tag', () => {
  const read: [string, Parameter[]][] = [
    ['', []],
    ['ip:string', [parameter('ip')]],
    ['ip:string!', [parameter('ip', { required: true })]],
    [' ip : String ; ', [parameter('ip')]],
    ['reason:string=because', [parameter('reason', { default: 'because' })]],
    ['reason:string=a=b (c)', [parameter('reason', { default: 'a=b (c)' })]],
    ['mode:string(quick|full)', [parameter('mode', { type: 'choice', options })]],
    ['mode:string( quick | full )!=quick', [parameter('mode', { type: 'choice', required: true, options, default: 'quick' })]],
    [
      'hours:integer=4;hard:boolean',
      [parameter('hours', { type: 'whole', default: '4' }), parameter('hard', { type: 'toggle' })],
    ],
    ['resetPassword:bool', [parameter('resetPassword', { type: 'toggle' })]],
    ['limit:number', [parameter('limit', { type: 'number' })]],
    [
      'a:int;b:bool;c:float',
      [parameter('a', { type: 'whole' }), parameter('b', { type: 'toggle' }), parameter('c', { type: 'number' })],
    ],
    ['hosts:array!=["a"]', [parameter('hosts', { type: 'list', required: true, default: '["a"]' })]],
    ['more:object', [parameter('more', { type: 'object' })]],
  ]
  test.each(read)('%s', (tag, parameters) => {
    expect(app({ tags: { 'ChatOps-Parameters': tag } })).toMatchObject({ parameters })
  })

  const unread: [string, RegExp][] = [
    ['ip', /at "ip"/],
    ['ip:date', /at "ip:date"/],
    ['9ip:string', /at "9ip:string"/],
    ['ok:string;ip:string!!', /at "ip:string!!"/],
    ['mode:string(a|b', /at "mode/],
    ['hours:integer(1|2)', /at "hours/],
    ['ip:string;IP:string', /names IP twice/],
  ]
  test.each(unread)('what can not be read is said: %s', (tag, why) => {
    expect(app({ tags: { 'chatops-parameters': tag } })).toMatchObject({
      parameters: [],
      unreadParameters: expect.stringMatching(why),
    })
  })

  test.each(['securestring', 'secureObject', 'secret', 'password'])('a secret is not asked for, and that is said: %s', type => {
    const tag = `key:${type}!;ip:string`
    expect(app({ tags: { 'chatops-parameters': tag } })).toMatchObject({
      parameters: [parameter('ip')],
      unreadParameters: expect.stringMatching(/^It asks for a secret \(key\).*Key Vault\.$/),
    })
  })

  test('other tags, and none, declare nothing', () => {
    for (const tags of [undefined, null, {}, { owner: 'soc' }, { 'chatops-parameters': 7 }, 'odd'])
      expect(app({ tags })).toMatchObject({ parameters: [] })
  })
})

const schema = {
  type: 'object',
  required: ['ip'],
  properties: {
    ip: { type: 'string', description: 'Which address' },
    hours: { type: ['integer', 'null'], default: 4 },
    mode: { type: 'string', enum: ['quick', 'full'], default: 'quick' },
    hosts: { type: 'array', items: { type: 'string' }, default: ['a'] },
    more: { type: 'object', default: null },
    limit: { type: 'number' },
    hard: { type: 'boolean', default: true },
  },
}
const parse = (content: unknown, described: unknown = schema) => ({ type: 'ParseJson', inputs: { content, schema: described } })
const declared: Parameter[] = [
  parameter('ip', { required: true, hint: 'Which address' }),
  parameter('hours', { type: 'whole', default: '4' }),
  parameter('mode', { type: 'choice', options, default: 'quick' }),
  parameter('hosts', { type: 'list', default: '["a"]' }),
  parameter('more', { type: 'object' }),
  parameter('limit', { type: 'number' }),
  parameter('hard', { type: 'toggle', default: 'true' }),
]

describe('parameters declared by a schema', () => {
  test('of the action that reads them, wherever it stands', () => {
    const reads = parse("@triggerBody()?['ChatOpsParameters']")
    for (const actions of [
      { Other: parse('@triggerBody()'), Read: reads },
      { Scope: { type: 'Scope', actions: { Read: reads } } },
      { If: { type: 'If', actions: {}, else: { actions: { Read: reads } } } },
      { Switch: { type: 'Switch', cases: { A: { actions: {} } }, default: { actions: { Read: reads } } } },
      { Switch: { type: 'Switch', cases: { A: { actions: { Read: reads } } } } },
    ])
      expect(app({ actions }).parameters).toEqual(declared)
  })

  test('the tag wins', () => {
    const { parameters } = app({ tags: { 'chatops-parameters': 'ip:string' }, actions: { Read: parse('ChatOpsParameters') } })
    expect(parameters).toEqual([parameter('ip')])
  })

  test('a type that no form can ask for is said', () => {
    const odd = { properties: { ...schema.properties, list: { type: 'tuple' } } }
    expect(app({ actions: { Read: parse('ChatOpsParameters', odd) } })).toMatchObject({
      parameters: [],
      unreadParameters: expect.stringMatching(/parameter list is of a type/),
    })
  })

  test.each([{ writeOnly: true }, { format: 'password' }])('a secret is not asked for, and that is said: %j', secret => {
    const described = { properties: { ip: { type: 'string' }, key: { type: 'string', ...secret } }, required: ['key'] }
    expect(app({ actions: { Read: parse('ChatOpsParameters', described) } })).toMatchObject({
      parameters: [parameter('ip')],
      unreadParameters: expect.stringMatching(/a secret \(key\)/),
    })
  })

  test('odd definitions declare nothing', () => {
    for (const actions of [
      undefined,
      null,
      'x',
      { Read: null },
      { Read: parse(7) },
      { Read: parse('ChatOpsParameters', 'x') },
      { Read: parse('@triggerBody()') },
    ])
      expect(app({ actions }).parameters).toEqual([])
  })
})

test('actions are counted by price class, those inside of others too', () => {
  const actions = {
    Send: { type: 'ApiConnection' },
    Wait: { type: 'ApiConnectionWebhook' },
    Call: { type: 'Http' },
    Each: {
      type: 'Foreach',
      actions: { Note: { type: 'ApiConnection' }, If: { type: 'If', else: { actions: { Set: { type: 'Compose' } } } } },
    },
  }
  expect(app({ actions }).actions).toEqual({ builtIn: 4, connector: 3 })
  expect(app({}).actions).toEqual({ builtIn: 0, connector: 0 })
})

test('a definition nested without end is read as far as Azure would allow', () => {
  let actions: object = { Last: { type: 'Http' } }
  for (let depth = 0; depth < 5000; depth++) actions = { Inner: { type: 'Scope', actions } }
  expect(app({ actions }).actions.builtIn).toBeLessThanOrEqual(20)
})
