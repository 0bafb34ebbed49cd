import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Ground, openGround } from '../bench/ground.ts'
import type { Program } from '../bench/program.ts'
import { type FaultyProxy, startProxy } from '../fakes/proxy.ts'
import { until } from './ground.ts'

/** The whole program in a process of its own, ended without a word while it makes a logic app. */

let ground: Ground
let azure: FaultyProxy
let program: Program
beforeAll(async () => {
  ground = await openGround()
  azure = await startProxy(ground.simulator.origin)
  program = await start()
}, 40_000)
afterAll(async () => {
  await program.stop()
  await azure.stop()
  await ground.close()
})

function start(): Promise<Program> {
  return ground.start({ AZURE_ARM_ENDPOINT: azure.origin })
}

const group = '11111111-5eed-4000-8000-000000000001/rg-soc'
const placeId = 'console:simulated:security'

/** Not awaited: the process may be gone before it answers. */
function click(name: string): Promise<Response | undefined> {
  const input = { template: 'blank', name, group, kind: 'alert', step: 'details' }
  const body = { requestId: `click-${name}`, action: 'app new', input, as: 'admin', placeId }
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return fetch(`${program.address}/console/api/actions`, init).catch(() => undefined)
}

/** Ended once Azure's answers tell that it is as far as that, and begun anew. */
async function killedWhen(isSoFar: () => boolean): Promise<void> {
  await until('that point', async () => (isSoFar() ? true : undefined))
  await program.kill()
  azure.reset()
  program = await start()
}

/** The states in which Azure has deployments that make it. */
function inAzure(name: string): string[] {
  const { deployments } = ground.simulator.state
  return [...deployments.values()].filter(({ steps }) => steps.some(step => step.name === name)).map(({ state }) => state)
}

async function told(name: string) {
  const all = (await ground.store.notices.list('deployment')).map(({ content }) => content)
  return all.flatMap(content => (content.type === 'deployment' && content.appName === name ? [content] : []))
}

/** What is told of it when it is over, and how often Azure was asked to begin it since the last kill. */
async function endOf(name: string): Promise<{ states: string[]; begun: number }> {
  await until(`the end of ${name}`, async () => (await told(name)).find(({ state }) => /succeeded|failed/.test(state)), 40_000)
  return { states: (await told(name)).map(({ state }) => state), begun: asked() }
}

/** How often Azure was asked to begin a deployment. */
function asked(): number {
  return azure.seen.filter(({ method, url }) => method === 'PUT' && /\/deployments\/chatops-/.test(url)).length
}

test('before Azure heard of it: it is begun then, once, and its end is told', async () => {
  azure.spoil({ method: 'PUT', path: /\/deployments\//, hang: 'before' })
  void click('Killed-Before')
  await killedWhen(() => asked() === 1)
  expect(await endOf('Killed-Before')).toEqual({ states: ['succeeded'], begun: 1 })
  expect(inAzure('Killed-Before')).toEqual(['Succeeded'])
}, 90_000)

test('between its begin and the answer: what was begun is found, not begun again', async () => {
  azure.spoil({ method: 'PUT', path: /\/deployments\//, hang: 'after' })
  void click('Killed-Between')
  await killedWhen(() => inAzure('Killed-Between').length === 1)
  expect(await endOf('Killed-Between')).toEqual({ states: ['succeeded'], begun: 0 })
  expect(inAzure('Killed-Between')).toEqual(['Succeeded'])
  expect((await click('Killed-Between'))?.ok).toBe(true)
  expect(asked()).toBe(0)
}, 90_000)

test('while it is followed: the next process follows it to its end', async () => {
  await click('Killed-Later')
  await killedWhen(() => inAzure('Killed-Later').includes('Running'))
  expect(await endOf('Killed-Later')).toEqual({ states: ['succeeded'], begun: 0 })
  expect(inAzure('Killed-Later')).toEqual(['Succeeded'])
}, 90_000)
