import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { statisticsOf } from '../../src/model/app-statistics.ts'
import { type Parameter, readParameters } from '../../src/model/parameter.ts'
import { withParameters } from '../../src/model/run-body.ts'

const nsg = 'Microsoft.Network/networkSecurityGroups'
const nsgId = `/subscriptions/00000000-0000-0000-0000-00000000005b/resourceGroups/rg/providers/${nsg}/web`

function one(type: Parameter['type'], other: Partial<Parameter> = {}): Parameter {
  return { name: 'x', label: 'The x', type, required: true, ...other }
}

test.each<[Parameter, unknown, unknown]>([
  [one('text'), ' two words ', 'two words'],
  [one('text', { default: 'usual' }), '', 'usual'],
  [one('text', { required: false }), undefined, undefined],
  [one('text', { pattern: '^#' }), '#soc', '#soc'],
  [one('number'), '2.5', 2.5],
  [one('number', { from: -1 }), '-1', -1],
  [one('whole', { from: 1, to: 4096 }), '4096', 4096],
  [one('whole'), 7, 7],
  [one('toggle'), 'Yes', true],
  [one('toggle'), false, false],
  [one('choice', { options: [{ value: 'a', title: 'First' }] }), 'first', 'a'],
  [one('list'), ' ["a", 2, {"b": null}] ', ['a', 2, { b: null }]],
  [one('list'), ['a'], ['a']],
  [one('list', { default: '[]' }), '', []],
  [one('object'), '{"a": [1]}', { a: [1] }],
  [one('object', { required: false }), undefined, undefined],
  [one('url'), 'https://tickets.contoso.example/a?b=c', 'https://tickets.contoso.example/a?b=c'],
  [one('mail'), 'a@contoso.example, b@contoso.example', 'a@contoso.example;b@contoso.example'],
  [one('resource', { of: nsg.toUpperCase() }), nsgId, nsgId],
])('%o reads %o as %o', (parameter, given, value) => {
  expect(readParameters([parameter], { x: given })).toEqual({ values: value === undefined ? {} : { x: value } })
})

test.each<[Parameter, unknown, string]>([
  [one('text'), '  ', 'Fill in: The x.'],
  [one('choice'), '', 'Choose: The x.'],
  [one('text'), ['a'], 'one value'],
  [one('text'), { a: 1 }, 'one value'],
  [one('text'), 'x'.repeat(1001), 'at most 1000'],
  [one('text', { pattern: '^#', example: '#soc' }), 'soc', '#soc'],
  [one('number'), '1e999', 'no number'],
  [one('number'), 'Infinity', 'no number'],
  [one('number'), '٣', 'no number'],
  [one('whole'), '2.5', 'no whole number'],
  [one('whole', { from: 1, to: 10 }), '11', 'from 1 to 10'],
  [one('toggle'), 'maybe', 'yes or no'],
  [one('choice', { options: [{ value: 'a', title: 'First' }] }), 'b', 'First'],
  [one('list'), 'a, b', 'a JSON list: ["one", "two"]'],
  [one('list'), '{"a": 1}', 'a JSON list'],
  [one('list'), `["${'x'.repeat(3000)}"]`, 'at most 3000'],
  [one('object'), '["a"]', 'a JSON object: {"name": "value"}'],
  [one('object'), '{"a": 1', 'a JSON object'],
  [one('object'), 'null', 'a JSON object'],
  [one('object'), ['a'], 'a JSON object'],
  [one('url'), 'http://contoso.example', 'https://'],
  [one('url'), 'javascript:alert(1)', 'https://'],
  [one('url'), 'https://a.example/hook?code=abc', 'Key Vault'],
  [one('url'), 'https://a.example/hook?x=1&Api-Key=abc', 'Key Vault'],
  [one('url'), 'https://user:word@a.example/', 'Key Vault'],
  [one('mail'), 'a@contoso.example; nobody', 'e-mail'],
  [one('resource', { of: nsg }), nsgId.replace('networkSecurityGroups', 'virtualNetworks'), nsg],
  [one('resource', { of: nsg }), `${nsgId}/securityRules/a`, nsg],
])('%o refuses %o at its field', (parameter, given, words) => {
  expect(readParameters([parameter], { x: given })).toEqual({ errors: [{ field: 'x', message: expect.stringContaining(words) }] })
})

test('every error is told at once', () => {
  const read = readParameters([one('text'), { ...one('whole'), name: 'y' }], { y: 'z' })
  expect('errors' in read && read.errors.map(({ field }) => field)).toEqual(['x', 'y'])
})

test.each(['constructor', '__proto__', 'toString'])('a parameter named %s is one like any other', name => {
  const parameter = { ...one('text'), name }
  expect(readParameters([parameter], {})).toEqual({ errors: [{ field: name, message: expect.anything() }] })
  expect(readParameters([parameter], Object.fromEntries([[name, 'x']]))).toEqual({ values: Object.fromEntries([[name, 'x']]) })
})

test('what was said becomes the last member of the event, every other byte stays', () => {
  const member = fc.tuple(fc.string({ unit: 'binary' }), fc.jsonValue())
  const space = fc.constantFrom('', ' ', '\n', '\r\n\t')
  fc.assert(
    fc.property(fc.array(member, { maxLength: 4 }), space, space, fc.string(), (members, before, after, said) => {
      const inner = members.map(([key, value]) => `${JSON.stringify(key)}:${before}${JSON.stringify(value)}`).join(',')
      const text = `${before}{${before}${inner}${after}}${after}`
      const sent = withParameters(text, { said })
      const added = `"ChatOpsParameters":${JSON.stringify({ said })}`
      expect(JSON.parse(sent)).toEqual({ ...JSON.parse(text), ChatOpsParameters: { said } })
      expect(sent.replace(`${members.length === 0 ? '' : ','}${added}`, '')).toBe(text)
    }),
  )
})

test('rate and median are of the runs that ended', () => {
  const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString()
  const run = (state: 'succeeded' | 'failed' | 'running', seconds?: number) => ({
    state,
    startedAt: at(0),
    ...(seconds !== undefined && { endedAt: at(seconds) }),
  })
  expect(statisticsOf([])).toEqual({ ended: 0, succeeded: 0 })
  expect(statisticsOf([run('running')])).toEqual({ ended: 0, succeeded: 0 })
  expect(statisticsOf([run('succeeded', 9), run('failed', 1), run('succeeded', 2), run('running')])).toEqual({
    ended: 3,
    succeeded: 2,
    medianMs: 2000,
  })
  expect(statisticsOf([run('succeeded', 1), run('succeeded', 2)]).medianMs).toBe(1500)
})
