import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isMap } from 'node:util/types'
import { deserialize, serialize } from 'node:v8'
import { z } from 'zod'
import type { Deployment } from './deployment.ts'
import { isOpen } from './deployment-life.ts'
import type { Run } from './logic.ts'
import type { State } from './state.ts'

/** Grows with every change of what a kept state looks like: one of another format is begun anew. */
const format = 1
const runsAtMost = 100
const afterMs = 1000

/** What outlives the simulator: all that anybody can change, with the resources that it refers to. */
const parts = [
  'resources',
  'unlisted',
  'unregistered',
  'roleAssignments',
  'denyAssignments',
  'locks',
  'denials',
  'policyAssignments',
  'policySets',
  'workflows',
  'sites',
  'connections',
  'automations',
  'alerts',
  'suppressions',
  'metadata',
  'assessments',
  'compliance',
] as const satisfies (keyof State)[]

const Kept = z.object({
  format: z.literal(format),
  seed: z.number(),
  /** Addresses of callbacks begin with it. */
  origin: z.string(),
  parts: z.record(z.string(), z.unknown()).refine(kept => parts.every(part => Object.hasOwn(kept, part))),
  runs: z.custom<State['runs']>(isMap),
  deployments: z.custom<Map<string, KeptDeployment>>(isMap),
})
type Kept = z.infer<typeof Kept>

type KeptDeployment = Omit<Deployment, 'makeOutputs' | 'steps'> & { steps: Omit<Deployment['steps'][number], 'body'>[] }

export interface KeepingOptions {
  file: string
  seed: number
  log?: { error(fields: object, message: string): void } | undefined
}

export interface Keeping {
  /** Puts what was kept into a new state; false when there is nothing that fits. */
  restore(state: State): Promise<boolean>
  /** The state is kept within a second. */
  touch(state: State): void
  /** Keeps it now, unless nothing changed since it was restored: another program may have kept it meanwhile. Nothing is kept afterwards. */
  close(state: State): Promise<void>
}

/** The company goes on after a restart as it was: what the product keeps of it stays true. Where the file can't be written it goes on without. */
export function openKeeping({ file, seed, log }: KeepingOptions): Keeping {
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  let closed = false
  let isAsKept = false

  function write(state: State): Promise<void> {
    writing = writing
      .then(() => written(file, serialize(keptOf(state, seed))))
      .catch((error: unknown) => log?.error({ error, file }, 'the simulated Azure could not be kept'))
    return writing
  }

  return {
    async restore(state) {
      const found = await readFile(file).catch(() => undefined)
      const kept = found && read(found)
      if (found !== undefined && kept === undefined)
        log?.error({ file }, 'what was kept of the simulated Azure can not be read: it begins anew')
      if (kept?.seed !== seed) return false
      put(state, kept)
      isAsKept = true
      return true
    },
    touch(state) {
      if (closed) return
      isAsKept = false
      timer ??= setTimeout(() => {
        timer = undefined
        void write(state)
      }, afterMs).unref()
    },
    async close(state) {
      closed = true
      clearTimeout(timer)
      if (!isAsKept) await write(state)
    },
  }
}

/** Whole or not at all. Whoever may read it can call the simulated logic apps. */
async function written(file: string, content: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.new`, content, { mode: 0o600 })
  await rename(`${file}.new`, file)
}

function read(content: Buffer): Kept | undefined {
  try {
    return Kept.safeParse(deserialize(content)).data
  } catch {
    return undefined
  }
}

function keptOf(state: State, seed: number): Kept {
  return {
    format,
    seed,
    origin: state.origin,
    parts: Object.fromEntries(parts.map(part => [part, state[part]])),
    runs: new Map([...state.runs].map(([app, runs]) => [app, runs.slice(-runsAtMost)])),
    deployments: new Map([...state.deployments].map(([id, deployment]) => [id, withoutWork(deployment)])),
  }
}

function withoutWork({ makeOutputs: _, steps, ...rest }: Deployment): KeptDeployment {
  return { ...rest, steps: steps.map(({ body: _, ...step }) => step) }
}

function put(state: State, kept: Kept): void {
  Object.assign(state, kept.parts)
  state.runs = new Map([...kept.runs].map(([app, runs]) => [app, runs.map(run => ended(run, state.clock.now()))]))
  state.deployments = new Map([...kept.deployments].map(([id, deployment]) => [id, over(deployment, state.clock.now())]))
  for (const { properties } of state.automations.values())
    for (const action of properties.actions)
      if (action.uri !== undefined) action.uri = moved(action.uri, kept.origin, state.origin)
}

function moved(address: string, from: string, to: string): string {
  return address.startsWith(`${from}/`) ? `${to}${address.slice(from.length)}` : address
}

/** What a run was really doing outside ended with the simulator. */
function ended(run: Run, now: Date): Run {
  return run.plan === undefined && run.cancelled === undefined ? { ...run, cancelled: now } : run
}

function over(kept: KeptDeployment, now: Date): Deployment {
  const steps = kept.steps.map(step => ({ ...step, body: () => ({}) }))
  const deployment: Deployment = { ...kept, steps, makeOutputs: () => kept.outputs ?? {} }
  if (!isOpen(deployment)) return deployment
  const stopped = { code: 'InternalServerError', message: 'The simulated Azure was stopped meanwhile. Deploy it again.' }
  for (const step of steps) if (step.state === 'Running') Object.assign(step, { state: 'Failed', ended: now, error: stopped })
  return { ...deployment, state: 'Failed', changed: now, error: stopped }
}
