import { Problem } from '../errors.ts'
import type { Log } from '../log.ts'
import type { LogicApp } from '../model/logic-app.ts'
import type { LogicApps, Subscription } from '../ports.ts'
import { readArmId, scopePath } from './arm-id.ts'
import { cached } from './cached.ts'
import type { Connection } from './connection.ts'
import { inParallel } from './gate.ts'
import { bounded } from './paged.ts'
import { readSite, readWorkflow } from './read-workflow.ts'
import { findRun, getRun } from './runs.ts'
import { startRun } from './start.ts'
import { toError } from './to-error.ts'

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
  return {
    list: () => all.get(''),
    get: id => asked(() => getApp(connection, id)),
    start: (app, trigger, body, trackingId) => asked(() => startRun(connection, parts, { app, trigger, body, trackingId })),
    findRun: (appId, trackingId, since) => asked(() => findRun(connection, appId, trackingId, since)),
    getRun: (appId, run) => asked(() => getRun(connection, appId, run)),
    recentRuns: notYet,
    runsOf: notYet,
    setEnabled: notYet,
  }
}

async function asked<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask()
  } catch (thrown) {
    throw toError(thrown)
  }
}

async function listAll(parts: Parts): Promise<LogicApp[]> {
  const subscriptions = await parts.subscriptions()
  const lists = await inParallel(subscriptions, subscriptionsAtOnce, ({ id }) => listIn(parts, id))
  return lists.flat()
}

/** A subscription in which the bot may not read logic apps hides none of the others. */
async function listIn({ connection, log }: Parts, subscription: string): Promise<LogicApp[]> {
  const lists = [consumption(connection, subscription), standard(connection, subscription)]
  const settled = await Promise.all(lists.map(list => asked(() => list).catch(forbiddenAsEmpty(log, subscription))))
  return settled.flat()
}

function forbiddenAsEmpty(log: Log, subscription: string): (thrown: unknown) => LogicApp[] {
  return thrown => {
    if (!(thrown instanceof Problem) || (thrown.code !== 'Forbidden' && thrown.code !== 'NotFound')) throw thrown
    log.warn({ subscription, reason: thrown.message }, 'azure: logic apps of a subscription are out of reach')
    return []
  }
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

async function getApp(connection: Connection, id: string): Promise<LogicApp> {
  const { type, subscription, group, names } = readArmId(id)
  const [name] = names
  if (type === 'microsoft.web/sites') return await getSite(connection, id)
  if (type !== 'microsoft.logic/workflows' || group === undefined || name === undefined) throw notAnApp()
  const { workflows } = await connection.logic(subscription)
  return readWorkflow(await workflows.get(group, name))
}

async function getSite(connection: Connection, id: string): Promise<LogicApp> {
  const site = readSite(JSON.parse(await connection.raw.send('GET', `/${scopePath(id)}`, sitesVersion)))
  if (site === undefined) throw notAnApp()
  return site
}

function notAnApp(): Problem {
  return new Problem('NotFound', 'That is not a logic app.')
}

async function notYet(): Promise<never> {
  throw new Problem('AzureRefused', 'This part of Azure is not reached yet.')
}
