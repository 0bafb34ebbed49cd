import type { PipelineRequestOptions, PipelineResponse } from '@azure/core-rest-pipeline'
import { type Cloud, isLoopback } from './cloud.ts'

/**
 * An address that carries its own signature, as Azure gives them out for triggers and for what runs recorded: https, or http on this machine
 * while something here stands in for Azure. Undefined when it can't be used safely. The address is a secret.
 */
export function signedAddress(value: string, { swap }: Cloud): URL | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined
  const local = url?.protocol === 'http:' && swap !== undefined && isLoopback(url)
  return url === undefined || (url.protocol !== 'https:' && !local) || url.username !== '' ? undefined : url
}

/** Sends it once: without a token (signature and token together are refused), retries, redirects or log. */
export async function sendSigned(address: URL, options: Omit<PipelineRequestOptions, 'url'>): Promise<PipelineResponse> {
  const { createDefaultHttpClient, createEmptyPipeline, createPipelineRequest, proxyPolicy } = await import(
    '@azure/core-rest-pipeline'
  )
  const request = createPipelineRequest({ ...options, url: address.href, allowInsecureConnection: address.protocol === 'http:' })
  const pipeline = createEmptyPipeline()
  // Only the way out, which on this machine needs no proxy.
  if (address.protocol === 'https:') pipeline.addPolicy(proxyPolicy())
  return await pipeline.sendRequest(createDefaultHttpClient(), request)
}
