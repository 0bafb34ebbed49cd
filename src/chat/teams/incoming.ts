import type { IncomingHttpHeaders } from 'node:http'
import type { CloudAdapter } from 'botbuilder'
import { Problem } from '../../errors.ts'
import type { HttpReply } from '../../route.ts'

/** What an invoke is answered with; the status is HTTP's. */
export interface InvokeReply {
  status: number
  body?: object
}

export interface Incoming {
  /** Verifies the sender, then runs the turn; what it returns answers an invoke. Unverified senders get 401 and not a word. */
  receive(
    headers: IncomingHttpHeaders,
    body: Record<string, unknown>,
    turn: () => Promise<InvokeReply | undefined>,
  ): Promise<HttpReply>
}

export function incoming(adapter: CloudAdapter): Incoming {
  async function receive(
    headers: IncomingHttpHeaders,
    body: Record<string, unknown>,
    turn: () => Promise<InvokeReply | undefined>,
  ) {
    const seen: { verified: boolean; thrown?: unknown } = { verified: false }
    const answer = captured()
    await adapter.process(
      { method: 'POST', headers: { authorization: headers.authorization }, body },
      answer.response,
      async context => {
        seen.verified = true
        try {
          const reply = await turn()
          if (reply !== undefined) await context.sendActivity({ type: 'invokeResponse', value: reply })
        } catch (thrown) {
          seen.thrown = thrown
        }
      },
    )
    if (seen.thrown !== undefined) throw seen.thrown
    return seen.verified ? answer.reply() : unverified(answer.reply())
  }

  return { receive }
}

/** The response object that the SDK writes to. */
function captured() {
  const reply: { status: number; body?: unknown } = { status: 500 }
  const response = {
    socket: undefined,
    status: (code: number) => {
      reply.status = code
    },
    header: () => undefined,
    send: (body: unknown) => {
      reply.body = body
    },
    end: () => undefined,
  }
  return { response, reply: (): HttpReply => ({ status: reply.status, ...bodyOf(reply.body) }) }
}

function bodyOf(body: unknown): { body?: string | object } {
  return typeof body === 'string' || (typeof body === 'object' && body !== null) ? { body } : {}
}

/** The SDK says 500 with its reason for some forged tokens. Only where the keys could not be fetched may the same token be right later. */
function unverified({ body }: HttpReply): HttpReply {
  const reason = typeof body === 'string' ? body : ''
  if (/^(Failed to load|request to )/.test(reason))
    throw new Problem('ChatUnavailable', 'The keys of Teams could not be fetched.')
  return { status: 401 }
}
