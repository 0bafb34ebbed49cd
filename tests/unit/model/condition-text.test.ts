import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Condition, When } from '../../../src/model/condition.ts'
import { mostSets, readConditions, writeConditions } from '../../../src/model/condition-text.ts'
import { Kind } from '../../../src/model/event.ts'
import { fieldsOf } from '../../../src/model/rule-fields.ts'
import { conditionOf, kinds, whenOf } from './arbitrary.ts'

function is(path: string, value: string, operator: Condition['operator'] = 'Equals'): Condition {
  return { path, type: 'String', operator, value }
}

describe('reading', () => {
  const high = is('Severity', 'High')
  const sql = is('AlertDisplayName', 'SQL', 'Contains')
  test.each<[string, When]>([
    ['', []],
    [' \n\n ', []],
    ['anything', [[]]],
    ['Severity is High', [[high]]],
    ['severity = High', [[high]]],
    ['SEVERITY Equals   High  ', [[high]]],
    ['AlertDisplayName contains SQL\r\nand Severity is High', [[sql, high]]],
    ['Name contains SQL\nTitle contains SQL', [[sql, sql]]],
    ['Severity is High\nor\nName contains SQL', [[high], [sql]]],
    ['Severity is High\n OR: \n\nName contains SQL\n', [[high], [sql]]],
    ['Severity is High or Medium', [[high], [is('Severity', 'Medium')]]],
    [
      'Name contains SQL\nSeverity is High, or Medium',
      [
        [sql, high],
        [sql, is('Severity', 'Medium')],
      ],
    ],
    ['Name contains "SQL" or "Blob"', [[sql], [is('AlertDisplayName', 'Blob', 'Contains')]]],
    ['Name contains "SQL and Severity is High"', [[is('AlertDisplayName', 'SQL and Severity is High', 'Contains')]]],
    ['Name contains black and white', [[is('AlertDisplayName', 'black and white', 'Contains')]]],
    ['Severity is "High or Medium"', [[is('Severity', 'High or Medium')]]],
    ['Name contains SQL or Blob', [[is('AlertDisplayName', 'SQL or Blob', 'Contains')]]],
    ['Name is not not', [[is('AlertDisplayName', 'not', 'NotEquals')]]],
    ['Name is "not"', [[is('AlertDisplayName', 'not')]]],
    ['Name isn’t x', [[is('AlertDisplayName', 'x', 'NotEquals')]]],
    ['Name is “smart quotes”', [[is('AlertDisplayName', 'smart quotes')]]],
    ['Name contains ^a.*\\d+$', [[is('AlertDisplayName', '^a.*\\d+$', 'Contains')]]],
    ['Name contains "a ""b"" c"', [[is('AlertDisplayName', 'a "b" c', 'Contains')]]],
    ['Name contains say "no"', [[is('AlertDisplayName', 'say "no"', 'Contains')]]],
    ['Name contains "two\nlines"\nSeverity is High', [[is('AlertDisplayName', 'two\nlines', 'Contains'), high]]],
    ['Attacked resource starts with vm-', [[is('CompromisedEntity', 'vm-', 'StartsWith')]]],
    ['Incident is true', [[{ path: 'IsIncident', type: 'Boolean', operator: 'Equals', value: 'true' }]]],
    ['"Any.Path" (Integer) >= 5', [[{ path: 'Any.Path', type: 'Integer', operator: 'GreaterThanOrEqualTo', value: '5' }]]],
    ['"severity" is High', [[is('severity', 'High')]]],
  ])('%j', (text, when) => {
    expect(readConditions('alert', text)).toEqual({ when })
  })

  test('numbers are read as the field’s type', () => {
    expect(readConditions('compliance', 'Failed resources is more than 3')).toEqual({
      when: [[{ path: 'properties.failedResources', type: 'Integer', operator: 'GreaterThan', value: '3' }]],
    })
  })
})

