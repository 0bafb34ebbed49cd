import type { HttpClient, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline'
import { Problem } from '../errors.ts'
import type { Cloud } from './cloud.ts'
import { gate } from './gate.ts'

const atOnce = 16

/**
 * The one HTTP client under all Azure clients: shares connections, bounds how many requests run at once and how long each may take, sends
 * nothing (and so no token) to another origin, and swaps the origin when a loopback address stands in for Azure.
 */
export function createTransport(cloud: Cloud, timeLimitMs: number): HttpClient {
  const through = gate(atOnce)
  const client = lazyClient()
  return {
    async sendRequest(request) {
      if (new URL(request.url).origin !== cloud.arm)
        throw new Problem('AzureRefused', 'Azure pointed to an address that is not its own.')
      request.timeout ||= timeLimitMs
      const { swap } = cloud
      return through(async () =>
        swap === undefined ? (await client()).sendRequest(request) : swapped(await client(), request, swap),
      )
    },
  }
}

/**
 * The clients read `request.url` again afterwards: it must be back in place when this returns. A proxy that the environment names for https
 * came in with the request as its agent; on this machine none is needed.
 */
async function swapped(client: HttpClient, request: PipelineRequest, swap: URL): Promise<PipelineResponse> {
  const { url } = request
  request.url = swap.origin + url.slice(new URL(url).origin.length)
  request.allowInsecureConnection = true
  delete request.agent
  try {
    return await client.sendRequest(request)
  } finally {
    request.url = url
  }
}

function lazyClient(): () => Promise<HttpClient> {
  let client: Promise<HttpClient> | undefined
  return () => {
    client ??= import('@azure/core-rest-pipeline').then(library => library.createDefaultHttpClient())
    return client
  }
}
