import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'

/** The repository is a house that is known from its door: what lies at the top level is exactly this, and what tools look for there. */

const rooms = ['package.json', 'tsconfig.json', 'src', 'cards', 'manifest', 'tests', '.env.sample', 'README.md']
const tools = ['.ci', 'package-lock.json', 'biome.json', 'knip.json', 'jest.config.mjs', 'LICENSE', 'CHANGELOG.md']

/** What is missing at the top level, and what has no business there. Hidden files are tools'; what git ignores is nobody's. */
async function judge(folder: string): Promise<{ missing: string[]; strange: string[] }> {
  const ignored = (await readFile('.gitignore', 'utf8')).split('\n').map(line => line.replaceAll('/', ''))
  const there = await readdir(folder, { withFileTypes: true })
  const known = new Set([...rooms, ...tools, ...ignored, '.git'])
  const isStrange = (name: string, isFile: boolean) => !known.has(name) && !(isFile && /^\.|\.log$/.test(name))
  return {
    missing: [...rooms, ...tools].filter(name => !there.some(entry => entry.name === name)),
    strange: there.flatMap(entry => (isStrange(entry.name, entry.isFile()) ? [entry.name] : [])).sort(),
  }
}

let planted: string
beforeAll(async () => {
  planted = await mkdtemp(join(tmpdir(), 'house-'))
})
afterAll(() => rm(planted, { recursive: true, force: true }))

test('the top level is exactly the house: nothing is missing, nothing is strange', async () => {
  expect(await judge('.')).toEqual({ missing: [], strange: [] })
})

test('a room that is missing, a folder or a file too many are found, by name', async () => {
  const folders = new Set(['src', 'cards', 'manifest', 'tests', '.ci'])
  for (const name of [...rooms, ...tools].filter(one => one !== 'cards'))
    await (folders.has(name) ? mkdir(join(planted, name)) : writeFile(join(planted, name), ''))
  for (const name of ['utils.ts', 'NOTES.md', '.gitignore']) await writeFile(join(planted, name), '')
  for (const name of ['lib', '.scripts', 'node_modules']) await mkdir(join(planted, name))
  expect(await judge(planted)).toEqual({ missing: ['cards'], strange: ['.scripts', 'NOTES.md', 'lib', 'utils.ts'] })
})

test('README leads a newcomer: its two commands, its picture, and no link that leads nowhere', async () => {
  const text = await readFile('README.md', 'utf8')
  for (const command of ['npm ci && npm start', 'npm ci && npm test']) expect(text).toContain(command)
  const links = [...text.matchAll(/\]\(([^)#]+)/g)].flatMap(([, link = '']) => (link.startsWith('http') ? [] : [link]))
  const [picture = ''] = links.filter(link => /\.(jpg|png)$/.test(link))
  expect((await stat(picture)).size).toBeLessThan(300_000)
  for (const link of links) expect([link, (await stat(link)).isFile()]).toEqual([link, true])
})
