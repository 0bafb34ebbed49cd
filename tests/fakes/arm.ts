import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import * as data from './arm-data.ts'
import * as deployments from './arm-deployments.ts'
import * as rules from './arm-rules.ts'

interface Answer {
  status: number
  body?: object
  headers?: Record<string, string>
}
interface Call {
  url: URL
  parts: string[]
  headers: IncomingMessage['headers']
  body: string
}
type Handler = (call: Call, state: State) => Answer

interface Run {
  name: string
  app: string
  trigger: string
  body: string
  trackingId: string
  startTime: string
  /** How often its state was asked; it ends at the third. */
  asked: number
}
interface State {
  origin: string
  runs: Run[]
  status: Map<string, string>
  simulated: string[]
  rules: ReturnType<typeof rules.seedRules>
  /** Names of logic apps. */
  disabled: Set<string>
  deployments: deployments.Deployments
}

/** A stand-in for the management API, written apart from the simulator: what holds on both is not an accident of one. */
export async function startArm() {
  const state: State = {
    origin: '',
    runs: [],
    status: new Map(),
    simulated: [],
    rules: rules.seedRules(),
    disabled: new Set(['Disabled-App']),
    deployments: new Map(),
  }
  const server = createServer(async (incoming, outgoing) => {
    const answer = route(incoming, await text(incoming), state)
    outgoing.writeHead(answer.status, {
      'content-type': 'application/json',
      'x-ms-correlation-request-id': randomUUID(),
      ...answer.headers,
    })
    outgoing.end(answer.body === undefined ? '' : JSON.stringify(answer.body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  state.origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  return {
    origin: state.origin,
    state,
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

const secret = 'Zm9yYmlkZGVuLXNpZ25hdHVyZS1mb3ItdGVzdHMtb25seQ'
const pageSize = 100
const arm = 'https://management.azure.com'

function paged(items: readonly object[]): Handler {
  return ({ url }) => {
    const at = Number(url.searchParams.get('$skiptoken') ?? 0)
    const next = at + pageSize
    url.searchParams.set('$skiptoken', String(next))
    const nextLink = next < items.length ? { nextLink: arm + url.pathname + url.search } : {}
    return { status: 200, body: { value: items.slice(at, next), ...nextLink } }
  }
}

function failed(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message } } }
}

const workflowPath = String.raw`/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Logic/workflows/([^/]+)`
const rulePath = '(/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.Security/automations/[^/]+)'
const deploymentPath = '(/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.Resources/deployments/[^/]+)'
const routes: [string, string, Handler][] = [
  ['GET', '/subscriptions', paged(data.subscriptions)],
  ['GET', '/subscriptions/[^/]+/providers/Microsoft.Security/alerts', (call, state) => paged(alertsNow(state))(call, state)],
  ['GET', '/subscriptions/[^/]+/providers/Microsoft.Security/assessments', paged(data.assessments)],
  ['GET', '/subscriptions/[^/]+/providers/Microsoft.Security/assessmentMetadata', paged(data.metadata)],
  ['GET', '/subscriptions/[^/]+/providers/Microsoft.Security/locations', paged([{ name: 'centralus' }])],
  ['GET', '/subscriptions/[^/]+/providers/Microsoft.Security/regulatoryComplianceStandards', paged(data.standards)],
  [
    'GET',
    '/subscriptions/[^/]+/providers/Microsoft.Security/regulatoryComplianceStandards/[^/]+/regulatoryComplianceControls',
    paged(data.controls),
  ],
  [
    'GET',
    '/subscriptions/[^/]+/providers/Microsoft.Security/regulatoryComplianceStandards/([^/]+)/regulatoryComplianceControls/([^/]+)/regulatoryComplianceAssessments',
    (call, state) => paged(data.complianceAssessments(call.parts[0] ?? '', call.parts[1] ?? ''))(call, state),
  ],
  ['GET', '/subscriptions/[^/]+/resourceGroups', paged(data.groups)],
  ['GET', '/subscriptions/[^/]+/providers/Microsoft.Authorization/policyAssignments', paged(data.policyAssignments)],
  ['GET', '/subscriptions/[^/]+/providers/Microsoft.Authorization/policySetDefinitions/([^/]+)', one(data.policySets)],
  ['POST', '(/subscriptions/.+/alerts/[^/]+)/(dismiss|resolve|activate|inProgress)', setStatus],
  ['POST', '/subscriptions/[^/]+/providers/Microsoft.Security/locations/centralus/alerts/default/simulate', simulate],
  ['GET', '/subscriptions/[^/]+/providers/Microsoft.Logic/workflows', (call, state) => paged(workflowsNow(state))(call, state)],
  ['GET', '/subscriptions/[^/]+/providers/Microsoft.Web/sites', paged(data.sites)],
  ['GET', '/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.Web/connections/([^/]+)', one(data.connections)],
  ['GET', '/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.Web/sites/([^/]+)', one(data.sites)],
  ['GET', workflowPath, (call, state) => one(workflowsNow(state))(call, state)],
  ['POST', `${workflowPath}/enable`, switched(false)],
  ['POST', `${workflowPath}/disable`, switched(true)],
  ['POST', `${workflowPath}/triggers/([^/]+)/listCallbackUrl`, callbackUrl],
  [
    'GET',
    `${workflowPath}/runs`,
    (call, state) => paged(runsOf(call, state).map(run => readRun(run, state.origin)))(call, state),
  ],
  ['GET', `${workflowPath}/runs/([^/]+)`, getRun],
  ['GET', `${workflowPath}/runs/([^/]+)/actions`, paged(actions())],
  [
    'GET',
    '/subscriptions/[^/]+/providers/Microsoft.Security/automations',
    (call, state) => paged([...state.rules.values()])(call, state),
  ],
  ['GET', rulePath, ({ parts: [id = ''] }, state) => rules.getRule(state.rules, id)],
  ['PUT', rulePath, ({ parts: [id = ''], body }, state) => rules.putRule(state.rules, id, body)],
  ['PATCH', rulePath, ({ parts: [id = ''], body }, state) => rules.patchRule(state.rules, id, body)],
  ['DELETE', rulePath, ({ parts: [id = ''] }, state) => rules.deleteRule(state.rules, id)],
  ['POST', `${rulePath}/validate`, ({ body }) => rules.validateRule(body)],
  ['PUT', deploymentPath, ({ parts: [id = ''], body }, state) => deployments.putDeployment(state.deployments, id, body)],
  ['GET', deploymentPath, ({ parts: [id = ''] }, state) => deployments.getDeployment(state.deployments, id)],
  [
    'GET',
    // The client's path for these names no provider.
    '(/subscriptions/[^/]+/resourceGroups/[^/]+)/deployments/([^/]+)/operations',
    (call, state) => {
      const [group, name] = call.parts
      const id = `${group}/providers/Microsoft.Resources/deployments/${name}`
      return paged(deployments.operationsOf(state.deployments, id))(call, state)
    },
  ],
  ['GET', '/(.+)/providers/Microsoft.Authorization/roleAssignments', assigned(data.roleAssignments)],
  ['GET', '/(.+)/providers/Microsoft.Authorization/denyAssignments', assigned(data.denyAssignments)],
  ['GET', '/subscriptions/[^/]+/providers/Microsoft.Authorization/roleDefinitions/([^/]+)', one(data.roles)],
]

function route(incoming: IncomingMessage, body: string, state: State): Answer {
  const url = new URL(incoming.url ?? '', state.origin)
  const path = decodeURIComponent(url.pathname)
  const { headers } = incoming
  if (path.startsWith('/callback/')) return begin({ url, parts: path.split('/').slice(2), headers, body }, state)
  if (path.startsWith('/content/')) return content({ url, parts: path.split('/').slice(2), headers, body }, state)
  if (headers.authorization !== `Bearer ${data.token}`)
    return failed(401, 'InvalidAuthenticationToken', 'The access token is invalid.')
  for (const [method, pattern, handler] of routes) {
    const match = method === incoming.method ? new RegExp(`^${pattern}$`, 'i').exec(path) : null
    if (match !== null) return handler({ url, parts: match.slice(1), headers, body }, state)
  }
  return failed(404, 'ResourceNotFound', `There is nothing at ${path}.`)
}

function one(items: readonly { name?: string | undefined }[]): Handler {
  return ({ parts }) => {
    const item = items.find(({ name }) => name?.toLowerCase() === parts[0]?.toLowerCase())
    return item === undefined
      ? failed(404, 'ResourceNotFound', `The Resource '${parts[0]}' was not found.`)
      : { status: 200, body: item }
  }
}

const words: Record<string, string> = { dismiss: 'Dismissed', resolve: 'Resolved', activate: 'Active', inprogress: 'InProgress' }

function alertsNow({ status }: State): object[] {
  return data.alerts.map(alert => ({
    ...alert,
    properties: { ...alert.properties, status: status.get(alert.id.toLowerCase()) ?? 'Active' },
  }))
}

function setStatus({ parts, url }: Call, { status }: State): Answer {
  const [id = '', verb = ''] = parts
  if (verb === 'inProgress' && url.searchParams.get('api-version') !== '2022-01-01')
    return failed(400, 'NoRegisteredProviderFound', 'No.')
  if (!data.alerts.some(alert => alert.id.toLowerCase() === id.toLowerCase()))
    return failed(404, 'ResourceNotFound', 'No such alert.')
  status.set(id.toLowerCase(), words[verb.toLowerCase()] ?? '')
  return { status: 204 }
}

function simulate({ body }: Call, { simulated }: State): Answer {
  simulated.push(body)
  return { status: 202, headers: { location: `${arm}/later` } }
}

function callbackUrl({ parts }: Call, { origin }: State): Answer {
  const [app, trigger] = parts
  const known = data.workflows.find(({ name }) => name === app)
  if (known === undefined || !(trigger !== undefined && trigger in known.properties.definition.triggers))
    return failed(404, 'WorkflowTriggerNotFound', `The trigger '${trigger}' could not be found.`)
  return { status: 200, body: { value: `${origin}/callback/${app}/${trigger}?sp=%2Frun&sv=1.0&sig=${secret}`, method: 'POST' } }
}

function begin({ parts, headers, body, url }: Call, state: State): Answer {
  const [app = '', trigger = ''] = parts
  if (headers.authorization !== undefined || url.searchParams.get('sig') !== secret)
    return failed(401, 'DirectApiAuthorizationRequired', 'No.')
  if (state.disabled.has(app)) return failed(404, 'WorkflowTriggerIsNotEnabled', 'The workflow trigger is not enabled.')
  const name = `0858${String(9e12 - state.runs.length)}CU01`
  const trackingId = String(headers['x-ms-client-tracking-id'])
  state.runs.unshift({ name, app, trigger, body, trackingId, startTime: new Date().toISOString(), asked: 0 })
  return { status: 202, headers: { 'x-ms-workflow-run-id': name } }
}

function runsOf({ parts, url }: Call, { runs }: State): Run[] {
  const since = /^StartTime ge (\S+)$/.exec(url.searchParams.get('$filter') ?? '')?.[1] ?? ''
  const top = Number(url.searchParams.get('$top') ?? runs.length)
  return runs.filter(({ app, startTime }) => app === parts[0] && startTime >= since).slice(0, top)
}

/** What the trigger of a run gave, behind a link of its own. */
function content({ parts, headers, url }: Call, { runs }: State): Answer {
  if (headers.authorization !== undefined || url.searchParams.get('sig') !== secret) return failed(401, 'Unauthorized', 'No.')
  const run = runs.find(({ name }) => name === parts[0])
  return run === undefined
    ? failed(404, 'ContentNotFound', 'No.')
    : { status: 200, body: { headers: { host: 'x' }, body: JSON.parse(run.body) } }
}

function switched(disabled: boolean): Handler {
  return ({ parts: [name = ''] }, state) => {
    if (!data.workflows.some(workflow => workflow.name === name)) return failed(404, 'ResourceNotFound', 'No such app.')
    if (disabled) state.disabled.add(name)
    else state.disabled.delete(name)
    return { status: 200 }
  }
}

function workflowsNow({ disabled }: State) {
  return data.workflows.map(workflow => ({
    ...workflow,
    properties: { ...workflow.properties, state: disabled.has(workflow.name) ? 'Disabled' : 'Enabled' },
  }))
}

function readRun(run: Run, origin: string): object {
  const ended = run.asked >= 3
  const failing = run.app === 'Failing-App'
  const end = { status: failing ? 'Failed' : 'Succeeded', endTime: new Date().toISOString() }
  return {
    name: run.name,
    properties: {
      startTime: run.startTime,
      correlation: { clientTrackingId: run.trackingId },
      trigger: {
        name: run.trigger,
        outputsLink: { uri: `${origin}/content/${run.name}?sig=${secret}`, contentSize: run.body.length },
      },
      ...(ended ? end : { status: 'Running' }),
      ...(ended && failing
        ? { code: 'ActionFailed', error: { code: 'ActionFailed', message: 'An action failed. No dependent actions succeeded.' } }
        : {}),
    },
  }
}

function getRun(call: Call, state: State): Answer {
  const run = runsOf(call, state).find(({ name }) => name === call.parts[1])
  if (run === undefined) return failed(404, 'WorkflowRunNotFound', 'The run could not be found.')
  run.asked += 1
  return { status: 200, body: readRun(run, state.origin) }
}

function actions(): object[] {
  const error = { code: 'Unauthorized', message: `The connection is not authorised: https://example.com/?sig=${secret}` }
  return [
    {
      name: 'Later',
      properties: { status: 'Failed', endTime: '2026-01-01T00:00:02Z', error: { code: 'BadGateway', message: 'Later.' } },
    },
    { name: 'Send_it', properties: { status: 'Failed', endTime: '2026-01-01T00:00:01Z', error } },
    { name: 'Skipped', properties: { status: 'Skipped', endTime: '2026-01-01T00:00:00Z' } },
  ]
}

/** At, above and below the scope, as Azure lists for a person. */
function assigned(
  items: readonly { properties: { scope: string; principalId?: string; principals?: { id: string }[] } }[],
): Handler {
  return (call, state) => {
    const scope = `/${call.parts[0]}`.toLowerCase()
    const person = /^assignedTo\('([^']+)'\)$/.exec(call.url.searchParams.get('$filter') ?? '')?.[1]
    const related = ({ properties }: (typeof items)[number]) => {
      const at = properties.scope.toLowerCase()
      const holder = properties.principalId ?? properties.principals?.[0]?.id
      return holder === person && (at.startsWith('/providers/') || scope.startsWith(at) || at.startsWith(scope))
    }
    return paged(items.filter(related))(call, state)
  }
}

async function text(stream: IncomingMessage): Promise<string> {
  let all = ''
  stream.setEncoding('utf8')
  for await (const chunk of stream) all += chunk
  return all
}
