import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { runCli } from '../cli/run.ts'
import { type FreshDatabase, freshDatabase } from '../jest/database.ts'
import { submit } from './form.ts'
import { openStory, type Story } from './ground.ts'

/** What people and files get wrong, and what Azure refuses: told where it stands, by name, with nothing done; in chat and on the command line. */

let story: Story
let database: FreshDatabase
let folder: string
beforeAll(async () => {
  database = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'bad-'))
  story = await openStory({ DATABASE_URL: database.url })
})
afterEach(() => {
  story.simulator().faults([])
  story.simulator().locks([])
  story.simulator().denials([])
})
afterAll(async () => {
  await story.close()
  await database.drop()
  await rm(folder, { recursive: true })
})

const production = '11111111-5eed-4000-8000-000000000001'
const group = `/subscriptions/${production}/resourceGroups/rg-soc`
const inAzure = (name: string) =>
  story.simulator().state.automations.get(`${group}/providers/Microsoft.Security/automations/${name}`.toLowerCase())

interface EntryParts {
  when?: string
  more?: string
}

function entry(name: string, { when = 'Severity is Low', more = '' }: EntryParts = {}): string {
  return `version: 1
rules:
  - name: ${name}
    subscription: ${production}
    group: rg-soc
    on: alert
    when: ${JSON.stringify(when)}
    run: Block-IP
${more}`
}

async function byCommand(text: string, as: 'admin' | 'stakeholder' = 'admin', word = 'apply', last?: string) {
  const { origin, tokens } = story.simulator()
  const file = join(folder, 'rules.yaml')
  await writeFile(file, text)
  return runCli(
    'rules',
    [word, file],
    { DATABASE_URL: database.url, AZURE_ARM_ENDPOINT: origin, AZURE_STATIC_TOKEN: tokens[as] },
    '/',
    last,
  )
}

const inChat = (text: string, as = 'admin') => story.act('rules apply', { text }, undefined, as)

/** The form of a new rule, filled in and reviewed. */
async function reviewed(fields: Record<string, string>) {
  const opened = await story.act('rule new', { kind: 'alert' }, undefined, 'admin')
  const usual = { home: `${production}/rg-soc`, logicApp: 'Block-IP', conditions: 'Severity is Low' }
  return submit(story, opened.answer.card, { ...usual, ...fields })
}

const laughs = `version: 1
a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]
e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]
rules: [*e, *e, *e, *e, *e, *e, *e, *e, *e]
`

const wrongFiles: [string, string, RegExp][] = [
  ['a name with slashes', entry('a/b'), /name.*letters, digits/],
  ['a name of 261 characters', entry('x'.repeat(261)), /name.*260/],
  ['an unknown key', entry('Wrong', { more: '    severity: High\n' }), /9.*There is no "severity" here/],
  ['anchors', entry('Wrong', { more: '    description: &again hello\n' }), /[Aa]nchor/],
  [
    'a subscription that is not there',
    entry('Wrong').replace(production, '99999999-5eed-4000-8000-000000000009'),
    /4.*No subscription that is looked after here has the id "99999999-5eed-4000-8000-000000000009"/,
  ],
  ['a group that is not there', entry('Wrong').replace('rg-soc', 'rg-none'), /5.*There is no resource group "rg-none"/],
  ['a billion laughs', laughs, /[Aa]nchor|[Aa]lias/],
]

describe.each(wrongFiles)('a file with %s', (_, text, told) => {
  test('in chat', async () => {
    const { error, answer } = await inChat(text)
    expect([error?.code, answer.card.text.replace(/\n/g, ' ')]).toEqual(['BadInput', expect.stringMatching(told)])
  })

  test('on the command line', async () => {
    const { code, out } = await byCommand(text)
    expect([code, out.replace(/\n/g, ' ')]).toEqual([1, expect.stringMatching(told)])
    expect(inAzure('Wrong')).toBeUndefined()
  })
})

test.each([
  ['with slashes', 'a/b'],
  ['of 261 characters', 'x'.repeat(261)],
])('a name %s in the form is told at the name', async (_, name) => {
  expect((await reviewed({ name })).error).toMatchObject({ code: 'BadInput', field: 'name' })
})

test('a value that looks like a regular expression is a text like any other: saved, matched and exported to the letter', async () => {
  const value = '^(a+)+$|.*[sql]\\d{2,}'
  const review = await reviewed({ name: 'Looks-like-regex', conditions: `Title contains ${value}` })
  expect((await submit(story, review.answer.card, {})).error).toBeUndefined()
  expect(JSON.stringify(inAzure('Looks-like-regex')?.properties.sources)).toContain(JSON.stringify(value).slice(1, -1))
  const dry = async (title: string) => {
    const body = JSON.stringify({ AlertDisplayName: title, Severity: 'Low' })
    return (await story.act('rule test', { rule: 'Looks-like-regex', days: '30', body }, undefined, 'admin')).answer.card.text
  }
  expect(await dry(`before ${value} after`)).toContain('would fire')
  expect(await dry(`${'a'.repeat(50_000)}!`)).toContain('would not fire')
  const { out } = await byCommand(entry('Looks-like-regex', { when: `Title contains ${value}` }), 'admin', 'plan')
  expect(out).not.toContain('conditions')
})

