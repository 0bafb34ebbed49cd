import { AuthorizationManagementClient } from '@azure/arm-authorization'
import { LogicManagementClient } from '@azure/arm-logic'
import { SubscriptionClient } from '@azure/arm-resources-subscriptions'
import { DeploymentsClient } from '@azure/arm-resourcesdeployments'
import { SecurityCenter } from '@azure/arm-security'
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline'

const endpoint = 'https://management.azure.com'

/** The clients refuse http, so the origin is swapped below them and put back: they read the address again afterwards. */
function swapping(origin: string): HttpClient {
  const client = createDefaultHttpClient()
  return {
    async sendRequest(request) {
      const { url } = request
      request.url = url.replace(endpoint, origin)
      request.allowInsecureConnection = true
      try {
        return await client.sendRequest(request)
      } finally {
        request.url = url
      }
    },
  }
}

/** The official clients, talking to `origin` as one principal. */
export function connectClients(origin: string, token: string, subscription: string) {
  const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) }
  const options = { endpoint, httpClient: swapping(origin), retryOptions: { maxRetries: 0 } }
  return {
    subscriptions: new SubscriptionClient(credential, options),
    security: new SecurityCenter(credential, subscription, options),
    logic: new LogicManagementClient(credential, subscription, options),
    deployments: new DeploymentsClient(credential, subscription, options),
    authorization: new AuthorizationManagementClient(credential, subscription, options),
  }
}
export type Clients = ReturnType<typeof connectClients>

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}
