import { setTimeout } from 'node:timers/promises'
import { Problem } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Azure, Clock } from '../ports.ts'
import { createAccess } from './access.ts'
import { createAlerts } from './alerts.ts'
import { type AskedBy, askAs } from './asker.ts'
import { createCatalogue } from './catalogue.ts'
import { cloudAt } from './cloud.ts'
import { createConnection } from './connection.ts'
import { createDeployments } from './deployments.ts'
import { createListEvents } from './events.ts'
import { createLogicApps } from './logic-apps.ts'
import { createPortalLink } from './portal.ts'
import { retryPolicy } from './retry.ts'
import { createRules } from './rules.ts'
import { createSubscriptions } from './subscriptions.ts'
import { createTransport } from './transport.ts'

export interface ConnectOptions {
  /** `https://management.azure.com`, or an http address on this machine that stands in for it. */
  armEndpoint: string
  /** A fixed bearer token, for an address on this machine only. Without it: DefaultAzureCredential. */
  token?: string
  tenantId?: string
  /** Whose identity asks: the bot's when absent. */
  askedBy?: AskedBy
  /** Only these; all that the bot can see when absent or empty. */
  subscriptionIds?: string[]
  /** Only subscriptions below it, however deep. */
  managementGroup?: string
  log: Log
  /** `name/version`, told to Azure with every request. */
  userAgent: string
  clock?: Clock
  /** How long to wait before a further attempt; tests don't. */
  wait?: (ms: number) => Promise<void>
  /** Per request. */
  timeLimitMs?: number
}

/** Azure by its official clients. Loads and sends nothing until something is asked. */
export function connectAzure(options: ConnectOptions): Azure {
  const { log, userAgent, token, timeLimitMs = 15_000 } = options
  askAs(options.askedBy ?? 'bot')
  const cloud = cloudAt(options.armEndpoint)
  if (token !== undefined && cloud.swap === undefined)
    throw new Problem('BadInput', 'A fixed token is for an address on this machine only.', { field: 'AZURE_STATIC_TOKEN' })
  const now = () => (options.clock?.now() ?? new Date()).getTime()
  const connection = createConnection({
    cloud,
    transport: createTransport(cloud, timeLimitMs),
    patience: retryPolicy({ wait: options.wait ?? (ms => setTimeout(ms)), random: Math.random, log }),
    userAgent,
    ...(token === undefined ? {} : { token }),
  })
  const subscriptions = createSubscriptions(connection, options)
  const recent = subscriptions.recent(now)
  const alerts = createAlerts(connection, now)
  return {
    subscriptions: recent,
    listEvents: createListEvents(connection, now),
    setAlertStatus: alerts.setStatus,
    simulateAlerts: alerts.simulate,
    logicApps: createLogicApps({ connection, subscriptions: recent, now, log, timeLimitMs }),
    rules: createRules({ connection, subscriptions: recent, now, log }),
    catalogue: createCatalogue({ connection, subscriptions: recent, now, log }),
    deployments: createDeployments(connection),
    access: createAccess(connection, now),
    cloud,
    portalLink: createPortalLink(cloud, subscriptions.tenant),
  }
}
