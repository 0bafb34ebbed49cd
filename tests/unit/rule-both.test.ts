import { expect, test } from '@jest/globals'
import { bothOf } from '../../src/actions/rules/both.ts'
import { namesOf } from '../../src/actions/rules/words.ts'
import type { Condition } from '../../src/model/condition.ts'
import { subscription } from '../fakes/findings.ts'
import { ruleOf } from '../fakes/rules.ts'

const told = { names: namesOf([]), subscriptions: [{ id: subscription, name: 'Production', tenantId: '' }], recommendations: [] }
const group = `/subscriptions/${subscription}/resourceGroups`
const named = (value: string): Condition => ({ path: 'AlertDisplayName', type: 'String', operator: 'Contains', value })
const onSets = (values: string[]) => [{ source: 'Alerts', when: values.map(value => [named(value)]) }]
const numbers = (howMany: number) => Array.from({ length: howMany }, (_, index) => `type-${index}`)

test('every part that differs is told both ways, in the order of the form', () => {
  const theirs = ruleOf()
  const mine = {
    ...theirs,
    description: '',
    enabled: false,
    scopes: [`${group}/rg-shop`],
    sources: onSets(['SQL']),
    targets: [{ type: 'LogicApp', logicAppId: `${group}/rg-other/providers/Microsoft.Logic/workflows/Block-IP` }],
  }
  expect(bothOf(theirs, mine, told)).toEqual([
    { label: 'Description', theirs: theirs.description, mine: '' },
    { label: 'Hears events of', theirs: 'all of Production', mine: 'rg-shop of Production' },
    {
      label: 'Starts when',
      theirs: 'an alert contains SQL in its name and severity is High',
      mine: 'an alert contains SQL in its name',
    },
    { label: 'Logic app', theirs: 'Block-IP in rg-soc', mine: 'Block-IP in rg-other' },
    { label: 'Enabled', theirs: 'Yes', mine: 'No' },
  ])
})

test('what is written differently and means the same is no difference', () => {
  const theirs = ruleOf()
  const [scope = ''] = theirs.scopes
  expect(bothOf(theirs, { ...theirs, scopes: [scope.toUpperCase()] }, told)).toEqual([])
})

test('of hundreds of sets of conditions only those are told that the other has not', () => {
  const theirs = ruleOf({ sources: onSets([...numbers(900), 'SQL']) })
  const mine = { ...theirs, sources: onSets([...numbers(900), 'Redis', 'Cosmos']) }
  expect(bothOf(theirs, mine, told)).toEqual([
    {
      label: 'Starts when',
      theirs: 'beside what both have, Name contains SQL',
      mine: 'beside what both have, Name contains Redis or Name contains Cosmos',
    },
  ])
  const [fewer] = bothOf(theirs, { ...theirs, sources: onSets(numbers(900)) }, told)
  expect(fewer?.mine).toBe('nothing beside what both have')
})
