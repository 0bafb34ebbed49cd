import type { CloudAddresses } from '../model/cloud.ts'

/** Pieces of a workflow definition. Source: workflow definition language schema 2016-06-01. */
export interface WorkflowAction {
  type: string
  inputs?: unknown
  /** Filled in from the order of the actions where it is left out. */
  runAfter?: Record<string, string[]>
  /** Of a scope, a condition (with `else` and `expression`) or a loop (with `foreach`). */
  actions?: WorkflowActions
  else?: { actions: WorkflowActions }
  expression?: object
  foreach?: string
  limit?: { timeout: string }
  runtimeConfiguration?: object
}
export type WorkflowActions = Record<string, WorkflowAction>

/** Each after the one before it has succeeded, unless it says otherwise; inner ones likewise. */
export function inOrder(actions: WorkflowActions): WorkflowActions {
  const names = Object.keys(actions)
  return Object.fromEntries(
    Object.entries(actions).map(([name, action], index) => {
      const before = names[index - 1]
      return [
        name,
        {
          ...action,
          ...(action.actions !== undefined && { actions: inOrder(action.actions) }),
          ...(action.else !== undefined && { else: { actions: inOrder(action.else.actions) } }),
          runAfter: action.runAfter ?? (before === undefined ? {} : { [before]: ['Succeeded'] }),
        },
      ]
    }),
  )
}

/** Also when it failed: what follows decides. */
export function whateverBecomesOf(name: string): Record<string, string[]> {
  return { [name]: ['Succeeded', 'Failed'] }
}

/** A call through an API connection, by the connection's key. */
export function call(key: string, path: string, body: unknown): WorkflowAction {
  return { type: 'ApiConnection', inputs: { host: hostOf(key), method: 'post', path, body } }
}

export function hostOf(key: string): object {
  return { connection: { name: `@parameters('$connections')['${key}']['connectionId']` } }
}

/**
 * A call to Azure's management API as the logic app's own identity. `id` is an expression of a resource id; whatever an event holds there, it
 * stays a path and never leads the token to another host.
 */
export function azure(
  { arm }: Pick<CloudAddresses, 'arm'>,
  method: 'GET' | 'PUT',
  id: string,
  rest: string,
  body?: unknown,
): WorkflowAction {
  return asIdentity(method, `${arm}/@{join(skip(split(${id}, '/'), 1), '/')}${rest}`, arm, body)
}

/** A call to Microsoft Graph as the logic app's own identity. */
export function graphCall(
  { graph }: Pick<CloudAddresses, 'graph'>,
  method: 'PATCH' | 'POST',
  path: string,
  body?: unknown,
): WorkflowAction {
  return asIdentity(method, `${graph}/v1.0${path}`, graph, body)
}

export function asIdentity(method: string, uri: string, audience: string, body?: unknown): WorkflowAction {
  const authentication = { type: 'ManagedServiceIdentity', audience }
  return { type: 'Http', inputs: { method, uri, authentication, ...(body !== undefined && { body }) } }
}

/** Ends the run there. */
export function ends(how: 'Succeeded' | 'Failed' | 'Cancelled', code?: string, message?: string): WorkflowAction {
  const runError = code === undefined ? {} : { runError: { code, message } }
  return { type: 'Terminate', inputs: { runStatus: how, ...runError } }
}
