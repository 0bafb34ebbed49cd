import { z } from 'zod'
import { ArmError, refused } from './arm-error.ts'
import type { Call } from './call.ts'
import type { Automation } from './state.ts'
import { Tags } from './tracked.ts'

export const automationType = 'Microsoft.Security/automations'

/** Everything below is loose: what the simulator does not know it keeps, so that a rule read and put back is the same rule. */
const RuleBody = z.looseObject({
  propertyJPath: z.string().default(''),
  propertyType: z.string().default('String'),
  expectedValue: z.string().default(''),
  operator: z.string().default('Equals'),
})
const RuleSets = z.array(z.looseObject({ rules: z.array(RuleBody).default([]) }))
const SourceBody = z.looseObject({ eventSource: z.string(), ruleSets: RuleSets.nullish() })
const ActionBody = z.looseObject({
  actionType: z.string(),
  logicAppResourceId: z.string().optional(),
  uri: z.string().optional(),
  eventHubResourceId: z.string().optional(),
  sasPolicyName: z.string().optional(),
  connectionString: z.string().optional(),
  workspaceResourceId: z.string().optional(),
})
const ScopeBody = z.looseObject({ description: z.string().nullish(), scopePath: z.string().default('') })
const Body = z.object({
  location: z.string(),
  tags: Tags,
  etag: z.string().optional(),
  kind: z.string().nullish(),
  metadata: z.unknown().optional(),
  properties: z.looseObject({
    description: z.string().nullish(),
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

export function namesActions(patch: unknown): boolean {
  return 'actions' in (PatchBody.safeParse(patch).data?.properties ?? {})
}

/** What a PATCH leaves out stays, stored addresses too. */
export function readPatch(call: Call, { location, tags, kind, metadata, properties }: Automation): Wanted {
  const patch = PatchBody.safeParse(call.body ?? {})
  if (!patch.success) throw refused('properties', patch.error.issues[0]?.message ?? 'wrong type', call.state.noise.guid())
  const { etag } = patch.data
  return readAutomation(call, {
    location,
    kind,
    metadata,
    tags: patch.data.tags ?? tags,
    ...(etag !== undefined && { etag }),
    properties: { ...properties, ...patch.data.properties },
  })
}

/** Addresses and connection strings go in and never come out. */
export function automationBody({ id, name, location, tags, etag, kind, metadata, properties }: Automation): object {
  const actions = properties.actions.map(({ uri: _uri, connectionString: _connection, ...action }) => action)
  return {
    id,
    name,
    type: automationType,
    kind: kind ?? '',
    location,
    tags,
    etag,
    ...(metadata !== undefined && { metadata }),
    properties: { ...properties, actions },
  }
}
