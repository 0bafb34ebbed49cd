import { z } from 'zod'
import { Problem } from '../errors.ts'
import type { Log } from '../log.ts'
import type { LogicApp } from '../model/logic-app.ts'
import type { LogicApps, Subscription } from '../ports.ts'
import { signedOut } from './app-connections.ts'
import { anyRunOf, recentRuns, runsOf } from './app-runs.ts'
import { readArmId, scopePath } from './arm-id.ts'
import { asked, inReach } from './asked.ts'
import { cached } from './cached.ts'
import type { Connection } from './connection.ts'
import { consumptionApp } from './consumption-app.ts'
import { inParallel } from './gate.ts'
import { bounded } from './paged.ts'
import { readAs } from './raw.ts'
import { readSite, readWorkflow } from './read-workflow.ts'
import { findRun, getRun } from './runs.ts'
import { startRun } from './start.ts'
import { unlistedApps } from './unlisted-apps.ts'

const listForMs = 10_000
const subscriptionsAtOnce = 4
const sitesVersion = '2022-03-01'

interface Parts {
  connection: Connection
  subscriptions(): Promise<Subscription[]>
  now(): number
  log: Log
  timeLimitMs: number
}

export function createLogicApps(parts: Parts): LogicApps {
  const { connection } = parts
  const all = cached(listForMs, parts.now, () => listAll(parts))
  const unlisted = unlistedApps(parts.now, id => lookedAfter(parts, id))

  function forget(): void {
    all.forget('')
    unlisted.forget()
  }

  return {
    async list({ anew = false, including = [] } = {}) {
      if (anew) forget()
      const listed = await all.get('')
      return [...listed, ...(await unlisted.beside(listed, including))]
    },
    get: id => asked(() => getApp(connection, id)),
    start: (app, trigger, body, trackingId) => asked(() => startRun(connection, parts, { app, trigger, body, trackingId })),
    findRun: (appId, trackingId, since) => asked(() => findRun(connection, appId, trackingId, since)),
    getRun: (appId, run) => asked(() => getRun(connection, appId, run)),
    recentRuns: (appId, limit) => asked(() => recentRuns(connection, appId, limit)),
    runsOf: (appId, since, which) => asked(() => runsOf(connection, parts, { appId, since, which })),
    anyRunOf: (appId, since, isIt) => asked(() => anyRunOf(connection, parts, { appId, since, isIt })),
    signedOut: app => asked(() => signedOut(connection, app)),
    async setEnabled(appId, enabled) {
      await asked(() => setEnabled(connection, appId, enabled))
      forget()
    },
  }
}

/** As the list would name it: nothing outside the subscriptions that are looked after. */
async function lookedAfter(parts: Parts, id: string): Promise<LogicApp> {
  const { subscription } = readArmId(id)
  const subscriptions = await parts.subscriptions()
  if (!subscriptions.some(one => one.id.toLowerCase() === subscription.toLowerCase())) throw new Problem('NotFound')
  return await asked(() => getApp(parts.connection, id))
}

async function listAll(parts: Parts): Promise<LogicApp[]> {
  const subscriptions = await parts.subscriptions()
  const lists = await inParallel(subscriptions, subscriptionsAtOnce, ({ id }) => listIn(parts, id))
  return lists.flat()
}

async function listIn({ connection, log }: Parts, subscription: string): Promise<LogicApp[]> {
  const lists = [consumption, standard].map(list =>
    inReach(log, subscription, 'logic apps', () => list(connection, subscription)),
  )
  return (await Promise.all(lists)).flat()
}

async function consumption(connection: Connection, subscription: string): Promise<LogicApp[]> {
  const { workflows } = await connection.logic(subscription)
  const apps: LogicApp[] = []
  for await (const page of bounded(workflows.listBySubscription())) apps.push(...page.map(readWorkflow))
  return apps
}

async function standard(connection: Connection, subscription: string): Promise<LogicApp[]> {
  const apps: LogicApp[] = []
  const path = `/subscriptions/${subscription}/providers/Microsoft.Web/sites`
  for await (const page of connection.raw.pages(path, sitesVersion)) apps.push(...page.flatMap(site => readSite(site) ?? []))
  return apps
}

export async function getApp(connection: Connection, id: string): Promise<LogicApp> {
  const { type, subscription, group, names } = readArmId(id)
  const [name] = names
  if (type === 'microsoft.web/sites') return await getSite(connection, id)
  if (type !== 'microsoft.logic/workflows' || group === undefined || name === undefined) throw notAnApp()
  const { workflows } = await connection.logic(subscription)
  return readWorkflow(await workflows.get(group, name))
}

async function getSite(connection: Connection, id: string): Promise<LogicApp> {
  const site = readSite(readAs(z.unknown(), await connection.raw.send('GET', `/${scopePath(id)}`, sitesVersion)))
  if (site === undefined) throw notAnApp()
  return site
}

function notAnApp(): Problem {
  return new Problem('NotFound', 'That is not a logic app.')
}

async function setEnabled(connection: Connection, appId: string, enabled: boolean): Promise<void> {
  const { subscription, group, name } = consumptionApp(appId)
  const { workflows } = await connection.logic(subscription)
  if (enabled) await workflows.enable(group, name)
  else await workflows.disable(group, name)
}
