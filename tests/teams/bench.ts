import { afterAll, beforeAll, beforeEach } from '@jest/globals'
import { saidCard } from '../../cards/answer.ts'
import { type ActionRequest, type Answer, type Desk, personal } from '../../src/actions/action.ts'
import { connectTeams, type Teams } from '../../src/chat/teams/bot.ts'
import { Problem } from '../../src/errors.ts'
import { silent } from '../../src/log.ts'
import type { Account, Person } from '../../src/model/person.ts'
import type { Place } from '../../src/model/place.ts'
import type { Clock, People, Places } from '../../src/ports.ts'
import { type Server, startServer } from '../../src/server.ts'
import { startTeamsConnector, type TeamsConnector } from '../fakes/teams-connector.ts'
import { channel, type TeamsConversation, teamsPerson } from '../fakes/teams-person.ts'

/** A bot behind the real server, spoken to by a connector with keys of its own; the desk records what is asked. */
export interface Bench {
  connector: TeamsConnector
  teams: Teams
  url: string
  desk: RecordingDesk
  places: KeptPlaces
  people: KeptPeople
  clock: { at: number; now(): Date }
  /** An analyst in a channel, unless said otherwise. */
  person(
    conversation?: TeamsConversation,
    who?: { objectId?: string | undefined; name?: string; tenantId?: string },
  ): ReturnType<typeof teamsPerson>
}

export interface RecordingDesk extends Desk {
  requests: ActionRequest[]
  accepted: string[]
  /** How often a request was really carried out, by id. */
  effects: Map<string, number>
  searches: { field: string; typed: string; request: ActionRequest }[]
  answerWith(answer: (request: ActionRequest) => Promise<Answer> | Answer): void
}

export interface KeptPlaces extends Places {
  all: Map<string, Place>
  saves: number
}

export interface KeptPeople extends People {
  links: Map<string, Person>
}

export const analyst = '11111111-aaaa-4aaa-8aaa-000000000001'
export const admin = '11111111-aaaa-4aaa-8aaa-000000000002'

/** One bot for a group of tests; what was recorded is forgotten before each. */
export function bench(): () => Bench {
  let current: Bench | undefined
  let server: Server | undefined
  beforeAll(async () => {
    const connector = await startTeamsConnector()
    Object.assign(process.env, connector.identity)
    const bench = assemble(connector)
    server = await startServer(bench.teams.doors, { host: '127.0.0.1', port: 0, log: silent })
    current = { ...bench, url: server.address, person: personAt(connector, server.address, bench.clock) }
  })
  beforeEach(() => {
    if (current !== undefined) forget(current)
  })
  afterAll(async () => {
    await current?.teams.stop()
    await server?.stop()
    await current?.connector.stop()
  })
  return () => {
    if (current === undefined) throw new Error('not started')
    return current
  }
}

/** Short enough to wait for in a test. */
const timing = { patienceMs: 400, postMs: 400, signInMs: 200, replyWaitsMs: [20, 40] }

function assemble(connector: TeamsConnector): Omit<Bench, 'url' | 'person'> {
  const kept = parts()
  return { connector, ...kept, teams: connectTeams({ settings: connector.settings, withoutAuth: false, log: silent, ...kept }) }
}

/** All that a bot needs besides its settings. */
export function parts() {
  const clock = { at: Date.parse('2026-11-24T12:00:00Z'), now: () => new Date(clock.at) }
  return { desk: recordingDesk(), places: keptPlaces(), people: keptPeople(), clock, read: readWord, timing }
}

function personAt(connector: TeamsConnector, botUrl: string, clock: Clock): Bench['person'] {
  return (conversation = channel('alerts'), { objectId, name = 'Analyst', tenantId } = { objectId: analyst }) =>
    teamsPerson({
      botUrl,
      connector,
      objectId,
      name,
      conversation,
      now: clock.now,
      ...(tenantId === undefined ? {} : { tenantId }),
    })
}

/** Every test has its own stretch of time, so that no limit or memory of one reaches the next. */
function forget({ connector, desk, places, people, clock }: Bench): void {
  connector.calls.length = 0
  connector.messages.length = 0
  for (const kind of ['post', 'update', 'create', 'keys', 'token'] as const) connector.failAlways(kind, undefined)
  connector.pace(undefined)
  desk.requests.length = 0
  desk.accepted.length = 0
  desk.searches.length = 0
  desk.effects.clear()
  desk.answerWith(() => personal(saidCard('Done.')))
  places.all.clear()
  places.saves = 0
  people.links.clear()
  clock.at += 4 * 3_600_000
}

function readWord(text: string) {
  const [action = '', findingId] = text.split(' ')
  if (action === 'nonsense') throw new Problem('UnknownCommand', 'There is no command "nonsense". Did you mean "alerts"?')
  return { action: action === '' ? 'home' : action, input: { text }, ...(findingId === undefined ? {} : { findingId }) }
}

function recordingDesk(): RecordingDesk {
  const requests: ActionRequest[] = []
  const accepted: string[] = []
  const searches: RecordingDesk['searches'] = []
  const effects = new Map<string, number>()
  const answers = new Map<string, Promise<Answer>>()
  let answer: (request: ActionRequest) => Promise<Answer> | Answer = () => personal(saidCard('Done.'))

  /** As the real desk: the same id again gets the same answer. */
  function perform(request: ActionRequest): Promise<Answer> {
    requests.push(request)
    const known = answers.get(request.requestId) ?? carryOut(request)
    answers.set(request.requestId, known)
    return known
  }

  async function carryOut(request: ActionRequest): Promise<Answer> {
    effects.set(request.requestId, (effects.get(request.requestId) ?? 0) + 1)
    return answer(request)
  }

  return {
    requests,
    accepted,
    searches,
    effects,
    answerWith: next => {
      answer = next
    },
    keepable: async request => request,
    accept: async request => void accepted.push(request.requestId),
    perform,
    look: async request => {
      requests.push(request)
      return answer(request)
    },
    choices: async (request, field, typed) => {
      searches.push({ field, typed, request })
      return [{ value: 'app-1', title: `Notify ${typed}`, note: 'rg-soc' }]
    },
  }
}

function keptPlaces(): KeptPlaces {
  const all = new Map<string, Place>()
  const kept: KeptPlaces = {
    all,
    saves: 0,
    save: async place => {
      kept.saves++
      all.set(place.id, place)
    },
    get: async id => all.get(id),
    list: async () => [...all.values()],
    block: async (id, blocked) => {
      const place = all.get(id)
      if (place !== undefined) all.set(id, { ...place, blocked })
    },
  }
  return kept
}

function keptPeople(): KeptPeople {
  const links = new Map<string, Person>()
  const key = ({ chat, tenant, user }: Account) => `${chat} ${tenant} ${user}`
  return {
    links,
    link: async (account, person) => void links.set(key(account), person),
    of: async account => links.get(key(account)),
    unlink: async account => void links.delete(key(account)),
    list: async () => [...links.values()],
  }
}

export async function until(condition: () => boolean, ms = 5000): Promise<void> {
  const end = performance.now() + ms
  while (!condition()) {
    if (performance.now() > end) throw new Error('it did not come to pass')
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}
