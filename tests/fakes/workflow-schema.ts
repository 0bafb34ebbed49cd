import { z } from 'zod'

/** The shape of a workflow definition. Source: schema reference and trigger and action reference of Azure Logic Apps (Microsoft Learn, 2024). */

const Host = z.strictObject({
  connection: z.strictObject({ name: z.string().regex(/^@parameters\('\$connections'\)\['[a-z0-9]+'\]\['connectionId'\]$/) }),
})
const Identity = z.strictObject({ type: z.literal('ManagedServiceIdentity'), audience: z.url() })
const Comparison = z.partialRecord(z.enum(['equals', 'greater', 'contains']), z.tuple([z.unknown(), z.unknown()]))
const Secure = z.strictObject({ secureData: z.strictObject({ properties: z.array(z.enum(['inputs', 'outputs'])) }) })

export const HttpInputs = z.strictObject({
  method: z.enum(['GET', 'PUT', 'POST', 'PATCH']),
  uri: z.string().regex(/^(https:\/\/|@\{?parameters\()/),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
  authentication: Identity.optional(),
})

const common = {
  runAfter: z.record(z.string(), z.array(z.enum(['Succeeded', 'Failed', 'Skipped', 'TimedOut'])).min(1)),
  limit: z.strictObject({ timeout: z.string().regex(/^P(T\d+H|\d+D)$/) }).optional(),
  runtimeConfiguration: Secure.optional(),
}

export interface Action {
  type: string
  runAfter: Record<string, string[]>
  inputs?: unknown
  foreach?: string
  expression?: unknown
  actions?: Actions
  else?: { actions: Actions }
  runtimeConfiguration?: z.infer<typeof Secure> | undefined
}
export type Actions = Record<string, Action>

/** Names as the designer takes them, at most 80 characters. */
const Actions = z.record(
  z.string().regex(/^\w{1,80}$/),
  z.lazy(() => Action),
)

/** Each kind with exactly the inputs that Azure takes. */
const Action: z.ZodType<Action> = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('ApiConnection'),
    inputs: z.strictObject({ host: Host, method: z.enum(['get', 'post']), path: z.string().startsWith('/'), body: z.unknown() }),
    ...common,
  }),
  z.strictObject({
    type: z.literal('ApiConnectionWebhook'),
    inputs: z.strictObject({
      host: Host,
      path: z.string().startsWith('/'),
      body: z.looseObject({ NotificationUrl: z.string() }),
    }),
    ...common,
  }),
  z.strictObject({ type: z.literal('Compose'), inputs: z.unknown(), ...common }),
  z.strictObject({
    type: z.literal('Foreach'),
    foreach: z.string().startsWith('@'),
    actions: Actions,
    ...common,
  }),
  z.strictObject({
    type: z.literal('Http'),
    inputs: HttpInputs,
    ...common,
  }),
  z.strictObject({
    type: z.literal('If'),
    expression: z.strictObject({ and: z.array(Comparison).min(1) }),
    actions: Actions,
    else: z.strictObject({ actions: Actions }),
    ...common,
  }),
  z.strictObject({ type: z.literal('Query'), inputs: z.strictObject({ from: z.string(), where: z.string() }), ...common }),
  z.strictObject({ type: z.literal('Select'), inputs: z.strictObject({ from: z.string(), select: z.unknown() }), ...common }),
  z.strictObject({
    type: z.literal('Terminate'),
    inputs: z
      .strictObject({
        runStatus: z.enum(['Succeeded', 'Failed', 'Cancelled']),
        runError: z.strictObject({ code: z.string(), message: z.string() }).optional(),
      })
      .refine(({ runStatus, runError }) => runError === undefined || runStatus === 'Failed'),
    ...common,
  }),
  z.strictObject({
    type: z.literal('Workflow'),
    inputs: z.strictObject({
      host: z.strictObject({ triggerName: z.string(), workflow: z.strictObject({ id: z.string() }) }),
      body: z.unknown(),
    }),
    ...common,
  }),
])

export const Definition = z.strictObject({
  $schema: z.literal('https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#'),
  contentVersion: z.string().regex(/^\d+(\.\d+){3}$/),
  parameters: z.record(
    z.string().max(80),
    z.strictObject({ type: z.enum(['String', 'Int', 'Bool', 'Object']), defaultValue: z.strictObject({}).optional() }),
  ),
  triggers: z.record(
    z.string().regex(/^\w{1,80}$/),
    z.strictObject({
      type: z.literal('ApiConnectionWebhook'),
      inputs: z.strictObject({
        host: Host,
        body: z.strictObject({ callback_url: z.literal('@{listCallbackUrl()}') }),
        path: z.string(),
      }),
      runtimeConfiguration: z.strictObject({ concurrency: z.strictObject({ runs: z.literal(1) }) }).optional(),
    }),
  ),
  actions: Actions,
  outputs: z.strictObject({}),
})