test('an apply killed on the command line half-way is finished by the next one, each rule made once', async () => {
  const names = ['Killed-One', 'Killed-Two', 'Killed-Three']
  const [head = '', ...rest] = names.map(name => entry(name))
  const text = [head, ...rest.map(one => one.slice(one.indexOf('  - name')))].join('')
  story
    .simulator()
    .faults([{ on: `PUT ${group}/providers/Microsoft.Security/automations/${names[1]}`, kind: 'slow', slowMs: 60_000 }])
  const killed = await byCommand(text, 'admin', 'apply', 'Killed-One')
  expect([killed.code, killed.out, inAzure('Killed-Two')]).toEqual([-1, 'done      + Killed-One in rg-soc\n', undefined])
  const { etag } = inAzure('Killed-One') ?? {}
  story.simulator().faults([])
  expect((await byCommand(text)).out).toContain('2 done, 0 not done, 1 as the file says.')
  expect([inAzure('Killed-One')?.etag, inAzure('Killed-Two'), inAzure('Killed-Three')]).toEqual([
    etag,
    expect.anything(),
    expect.anything(),
  ])
}, 30_000)

interface Refusal {
  what: string
  arrange(): void
  told: RegExp
}

const refusals: Refusal[] = [
  {
    what: 'a lock on the group',
    arrange: () => story.simulator().locks([{ scope: group, level: 'ReadOnly' }]),
    told: /A lock on the resource group rg-soc prevents this change\. Remove the lock/,
  },
  {
    what: 'a policy that denies',
    arrange: () =>
      story.simulator().denials([{ scope: group, type: 'Microsoft.Security/automations', policy: 'No new rules here' }]),
    told: /The policy "No new rules here" forbids it/,
  },
  {
    what: 'somebody who saved meanwhile',
    arrange: () => story.simulator().faults([{ on: 'PUT /subscriptions', kind: '412', times: 1 }]),
    told: /changed|precondition|Azure sees a conflict/i,
  },
]

describe.each(refusals)('refused by $what', ({ what, arrange, told }) => {
  const name = `Refused-${what.split(' ').at(-1)}`

  test('a form tells it, and the next press saves once it is gone', async () => {
    const review = await reviewed({ name })
    arrange()
    const { error, answer } = await submit(story, review.answer.card, {})
    expect(`${error?.message} ${answer.card.text} ${JSON.stringify(answer.card.teams)}`).toMatch(told)
    expect([
      inAzure(name),
      await story.app.world.store.ruleHistory.list(`${group}/providers/Microsoft.Security/automations/${name}`, 5),
    ]).toEqual([undefined, []])
  })

  test('an apply stops there, in chat', async () => {
    arrange()
    const { error, answer } = await inChat(entry(name))
    expect(error).toBeDefined()
    expect(answer.card.text).toMatch(/^Stopped at .*: 0 done, 1 not done\./)
    expect(answer.card.text).toMatch(told)
  })

  test('an apply stops there, on the command line', async () => {
    arrange()
    const { code, out } = await byCommand(entry(name))
    expect([code, out]).toEqual([1, expect.stringMatching(told)])
    expect(out).toContain('0 done, 1 not done')
  })
})

describe('without the rights', () => {
  const both = ['Microsoft.Security/automations/write on rg-soc', 'listCallbackUrl/action on Block-IP in rg-soc']

  test('an apply in chat names both, on the rule’s group and on the logic app, and who has them', async () => {
    const { error, answer } = await inChat(entry('Not-mine'), 'stakeholder')
    expect(error?.code).toBe('Forbidden')
    for (const right of both) expect(answer.card.text).toContain(right)
    expect(JSON.stringify(answer.card.teams)).toContain('Security Admin')
  })

  test('the command line names everything that reading takes, then both as chat does, before anything is done', async () => {
    const read = await byCommand(entry('Not-mine'), 'stakeholder')
    expect([read.code, read.out]).toEqual([1, expect.stringContaining('There is no logic app "Block-IP"')])
    for (const name of ['Production', 'Staging'])
      expect(read.out).toContain(`it needs Microsoft.Logic/workflows/read on subscription ${name}, which `)
    mayRead('stakeholder')
    const write = await byCommand(entry('Not-mine'), 'stakeholder')
    expect([write.code, write.err]).toEqual([1, expect.stringContaining("You can't apply this:\n")])
    for (const right of both) expect(write.err).toContain(right)
    expect(write.err).toMatch(/which Security Admin has, and .*Ask an owner of rg-soc\.$/m)
    expect(write.out).toBe('')
    expect(inAzure('Not-mine')).toBeUndefined()
  })
})

function mayRead(who: string): void {
  const { state, people } = story.simulator()
  const principalId = people.find(({ role }) => role === who)?.objectId ?? ''
  const roleDefinition = state.roleDefinitions.find(({ roleName }) => roleName === 'Reader')?.name ?? ''
  for (const { id } of state.subscriptions) {
    const name = `${roleDefinition.slice(0, -4)}${id.slice(-4)}`
    state.roleAssignments.push({ name, scope: `/subscriptions/${id}`, principalId, roleDefinition })
  }
}
