import { inline, short } from '../../cards/text.ts'
import { Problem } from '../errors.ts'

/** A file that somebody attached to a message to the bot, where the platform keeps it. */
export interface Attached {
  name: string
  url: string
  headers?: Record<string, string>
}

/** What a chat takes pasted, in bytes. */
const mostBytes = 200_000

/**
 * The line as typed with the file's text behind it, as if it were pasted. Only addresses that the platform keeps files at are asked: the message
 * comes from outside. Problems name the file; its content is in none of them.
 */
export async function withFile(
  typed: string,
  files: Attached[],
  { isTheirs, patienceMs }: { isTheirs(address: URL): boolean; patienceMs: number },
): Promise<string> {
  const [file] = files
  if (file === undefined) return typed
  const name = `"${short(inline(file.name), 80)}"`
  if (files.length > 1) throw wrong(file, `Attach one file at a time; these are ${files.length}.`)
  if (!URL.canParse(file.url) || !isTheirs(new URL(file.url))) throw wrong(file, `${name} can't be read: it lies somewhere else.`)
  const bytes = await fetched(file, patienceMs).catch((cause: unknown) => {
    throw new Problem('ChatUnavailable', `${name} can't be fetched at the moment.`, { cause })
  })
  if (bytes === undefined) throw wrong(file, `The bot may not read ${name}, or it is gone.`)
  return `${typed}\n${textIn(bytes, file, name)}`
}

/** Undefined when it is not to be had. A line that breaks in the middle is thrown, as one that never stood. */
async function fetched({ url, headers = {} }: Attached, patienceMs: number): Promise<Buffer | undefined> {
  const { ok, body } = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(patienceMs) })
  return ok && body !== null ? start(body) : undefined
}

/** A little more than may be taken at the most: enough to tell that it is too much. */
async function start(body: ReadableStream<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body) {
    pieces.push(piece)
    length += piece.length
    if (length > mostBytes) break
  }
  return Buffer.concat(pieces)
}

function textIn(bytes: Buffer, file: Attached, name: string): string {
  if (bytes.length > mostBytes) throw wrong(file, `${name} is too large: a chat takes ${mostBytes / 1000} kB.`)
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (!text.includes('\0')) return text
  } catch {
    // Not UTF-8: said below.
  }
  throw wrong(file, `${name} is no text in UTF-8.`)
}

function wrong(file: Attached, sentence: string): Problem {
  return new Problem('BadInput', sentence, { field: short(inline(file.name), 80) })
}
