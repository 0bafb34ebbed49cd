import { hkdfSync } from 'node:crypto'
import type { Desk } from './actions/action.ts'
import { keptTexts } from './actions/kept-texts.ts'
import { verbs } from './actions/verbs.ts'
import { readCommand } from './chat/command.ts'
import type { SlackSettings } from './chat/slack/bot.ts'
import type { Config } from './config.ts'
import type { Join } from './join.ts'
import type { World } from './ports.ts'
import type { Door } from './route.ts'

/** One workspace by its token, or many that install the app. Slack being away does not keep the bot from starting. */
export async function joinSlack(config: Config, world: World, desk: Desk, join: Join): Promise<Door[]> {
  const { SLACK_SIGNING_SECRET: signingSecret } = config
  const access = await accessOf(config, world)
  if (access === undefined || signingSecret === undefined) return []
  const [{ connectSlack }, { sharedDialogs }] = await Promise.all([
    import('./chat/slack/bot.ts'),
    import('./chat/slack/dialogs.ts'),
  ])
  const { store, clock, log } = world
  const { people, places, feeds } = store
  const link = await linkOf(config, world)
  return join(
    connectSlack({
      access,
      signingSecret,
      apiUrl: config.SLACK_API_URL,
      channel: config.SLACK_CHANNEL,
      paceMs: config.SLACK_PACE_MS,
      ...(config.SLACK_WORKSPACES && { teamAllow: config.SLACK_WORKSPACES }),
      ...(link && { link }),
      desk,
      read: text => readCommand(text, verbs),
      dialogs: sharedDialogs({ texts: store.texts, prefix: keptTexts.slackDialog, clock, log }),
      people,
      places,
      feeds,
      clock,
      log,
    }),
  )
}

async function accessOf(config: Config, { store, log }: World): Promise<SlackSettings['access'] | undefined> {
  const { SLACK_BOT_TOKEN: token, SLACK_CLIENT_ID: clientId, PUBLIC_URL: publicUrl } = config
  const { SLACK_CLIENT_SECRET: clientSecret, SLACK_STATE_SECRET: stateSecret, SLACK_API_URL: apiUrl } = config
  if (token !== undefined) return { token }
  if (clientId === undefined || clientSecret === undefined || stateSecret === undefined || publicUrl === undefined)
    return undefined
  const [{ sealedInstallations }, { installPath }] = await Promise.all([
    import('./chat/slack/installations.ts'),
    import('./chat/slack/install.ts'),
  ])
  log.info({ address: `${publicUrl}${installPath}` }, 'Slack workspaces install the app here')
  const authorizeUrl = apiUrl === undefined ? {} : { authorizeUrl: new URL('/oauth/v2/authorize', apiUrl).href }
  return {
    installations: sealedInstallations(store.texts, stateSecret),
    oauth: { clientId, clientSecret, stateSecret, publicUrl, ...authorizeUrl },
  }
}

/** Signing in, where it is set up; otherwise an admin keeps the map of people. */
async function linkOf(config: Config, { store, clock }: World): Promise<SlackSettings['link']> {
  const { SIGN_IN_ENTRA_CLIENT_ID: clientId, SIGN_IN_ENTRA_CLIENT_SECRET: clientSecret, PUBLIC_URL: publicUrl } = config
  if (clientId === undefined || clientSecret === undefined || publicUrl === undefined) return undefined
  const [{ entraEndpoints, entraSignIn }, { linkCallbackPath }] = await Promise.all([
    import('./chat/slack/sign-in.ts'),
    import('./chat/slack/link.ts'),
  ])
  const tenant = config.SIGN_IN_ENTRA_TENANT ?? config.tenant
  const secret = ofAllProcesses(clientSecret)
  const endpoints = entraEndpoints(tenant, config.SIGN_IN_ENTRA_AUTHORITY)
  const redirectUri = `${publicUrl}${linkCallbackPath}`
  const signIn = entraSignIn({ tenant, clientId, clientSecret, redirectUri, secret, clock, endpoints })
  return { signIn, secret, publicUrl, pending: store.requests, ledger: store.ledger }
}

/** Signs links; derived from a secret that all processes share. */
function ofAllProcesses(clientSecret: string): string {
  return Buffer.from(hkdfSync('sha256', clientSecret, '', 'defender-chatops links', 32)).toString('hex')
}
