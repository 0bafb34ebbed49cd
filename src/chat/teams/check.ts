import { ConfigurationServiceClientCredentialFactory } from 'botbuilder'
import { Problem } from '../../errors.ts'
import { mask } from '../../log.ts'
import { type BotSettings, checked } from './settings.ts'

const publicCloud = 'https://login.microsoftonline.com'

/** Asks for a token with the bot's credentials; Unauthenticated, with the reason that Entra gives, when there is none. */
export async function askTeams(settings: BotSettings, withoutAuth: boolean): Promise<void> {
  const { appId, settings: own, scope } = checked(settings, withoutAuth, undefined)
  if (withoutAuth) return
  const tenant = own.MicrosoftAppTenantId ?? 'botframework.com'
  const factory = new ConfigurationServiceClientCredentialFactory({ ...own })
  try {
    const credentials = await factory.createCredentials(
      appId,
      scope,
      own.ToChannelFromBotLoginUrl ?? `${publicCloud}/${tenant}`,
      true,
    )
    if (!('getToken' in credentials) || typeof credentials.getToken !== 'function') return
    await credentials.getToken(true)
  } catch (thrown) {
    const reason = mask(thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 300)
    throw new Problem('Unauthenticated', `Entra gives the bot no token: ${reason}`, { cause: thrown })
  }
}
