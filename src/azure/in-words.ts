import { z } from 'zod'
import { tableOf } from '../table.ts'
import { ownIdentity, whoAsks } from './asker.ts'
import { rolesWith } from './built-in-roles.ts'

/** A refusal as ARM writes it, at any level: of a request, of a resource in a deployment. */
export interface Refusal {
  code: string
  message: string
  details?: Refusal[] | undefined
  additionalInfo?: unknown
}

export const Refusal: z.ZodType<Refusal> = z.object({
  code: z.string().catch(''),
  message: z.string().catch(''),
  get details() {
    return z
      .array(Refusal)
      .nullish()
      .catch(undefined)
      .transform(list => list ?? undefined)
  },
  additionalInfo: z.unknown().optional(),
})
const Wrapped = z.object({ error: Refusal })

/** These say only that something in them failed. */
const wrappers = ['DeploymentFailed', 'InvalidTemplateDeployment', 'ResourceDeploymentFailure', 'MultipleErrorsOccurred']
const deepest = 10

const Violations = z.array(
  z.object({
    type: z.literal('PolicyViolation'),
    info: z.object({
      policyAssignmentDisplayName: z.string().optional(),
      policyAssignmentName: z.string().optional(),
      policyDefinitionDisplayName: z.string().optional(),
    }),
  }),
)

/** Texts are those of the gateway (public; azure-simulator.md section 3). */
const words = tableOf<(refusal: Refusal) => string | undefined>({
  AuthorizationFailed: ({ message }) => lacking(message, /perform action '([^']+)' over scope '([^']+)'/),
  LinkedAuthorizationFailed: ({ message }) => lacking(message, /action\(s\) '([^']+)' on the linked scope\(s\) '([^']+)'/),
  PreconditionFailed: () => 'Someone else changed it in the meantime.',
  ScopeLocked: ({ message }) => {
    const [, scope] = /locked: '([^']+)'/.exec(message) ?? []
    return scope === undefined ? undefined : `A lock on ${placeOf(scope)} prevents this change. Remove the lock, then try again.`
  },
  RequestDisallowedByPolicy: refusal =>
    `${policyOf(refusal)} forbids it. Ask its owner for an exemption, or change what it forbids.`,
  InvalidTemplate: ({ message }) => {
    const [, reason] = /validation failed: '(.+)'\.?$/s.exec(message) ?? []
    return reason === undefined ? undefined : `The template is not valid: ${reason}`
  },
  ResourceGroupNotFound: ({ message }) => {
    const [, group] = /Resource group '([^']+)'/.exec(message) ?? []
    return group === undefined ? undefined : `The resource group ${group} does not exist. Choose another one.`
  },
  InvalidResourceLocation: ({ message }) => {
    const [, name, location] = /resource '([^']+)' already exists in location '([^']+)'/.exec(message) ?? []
    return location === undefined ? undefined : `${name} already exists in ${location}. Choose another name.`
  },
  LocationNotAvailableForResourceType: ({ message }) => {
    const [, location, type] = /location '([^']+)' is not available for resource type '([^']+)'/.exec(message) ?? []
    return type === undefined ? undefined : `${type} can't be made in ${location}. Choose another region.`
  },
  DeploymentQuotaExceeded: () => 'The resource group keeps as many deployments as it may. Delete old ones there, then try again.',
  MissingSubscriptionRegistration: ({ message }) => {
    const [, namespace] = /namespace '([^']+)'/.exec(message) ?? []
    if (namespace === undefined) return undefined
    return `The subscription does not use ${namespace} yet. Register this resource provider there, then try again.`
  },
})

/** What a refusal means and what to do, as sentences; undefined when only Azure's own text says it. */
export function inWords(refusal: Refusal): string | undefined {
  const innermost = innermostOf(refusal)
  return words.get(innermost.code)?.(innermost)
}

/** The refusal that the others only wrap: among their details, or, as providers do in deployments, as JSON inside of the message. */
export function innermostOf(refusal: Refusal, depth = 0): Refusal {
  const [first] = wrappers.includes(refusal.code) ? (refusal.details ?? []) : []
  const inner = first ?? insideOf(refusal.message)
  return inner === undefined || depth === deepest ? refusal : innermostOf(inner, depth + 1)
}

function insideOf(message: string): Refusal | undefined {
  if (!message.trimStart().startsWith('{')) return undefined
  try {
    return Wrapped.safeParse(JSON.parse(message)).data?.error
  } catch {
    return undefined
  }
}

function lacking(message: string, pattern: RegExp): string | undefined {
  const [, action, scope] = pattern.exec(message) ?? []
  if (action === undefined || scope === undefined) return undefined
  const [role] = rolesWith(action)
  const who = role === undefined ? '' : `, which ${role} has`
  const [, client] = /^The client '([^']+)'/.exec(message) ?? []
  return `${whoAsks(client)} may not do this in Azure: it lacks ${action} on ${placeOf(scope)}${who}. Ask an owner there to give ${ownIdentity()} that.`
}

/** The newer form of the answer names the assignment aside, the older one only in the text. */
function policyOf({ message, additionalInfo }: Refusal): string {
  const [violation] = Violations.catch([]).parse(additionalInfo)
  const { policyAssignmentDisplayName, policyAssignmentName, policyDefinitionDisplayName } = violation?.info ?? {}
  const name = policyAssignmentDisplayName ?? policyDefinitionDisplayName ?? policyAssignmentName
  const [, quoted] = /"policyAssignment":\{"name":"([^"]+)"/.exec(message) ?? []
  const known = name ?? quoted
  return known === undefined ? 'A policy of your organisation' : `The policy "${known}"`
}

/** `/subscriptions/…/workflows/Notify-SOC` → `Notify-SOC in rg-soc`; what lies inside of a logic app is called by the app, a list by where it is. */
export function placeOf(scope: string): string {
  const { subscription, group, app, name } =
    /^\/?subscriptions\/(?<subscription>[^/]+)(?:\/resourceGroups\/(?<group>[^/]+))?(?:\/providers\/(?:Microsoft\.Logic\/workflows\/(?<app>[^/]+)(?:\/.*)?|[^/]+(?:\/[^/]+\/(?<name>[^/]+))*(?:\/[^/]+)?))?\/?$/i.exec(
      scope,
    )?.groups ?? {}
  const named = app ?? name
  if (subscription === undefined) return scope
  if (named !== undefined) return group === undefined ? named : `${named} in ${group}`
  return group === undefined ? `the subscription ${subscription}` : `the resource group ${group}`
}
