import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { type App, startApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { type Log, silent } from '../../src/log.ts'
import type { Simulator } from '../../src/simulator/simulator.ts'

const Finding = z.looseObject({
  id: z.string(),
  title: z.string(),
  severity: z.string(),
  status: z.string(),
  version: z.number(),
  owner: z.object({ name: z.string() }).optional(),
  runs: z.array(
    z.looseObject({
      state: z.string(),
      error: z.string().optional(),
      startedBy: z.object({ as: z.enum(['person', 'rule']), name: z.string() }),
      link: z.string(),
    }),
  ),
  history: z.array(z.object({ what: z.string(), by: z.object({ name: z.string() }).optional() })),
})
const Answered = z.object({
  answer: z.object({
    card: z.looseObject({ text: z.string(), teams: z.looseObject({}), slack: z.looseObject({}) }),
    changed: z.array(z.string()),
  }),
  error: z.object({ code: z.string(), message: z.string(), field: z.string().optional() }).optional(),
})
const Posts = z.array(
  z.looseObject({
    postId: z.string(),
    findingId: z.string().optional(),
    version: z.number(),
    state: z.string(),
    card: z.looseObject({ text: z.string() }),
  }),
)

const hurryEveryMs = 40

export type Story = Awaited<ReturnType<typeof openStory>>

/** The real program with its own database and simulated Azure, seen from outside over HTTP. Nothing happens by itself. */
export async function openStory(more: Record<string, string> = {}, log: Log = silent) {
  const folder = await mkdtemp(join(tmpdir(), 'story-'))
  const launch = () =>
    startApp(
      readConfig({
        PORT: '0',
        DATA_DIR: folder,
        SIMULATOR_EVENT_EVERY_S: '0',
        AZURE_POLL_EVERY_S: '0',
        LOG_LEVEL: 'silent',
        ...more,
      }),
      log,
    )
  let app: App = await launch()
  let requests = 0
  let hurrying: NodeJS.Timeout | undefined

  async function call(
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: unknown }> {
    const init =
      body === undefined
        ? { headers }
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...headers },
            body: typeof body === 'string' ? body : JSON.stringify(body),
          }
    const response = await fetch(`${app.address}${path}`, init)
    return { status: response.status, body: await response.json() }
  }

  const shown = async () => Posts.parse((await call('/console/api/places/console:simulated:security/posts?limit=100')).body)
  const act = async (action: string, input: object, findingId?: string, as = 'analyst', requestId = `r${++requests}`) =>
    Answered.parse((await call('/console/api/actions', { requestId, action, input, as, ...(findingId && { findingId }) })).body)

  return {
    call,
    act,
    say: async (text: string, as = 'analyst') =>
      (await call('/console/api/commands', { requestId: `r${++requests}`, text, as })).body,
    /** Runs that rules started in Azure stand apart: the seeded ones fire on nearly everything. */
    async finding(id: string) {
      const { runs, ...finding } = Finding.parse((await call(`/console/api/findings/${id}`)).body)
      const by = (starter: 'person' | 'rule') => runs.filter(({ startedBy }) => startedBy.as === starter)
      return { ...finding, runs: by('person'), ruleRuns: by('rule') }
    },
    posts: async () =>
      (await shown()).flatMap(post => (post.findingId === undefined ? [] : [{ ...post, findingId: post.findingId }])),
    /** Cards that are about no finding. */
    notices: async () => (await shown()).filter(({ findingId }) => findingId === undefined),
    get app() {
      return app
    },
    simulator(): Simulator {
      if (app.simulator === undefined) throw new Error('no simulator')
      return app.simulator
    },
    /** What takes time in Azure takes a tenth of it: deployments, runs. */
    hurry() {
      hurrying ??= setInterval(() => app.simulator?.advance(9 * hurryEveryMs), hurryEveryMs).unref()
    },
    /** It takes its time again, so that something can be done meanwhile. */
    dawdle() {
      clearInterval(hurrying)
      hurrying = undefined
    },
    async restart() {
      await app.stop()
      app = await launch()
    },
    stop: () => app.stop(),
    async start() {
      app = await launch()
    },
    async close() {
      clearInterval(hurrying)
      await app.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Asks until the answer is there, or fails with what was there last. */
export async function until<Value>(what: string, ask: () => Promise<Value | undefined>, withinMs = 12_000): Promise<Value> {
  const end = Date.now() + withinMs
  for (;;) {
    const value = await ask()
    if (value !== undefined) return value
    if (Date.now() > end) throw new Error(`never came: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 40))
  }
}
