import { ConfigurationServiceClientCredentialFactory } from 'botbuilder'
import { Problem } from '../../errors.ts'
import type { Checked } from './settings.ts'

const publicCloud = 'https://login.microsoftonline.com'

/** Gets the bot's own token into the SDK's cache, which every call of this process shares. Throws what the SDK throws. */
export async function fetchToken({ appId, settings, scope }: Checked, options: { anew: boolean }): Promise<void> {
  const factory = new ConfigurationServiceClientCredentialFactory({ ...settings })
  const login = settings.ToChannelFromBotLoginUrl ?? `${publicCloud}/${settings.MicrosoftAppTenantId ?? 'botframework.com'}`
  const credentials = await factory.createCredentials(appId, scope, login, true)
  if (!('getToken' in credentials) || typeof credentials.getToken !== 'function') return
  await credentials.getToken(options.anew)
}

/**
 * Signs the bot in before it calls Teams, so that a call whose token is not to be had is known to have sent nothing. The SDK asks a token
 * endpoint that is down for more than a minute: it goes on asking, once for all calls, and nobody waits longer than `patienceMs`.
 */
export function openSignIn(fetch: () => Promise<void>, patienceMs: number): () => Promise<void> {
  let underWay: Promise<void> | undefined

  return async function signedIn() {
    underWay ??= fetch().finally(() => {
      underWay = undefined
    })
    try {
      await Promise.race([underWay, after(patienceMs)])
    } catch (thrown) {
      throw new Problem('ChatUnavailable', sentence, { cause: thrown })
    }
  }
}

const sentence = 'The bot could not sign in to Teams.'

function after(ms: number): Promise<never> {
  return new Promise((_resolve, reject) => setTimeout(() => reject(new Error(`no token within ${ms} ms`)), ms).unref())
}
