import { errorCard, waitingCard } from '../../cards/answer.ts'
import { type Action, ActionRequest, Answer, type Desk, personal } from '../actions/action.ts'
import { errorBody, Problem } from '../errors.ts'
import { withoutSecrets } from '../model/secret.ts'
import type { World } from '../ports.ts'
import { carryOut, contextOf } from './perform.ts'

const lookAgainMs = 200
const patienceMs = 8000
const heldElsewhereMs = 5000

/** The desk as the job that settles what a crash left open sees it. */
export interface Settler {
  /** Returns after how many ms to try again; undefined when the request is answered. */
  settle(requestId: string): Promise<number | undefined>
}

/** Where requests come in: stored first, without what is secret, carried out once, answered as often as asked. */
export function openDesk(world: World, verbs: ReadonlyMap<string, Action>): Desk & Settler {
  /** Stored here and not yet begun, as they were stored: an Azure that is away by now must not keep them from being carried out. */
  const accepted = new Map<string, ActionRequest>()
  const underWay = new Map<string, Promise<Answer>>()

  async function keepable(request: ActionRequest): Promise<ActionRequest> {
    const input = withoutSecrets(request.input)
    return { ...request, input: (await verbs.get(request.action)?.kept?.(input, world)) ?? input }
  }

  async function accept(request: ActionRequest): Promise<void> {
    const kept = await keepable(request)
    const { fresh } = await open(kept)
    if (fresh) accepted.set(request.requestId, kept)
  }

  function open(request: ActionRequest) {
    return world.store.requests.open(
      request.requestId,
      JSON.stringify(request),
      hasEffect(request),
      world.clock.now().toISOString(),
    )
  }

  function hasEffect({ action }: ActionRequest): boolean {
    return verbs.get(action)?.effect ?? false
  }

  function perform(request: ActionRequest): Promise<Answer> {
    const present = underWay.get(request.requestId)
    if (present !== undefined) return present
    const answer = begin(request).finally(() => underWay.delete(request.requestId))
    underWay.set(request.requestId, answer)
    return answer
  }

  async function begin(asked: ActionRequest): Promise<Answer> {
    const stored = accepted.get(asked.requestId)
    if (stored !== undefined) {
      accepted.delete(asked.requestId)
      return carry(stored)
    }
    const request = await keepable(asked)
    const { answer } = await open(request)
    return answer === undefined ? carry(request) : keptAnswer(answer)
  }

  /** Another process may be at it: then its answer is awaited, and taken over if it dies. */
  async function carry(request: ActionRequest): Promise<Answer> {
    for (let waited = 0; waited < patienceMs; waited += lookAgainMs) {
      const answer = await world.store.requests.hold(request.requestId, () => answered(request))
      if (answer !== undefined) return answer
      await new Promise(resolve => setTimeout(resolve, lookAgainMs))
    }
    return personal(waitingCard())
  }

  /** Under the hold nobody else can be at it, but somebody may have finished, or died on the way: then what was begun is looked for. */
  async function answered(request: ActionRequest): Promise<Answer> {
    const earlier = await world.store.requests.begin(request.requestId, hasEffect(request))
    if (earlier.answer !== undefined) return keptAnswer(earlier.answer)
    const answer = await carryOut(world, verbs, request, earlier.before)
    await world.store.requests.answer(request.requestId, JSON.stringify(answer))
    return answer
  }

  async function look(request: ActionRequest): Promise<Answer> {
    if (hasEffect(request)) throw new Problem('NotOffered')
    return carryOut(world, verbs, await keepable(request), false)
  }

  async function settle(requestId: string): Promise<number | undefined> {
    const stored = await world.store.requests.get(requestId)
    if (stored === undefined || stored.answer !== undefined) return undefined
    const request = ActionRequest.parse(JSON.parse(stored.request))
    const answer = await world.store.requests.hold(requestId, () => answered(request))
    return answer === undefined ? heldElsewhereMs : undefined
  }

  async function choices(request: ActionRequest, field: string, typed: string) {
    const action = verbs.get(request.action)
    if (action?.choices === undefined) throw new Problem('UnknownCommand')
    const context = await contextOf(world, action, request, false)
    return action.choices(context, field, typed)
  }

  return { keepable, accept, perform, look, choices, settle }
}

/** The same again; for what is long past, that it was. */
function keptAnswer(kept: string): Answer {
  if (kept !== '') return Answer.parse(JSON.parse(kept))
  const past = new Problem(
    'NotOffered',
    'This was asked long ago and is done; nothing was done now. What was answered is no longer kept.',
  )
  return { ...personal(errorCard(past)), error: errorBody(past) }
}