describe('faults name the line and what was expected', () => {
  test.each<[string, [line: number, message: RegExp][]]>([
    ['Titel is x', [[1, /“Titel” is no field of an alert\. Did you mean “Title”\?/]]],
    ['Alert name contains ssh', [[1, /“Alert” is no field of an alert\. Did you mean “Name”\?/]]],
    ['Severty is High', [[1, /“Severty” is no field of an alert\. Did you mean “Severity”\?/]]],
    ['Severity is High\n\nSeverity contians High', [[3, /After “Severity” comes “contians High”.*Did you mean “contains”\?/]]],
    ['Severity', [[1, /After “Severity” comes nothing, where one of these is expected: is, is not,/]]],
    ['Severity is', [[1, /A value is missing/]]],
    ['properties.metadata.severity is High', [[1, /no field of an alert. There it is Severity: write “Severity”/]]],
    ['Name contains "open\nSeverity is High', [[1, /no closing quote/]]],
    ['Name contains "a" b', [[1, /After the quoted text only “or”/]]],
    ['Severity is not High or Low', [[1, /“is not” takes one value/]]],
    [
      'Name contains SQL and Severity is High',
      [[1, /“Severity is High” is another condition: write it on a line of its own\. If/]],
    ],
    ['Severity is High OR Name contains SQL', [[1, /“Name contains SQL” is another.*below a line with only “or”\. If/]]],
    ['or\nSeverity is High', [[1, /one side of “or”/]]],
    ['Severity is High\nor', [[2, /one side of “or”/]]],
    ['Severity is High\nor\nor\nName is x', [[2, /one side of “or”/]]],
    [
      'x is 1\nSeverity is High\ny is 2',
      [
        [1, /“x” is no field/],
        [3, /“y” is no field/],
      ],
    ],
    ['= High', [[1, /A line begins with a field|“=” is no field/]]],
  ])('%j', (text, faults) => {
    const read = readConditions('alert', text)
    expect('errors' in read && read.errors.map(({ line, message }) => [line, message])).toEqual(
      faults.map(([line, message]) => [line, expect.stringMatching(message)]),
    )
  })

  test('a thousand sets are fine, more are not, and the limit says whose it is', () => {
    const sets = (count: number) => Array.from({ length: count }, (_, index) => `Name is n${index}`).join('\nor\n')
    expect(readConditions('alert', sets(mostSets))).toMatchObject({ when: { length: mostSets } })
    expect(readConditions('alert', sets(mostSets + 1))).toEqual({
      errors: [
        {
          line: expect.any(Number),
          message: expect.stringMatching(/^A rule can have 1,000 sets .* The limit is ours, Azure names none/),
        },
      ],
    })
    const product = 'Severity is High, Medium, Low, Informational\n'.repeat(40)
    expect(readConditions('alert', product)).toMatchObject({ errors: [{ message: expect.stringMatching(/1,000 sets/) }] })
  })
})

test('reading what was written gives exactly the same conditions', () => {
  fc.assert(
    fc.property(
      kinds.chain(kind => fc.tuple(fc.constant(kind), whenOf(conditionOf(kind)))),
      ([kind, when]) => {
        expect(readConditions(kind, writeConditions(kind, when))).toEqual({ when })
      },
    ),
    { numRuns: 3000 },
  )
})

test('whatever is typed is read or told, never thrown at, and what was read survives writing', () => {
  const words = fc.constantFrom(
    'Severity',
    'is',
    'or',
    'and',
    '\n',
    '"',
    '“',
    ' ',
    'contains',
    'Name',
    'High',
    ',',
    '(Integer)',
    'not',
    '>',
    'anything',
  )
  fc.assert(
    fc.property(
      kinds,
      fc.oneof(
        fc.string(),
        fc.array(words, { maxLength: 20 }).map(parts => parts.join(' ')),
      ),
      (kind, text) => {
        const read = readConditions(kind, text)
        if ('when' in read) expect(readConditions(kind, writeConditions(kind, read.when))).toEqual(read)
        else expect(read.errors.length).toBeGreaterThan(0)
      },
    ),
    { numRuns: 3000 },
  )
})

test('no two fields of a kind answer to the same word', () => {
  for (const kind of Kind.options) {
    const words = fieldsOf(kind).flatMap(({ path, label, also }) => [
      ...new Set([path, label, also ?? label].map(word => word.toLowerCase())),
    ])
    expect(words).toEqual([...new Set(words)])
  }
})
