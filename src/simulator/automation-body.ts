import { z } from 'zod'
import { ArmError, refused } from './arm-error.ts'
import type { Call } from './call.ts'
import type { Automation } from './state.ts'

export const automationType = 'Microsoft.Security/automations'

const RuleBody = z.object({
  propertyJPath: z.string().default(''),
  propertyType: z.string().default('String'),
  expectedValue: z.string().default(''),
  operator: z.string().default('Equals'),
})
const RuleSets = z.array(z.object({ rules: z.array(RuleBody).default([]) }))
const SourceBody = z.object({
  eventSource: z.string(),
  ruleSets: RuleSets.nullish().transform(sets => sets ?? []),
})
/** What each kind of action knows; other fields are ignored, as Azure does. */
const ActionBody = z.object({
  actionType: z.string(),
  logicAppResourceId: z.string().optional(),
  uri: z.string().optional(),
  eventHubResourceId: z.string().optional(),
  sasPolicyName: z.string().optional(),
  connectionString: z.string().optional(),
  workspaceResourceId: z.string().optional(),
})
const ScopeBody = z
  .object({ description: z.string().nullish(), scopePath: z.string().default('') })
  .transform(({ description, scopePath }) => ({ ...(typeof description === 'string' && { description }), scopePath }))
const Body = z.object({
  location: z.string(),
  tags: z
    .record(z.string(), z.string())
    .nullish()
    .transform(tags => tags ?? {}),
  etag: z.string().optional(),
  properties: z.object({
    description: z
      .string()
      .nullish()
      .transform(text => text ?? ''),
    isEnabled: z.boolean().default(true),
    scopes: z.array(ScopeBody).default([]),
    sources: z.array(SourceBody).default([]),
    actions: z.array(ActionBody).default([]),
  }),
})
export type Wanted = z.infer<typeof Body>

/** The body of a PUT, or of a PATCH laid over what is stored. */
export function readAutomation(call: Call, body: unknown): Wanted {
  const read = Body.safeParse(body)
  if (read.success) return read.data
  const [issue] = read.error.issues
  if (issue?.path[0] === 'location')
    throw new ArmError(400, 'LocationRequired', 'The location property is required for this definition.')
  throw refused(issue?.path.join('.') ?? 'properties', issue?.message ?? 'wrong type', call.state.noise.guid())
}

const PatchBody = z.object({
  tags: z.record(z.string(), z.string()).optional(),
  etag: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
})

/** What a PATCH leaves out stays, stored addresses too. */
export function readPatch(call: Call, { location, tags, properties }: Automation): Wanted {
  const patch = PatchBody.safeParse(call.body ?? {})
  if (!patch.success) throw refused('properties', patch.error.issues[0]?.message ?? 'wrong type', call.state.noise.guid())
  const { etag } = patch.data
  return readAutomation(call, {
    location,
    tags: patch.data.tags ?? tags,
    ...(etag !== undefined && { etag }),
    properties: { ...properties, ...patch.data.properties },
  })
}

/** Addresses and connection strings go in and never come out. */
export function automationBody({ id, name, location, tags, etag, properties }: Automation): object {
  const actions = properties.actions.map(({ uri: _uri, connectionString: _connection, ...action }) => action)
  return { id, name, type: automationType, kind: '', location, tags, etag, properties: { ...properties, actions } }
}
