import { errorCard, refusalCard } from '../../cards/answer.ts'
import {
  type Action,
  type ActionRequest,
  type Answer,
  type Context,
  type FieldError,
  isPrepared,
  type Prepared,
  personal,
} from '../actions/action.ts'
import { askable, toRead } from '../actions/scope.ts'
import { unnamed, whichFinding } from '../actions/which.ts'
import { errorBody, Problem, toProblem } from '../errors.ts'
import type { Finding } from '../model/finding.ts'
import type { Person, Right } from '../model/person.ts'
import { emptied, noSecrets } from '../model/secret.ts'
import type { World } from '../ports.ts'

/** Everything known about a request that may be carried out. */
interface Cleared {
  action: Action
  context: Context
  prepared: Prepared
}

/** STORY 2: who → what → may → intent → effect → outcome. What goes wrong is an answer too: nobody is left without one. */
export async function carryOut(
  world: World,
  verbs: ReadonlyMap<string, Action>,
  request: ActionRequest,
  resumed: boolean,
): Promise<Answer> {
  try {
    const action = actionOf(verbs, request)
    if (action.onFinding && request.findingId === undefined)
      return await whichFinding(world, await whoAsks(world, request), action, request.input)
    const context = await contextOf(world, action, request, resumed)
    const prepared = action.prepare(request.input)
    if (!isPrepared(prepared)) {
      const unread = await lackingToRead(context)
      return unread.length > 0 ? await refuse(world, action, context, unread) : await askAgain(action, context, prepared.errors)
    }
    const lacking = await world.azure.access.missing(context.person.id, await askable(world, await prepared.needs(context)))
    if (lacking.length > 0) return await refuse(world, action, context, lacking)
    offered(action, context)
    const wrong = [...(await prepared.check(context)), ...secrets(action, context)]
    if (wrong.length > 0) return await askAgain(action, context, wrong)
    return await act({ action, context, prepared })
  } catch (thrown) {
    return failure(world, request, toProblem(thrown))
  }
}

/** What was typed is not whole any more: nothing is done with the rest. */
function secrets({ effect }: Action, { request }: Context): FieldError[] {
  return effect ? emptied(request.input).map(field => ({ field, message: noSecrets })) : []
}

function actionOf(verbs: ReadonlyMap<string, Action>, request: ActionRequest): Action {
  const action = verbs.get(request.action)
  if (action === undefined)
    throw new Problem('UnknownCommand', `There is no "${request.action}" here. "help" lists what there is.`, { field: 'action' })
  return action
}

async function whoAsks(world: World, { from }: ActionRequest): Promise<Person> {
  if (from.person !== undefined) return from.person
  const person = await world.store.people.of(from.account)
  if (person === undefined) throw new Problem('NotLinked')
  return person
}

async function findingOf(world: World, action: Action, request: ActionRequest): Promise<Finding | undefined> {
  if (!action.onFinding) return undefined
  if (request.findingId === undefined) throw unnamed(action)
  const finding = await world.store.findings.get(request.findingId)
  if (finding === undefined) throw new Problem('NotFound', `There is no finding "${request.findingId}".`, { field: 'findingId' })
  return finding
}

/** Who asks and about what, read anew. Problems: NotLinked, BadInput, NotFound. */
export async function contextOf(world: World, action: Action, request: ActionRequest, resumed: boolean): Promise<Context> {
  const person = await whoAsks(world, request)
  const finding = await findingOf(world, action, request)
  return { world, request, person, now: world.clock.now(), resumed, ...(finding !== undefined && { finding }) }
}

/** A form, and what is found by typing in it, tells of its finding: what the person lacks to read that. */
export async function lackingToRead({ world, person, finding }: Context): Promise<Right[]> {
  if (finding === undefined) return []
  const { kind, subscription } = finding.event
  return world.azure.access.missing(person.id, await askable(world, [toRead(kind, subscription)]))
}

/** Incomplete or wrong input opens the verb's form, errors at the fields that came; a verb without a form names the first. */
async function askAgain(action: Action, context: Context, errors: FieldError[]): Promise<Answer> {
  const { input } = context.request
  const atFields = errors.filter(({ field }) => wasGiven(input, field))
  const [first] = atFields.length > 0 ? atFields : errors
  const wrong = first && new Problem('BadInput', `${first.message} Usage: ${action.usage}`, { field: first.field })
  if (action.form === undefined) throw wrong ?? new Problem('BadInput')
  const card = await action.form(context, input, atFields)
  return { ...personal(card), ...(atFields.length > 0 && wrong && { error: errorBody(wrong) }) }
}

/** Forms send `parameters.ip` as one name, programs as a member of a member. */
function wasGiven(input: Record<string, unknown>, field: string): boolean {
  if (Object.hasOwn(input, field)) return true
  const [, outer = '', inner = ''] = /^([^.]+)\.(.+)$/.exec(field) ?? []
  const within = input[outer]
  return typeof within === 'object' && within !== null && Object.hasOwn(within, inner)
}

async function refuse(world: World, action: Action, context: Context, lacking: Right[]): Promise<Answer> {
  const [first] = lacking
  const subscriptions = await world.azure.subscriptions().catch(() => [])
  await record(context, action, 'refused', `lacks ${first?.action} on ${first?.scope}`)
  const refusal = {
    what: action.deed?.(context.request.input) ?? action.title,
    lacking: lacking.map(right => ({ ...right, roles: world.azure.access.rolesWith(right.action) })),
    subscriptions,
  }
  const card = refusalCard(refusal)
  return { ...personal(card), error: errorBody(new Problem('Forbidden', card.fallback)) }
}

/** A card may be older than the finding: what makes no sense any more is told, not done. */
function offered(action: Action, { finding, resumed }: Context): void {
  if (resumed || finding === undefined || action.offeredOn === undefined || action.offeredOn(finding)) return
  throw new Problem('NotOffered', `"${action.title}" can't be done now: the finding has moved on since this card was shown.`)
}

async function act({ action, context, prepared }: Cleared): Promise<Answer> {
  if (!action.effect) return prepared.run(context)
  await record(context, action, 'intent', context.resumed ? 'begun again after an interruption' : '')
  try {
    const answer = await prepared.run(context)
    await record(context, action, 'outcome', resultOf(answer))
    return answer
  } catch (thrown) {
    await record(context, action, 'outcome', `failed: ${toProblem(thrown).message}`)
    throw thrown
  }
}

/** As the ledger's card reads it: what failed and what changed nothing begins so. */
function resultOf({ card, error, unchanged }: Answer): string {
  if (error !== undefined) return `failed: ${error.message}`
  return unchanged === true ? `nothing changed: ${card.fallback}` : card.fallback
}

async function record(
  { world, request, person, finding }: Context,
  action: Action,
  phase: 'intent' | 'outcome' | 'refused',
  result: string,
): Promise<void> {
  const input = JSON.stringify(request.input)
  const at = world.clock.now().toISOString()
  await world.store.ledger.append({
    at,
    who: person,
    action: action.name,
    on: finding?.id ?? '',
    input,
    phase,
    result,
    requestId: request.requestId,
  })
}

function failure(world: World, request: ActionRequest, problem: Problem): Answer {
  if (problem.code === 'Internal')
    world.log.error({ requestId: request.requestId, action: request.action, error: problem }, 'a request failed')
  return { ...personal(errorCard(problem)), error: errorBody(problem) }
}
