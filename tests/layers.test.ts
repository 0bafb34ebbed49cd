import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'

/** The import rules are only worth something if they bite: planted breaches must be found, by name. */

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join('src', 'model', 'planted-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function judge(files: Record<string, string>): Promise<string> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return new Promise(resolve => {
    execFile(
      process.execPath,
      ['node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', folder, '--config', '.dependency-cruiser.mjs'],
      (_error, stdout) => resolve(stdout),
    )
  })
}

test('the model may not know the store, no vendor leaves its room, and type circles count', async () => {
  const report = await judge({
    'up.ts': "import { openStore } from '../../store/store.ts'\nimport pg from 'pg'\nexport const breach = [openStore, pg]\n",
    'one.ts': "import type { Two } from './two.ts'\nexport interface One { two: Two }\n",
    'two.ts': "import type { One } from './one.ts'\nexport interface Two { one: One }\n",
  })
  expect(report).toContain('error model:')
  expect(report).toContain('error vendor-postgres:')
  expect(report).toContain('error no-circles:')
})
