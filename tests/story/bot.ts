import { z } from 'zod'
import { cardOf } from '../../src/actions/finding-view.ts'
import { verbs } from '../../src/actions/verbs.ts'
import { connectAzure } from '../../src/azure/connect.ts'
import { consoleChat } from '../../src/console/chat.ts'
import type { Seat } from '../../src/console/deps.ts'
import { consoleDoors } from '../../src/console/doors.ts'
import { openDesk } from '../../src/flow/desk.ts'
import { show } from '../../src/flow/outbox.ts'
import { receive } from '../../src/flow/receive.ts'
import { watchRun } from '../../src/flow/watch.ts'
import { eventsDoor } from '../../src/intake/door.ts'
import { replay } from '../../src/intake/replay.ts'
import { silent } from '../../src/log.ts'
import { type Place, placeId } from '../../src/model/place.ts'
import type { Arrival, World } from '../../src/ports.ts'
import { startServer } from '../../src/server.ts'
import { connectorBody } from '../../src/simulator/alert-body.ts'
import type { Raise } from '../../src/simulator/raise.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { openStore } from '../../src/store/store.ts'

/** A whole bot with the console as its chat, over the simulated Azure and a real database; nothing in it is a fake. */
export interface Bot {
  address: string
  world: World
  simulator: Simulator
  /** A new alert in Azure, sent here as a logic app would; returns its finding's id. */
  fire(wish?: Raise): Promise<string>
  stop(): Promise<void>
}

const channel = (name: string, label: string): Place => ({
  id: placeId('console', 'simulated', name),
  chat: 'console',
  tenant: 'simulated',
  channel: name,
  name: label,
})
export const soc = channel('soc', 'soc-alerts')
export const posture = channel('posture', 'cloud-posture')

/** On the database at `url`. */
export async function startBot(url: string, port = 0): Promise<Bot> {
  const simulator = await startSimulator()
  const store = await openStore({ url, tenant: simulator.tenantId, log: silent })
  const clock = { now: () => new Date() }
  const azure = connectAzure({
    armEndpoint: simulator.origin,
    token: simulator.tokens.bot,
    tenantId: simulator.tenantId,
    subscriptionIds: simulator.subscriptionIds,
    log: silent,
    userAgent: 'story/1',
  })
  const world: World = { store, azure, chats: new Map([['console', consoleChat]]), clock, log: silent }
  const stopping = new AbortController()
  const doors = doorsOf(world, simulator, stopping.signal)
  await seed(world)
  await store.jobs.work({ place: id => show(world, id), run: id => watchRun(world, id), request: doors.settle })
  const server = await startServer(doors.all, { host: '127.0.0.1', port, log: silent })
  return {
    address: server.address,
    world,
    simulator,
    fire: async wish => push(server.address, JSON.stringify(connectorBody(simulator.state, simulator.fire(wish)))),
    async stop() {
      stopping.abort()
      await server.stop()
      await store.close()
      await simulator.stop()
    },
  }
}

const Taken = z.object({ accepted: z.tuple([z.object({ findingId: z.string() })]) })

async function push(address: string, body: string): Promise<string> {
  const response = await fetch(`${address}/api/events`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return Taken.parse(await response.json()).accepted[0].findingId
}

function doorsOf(world: World, simulator: Simulator, stopping: AbortSignal) {
  const { store, clock } = world
  const desk = openDesk(world, verbs)
  const inbox = { receive: (arrivals: Arrival[]) => receive(world, arrivals), deadLetters: store.deadLetters }
  const person = (seat: Seat) => {
    const found = simulator.people.find(({ role }) => role === seat)
    return { id: found?.objectId ?? '', name: found?.name ?? '' }
  }
  const people = {
    analyst: person('analyst'),
    admin: person('admin'),
    stakeholder: person('stakeholder'),
    nobody: person('nobody'),
  }
  const console = consoleDoors({
    world,
    desk,
    verbs,
    people,
    cardOf: (finding, audience) => cardOf(world, finding, audience),
    replay: id => replay(inbox, id, clock.now()),
    stopping,
  })
  return { all: [...console, eventsDoor({ ...inbox, senders: { keys: [] }, clock })], settle: (id: string) => desk.settle(id) }
}

async function seed({ store, clock }: World): Promise<void> {
  const createdAt = clock.now().toISOString()
  await store.places.save(soc)
  await store.places.save(posture)
  await store.feeds.save({ id: 'soc', placeId: soc.id, filter: { kinds: ['alert'] }, audience: 'act', createdAt })
  await store.feeds.save({
    id: 'posture',
    placeId: posture.id,
    filter: { kinds: ['recommendation', 'compliance'] },
    audience: 'act',
    createdAt,
  })
}
