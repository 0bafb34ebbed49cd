import { placeId } from '../../src/model/place.ts'
import type { ChatFault, ChatStage } from '../contract/chat.ts'
import type { TeamsFault } from '../fakes/teams-connector.ts'
import { channel } from '../fakes/teams-person.ts'
import type { Bench } from './bench.ts'

const faults: Partial<Record<ChatFault, TeamsFault>> = {
  'rate-limited-10s': { status: 429, retryAfter: '10' },
  'rate-limited': { status: 429 },
  'server-error': { status: 502 },
  'cut-before': { cut: 'before' },
  gone: { status: 403, code: 'BotNotInConversationRoster' },
  'card-refused': { status: 413, code: 'MessageSizeTooBig' },
}

/** Not `cut-after`: Teams has no call by which a bot finds a message whose id got lost. `down` is in the tests of the port. */
export const teamsFaults: ChatFault[] = ['rate-limited-10s', 'rate-limited', 'server-error', 'cut-before', 'gone', 'card-refused']

const shared = channel('contract')

/** The bench as a stage of the contract. */
export async function stageOn({ connector, person, places, teams, clock }: Bench): Promise<ChatStage> {
  clock.at += 4 * 3_600_000
  await person(shared).say('alerts')
  connector.messages.length = 0
  const place = places.all.get(placeId('teams', connector.tenantId, shared.id))
  if (place === undefined) throw new Error('no place')
  return {
    chat: teams.chat,
    place,
    secrets: [connector.calls.find(({ kind }) => kind === 'post')?.authorization ?? 'Bearer'],
    shown: async () => connector.in(shared.id).map(({ summary }) => summary),
    fail: async fault => connector.failNext('post', faults[fault] ?? { status: 500 }),
    close: async () => undefined,
  }
}
