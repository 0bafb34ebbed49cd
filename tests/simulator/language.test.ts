import { expect, test } from '@jest/globals'
import { commonFunctions } from '../../src/simulator/language/common-functions.ts'
import { evaluate } from '../../src/simulator/language/evaluate.ts'
import { calls, parse } from '../../src/simulator/language/parse.ts'

const functions = {
  ...commonFunctions,
  parameters: (name: unknown) => ({ apps: ['a', 'b'], Tags: { Owner: 'x' }, none: null })[String(name)],
}
const work = (text: string) => evaluate(parse(text), functions)

test.each<[string, unknown]>([
  ["'it''s'", "it's"],
  ['-3.5', -3.5],
  ["concat('a', 'b', 1, true)", 'ab1true'],
  ["concat(createArray('a'), createArray('b'))", ['a', 'b']],
  ["format('{1}-{0}-{2}', 'a', 'b')", 'b-a-'],
  ["parameters('apps')[1]", 'b'],
  ["parameters('Tags').owner", 'x'],
  ["parameters('Tags')['owner']", 'x'],
  ["parameters('Tags')?['missing']?['deeper']", null],
  ["if(equals(1, 1), 'yes', nonsense())", 'yes'],
  ["if(empty(parameters('none')), 'none', 'some')", 'none'],
  ["and(not(false), or(false, true), greater(2, 1), less('1', 2))", true],
  ["contains(parameters('Tags'), 'owner')", true],
  ["contains(createArray('a'), 'b')", false],
  ["contains('brute force', 'force')", true],
  ["union(createArray('a','b'), createArray('b','c'))", ['a', 'b', 'c']],
  ["createObject('a', 1, 'b', createArray())", { a: 1, b: [] }],
  ["split('a/b/c', '/')[2]", 'c'],
  ["last(split('a/b', '/'))", 'b'],
  ["toLower(substring('ABCDE', 1, 2))", 'bc'],
  ["join(createArray('a','b'), ';')", 'a;b'],
  ["length('abc')", 3],
  ["coalesce(null, 'a')", 'a'],
  ['json(\'{"a":1}\').a', 1],
  ["startsWith('VM_x', 'vm')", true],
  ['range(2, 3)', [2, 3, 4]],
  ['mod(div(17, 2), 5)', 3],
  ['min(createArray(3, 1), 2)', 1],
  ['max(1, 2)', 2],
  ["skip(createArray('a','b','c'), 1)", ['b', 'c']],
  ["take('abc', 2)", 'ab'],
  ["intersection(createArray('a','b'), createArray('b','c'))", ['b']],
  ["indexOf('abC', 'c')", 2],
  ["padLeft('7', 3, '0')", '007'],
  ["base64('a')", 'YQ=='],
  ['int(string(add(1, mul(2, 3))))', 7],
])('%s', (text, value) => {
  expect(work(text)).toEqual(value)
})

test.each<[string, RegExp]>([
  ["concat('a'", /not valid.*the end/],
  ["concat('a' 'b')", /not valid.*'b'/],
  ["'open", /not valid at position/],
  ['name', /'name' is no value/],
  ["reference('x')", /The template function 'reference' is not valid/],
  ["parameters('Tags').colour", /property 'colour' doesn't exist, available properties are 'Owner'/],
  ["json('{')", /expects its parameter to be JSON/],
  ["first('a').b", /property 'b' doesn't exist/],
  ["if(true, 'a')", /three parameters/],
  ["add('one', 2)", /expects its parameter to be a number/],
  ['range(0, 100000000)', /whole number from 0 to 10000/],
  ['constructor()', /'constructor' is not valid/],
])('%s is refused with the reason', (text, reason) => {
  expect(() => work(text)).toThrow(reason)
})

test('the functions of an expression are known before it is worked out', () => {
  expect(calls(parse("concat(a('x').b, c()[d()])"))).toEqual(['concat', 'a', 'c', 'd'])
})

test('an expression that is nested without end is refused, not followed', () => {
  expect(() => work(`${'a('.repeat(5000)}${')'.repeat(5000)}`)).toThrow(/more than 100 deep/)
})
