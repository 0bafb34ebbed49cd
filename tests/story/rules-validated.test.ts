import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { submit } from './form.ts'
import { openStory, type Story, until } from './ground.ts'

/** What a rule asks for is suggested from what exists, and judged before Azure is asked: in the form and in a file, by the same words. */

const production = '11111111-5eed-4000-8000-000000000001'

let story: Story
beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

const apps = { alert: 'Block-IP', recommendation: 'Fix-Recommendation', compliance: 'Send-Compliance-To-ChatOps' }
type Kind = keyof typeof apps

async function suggested(kind: Kind, typed: string): Promise<string> {
  const asked = { action: 'rule new', input: { kind }, field: 'add', typed, as: 'admin' }
  return JSON.stringify((await story.call('/console/api/choices', asked)).body)
}

test('recommendations are suggested by their names, standards and types of alerts as they are there', async () => {
  const { metadata } = story.simulator().state
  const [known] = metadata
  expect(await suggested('recommendation', known?.displayName ?? '')).toContain(`Recommendation is ${known?.key}`)
  expect(await suggested('recommendation', 'unhealthy')).toContain('State is Unhealthy')
  expect(await suggested('compliance', 'standard')).toMatch(/Standard contains [A-Z]/)
  story.simulator().fire({ type: 'VM_AmDisablementAndCodeExecution', subscription: production })
  await until('its type', async () =>
    (await suggested('alert', 'AmDisablement')).includes('Type is VM_AmDisablementAndCodeExecution') ? true : undefined,
  )
})

async function inForm(kind: Kind, conditions: string) {
  const opened = await story.act('rule new', { kind }, undefined, 'admin')
  const filled = { name: 'Judged', home: `${production}/rg-soc`, logicApp: apps[kind], conditions }
  const { error, answer } = await submit(story, opened.answer.card, filled)
  return { field: error?.field, said: JSON.stringify(answer.card.teams) }
}

async function inFile(kind: Kind, conditions: string, verb: 'rules plan' | 'rules apply') {
  const [first = '', ...more] = conditions.split('\n')
  const when = [first, ...more].map(line => `      ${line}`).join('\n')
  const text = `version: 1\nrules:\n  - name: Judged\n    subscription: ${production}\n    group: rg-soc\n    on: ${kind}\n    when: |\n${when}\n    run: ${apps[kind]}\n`
  const { error, answer } = await story.act(verb, { text }, undefined, 'admin')
  return { code: error?.code, said: JSON.stringify(answer.card.teams) }
}

const refused: [string, Kind, string, RegExp][] = [
  [
    'a sub-assessment, which starts nothing',
    'recommendation',
    'id contains /subAssessments/',
    /A sub-assessment starts no logic app: Azure tells of the recommendation/,
  ],
  [
    'a path of another kind of event',
    'alert',
    '"properties.status.code" is Unhealthy',
    /An alert has no properties\.status\.code; that is where recommendations have it/,
  ],
  [
    'a text where a number stands',
    'compliance',
    'Failed resources is many',
    /“many” is not a whole number, as Failed resources is/,
  ],
  [
    'more and less of a text',
    'alert',
    'Severity > High',
    /“Severity is more than High”: Severity is a text, and “is more than” compares numbers/,
  ],
  ['two values at once', 'alert', 'Severity is High\nSeverity is Low', /Severity can’t be High and Low at once/],
  [
    'a key that no recommendation has',
    'recommendation',
    'Recommendation is 00000000-0000-0000-0000-000000000000',
    /There is no recommendation with the key/,
  ],
]

describe.each(refused)('refused: %s', (_what, kind, conditions, words) => {
  test('in the form, at the conditions', async () => {
    const { field, said } = await inForm(kind, conditions)
    expect([field, said]).toEqual(['conditions', expect.stringMatching(words)])
  })

  test('in a file, with nothing done', async () => {
    const { code, said } = await inFile(kind, conditions, 'rules apply')
    expect([code, said]).toEqual(['BadInput', expect.stringMatching(words)])
    expect([...story.simulator().state.automations.values()].map(({ name }) => name)).not.toContain('Judged')
  })
})

const warned: [string, Kind, string, RegExp][] = [
  [
    '“healthy” is a part of “Unhealthy”',
    'recommendation',
    'State contains healthy',
    /holds for Healthy and Unhealthy: the text is part of each\. To mean one write “State is Healthy”/,
  ],
  [
    'a value that never stands there',
    'alert',
    'Severity is Critical',
    /Severity is never “Critical” as far as is known: High, Medium, Low, Informational/,
  ],
  ['a pattern, which Azure takes to the letter', 'alert', 'Name contains sql.*', /Azure takes “sql\.\*” to the letter/],
]

describe.each(warned)('warned of: %s', (_what, kind, conditions, words) => {
  test('in the form, which is reviewed all the same', async () => {
    const { field, said } = await inForm(kind, conditions)
    expect([field, said]).toEqual([undefined, expect.stringMatching(words)])
  })

  test('in the plan of a file', async () => {
    const { code, said } = await inFile(kind, conditions, 'rules plan')
    expect([code, said]).toEqual([undefined, expect.stringMatching(words)])
  })
})

test('then Azure is asked: one that it refuses can’t be saved, one that it can’t judge now may be', async () => {
  story.simulator().faults([{ on: '/validate', kind: '403', times: 1 }])
  expect((await inForm('alert', 'Severity is High')).said).toContain('Azure would refuse it')
  story.simulator().faults([{ on: '/validate', kind: '503' }])
  expect((await inForm('alert', 'Severity is High')).said).toContain('Azure could not be asked about it')
  story.simulator().faults([])
})
