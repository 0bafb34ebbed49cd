import { CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder'
import { Problem } from '../../errors.ts'
import { connectorHttp } from './connector-http.ts'
import { type Incoming, incoming } from './incoming.ts'
import { type Outgoing, outgoing } from './outgoing.ts'
import type { Checked } from './settings.ts'
import { fetchToken, openSignIn } from './sign-in.ts'

/** The Bot Framework as the rest of this folder sees it. */
export type Adapter = Incoming & Outgoing

export function openAdapter(checked: Checked, withoutAuth: boolean, signInMs: number): Adapter {
  const validateClaims = (claims: { type: string; value: string }[]) => onlyFrom(checked.issuer, claims)
  const authentication = new ConfigurationBotFrameworkAuthentication(
    { ...checked.settings },
    undefined,
    { requiredEndorsements: [], validateClaims },
    undefined,
    { httpClient: connectorHttp(withoutAuth) },
  )
  const adapter = new CloudAdapter(authentication)
  const signedIn = withoutAuth ? async () => undefined : openSignIn(() => fetchToken(checked, { anew: false }), signInMs)
  return { ...incoming(adapter), ...outgoing(adapter, checked, signedIn) }
}

/** Channel tokens only: tokens of other bots, and the bot's own (which "emulators" use), speak for nobody. */
async function onlyFrom(issuer: string, claims: { type: string; value: string }[]): Promise<void> {
  if (!claims.some(({ type, value }) => type === 'iss' && value === issuer)) throw new Problem('Unauthenticated')
}
