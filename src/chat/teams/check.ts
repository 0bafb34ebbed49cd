import { Problem } from '../../errors.ts'
import { mask } from '../../log.ts'
import { type BotSettings, checked } from './settings.ts'
import { fetchToken } from './sign-in.ts'

/** Asks for a token with the bot's credentials; Unauthenticated, with the reason that Entra gives, when there is none. */
export async function askTeams(settings: BotSettings, withoutAuth: boolean): Promise<void> {
  const safe = checked(settings, withoutAuth, undefined)
  if (withoutAuth) return
  try {
    await fetchToken(safe, { anew: true })
  } catch (thrown) {
    const reason = mask(thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 300)
    throw new Problem('Unauthenticated', `Entra gives the bot no token: ${reason}`, { cause: thrown })
  }
}
