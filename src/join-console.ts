import { viewOf } from './actions/post-view.ts'
import { verbs } from './actions/verbs.ts'
import type { ConsoleDeps, Seat } from './console/deps.ts'
import { consoleDoors } from './console/doors.ts'
import type { Person } from './model/person.ts'
import { type Place, placeId } from './model/place.ts'
import type { Store } from './ports.ts'
import type { Door } from './route.ts'
import type { Simulator } from './simulator/simulator.ts'

const channel = 'security'

/** The page, with seats for the simulated Azure's people and a channel that follows everything from its first start. */
export async function joinConsole(
  parts: Omit<ConsoleDeps, 'verbs' | 'people' | 'shows'>,
  simulator: Simulator | undefined,
): Promise<Door[]> {
  const { store, clock } = parts.world
  await openChannel(store, clock.now())
  const people = await seatPeople(store, simulator)
  return consoleDoors({ ...parts, verbs, people, shows: post => viewOf(parts.world, post) })
}

/** The people a visitor may play, known to the store like anybody linked. */
async function seatPeople(store: Store, simulator: Simulator | undefined): Promise<Record<Seat, Person>> {
  const { people } = simulator ?? (await import('./simulator/people.ts'))
  const seat = (role: Seat): Person => {
    const found = people.find(person => person.role === role)
    return { id: found?.objectId ?? role, name: found?.name ?? role }
  }
  const seats = { analyst: seat('analyst'), admin: seat('admin'), stakeholder: seat('stakeholder'), nobody: seat('nobody') }
  for (const [user, person] of Object.entries(seats))
    await store.people.link({ chat: 'console', tenant: 'simulated', user }, person)
  return seats
}

async function openChannel(store: Store, now: Date): Promise<void> {
  const id = placeId('console', 'simulated', channel)
  if ((await store.places.get(id)) !== undefined) return
  const place: Place = { id, chat: 'console', tenant: 'simulated', channel, name: 'Security' }
  await store.places.save(place)
  await store.feeds.add({
    id: 'f-console',
    placeId: id,
    filter: {},
    audience: 'act',
    createdAt: now.toISOString(),
  })
}
