import { errorCard } from '../../../cards/answer.ts'
import type { Open } from '../../../cards/card.ts'
import { type ActionRequest, type Answer, type Desk, personal } from '../../actions/action.ts'
import { errorBody, Problem, toProblem } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { Asked, Spot } from './asks.ts'
import type { Channels } from './channels.ts'
import { limits } from './limits.ts'
import type { Members } from './members.ts'

/** The desk as seen from Slack: who may ask is settled before anything is stored; every request gets an answer. */
export interface SlackDesk {
  /** Throws the Problem that the asker reads. `teams`: all workspaces the payload names for the person. */
  request(
    spot: Spot,
    requestId: string,
    teams: (string | undefined)[],
    asked: () => Asked | Promise<Asked>,
  ): Promise<ActionRequest>
  /** Durable when it returns, or still on its way when the store is slow; throws when it is known not to be. */
  accept(request: ActionRequest): Promise<void>
  perform(request: ActionRequest, spot: Spot): Promise<Answer>
}

/** Where an unlinked person signs in; undefined when signing in is not set up. */
export type LinkButton = (request: ActionRequest, spot: Spot) => Promise<Open | undefined>

const askAdmin = 'Signing in to link it is not set up here. Ask an admin to put you into the map of people (PEOPLE_MAP).'

export interface SlackDeskDeps {
  desk: Desk
  members: Members
  channels: Channels
  linkButton: LinkButton
  log: Log
}

export function slackDesk({ desk, members, channels, linkButton, log }: SlackDeskDeps): SlackDesk {
  async function request(
    spot: Spot,
    requestId: string,
    teams: (string | undefined)[],
    asked: () => Asked | Promise<Asked>,
  ): Promise<ActionRequest> {
    const why = await members.whyNot(spot.team, spot.user, teams)
    if (why !== undefined) throw new Problem('Forbidden', why)
    const { action, input, findingId } = await asked()
    const place = spot.channel === undefined ? undefined : await channels.of(spot.team, spot.channel, spot.channelName)
    const from = { account: { chat: 'slack' as const, tenant: spot.team, user: spot.user } }
    return {
      requestId,
      action,
      input,
      from,
      ...(findingId !== undefined && { findingId }),
      ...(place !== undefined && { placeId: place.id }),
    }
  }

  /** A store slower than Slack's patience is not waited for: the request goes on, and its outcome is told either way. */
  async function accept(request: ActionRequest): Promise<void> {
    await within(desk.accept(request), limits.acceptMs)
  }

  async function perform(request: ActionRequest, spot: Spot): Promise<Answer> {
    try {
      return await linkable(repeatable(await desk.perform(request), request), request, spot)
    } catch (thrown) {
      const problem = toProblem(thrown)
      log.error({ requestId: request.requestId, action: request.action, error: problem }, 'a Slack request got no answer')
      return refusal(problem)
    }
  }

  async function linkable(answer: Answer, request: ActionRequest, spot: Spot): Promise<Answer> {
    if (answer.error?.code !== 'NotLinked') return answer
    const { card } = answer
    const button = await linkButton(request, spot)
    if (button !== undefined) return { ...answer, card: { ...card, buttons: [button, ...card.buttons] } }
    return { ...answer, card: { ...card, body: [...card.body, { type: 'text', text: askAdmin, subtle: true }] } }
  }

  return { request, accept, perform }
}

/** A form that has to stand in a message is opened by asking for it again: what it shows then is read anew, not lost on the way. */
function repeatable(answer: Answer, { action, findingId, input }: ActionRequest): Answer {
  const { form, ...card } = answer.card
  if (form === undefined) return answer
  const words = Object.entries(input).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []))
  const asked = { action, input: Object.fromEntries(words), ...(findingId !== undefined && { findingId }) }
  return { ...answer, card: { ...card, form: { ...form, asked } } }
}

export function refusal(problem: Problem): Answer {
  return { ...personal(errorCard(problem)), error: errorBody(problem) }
}

/** What the work gives, or undefined when it takes longer; its late failure is then its own caller's. */
export async function within<Result>(work: Promise<Result>, ms: number): Promise<Result | undefined> {
  work.catch(() => {})
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), Math.max(0, ms))
  return Promise.race([work, promise]).finally(() => clearTimeout(timer))
}
