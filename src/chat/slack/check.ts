import { z } from 'zod'
import type { Log } from '../../log.ts'
import { chatProblem } from './failures.ts'
import { scopes } from './install.ts'
import { openWeb } from './web.ts'

const WhoAmI = z.object({
  team: z.string().default(''),
  team_id: z.string(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
})

/** Whose token it is, and which of the app's scopes it lacks; undefined where Slack does not tell. A Problem when Slack takes it not. */
export async function askSlack(
  token: string,
  apiUrl: string | undefined,
  log: Log,
): Promise<{ workspace: string; missing: string[] | undefined }> {
  const answer = await openWeb(token, apiUrl, log)
    .call('auth.test', {}, WhoAmI)
    .catch(thrown => {
      throw chatProblem(thrown, false)
    })
  const held = answer.response_metadata?.scopes
  return { workspace: answer.team || answer.team_id, missing: held && scopes.filter(scope => !held.includes(scope)) }
}
