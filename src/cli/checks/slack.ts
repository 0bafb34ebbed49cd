import type { Config } from '../../config.ts'
import type { Log } from '../../log.ts'
import type { Store } from '../../ports.ts'
import { type Line, lines, missing, off, ok } from './line.ts'

const tokenHow = 'SLACK_BOT_TOKEN is the Bot User OAuth Token (xoxb-…) under Install App at api.slack.com/apps.'
const shortestSecret = 32

export async function checkSlack(config: Config, store: Store | undefined, log: Log): Promise<Line[]> {
  const { SLACK_BOT_TOKEN: token, SLACK_STATE_SECRET: stateSecret } = config
  if (token !== undefined) return checkToken(token, config, log)
  if (config.SLACK_CLIENT_ID === undefined || stateSecret === undefined)
    return [off('not set up (SLACK_BOT_TOKEN, or SLACK_CLIENT_ID)')]
  const weak = stateSecret.length < shortestSecret
  return [
    ...(weak
      ? [missing('SLACK_STATE_SECRET is short, and it protects the tokens of all workspaces', 'Make one: openssl rand -hex 32')]
      : []),
    ...(await checkInstallations(config, stateSecret, store, log)),
  ]
}

async function checkToken(token: string, { SLACK_API_URL: apiUrl }: Config, log: Log): Promise<Line[]> {
  const { askSlack } = await import('../../chat/slack/check.ts')
  return lines(async () => {
    const { workspace, missing: scopes } = await askSlack(token, apiUrl, log)
    if (scopes === undefined) return [ok(`${workspace} takes the token; it does not tell its scopes`)]
    if (scopes.length === 0) return [ok(`${workspace} takes the token, and it has every scope`)]
    const how = 'Take the present manifest (npm run manifest -- slack) and install the app again.'
    return scopes.map(scope => missing(`${workspace}: the scope ${scope}`, how))
  }, tokenHow)
}

async function checkInstallations(config: Config, secret: string, store: Store | undefined, log: Log): Promise<Line[]> {
  if (store === undefined) return [missing('installations are not known without the database', 'See above.')]
  const { installedTeams, sealedInstallations } = await import('../../chat/slack/installations.ts')
  const teams = await installedTeams(store.texts)
  if (teams.length === 0) return [off(`no workspace installed the app yet: ${config.PUBLIC_URL}/slack/install`)]
  const installations = sealedInstallations(store.texts, secret)
  const found = teams.map(team =>
    lines(
      async () => checkToken((await installations.get(team))?.token ?? '', config, log),
      `Install the app again at ${config.PUBLIC_URL}/slack/install.`,
    ),
  )
  return (await Promise.all(found)).flat()
}
