import { z } from 'zod'
import { own } from '../table.ts'
import { flowId } from './callback.ts'
import type { Workflow } from './logic.ts'
import type { State } from './state.ts'
import { descending63 } from './ticks.ts'

export const workflowType = 'Microsoft.Logic/workflows'

/** Addresses that Azure would have firewalls let through; from the ranges kept for documentation. */
const endpoints = {
  workflow: {
    outgoingIpAddresses: [{ address: '192.0.2.10' }, { address: '192.0.2.11' }],
    accessEndpointIpAddresses: [{ address: '198.51.100.10' }],
  },
  connector: { outgoingIpAddresses: [{ address: '203.0.113.0/28' }] },
}

export function versionOf(app: Workflow): string {
  return descending63(app.changed)
}

export function workflowBody(state: State, app: Workflow): object {
  return {
    id: app.id,
    name: app.name,
    type: workflowType,
    location: app.location,
    tags: app.tags,
    ...(app.identity !== undefined && { identity: app.identity }),
    properties: {
      provisioningState: 'Succeeded',
      createdTime: app.created.toISOString(),
      changedTime: app.changed.toISOString(),
      state: app.enabled ? 'Enabled' : 'Disabled',
      version: versionOf(app),
      accessEndpoint: `${state.origin}/workflows/${flowId(app)}`,
      ...app.settings,
      definition: app.definition,
      parameters: openParameters(app),
      endpointsConfiguration: endpoints,
    },
  }
}

const Declared = z.record(z.string(), z.looseObject({ type: z.string() }))

/** Values of secure parameters go in and never come out. */
function openParameters({ definition, parameters }: Workflow): Record<string, unknown> {
  const declared = Declared.safeParse(definition.parameters).data ?? {}
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !/^secure/i.test(own(declared, name)?.type ?? '')))
}

export function versionReference(app: Workflow): { id: string; name: string; type: string } {
  const name = versionOf(app)
  return { id: `${app.id}/versions/${name}`, name, type: `${workflowType}/versions` }
}

export function triggerBody(app: Workflow, name: string): object {
  const { recurrence } = own(app.definition.triggers, name) ?? {}
  return {
    id: `${app.id}/triggers/${name}`,
    name,
    type: `${workflowType}/triggers`,
    properties: {
      provisioningState: 'Succeeded',
      createdTime: app.created.toISOString(),
      changedTime: app.changed.toISOString(),
      state: app.enabled ? 'Enabled' : 'Disabled',
      status: app.enabled ? 'Waiting' : 'Suspended',
      ...(recurrence !== undefined && { recurrence }),
      workflow: versionReference(app),
    },
  }
}
