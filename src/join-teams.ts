import type { Desk } from './actions/action.ts'
import { verbs } from './actions/verbs.ts'
import { readCommand } from './chat/command.ts'
import type { Config } from './config.ts'
import type { Join } from './join.ts'
import type { World } from './ports.ts'
import type { Door } from './route.ts'

export async function joinTeams(config: Config, { store, clock, log }: World, desk: Desk, join: Join): Promise<Door[]> {
  if (!config.teams) return []
  const { connectTeams } = await import('./chat/teams/bot.ts')
  const { people, places } = store
  return join(
    connectTeams({
      settings: config.botSettings,
      withoutAuth: config.TEAMS_WITHOUT_AUTH,
      desk,
      places,
      people,
      clock,
      log,
      read: text => readCommand(text, verbs),
    }),
  )
}
