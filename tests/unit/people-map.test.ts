import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { silent } from '../../src/log.ts'
import type { Account } from '../../src/model/person.ts'
import { openPeopleMap } from '../../src/people/map.ts'
import { mappedPeople } from '../../src/people/mapped.ts'
import { readPeopleMap } from '../../src/people/read-map.ts'
import { memoryPeople, until } from '../slack/stage.ts'

const id = '33333333-3333-4333-8333-33333333333a'
const other = '44444444-4444-4444-8444-444444444444'
const account: Account = { chat: 'slack', tenant: 'T0ACME', user: 'U0ANALYST' }
const line = (parts: object = {}) =>
  JSON.stringify({ chat: 'slack', tenant: 'T0ACME', user: 'U0ANALYST', person: id, name: 'Analyst', ...parts })

test.each([
  ['YAML', `- chat: slack\n  tenant: T0ACME\n  user: U0ANALYST\n  person: ${id.toUpperCase()}\n  name: Analyst\n`],
  ['JSON', `[${line()}]`],
])('is read from %s', (_name, text) => {
  expect(readPeopleMap(text)).toEqual({ entries: [{ account, person: { id, name: 'Analyst' } }] })
})

test('may be empty', () => {
  expect(readPeopleMap('# nobody yet\n')).toEqual({ entries: [] })
})

test.each([
  ['a guid that is none', `- ${line()}\n- ${line({ user: 'U2', person: 'analyst' })}`, 'line 2, person: must be a guid'],
  ['a user by name', `- ${line({ user: '@analyst' })}`, 'line 1, user: must be the id of a member, like U0123ABCD'],
  [
    'a missing name',
    '- chat: slack\n  tenant: T1\n  user: U1\n  person: 33333333-3333-4333-8333-333333333333\n',
    /^line 1, name: /,
  ],
  ['an unknown chat', '# people\n- chat: irc\n', /^line 2, chat: /],
  ['a word too much', `- ${line({ role: 'admin' })}`, /^line 1: .*role/],
  ['the same account twice', `- ${line()}\n- ${line({ person: other })}`, 'line 2, user: this account is already on line 1'],
  ['no list', 'chat: slack\n', /^line 1: /],
  ['no YAML', '- a: [1,\n- b', /^line \d: /],
])('%s is named by line and field', (_name, text, said) => {
  const read = readPeopleMap(text)
  expect('mistakes' in read ? read.mistakes[0] : read).toEqual(typeof said === 'string' ? said : expect.stringMatching(said))
})

test('is read again when it changes; while it is wrong, what it said before counts and the mistake is told', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'people-'))
  const file = join(folder, 'people.yaml')
  await writeFile(file, `- ${line()}`)
  const map = await openPeopleMap(file, silent, 20)
  expect(map.of(account)).toEqual({ id, name: 'Analyst' })
  await writeFile(file, `- ${line({ person: 'x' })}`)
  expect(await until(() => map.wrong())).toContain('line 1, person: must be a guid')
  expect(map.of(account)).toEqual({ id, name: 'Analyst' })
  await writeFile(file, `- ${line({ person: other })}`)
  await until(() => map.of(account)?.id === other)
  expect(map.wrong()).toBeUndefined()
  await map.stop()
  await rm(folder, { recursive: true })
})

test('a file that is not there or wrong at the start is refused', async () => {
  await expect(openPeopleMap('/nowhere/people.yaml', silent)).rejects.toMatchObject({ code: 'BadInput', field: 'PEOPLE_MAP' })
})

test('the map wins, and whoever tries otherwise is told', async () => {
  const kept = memoryPeople()
  await kept.link(account, { id: other, name: 'Admin' })
  const people = mappedPeople(kept, {
    of: ({ user }) => (user === account.user ? { id, name: 'Analyst' } : undefined),
    people: () => [{ id, name: 'Analyst' }],
  })
  expect(await people.of(account)).toEqual({ id, name: 'Analyst' })
  expect(await people.isMapped?.(account)).toBe(true)
  await expect(people.link(account, { id: other, name: 'Admin' })).rejects.toMatchObject({ code: 'Forbidden' })
  await people.link(account, { id, name: 'Analyst' })
  await expect(people.unlink(account)).rejects.toMatchObject({ code: 'NotOffered' })
  expect(await people.list()).toEqual([
    { id: other, name: 'Admin' },
    { id, name: 'Analyst' },
  ])
  const teams = { ...account, chat: 'teams' as const }
  await people.link(teams, { id: other, name: 'Admin' })
  expect(await kept.of(teams)).toEqual({ id: other, name: 'Admin' })
  const free = { ...account, user: 'U2' }
  await people.link(free, { id: other, name: 'Admin' })
  expect(await people.of(free)).toEqual({ id: other, name: 'Admin' })
  await people.unlink(free)
  expect(await people.of(free)).toBeUndefined()
})
