import { z } from 'zod'
import { Kind } from './event.ts'
import { Person } from './person.ts'

export const DeploymentState = z.enum(['starting', 'running', 'succeeded', 'failed', 'cancelled'])
export type DeploymentState = z.infer<typeof DeploymentState>

/** One resource of a deployment and how far it is. */
export const DeployedResource = z.object({
  name: z.string(),
  /** `Microsoft.Logic/workflows` */
  type: z.string(),
  state: DeploymentState,
  error: z.string().optional(),
})
export type DeployedResource = z.infer<typeof DeployedResource>

export const IdentityRole = z.object({
  /** A built-in role, or an application permission of Microsoft Graph. */
  role: z.string(),
  /** Where: a resource id, or in words. */
  on: z.string(),
  /** What the logic app does with it: `read this one secret`. */
  to: z.string().optional(),
  /** Who can give it; an owner of what it is on when absent. */
  by: z.string().optional(),
})
export type IdentityRole = z.infer<typeof IdentityRole>

/** A logic app being made from a template, as its card shows it. */
export const Deployment = z.object({
  type: z.literal('deployment'),
  /** Where ARM keeps it. */
  subscription: z.string(),
  group: z.string(),
  /** Name in ARM, made from the request: the same click can only ever be this deployment. */
  name: z.string(),
  /** Which template, by its name in the table of templates. */
  template: z.string(),
  /** What was filled in, as it was typed: to try again with. */
  values: z.record(z.string(), z.string()),
  appName: z.string(),
  /** Which event starts it. */
  kind: Kind.optional(),
  /** ARM id, with leading slash, that the logic app will have. */
  appId: z.string(),
  /** Its page in the portal. */
  link: z.string(),
  by: Person,
  startedAt: z.string(),
  endedAt: z.string().optional(),
  state: DeploymentState,
  resources: z.array(DeployedResource),
  /** ARM's reason, and what to do, as sentences. */
  error: z.string().optional(),
  /** Connections that a person must still sign in to in the portal, by name. */
  toAuthorise: z.array(z.string()),
  /** What its identity must be given before it works. */
  roles: z.array(IdentityRole),
})
export type Deployment = z.infer<typeof Deployment>

/** Nothing more will happen to it. */
export function isOver({ state }: { state: DeploymentState }): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled'
}
