import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openStory, type Story } from '../story/ground.ts'
import { runCli } from './run.ts'

const alert = (id: string) => ({
  SystemAlertId: id,
  AlertType: 'VM_Test',
  AlertDisplayName: 'Saved',
  Severity: 'High',
  CompromisedEntity: 'vm-1',
})

let story: Story
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replay-'))
  await writeFile(join(folder, 'one.json'), JSON.stringify(alert('one')))
  await writeFile(join(folder, 'mixed.json'), JSON.stringify([alert('one'), { nonsense: true }, alert('two')]))
  await writeFile(join(folder, 'bad.json'), 'no json')
  story = await openStory({ EVENTS_KEYS: 'key-1,key-2' })
})
afterAll(async () => {
  await story.close()
  await rm(folder, { recursive: true })
})

const replay = (file: string, env: Record<string, string> = { EVENTS_KEYS: 'key-1' }) => {
  const { hostname, port } = new URL(story.app.address)
  return runCli('replay', [file], { HOST: hostname, PORT: port, ...env }, folder)
}

test('a saved event is taken by the running bot, and known the second time', async () => {
  const first = await replay('one.json')
  expect(first).toEqual({ code: 0, out: expect.stringMatching(/^1: a-\w{12}\n$/), err: '' })
  expect(await replay('one.json')).toEqual({ code: 0, out: first.out.replace('\n', ' (known already)\n'), err: '' })
  const [, id = ''] = /(a-\w+)/.exec(first.out) ?? []
  expect((await story.finding(id)).title).toBe('Saved')
})

test('what is not taken is named, and the rest is taken', async () => {
  const { code, out } = await replay('mixed.json')
  expect(code).toBe(1)
  expect(out).toMatch(/1: a-\w+ \(known already\)\n3: a-\w+\n2: not taken, /)
  expect(await replay('bad.json')).toMatchObject({ code: 1, out: expect.stringContaining('not taken') })
})

test('without the key it is refused', async () => {
  expect(await replay('one.json', {})).toMatchObject({ code: 1, out: expect.stringContaining('Not taken: ') })
})

test.each([
  ['no file', [], {}, 2, 'Say which file holds the events.\n\nnpm run replay -- FILE'],
  ['a word too many', ['one.json', 'two.json'], {}, 2, '"two.json" is one word too many.\n\nnpm run replay -- FILE'],
  ['an unknown option', ['--too', 'x', 'one.json'], {}, 2, 'There is no option "--too". Did you mean --to?\n\nnpm run'],
  ['an option without its value', ['one.json', '--to'], {}, 2, '--to takes a value.\n\nnpm run replay -- FILE'],
  ['a file that is not there', ['none.json'], {}, 1, 'There is no file "none.json".'],
  ['a folder', ['.'], {}, 1, '"." is a folder; give a file.'],
  ['no address', ['one.json'], { PORT: '0' }, 2, 'PORT is 0'],
  ['an address that is none', ['one.json', '--to', 'here'], {}, 2, 'here is no address.'],
  ['nobody there', ['one.json', '--to', 'http://127.0.0.1:1'], {}, 1, 'Nothing answers at http://127.0.0.1:1.'],
])('%s: told', async (_name, args, env, code, said) => {
  expect(await runCli('replay', args, env, folder)).toEqual({ code, out: '', err: expect.stringContaining(said) })
})
