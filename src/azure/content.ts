import { Problem } from '../errors.ts'
import type { Connection } from './connection.ts'
import { sendSigned, signedAddress } from './signed.ts'

/** An event is at most 1 MiB; what is larger is none. */
const mostBytes = 2 * 1024 * 1024

interface Link {
  uri?: string
  contentSize?: number
}

/**
 * What a run recorded, behind a signed link (a secret) that is good for some hours. Undefined when it is gone, too large, no JSON, or not to be
 * had safely: then nothing is known of it. AzureUnavailable when asking again may help.
 */
export async function readContent(
  { cloud }: Connection,
  { timeLimitMs }: { timeLimitMs: number },
  link?: Link,
): Promise<unknown> {
  const address = signedAddress(link?.uri ?? '', cloud)
  if (address === undefined || (link?.contentSize ?? 0) > mostBytes) return undefined
  const text = await load(address, timeLimitMs)
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

async function load(address: URL, timeLimitMs: number): Promise<string | undefined> {
  const abortSignal = AbortSignal.timeout(timeLimitMs)
  try {
    const { status, readableStreamBody } = await sendSigned(address, {
      method: 'GET',
      streamResponseStatusCodes: new Set([Number.POSITIVE_INFINITY]),
      abortSignal,
    })
    const text = readableStreamBody === undefined ? undefined : await bounded(readableStreamBody)
    if (status >= 500 || status === 429) throw unavailable()
    return status === 200 ? text : undefined
  } catch (thrown) {
    throw thrown instanceof Problem ? thrown : unavailable()
  }
}

/** Stops at the bound, whatever length was announced. */
async function bounded(stream: AsyncIterable<unknown>): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    const piece = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    bytes += piece.length
    if (bytes > mostBytes) return undefined
    chunks.push(piece)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function unavailable(): Problem {
  return new Problem('AzureUnavailable', "What the run was started with can't be read at the moment.")
}
