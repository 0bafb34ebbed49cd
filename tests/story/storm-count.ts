import type { SinkMessage } from '../fakes/slack-api.ts'
import type { TeamsMessage } from '../fakes/teams-connector.ts'
import type { Chats } from './chats.ts'
import { until } from './ground.ts'

export const cardsInSlack = ({ sink }: Chats) => sink.channelMessages('C0000MAIN').map(({ text }) => text)
export const cardsInTeams = ({ connector }: Chats) => connector.messages.map(({ summary }) => summary)

export const stormsInSlack = ({ sink }: Chats) => sink.channelMessages('C0000MAIN').filter(({ text }) => text.startsWith('Storm'))
export const stormsInTeams = ({ connector }: Chats) => connector.messages.filter(({ summary }) => summary.startsWith('Storm'))

export const numberIn = (text: string) => Number(/^Storm: (\d+) alerts/.exec(text)?.[1] ?? 0)

/** What had its card before the storm began is not counted in it. */
function accounted(cards: string[]): number {
  const storm = cards.findIndex(card => card.startsWith('Storm'))
  const before = cards.slice(0, storm).filter(card => /^(Medium|High) alert/.test(card))
  return storm < 0 ? 0 : before.length + numberIn(cards[storm] ?? '')
}

/** The storm's card in each chat once it tells of all. It changes after half of the time it lasts already: on a slow machine that is long. */
export async function allCounted(chats: Chats, total: number): Promise<{ slack: SinkMessage; teams: TeamsMessage }> {
  const counted = async () => {
    const [slack, teams] = [stormsInSlack(chats)[0], stormsInTeams(chats)[0]]
    const isAll = accounted(cardsInSlack(chats)) === total && accounted(cardsInTeams(chats)) === total
    return isAll && slack && teams && { slack, teams }
  }
  return until('all counted in both', async () => (await counted()) || undefined, 60_000)
}
