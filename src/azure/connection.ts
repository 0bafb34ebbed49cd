import type { AuthorizationManagementClient } from '@azure/arm-authorization'
import type { LogicManagementClient } from '@azure/arm-logic'
import type { SubscriptionClient } from '@azure/arm-resources-subscriptions'
import type { DeploymentsClient } from '@azure/arm-resourcesdeployments'
import type { SecurityCenter } from '@azure/arm-security'
import type { HttpClient, PipelinePolicy } from '@azure/core-rest-pipeline'
import type { Cloud } from './cloud.ts'
import { type Credential, createRaw, type Raw } from './raw.ts'

/** The official clients, each loaded when first needed, all over one transport, one credential and one patience. */
export interface Connection {
  cloud: Cloud
  security(subscription: string): Promise<SecurityCenter>
  logic(subscription: string): Promise<LogicManagementClient>
  authorization(): Promise<AuthorizationManagementClient>
  subscriptions(): Promise<SubscriptionClient>
  deployments(subscription: string): Promise<DeploymentsClient>
  /** For calls that no client has a method for. */
  raw: Raw
}

interface ConnectionParts {
  cloud: Cloud
  transport: HttpClient
  patience: PipelinePolicy
  token?: string
  userAgent: string
}

/** Any subscription; the client for roles takes one but its calls by scope don't use it. */
const noSubscription = '00000000-0000-0000-0000-000000000000'

export function createConnection(parts: ConnectionParts): Connection {
  const { cloud, transport, patience, userAgent } = parts
  const scope = `${cloud.arm}/.default`
  const credential = once(async () => (parts.token === undefined ? defaultCredential(cloud) : staticCredential(parts.token)))
  const common = {
    endpoint: cloud.arm,
    httpClient: transport,
    userAgentOptions: { userAgentPrefix: userAgent },
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [{ policy: patience, position: 'perRetry' as const }],
  }
  const classic = () => ({ ...common, credentialScopes: [scope] })
  const modern = () => ({ ...common, credentials: { scopes: [scope] } })
  return {
    cloud,
    security: perKey(async subscription => {
      const { SecurityCenter } = await import('@azure/arm-security')
      return new SecurityCenter(await credential(), subscription, classic())
    }),
    logic: perKey(async subscription => {
      const { LogicManagementClient } = await import('@azure/arm-logic')
      return new LogicManagementClient(await credential(), subscription, classic())
    }),
    authorization: once(async () => {
      const { AuthorizationManagementClient } = await import('@azure/arm-authorization')
      return new AuthorizationManagementClient(await credential(), noSubscription, classic())
    }),
    subscriptions: once(async () => {
      const { SubscriptionClient } = await import('@azure/arm-resources-subscriptions')
      return new SubscriptionClient(await credential(), modern())
    }),
    deployments: perKey(async subscription => {
      const { DeploymentsClient } = await import('@azure/arm-resourcesdeployments')
      return new DeploymentsClient(await credential(), subscription, modern())
    }),
    raw: createRaw({ ...parts, scope, credential }),
  }
}

async function defaultCredential(cloud: Cloud): Promise<Credential> {
  const { DefaultAzureCredential } = await import('@azure/identity')
  return new DefaultAzureCredential({ authorityHost: cloud.authority })
}

const dayMs = 86_400_000

function staticCredential(token: string): Credential {
  return { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + dayMs }) }
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  const get = perKey(make)
  return () => get('')
}

function perKey<Value>(make: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const made = new Map<string, Promise<Value>>()
  return key => {
    const existing = made.get(key)
    if (existing !== undefined) return existing
    const value = make(key)
    value.catch(() => made.delete(key))
    made.set(key, value)
    return value
  }
}
