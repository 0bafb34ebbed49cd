import type { IncomingHttpHeaders } from 'node:http'
import { CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder'
import { Problem } from '../../errors.ts'
import type { HttpReply } from '../../route.ts'
import type { Address } from './address.ts'
import { connectorHttp } from './connector-http.ts'
import { incoming } from './incoming.ts'
import { outgoing } from './outgoing.ts'
import type { Checked } from './settings.ts'

/** What Teams shows: one card with the line that notifications read. */
export interface Message {
  summary: string
  card: object
}

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

/** Failures of sending are Problems. */
export interface Outgoing {
  /** Returns the activity's id. */
  send(to: Address, message: Message): Promise<string>
  update(to: Address, activityId: string, message: Message): Promise<void>
  /** The one-to-one chat with a person seen at `to`; Teams gives the same each time. */
  chatWith(to: Address, userId: string): Promise<Address>
}

/** The Bot Framework as the rest of this folder sees it. */
export type Adapter = Incoming & Outgoing

export function openAdapter(checked: Checked, withoutAuth: boolean): Adapter {
  const validateClaims = (claims: { type: string; value: string }[]) => onlyFrom(checked.issuer, claims)
  const authentication = new ConfigurationBotFrameworkAuthentication(
    { ...checked.settings },
    undefined,
    { requiredEndorsements: [], validateClaims },
    undefined,
    { httpClient: connectorHttp(withoutAuth) },
  )
  const adapter = new CloudAdapter(authentication)
  return { ...incoming(adapter), ...outgoing(adapter, checked) }
}

/** Channel tokens only: tokens of other bots, and the bot's own (which "emulators" use), speak for nobody. */
async function onlyFrom(issuer: string, claims: { type: string; value: string }[]): Promise<void> {
  if (!claims.some(({ type, value }) => type === 'iss' && value === issuer)) throw new Problem('Unauthenticated')
}
