import { join } from 'node:path'
import { pollTroubles } from './actions/poll-troubles.ts'
import { verbs } from './actions/verbs.ts'
import { type Config, isLoopback } from './config.ts'
import { consoleChat } from './console/chat.ts'
import { notingBringers } from './flow/bringers.ts'
import { openChores, startChores } from './flow/chores.ts'
import { openDesk, type Settler } from './flow/desk.ts'
import { followDeployment } from './flow/follow.ts'
import { oneSaveAtATime } from './flow/one-save.ts'
import { openOutbox } from './flow/outbox.ts'
import { openReceive } from './flow/receive.ts'
import { lookingForRuns } from './flow/rule-runs.ts'
import { watchRun } from './flow/watch.ts'
import { entraKeys, type SenderSettings } from './intake/auth.ts'
import { eventsDoor } from './intake/door.ts'
import { openPolls, type Polls } from './intake/poller.ts'
import { replay } from './intake/replay.ts'
import type { Inbox } from './intake/webhook.ts'
import type { Bot } from './join.ts'
import { joinConsole } from './join-console.ts'
import { joinSlack } from './join-slack.ts'
import { joinTeams } from './join-teams.ts'
import { createLog, type Log } from './log.ts'
import type { ChatName } from './model/place.ts'
import { openAzure } from './open-azure.ts'
import { startStore } from './open-store.ts'
import { operationDoors } from './operation.ts'
import type { PeopleMap } from './people/map.ts'
import { mappedPeople } from './people/mapped.ts'
import type { Chat, Clock, World } from './ports.ts'
import type { Door } from './route.ts'
import { type Server, startServer } from './server.ts'
import type { Simulator } from './simulator/simulator.ts'
import { inOneGo } from './store/database.ts'

export interface App {
  address: string
  /** Absent against an Azure of your own. */
  simulator?: Simulator
  world: World
  stop(): Promise<void>
}

const systemClock: Clock = { now: () => new Date() }

/** Builds all parts and joins them. Stopping undoes it in reverse: no new requests, those under way end, then the database. */
export async function startApp(config: Config, log: Log = createLog(config.LOG_LEVEL)): Promise<App> {
  const undo: (() => Promise<void>)[] = []
  async function stop(): Promise<void> {
    for (const step of undo.splice(0).reverse())
      await step().catch((error: unknown) => log.error({ error }, 'a part did not stop cleanly'))
  }
  try {
    return await start(config, log, undo, stop)
  } catch (thrown) {
    await stop()
    throw thrown
  }
}

async function start(config: Config, log: Log, undo: (() => Promise<void>)[], stop: () => Promise<void>): Promise<App> {
  const map = await startPeopleMap(config, log, undo)
  // When one fails the other is waited for: only what has begun can be undone.
  const [kept, simulator] = await inOneGo([startStore(config, log, undo), startSimulated(config, log, undo)])
  const store = map === undefined ? kept : { ...kept, people: mappedPeople(kept.people, map) }
  const azure = openAzure(config, log, simulator)
  const chats = new Map<ChatName, Chat>([['console', consoleChat]])
  const world: World = {
    store,
    azure: oneSaveAtATime(azure, store),
    chats,
    clock: systemClock,
    log,
    prices: config.LOGIC_APP_PRICES,
  }
  const desk = openDesk(world, verbs)
  const inbox: Inbox = { receive: lookingForRuns(world, openReceive(world)), deadLetters: store.deadLetters }
  const stopping = new AbortController()
  const wrongs: (() => string | undefined)[] = map === undefined ? [] : [map.wrong]
  const troubles = async () => [...wrongs.flatMap(wrong => wrong() ?? []), ...(await pollTroubles(store).catch(() => []))]

  async function join(bot: Bot): Promise<Door[]> {
    chats.set(bot.chat.name, bot.chat)
    undo.push(bot.stop)
    wrongs.push(bot.wrong ?? (() => undefined))
    await bot.start()
    return bot.doors
  }

  const doors: Door[] = [
    eventsDoor({ ...inbox, senders: sendersOf(config), clock: systemClock, brought: notingBringers(world) }),
    ...operationDoors(store, troubles),
  ]
  if (config.console) {
    const replayed = (id: string) => replay({ ...inbox, deadLetters: store.deadLetters }, id, systemClock.now())
    doors.push(...(await joinConsole({ world, desk, replay: replayed, stopping: stopping.signal }, simulator)))
  }
  doors.push(...(await joinSlack(config, world, desk, join)), ...(await joinTeams(config, world, desk, join)))
  const server = await serve(config, doors, log, undo, stopping)
  simulator?.setForwardTo(`${server.address}/api/events`, config.EVENTS_KEYS?.[0])
  const everyMs = config.AZURE_POLL_EVERY_S * 1000
  const polls = openPolls({ ...inbox, azure, log, clock: systemClock, texts: store.texts, everyMs })
  undo.push(polls.stop)
  await startJobs(world, desk, config, polls)
  return { address: server.address, world, stop, ...(simulator && { simulator }) }
}

async function startJobs(world: World, desk: Settler, config: Config, { turns }: Polls): Promise<void> {
  const { jobs } = world.store
  await startChores(world, turns)
  await jobs.work({
    place: openOutbox(world),
    run: key => watchRun(world, key),
    deployment: key => followDeployment(world, key),
    request: key => desk.settle(key),
    chore: openChores(world, config.EVENTS_KEPT_DAYS, turns),
  })
}

async function startPeopleMap(
  { PEOPLE_MAP: file }: Config,
  log: Log,
  undo: (() => Promise<void>)[],
): Promise<PeopleMap | undefined> {
  if (file === undefined) return undefined
  const { openPeopleMap } = await import('./people/map.ts')
  const map = await openPeopleMap(file, log)
  undo.push(map.stop)
  return map
}

async function startSimulated(config: Config, log: Log, undo: (() => Promise<void>)[]): Promise<Simulator | undefined> {
  if (!config.simulated) return undefined
  const { startSimulator } = await import('./simulator/simulator.ts')
  const simulator = await startSimulator({
    port: config.SIMULATOR_PORT,
    seed: config.SIMULATOR_SEED,
    eventEveryS: config.SIMULATOR_EVENT_EVERY_S,
    latency: true,
    keptIn: join(config.DATA_DIR, 'simulated-azure'),
    log,
  })
  undo.push(simulator.stop)
  return simulator
}

function sendersOf(config: Config): SenderSettings {
  const { EVENTS_ENTRA_TENANT: tenant, EVENTS_ENTRA_AUDIENCE: audience, EVENTS_ENTRA_CALLERS: callers = [] } = config
  const entra =
    tenant === undefined || audience === undefined ? {} : { entra: { tenant, audience, callers, signingKeys: entraKeys(tenant) } }
  return { keys: config.EVENTS_KEYS ?? [], ...entra }
}

async function serve(
  config: Config,
  doors: Door[],
  log: Log,
  undo: (() => Promise<void>)[],
  stopping: AbortController,
): Promise<Server> {
  if (!isLoopback(config.HOST) && config.EVENTS_KEYS === undefined && config.EVENTS_ENTRA_TENANT === undefined)
    log.warn({}, 'POST /api/events takes loopback callers only: no EVENTS_KEYS and no EVENTS_ENTRA_… are set')
  const server = await startServer(doors, { host: config.HOST, port: config.PORT, log })
  undo.push(async () => {
    stopping.abort()
    await server.stop()
  })
  return server
}
