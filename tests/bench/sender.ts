import { Agent, request } from 'node:http'
import { z } from 'zod'

export interface Reply {
  status: number
  text: string
}

/** A sender with at most so many connections, kept open. */
export interface Sender {
  post(url: string, body: string): Promise<Reply>
  close(): void
}

export function openSender(connections: number): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return {
    post: (url, body) =>
      new Promise((done, failed) => {
        const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
        const outgoing = request(url, { method: 'POST', agent, headers }, answer => {
          let text = ''
          answer.setEncoding('utf8')
          answer.on('data', (chunk: string) => {
            text += chunk
          })
          answer.on('end', () => done({ status: answer.statusCode ?? 0, text }))
          answer.on('error', failed)
          answer.on('aborted', () => failed(new Error('the answer broke off')))
        })
        outgoing.on('error', failed)
        outgoing.end(body)
      }),
    close: () => agent.destroy(),
  }
}

const Taken = z.object({ accepted: z.array(z.object({ findingId: z.string() })) })

/** The finding an acknowledged event is; undefined when it was not acknowledged. */
export function findingIn({ status, text }: Reply): string | undefined {
  return status === 202 ? Taken.parse(JSON.parse(text)).accepted[0]?.findingId : undefined
}
