import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import type { Breach, Exchange } from './exchange.ts'
import { judgeByRules } from './rules.ts'
import { openSpecs, type Specs } from './specs.ts'

export interface Recorder {
  /** Where clients send what they would send to Azure. */
  origin: string
  exchanges: Exchange[]
  /** Everything wrong with what was exchanged so far, by the specifications and by the rules they do not hold. */
  breaches(): Promise<Breach[]>
  stop(): Promise<void>
}

let specs: Promise<Specs> | undefined

/** Stands between any client and anything that plays Azure: records all, judges on demand. */
export async function recordAndJudge(target: string): Promise<Recorder> {
  const exchanges: Exchange[] = []
  const server = createServer((incoming, outgoing) => void pass(target, incoming, outgoing, exchanges))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`,
    exchanges,
    async breaches() {
      const found = await Promise.all(exchanges.map(judgeExchange))
      return found.flat()
    },
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

export async function judgeExchange(exchange: Exchange): Promise<Breach[]> {
  specs ??= openSpecs()
  return [...(await (await specs).judge(exchange)), ...judgeByRules(exchange)]
}

async function pass(target: string, incoming: IncomingMessage, outgoing: ServerResponse, exchanges: Exchange[]): Promise<void> {
  const { method = '', url = '' } = incoming
  const headers = flat(incoming)
  const body = await text(incoming)
  const { host: _host, 'accept-encoding': _encoding, ...kept } = headers
  const forwarded = send(target + url, { method, headers: kept }, async answer => {
    const answered = await text(answer)
    const answerHeaders = flat(answer)
    exchanges.push({ method, url, headers, body, status: answer.statusCode ?? 0, answerHeaders, answer: answered })
    const { 'transfer-encoding': _transfer, connection: _connection, ...passed } = answerHeaders
    outgoing.writeHead(answer.statusCode ?? 0, passed).end(answered)
  })
  forwarded.on('error', () => void outgoing.destroy())
  forwarded.end(body)
}

function flat({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

async function text(stream: IncomingMessage): Promise<string> {
  let all = ''
  stream.setEncoding('utf8')
  for await (const chunk of stream) all += chunk
  return all
}
