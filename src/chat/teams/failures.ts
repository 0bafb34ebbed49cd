import { Problem } from '../../errors.ts'
import { tableOf } from '../../table.ts'

/** Why the connector said no. */
export interface Refusal {
  status: number
  /** Its own code (`BotNotInConversationRoster`), or empty. */
  code: string
  retryAfterS?: number | undefined
}

/** What the owner of a place reads when posting there is over, by the connector's code. */
const gone = tableOf<string>({
  BotNotInConversationRoster: 'The app was removed from this conversation in Teams. Add it again to go on.',
  ConversationBlockedByUser: 'This person has blocked the bot in Teams.',
  MessageWritesBlocked: 'This person has blocked or removed the bot in Teams.',
  BotDisabledByAdmin: 'A Teams administrator has blocked the app. Ask them to allow it.',
  NotEnoughPermissions: 'The app may not post here. Ask an owner of the team to allow it.',
  ForbiddenOperationException: 'The app may not post here. Ask an owner of the team to allow it.',
  ConversationNotFound: 'Teams does not know this conversation any more: the channel or chat was deleted.',
  InvalidConversationId: 'Teams does not know this conversation any more: the channel or chat was deleted.',
  UserNotFound: 'Teams does not know this person any more.',
  TeamNotFound: 'The team was deleted.',
  ChannelNotFound: 'The channel was deleted.',
})

const forbidden = 'Teams does not let the bot post here any more. Add the app to this conversation again.'
const unknown = 'Teams does not know this conversation. Add the app to it again.'
const refusedStatuses = [400, 413, 415, 422]

/** The connector's refusal → the Problem the port promises. */
export function refusalProblem({ status, code, retryAfterS }: Refusal): Problem {
  const named = code === '' ? `status ${status}` : `${code}, status ${status}`
  if (status === 429) return new Problem('RateLimited', 'Teams asks to wait.', retryAfterS === undefined ? {} : { retryAfterS })
  if (status === 401) return new Problem('ChatUnavailable', `Teams does not accept the bot's own credentials (${named}).`)
  if (status === 403 || status === 404) return new Problem('PlaceGone', sentenceFor(code, status), { field: code })
  if (refusedStatuses.includes(status)) return new Problem('CardRefused', `Teams refused the card (${named}).`)
  const wait = retryAfterS === undefined ? {} : { retryAfterS }
  return new Problem('ChatUnavailable', `Teams does not answer at the moment (${named}).`, wait)
}

/** A message that is no longer there is not a place that is gone. */
export function isMessageGone(problem: Problem): boolean {
  return problem.code === 'PlaceGone' && !gone.has(problem.field ?? '') && problem.message === unknown
}

function sentenceFor(code: string, status: number): string {
  return gone.get(code) ?? (status === 403 ? forbidden : unknown)
}
