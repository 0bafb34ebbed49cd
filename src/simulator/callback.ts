import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { State, Workflow } from './state.ts'

const apiVersion = '2016-06-01'

/** The id of a workflow in its own address, as Azure has one that tells nothing. */
export function flowId(app: Workflow): string {
  return createHash('sha256').update(app.id.toLowerCase()).digest('hex').slice(0, 32)
}

/** 43 characters of base64url, as Azure's; they hang on workflow, trigger, key and, when there is one, the expiry. */
function signatureOf(app: Workflow, trigger: string, expiry: string): string {
  return createHmac('sha256', app.key).update(`${app.id.toLowerCase()} ${trigger} ${expiry}`).digest('base64url').slice(0, 43)
}

/** The one address of the simulator that is not https: it must really answer. `notAfter` is ISO. */
export function callbackOf(
  state: State,
  app: Workflow,
  trigger: string,
  notAfter?: string,
): { value: string } & Record<string, unknown> {
  const basePath = `${state.origin}/workflows/${flowId(app)}/triggers/${encodeURIComponent(trigger)}/paths/invoke`
  const queries = {
    'api-version': apiVersion,
    ...(notAfter !== undefined && { se: notAfter }),
    sp: `/triggers/${trigger}/run`,
    sv: '1.0',
    sig: signatureOf(app, trigger, notAfter ?? ''),
  }
  return { value: `${basePath}?${new URLSearchParams(queries)}`, method: 'POST', basePath, queries }
}

export function isSigned(state: State, app: Workflow, trigger: string, query: URLSearchParams): boolean {
  const expiry = query.get('se') ?? ''
  const given = Buffer.from(query.get('sig') ?? '')
  const right = Buffer.from(signatureOf(app, trigger, expiry))
  if (given.length !== right.length || !timingSafeEqual(given, right)) return false
  return expiry === '' || new Date(expiry) > state.clock.now()
}
