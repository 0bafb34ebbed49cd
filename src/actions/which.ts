import { whichFindingCard } from '../../cards/list.ts'
import { errorBody, Problem } from '../errors.ts'
import type { Person } from '../model/person.ts'
import type { World } from '../ports.ts'
import { type Action, type Answer, personal } from './action.ts'
import { named } from './finding-view.ts'
import { allReadable } from './scope.ts'

const offeredAtMost = 10

/** A verb that was asked for without its finding: Problem BadInput. */
export function unnamed({ usage }: Action): Problem {
  return new Problem('BadInput', `Say which: ${usage}`, { field: 'findingId' })
}

/** Programs get the error, people the newest open findings that they may read and that the verb is for, one press each. */
export async function whichFinding(
  world: World,
  person: Person,
  action: Action,
  input: Record<string, unknown>,
): Promise<Answer> {
  const readable = await allReadable(world, person.id)
  const { items } = await world.store.findings.list({ readable, status: ['active', 'in-progress'] }, offeredAtMost)
  const fitting = items.filter(finding => action.offeredOn?.(finding) ?? true)
  const findings = await Promise.all(fitting.map(finding => named(world, finding)))
  const does = { label: action.deed?.(input) ?? action.title, action: action.name, input: textsIn(input) }
  const card = whichFindingCard({ does, usage: action.usage, findings, now: world.clock.now() })
  return { ...personal(card), error: errorBody(unnamed(action)) }
}

/** What a button can carry. */
function textsIn(input: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(input).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))
}
