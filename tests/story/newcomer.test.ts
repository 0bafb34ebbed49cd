import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { startProgram } from '../bench/program.ts'
import { freshDatabase } from '../jest/database.ts'
import { until } from './ground.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** What the program says when it can't start; it ends by itself and leaves nothing running. */
async function refusal(environment: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'refused-'))
  const env = { PATH: process.env.PATH, LOG_LEVEL: 'silent', AZURE_POLL_EVERY_S: '0', DATA_DIR: folder, ...environment }
  const ended = promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', main], { env, cwd: '/' })
  return ended
    .then(
      () => 'it started and ended well',
      ({ code, stderr }: { code: number; stderr: string }) => `${code} ${stderr}`,
    )
    .finally(() => rm(folder, { recursive: true, force: true }))
}

describe('what is wrong is told in one sentence', () => {
  test.each<[name: string, environment: Record<string, string>, sentence: RegExp]>([
    [
      'a database that does not answer',
      { DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/x' },
      /^1 The database that DATABASE_URL names can't be used: connect ECONNREFUSED 127\.0\.0\.1:1\.\n$/,
    ],
    [
      'a data folder that is a file',
      { DATA_DIR: main },
      /^1 The private PostgreSQL can't run here: .*main\.ts can't be made a folder .*DATA_DIR.*\n$/,
    ],
    ['settings', { PORT: 'x' }, /^1 The environment is not right:\n {2}PORT: must be a whole number from 0 to 65535\n$/],
  ])('%s', async (_name, environment, sentence) => {
    expect(await refusal(environment)).toMatch(sentence)
  })

  test('a port that is taken', async () => {
    const database = await freshDatabase()
    const taken = createServer()
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
    const address = taken.address()
    const port = String(typeof address === 'object' ? address?.port : '')
    expect(await refusal({ PORT: port, DATABASE_URL: database.url })).toBe(
      `1 The bot can't listen on 127.0.0.1, port ${port}: another program listens there. Set PORT or HOST to others; PORT=0 takes a free port.\n`,
    )
    await new Promise(resolve => taken.close(resolve))
    await database.drop()
  })
})

/** What `npm start` promises somebody who set nothing: a card within 30 s, and a click on it that runs. */

const Posts = z.array(z.object({ findingId: z.string().optional(), card: z.object({ text: z.string() }) }))
const Finding = z.object({ runs: z.array(z.object({ state: z.string(), startedBy: z.object({ name: z.string() }) })) })
const Answered = z.object({ error: z.unknown().optional() })

test('from nothing: the page, the first card by itself, a click, succeeded', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'newcomer-'))
  // As they are without a word in `.env`, except for the port, which may be taken.
  const settings = { SIMULATOR_EVENT_EVERY_S: '', AZURE_POLL_EVERY_S: '', LOG_LEVEL: '' }
  const program = await startProgram({ ...settings, DATA_DIR: folder })
  try {
    const get = async (path: string) => (await fetch(`${program.address}${path}`)).json()
    const page = await fetch(program.address)
    expect(await page.text()).toContain('<title>')
    const findingId = await until(
      'the first card',
      async () =>
        Posts.parse(await get('/console/api/places/console:simulated:security/posts')).find(post => post.findingId)?.findingId,
      30_000,
    )
    const body = JSON.stringify({
      requestId: 'first',
      action: 'run',
      input: { logicApp: 'Notify-SOC' },
      findingId,
      as: 'analyst',
    })
    const headers = { 'content-type': 'application/json' }
    const clicked = await fetch(`${program.address}/console/api/actions`, { method: 'POST', headers, body })
    expect(Answered.parse(await clicked.json()).error).toBeUndefined()
    await until('succeeded', async () =>
      Finding.parse(await get(`/console/api/findings/${findingId}`)).runs.find(
        ({ state, startedBy }) => state === 'succeeded' && startedBy.name === 'Analyst',
      ),
    )
  } finally {
    await program.stop()
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)
