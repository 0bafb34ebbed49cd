import { HTTPReceiver } from '@slack/bolt'
import type { Log } from '../../log.ts'
import type { RawRoute } from '../../route.ts'
import { type Installations, installationStore } from './installations.ts'
import { slackLogger } from './logger.ts'
import { webOptions } from './web.ts'

/** What the app may do in a workspace; `manifest/slack/manifest.yaml` says what each is for. */
export const scopes = [
  'app_mentions:read',
  'channels:history',
  'channels:read',
  'chat:write',
  'chat:write.public',
  'commands',
  'files:read',
  'groups:history',
  'groups:read',
  'im:history',
  'users:read',
] as const

export const installPath = '/slack/install'
export const installCallbackPath = '/slack/oauth_redirect'

export interface OAuthSettings {
  clientId: string
  clientSecret: string
  stateSecret: string
  /** The bot's own address, https. */
  publicUrl: string
  /** Another page of consent, for tests. */
  authorizeUrl?: string
}

export interface InstallDeps {
  installations: Installations
  /** Workspaces that may install; all when empty. */
  allowed: readonly string[]
  onInstalled(team: string): Promise<void>
  apiUrl?: string | undefined
  log: Log
}

/**
 * "Add to Slack" by the vendor's installer: state in a cookie and in the link, signed; the token goes to `installations`. A receiver of its
 * own, since Bolt's App takes no installer beside our way of authorising.
 */
export function installDoors(oauth: OAuthSettings, signingSecret: string, deps: InstallDeps): RawRoute[] {
  const { clientId, clientSecret, stateSecret, publicUrl, authorizeUrl } = oauth
  const { installations, allowed, onInstalled, apiUrl, log } = deps
  const { requestListener } = new HTTPReceiver({
    signingSecret,
    clientId,
    clientSecret,
    stateSecret,
    scopes: [...scopes],
    redirectUri: `${publicUrl.replace(/\/$/, '')}${installCallbackPath}`,
    installationStore: installationStore(installations, allowed, ({ bot }) => onInstalled(bot.team)),
    logger: slackLogger(log),
    installerOptions: {
      installPath,
      redirectUriPath: installCallbackPath,
      directInstall: true,
      clientOptions: webOptions(apiUrl, log),
      ...(authorizeUrl !== undefined && { authorizationUrl: authorizeUrl }),
    },
  })
  return [installPath, installCallbackPath].map(path => ({ method: 'get', path, raw: requestListener }))
}
