import type { HttpClient, HttpMethods, Pipeline, PipelinePolicy } from '@azure/core-rest-pipeline'
import { z } from 'zod'
import { Problem } from '../errors.ts'
import type { Cloud } from './cloud.ts'
import { readErrorBody, refused } from './to-error.ts'

/** What every client of Azure accepts as a credential. */
export interface Credential {
  getToken(scopes: string | string[]): Promise<{ token: string; expiresOnTimestamp: number } | null>
}

/** Calls to the management API by path, through the same pipeline as the clients. Paths start with a slash, their parts encoded. */
export interface Raw {
  send(method: HttpMethods, path: string, apiVersion: string, body?: object): Promise<string>
  /** Follows the links; each page is the items as they came. */
  pages(path: string, apiVersion: string): AsyncGenerator<unknown[]>
}

interface RawParts {
  cloud: Cloud
  transport: HttpClient
  patience: PipelinePolicy
  userAgent: string
  scope: string
  credential(): Promise<Credential>
}

/** Bounds a list whose links never end; the largest real one is about 500 pages. */
export const mostPages = 5000

const Page = z.object({ value: z.array(z.unknown()), nextLink: z.string().nullish() })

export function createRaw(parts: RawParts): Raw {
  let pipeline: Promise<Pipeline> | undefined

  async function request(method: HttpMethods, url: string, content?: object): Promise<string> {
    pipeline ??= createPipeline(parts)
    const { createHttpHeaders, createPipelineRequest } = await import('@azure/core-rest-pipeline')
    const headed = { headers: createHttpHeaders({ 'content-type': 'application/json' }), body: JSON.stringify(content) }
    const asked = createPipelineRequest({ url, method, ...(content === undefined ? {} : headed) })
    const response = await (await pipeline).sendRequest(parts.transport, asked)
    const { status, headers, bodyAsText } = response
    if (status >= 200 && status < 300) return bodyAsText ?? ''
    throw refused({ status, refusal: readErrorBody(bodyAsText) ?? { code: '', message: '' }, headers })
  }

  async function* pages(path: string, apiVersion: string): AsyncGenerator<unknown[]> {
    const visited = new Set<string>()
    let url: string | undefined = addressOf(path, apiVersion)
    while (url !== undefined) {
      if (visited.has(url) || visited.size === mostPages) throw endless()
      visited.add(url)
      const page = readPage(await request('GET', url))
      yield page.value
      url = page.nextLink || undefined
    }
  }

  const addressOf = (path: string, apiVersion: string) => `${parts.cloud.arm}${path}?api-version=${apiVersion}`
  return { send: (method, path, apiVersion, body) => request(method, addressOf(path, apiVersion), body), pages }
}

async function createPipeline(parts: RawParts): Promise<Pipeline> {
  const { bearerTokenAuthenticationPolicy, createPipelineFromOptions } = await import('@azure/core-rest-pipeline')
  const pipeline = createPipelineFromOptions({
    userAgentOptions: { userAgentPrefix: parts.userAgent },
    retryOptions: { maxRetries: 0 },
  })
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential: await parts.credential(), scopes: parts.scope }), {
    phase: 'Sign',
  })
  pipeline.addPolicy(parts.patience, { afterPhase: 'Sign' })
  return pipeline
}

/** A page as Azure wrote it. */
export function readPage(text: string): z.infer<typeof Page> {
  return readAs(Page, text)
}

/** An answer that was cut off is no different from none. */
export function readAs<Schema extends z.ZodType>(schema: Schema, text: string): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    throw new Problem('AzureUnavailable', "Azure's answer was cut off or not readable.")
  }
}

export function endless(): Problem {
  return new Problem('AzureRefused', 'Azure sent a list that does not end.')
}
