import { z } from 'zod'
import type { Config } from '../config.ts'
import { Failure, fileText, type Given, noMore, print, runCommand, settings, UsageError } from './command.ts'

const usage = `npm run replay -- FILE [--to ADDRESS]

Sends a saved body, one event or an array of them, to the running bot's POST /api/events with the first of EVENTS_KEYS: what it takes is
handled like any other event. ADDRESS is the bot's own (http://HOST:PORT) when not given; FILE may be - for standard input.
Exit code 0 when all of it was taken, 1 when not.`

const waitMs = 30_000
const Reply = z.object({
  accepted: z.array(z.object({ index: z.number(), findingId: z.string(), duplicate: z.boolean() })).default([]),
  rejected: z.array(z.object({ index: z.number(), path: z.string(), message: z.string() })).default([]),
  error: z.object({ message: z.string() }).optional(),
})
type Reply = z.infer<typeof Reply>

async function main({ words, options: { to } }: Given): Promise<number> {
  const [file, ...more] = words
  if (file === undefined) throw new UsageError('Say which file holds the events.')
  noMore(more)
  const config = settings()
  const body = await fileText(file)
  const { accepted, rejected, error } = await sent(body, to ?? ownAddress(config), config.EVENTS_KEYS?.[0])
  for (const { index, findingId, duplicate } of accepted)
    print(`${index + 1}: ${findingId}${duplicate ? ' (known already)' : ''}`)
  for (const { index, path, message } of rejected) print(`${index + 1}: not taken, ${path === '' ? '' : `${path}: `}${message}`)
  if (error !== undefined) print(`Not taken: ${error.message}`)
  return rejected.length === 0 && error === undefined ? 0 : 1
}

/** Where the bot listens, as seen from this machine. */
function ownAddress({ HOST, PORT }: Config): string {
  if (PORT === 0) throw new UsageError('PORT is 0, so the address is not known: give it by --to.')
  const host = ['0.0.0.0', '::'].includes(HOST) ? '127.0.0.1' : HOST
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT}`
}

async function sent(body: string, address: string, key: string | undefined): Promise<Reply> {
  if (!URL.canParse(address)) throw new UsageError(`${address} is no address.`)
  const headers = { 'content-type': 'application/json', ...(key !== undefined && { 'x-api-key': key }) }
  const url = new URL('/api/events', address)
  const signal = AbortSignal.timeout(waitMs)
  const response = await fetch(url, { method: 'POST', redirect: 'error', signal, headers, body }).catch(() => {
    throw new Failure(`Nothing answers at ${url.origin}. Start the bot, or give its address by --to.`)
  })
  const read = Reply.safeParse(await response.json().catch(() => undefined))
  if (!read.success) throw new Failure(`What answers at ${url.origin} is not this bot (HTTP ${response.status}).`)
  return read.data
}

await runCommand(usage, ['to'], main)
