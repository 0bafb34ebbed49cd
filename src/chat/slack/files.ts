import { type Attached, withFile } from '../attached.ts'
import type { SlackEvent } from './payloads.ts'
import type { Workspaces } from './workspaces.ts'

type Files = Extract<SlackEvent, { type: 'message' }>['files']

/** Slack waits three seconds for the whole request. */
const patienceMs = 1500
const homes = ['.slack.com', '.slack-gov.com']

/** The line with the text of the file that came with it; read with the bot's own token (`files:read`). */
export function slackFiles(workspaces: Workspaces, apiUrl: string | undefined) {
  const tests = apiUrl === undefined ? undefined : new URL(apiUrl).origin
  const isTheirs = ({ protocol, hostname, origin }: URL) =>
    origin === tests || (protocol === 'https:' && homes.some(home => hostname.endsWith(home)))

  return async (typed: string, team: string, files: Files): Promise<string> => {
    if (files.length === 0) return typed
    const headers = { authorization: `Bearer ${await workspaces.tokenOf(team)}` }
    const attached = files.map(
      ({ name, url_private_download: download, url_private: url }): Attached => ({ name, url: download ?? url ?? '', headers }),
    )
    return withFile(typed, attached, { isTheirs, patienceMs })
  }
}
