import { z } from 'zod'
import { own } from '../table.ts'
import type { Failure, Plan, Step, Workflow } from './logic.ts'
import { planOf } from './run-plan.ts'
import type { State } from './state.ts'
import { takesOf } from './takes.ts'

/** People answer an approval within this time; an action that waits for less is not answered. */
const answersMs = [20_000, 45_000] as const

/** How a run will go whose actions take so long together. */
export function makePlan(state: State, app: Workflow, worksMs: number, failure: Failure | undefined): Plan {
  const brokenConnection = (of: Workflow, name: string) => broken(state, of, name)
  return planOf(app, { worksMs, answersMs: thrown(state, answersMs), failure, brokenConnection })
}

export function thrown(state: State, [least, most]: readonly [number, number]): number {
  return least + state.noise.int(most - least + 1)
}

const Connections = z.object({ $connections: z.object({ value: z.record(z.string(), z.object({ connectionId: z.string() })) }) })

/** What a connector answers whose connection nobody signed in to, or which is gone. */
function broken(state: State, { parameters }: Workflow, name: string): Step['error'] {
  const id = Connections.safeParse(parameters).data?.$connections.value[name]?.connectionId
  const connection = state.connections.get(id?.toLowerCase() ?? '')
  if (connection === undefined) return { code: 'NotFound', message: `The API connection '${id ?? name}' could not be found.` }
  if (connection.authorised) return undefined
  const message = 'The connection does not contain an access token. Please edit the connection and login.'
  return { code: 'Unauthorized', message }
}

/** Without an event a Defender workflow stumbles over its first expression, as the designer's own run button shows. */
export function failureOf(app: Workflow, trigger: string, body: string, ordinal: number): Failure | undefined {
  const [first = ''] = Object.keys(app.definition.actions)
  const { failsEvery, failure } = app.behaviour
  if (body === '' && expectsEvent(app, trigger)) return { action: first, code: 'InvalidTemplate', message: nullBody(first) }
  if (failsEvery === 0 || ordinal % failsEvery !== 0) return undefined
  return { ...failure, action: failure.action === '' ? first : failure.action }
}

function expectsEvent(app: Workflow, trigger: string): boolean {
  const found = own(app.definition.triggers, trigger)
  return found !== undefined && !['other', 'http'].includes(takesOf(found))
}

function nullBody(action: string): string {
  return `Unable to process template language expressions in action '${action}' inputs at line '0' and column '0': 'The template language function 'split' expects its first parameter to be of type string. The provided value is of type 'Null'. Please see https://aka.ms/logicexpressions#split for usage details.'.`
}
