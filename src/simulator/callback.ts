import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Workflow } from './logic.ts'
import type { State } from './state.ts'

const apiVersion = '2016-06-01'

/** The id of a workflow in its own address, as Azure has one that tells nothing. */
export function flowId(app: Workflow): string {
  return createHash('sha256').update(app.id.toLowerCase()).digest('hex').slice(0, 32)
}

/** The workflow that such an address is of. */
export function flowAt({ workflows }: State, flow: string): Workflow | undefined {
  return [...workflows.values()].find(app => flowId(app) === flow)
}

/** 43 characters of base64url, as Azure's; they hang on workflow, what is allowed, key and, when there is one, the expiry. */
function signatureOf(app: Workflow, allows: string, expiry: string): string {
  return createHmac('sha256', app.key).update(`${app.id.toLowerCase()} ${allows} ${expiry}`).digest('base64url').slice(0, 43)
}

/** An address of the workflow that allows one thing, for ever or until `expiry` (ISO). The one kind of address that is not https: it must really answer. */
export function signed(state: State, app: Workflow, path: string, allows: string, expiry?: string): string {
  return `${state.origin}/workflows/${flowId(app)}${path}?${new URLSearchParams(queriesOf(app, allows, expiry))}`
}

function queriesOf(app: Workflow, allows: string, expiry: string | undefined): Record<string, string> {
  return {
    'api-version': apiVersion,
    ...(expiry !== undefined && { se: expiry }),
    sp: allows,
    sv: '1.0',
    sig: signatureOf(app, allows, expiry ?? ''),
  }
}

/** As `listCallbackUrl` answers; `notAfter` is ISO. */
export function callbackOf(
  state: State,
  app: Workflow,
  trigger: string,
  notAfter?: string,
): { value: string } & Record<string, unknown> {
  const allows = runOf(trigger)
  const value = signed(state, app, `/triggers/${encodeURIComponent(trigger)}/paths/invoke`, allows, notAfter)
  return { value, method: 'POST', basePath: value.split('?')[0], queries: queriesOf(app, allows, notAfter) }
}

/** What the address of a trigger allows. */
export function runOf(trigger: string): string {
  return `/triggers/${trigger}/run`
}

export function isSigned(state: State, app: Workflow, allows: string, query: URLSearchParams): boolean {
  const expiry = query.get('se') ?? ''
  const given = Buffer.from(query.get('sig') ?? '')
  const right = Buffer.from(signatureOf(app, allows, expiry))
  if (given.length !== right.length || !timingSafeEqual(given, right)) return false
  return expiry === '' || new Date(expiry) > state.clock.now()
}
