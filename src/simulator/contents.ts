import { createHash } from 'node:crypto'
import { tableOf } from '../table.ts'
import { ArmError } from './arm-error.ts'
import type { Reply } from './call.ts'
import { flowAt, isSigned, signed } from './callback.ts'
import type { Run, Workflow } from './logic.ts'
import { readActions } from './run-plan.ts'
import type { State } from './state.ts'
import { parsed } from './trigger-gate.ts'

const linkLastsMs = 4 * 3_600_000
const failedStatus = tableOf<number>({ Unauthorized: 401, NotFound: 404, Conflict: 409, ServiceUnavailable: 503 })

/** A link to what went into or came out of a trigger or an action: signed, and good for some hours. `part` as in `contents/TriggerOutputs`. */
export function linkTo(state: State, app: Workflow, run: Run, part: string): object {
  const text = JSON.stringify(contentOf(app, run, part))
  const path = `/runs/${run.name}/${part}`
  const expiry = new Date(state.clock.now().getTime() + linkLastsMs).toISOString()
  return {
    uri: signed(state, app, path, `${path}/read`, expiry),
    contentVersion: createHash('md5').update(text).digest('base64'),
    contentSize: Buffer.byteLength(text),
    contentHash: { algorithm: 'md5', value: createHash('md5').update(text).digest('base64') },
  }
}

function contentOf(app: Workflow, run: Run, part: string): unknown {
  if (part === 'contents/TriggerOutputs') return { headers: run.headers, body: parsed(run.body) }
  const [, name = '', kind] = /^actions\/([^/]+)\/contents\/(\w+)$/.exec(part) ?? []
  const action = decodeURIComponent(name)
  return kind === 'ActionInputs' ? inputsOf(app, action) : outputsOf(run, action)
}

/** As the definition has them; expressions are not worked out. */
function inputsOf(app: Workflow, name: string): unknown {
  return readActions(app.definition.actions).find(([known]) => known === name)?.[1].inputs ?? {}
}

function outputsOf({ plan, body }: Run, name: string): unknown {
  const error = plan?.steps.find(step => step.name === name)?.error
  return error === undefined
    ? { statusCode: 200, body: parsed(body) }
    : { statusCode: failedStatus.get(error.code) ?? 400, body: { error } }
}

/** What a link answers: the content itself. */
export function contents(state: State, url: URL): Reply {
  const [, flow = '', name, part = ''] = /^\/workflows\/([^/]+)\/runs\/([^/]+)\/(.+)$/.exec(url.pathname) ?? []
  const app = flowAt(state, flow)
  const run = app && state.runs.get(app.id.toLowerCase())?.find(one => one.name === name)
  if (app === undefined || run === undefined) throw new ArmError(404, 'ContentNotFound', 'The content could not be found.')
  if (!isSigned(state, app, `/runs/${run.name}/${part}/read`, url.searchParams))
    throw new ArmError(401, 'DirectApiAuthorizationRequired', 'The request must be authenticated only by Shared Access scheme.')
  return { status: 200, body: Object(contentOf(app, run, part)) }
}
