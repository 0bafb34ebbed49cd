import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { startProgram } from '../bench/program.ts'
import { until } from './ground.ts'

/** What `npm start` promises somebody who set nothing: a card within 30 s, and a click on it that runs. */

const Posts = z.array(z.object({ findingId: z.string().optional(), card: z.object({ text: z.string() }) }))
const Finding = z.object({ runs: z.array(z.object({ state: z.string(), startedBy: z.object({ name: z.string() }) })) })
const Answered = z.object({ error: z.unknown().optional() })

test('from nothing: the page, the first card by itself, a click, succeeded', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'newcomer-'))
  const from = performance.now()
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
    expect(performance.now() - from).toBeLessThan(30_000)
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
