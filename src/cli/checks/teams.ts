import type { Config } from '../../config.ts'
import { type Line, lines, off, ok } from './line.ts'

const how =
  'MicrosoftAppId, MicrosoftAppPassword (a client secret, its value and not its id), MicrosoftAppType and MicrosoftAppTenantId are those of the Azure Bot registration.'

export async function checkTeams({ teams, botSettings, TEAMS_WITHOUT_AUTH: withoutAuth }: Config): Promise<Line[]> {
  if (!teams) return [off('not set up (MicrosoftAppId)')]
  const { askTeams } = await import('../../chat/teams/check.ts')
  return lines(async () => {
    await askTeams(botSettings, withoutAuth)
    return [
      ok(
        withoutAuth
          ? 'without authentication, for trying out on this machine'
          : 'Entra gives the bot a token for its credentials',
      ),
    ]
  }, how)
}
