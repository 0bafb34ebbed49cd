import { z } from 'zod'
import { Problem } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { uninstalled } from './failures.ts'
import type { Installation, Installations } from './installations.ts'
import { openWeb, type SlackWeb } from './web.ts'

/** Who the bot is in a workspace. */
export interface Identity {
  team: string
  botId?: string | undefined
  botUserId?: string | undefined
}

/** The workspaces the bot serves. */
export interface Workspaces {
  /** The Problem PlaceGone when the app is not installed there. */
  webOf(team: string): Promise<SlackWeb>
  identityOf(team: string): Promise<Identity>
  tokenOf(team: string): Promise<string>
  isOurs(team: string): Promise<boolean>
  /** Asks Slack who the bot is, where one token says it; undefined where installations do. Throws SlackFailure. */
  identify(): Promise<Identity | undefined>
  remove(team: string): Promise<void>
}

export interface WebSettings {
  apiUrl?: string | undefined
  log: Log
}

const WhoAmI = z.object({ team_id: z.string(), user_id: z.string().optional(), bot_id: z.string().optional() })

/**
 * One workspace, by its token. Which one is learnt from Slack, later if Slack is down now; until then the signature of a request alone
 * vouches for its workspace.
 */
export function oneWorkspace(token: string, allowed: readonly string[], settings: WebSettings): Workspaces {
  const web = openWeb(token, settings.apiUrl, settings.log)
  let known: Identity | undefined

  async function identify(): Promise<Identity> {
    const { team_id, user_id, bot_id } = await web.call('auth.test', {}, WhoAmI)
    known = {
      team: team_id,
      ...(bot_id !== undefined && { botId: bot_id }),
      ...(user_id !== undefined && { botUserId: user_id }),
    }
    return known
  }

  function isOurs(team: string): boolean {
    if (allowed.includes(team)) return true
    return known === undefined ? allowed.length === 0 : known.team === team
  }

  return {
    webOf: async () => web,
    identityOf: async team => known ?? { team },
    tokenOf: async () => token,
    isOurs: async team => isOurs(team),
    identify,
    remove: async () => {
      known = undefined
    },
  }
}

/** Every workspace that installed the app. */
export function manyWorkspaces(installations: Installations, allowed: readonly string[], settings: WebSettings): Workspaces {
  const webs = new Map<string, SlackWeb>()

  async function of(team: string): Promise<Installation> {
    const installation = await installations.get(team)
    if (installation === undefined) throw new Problem('PlaceGone', uninstalled)
    return installation
  }

  async function webOf(team: string): Promise<SlackWeb> {
    const { token } = await of(team)
    const web = webs.get(token) ?? openWeb(token, settings.apiUrl, settings.log)
    webs.set(token, web)
    return web
  }

  return {
    webOf,
    identityOf: async team => (await of(team)).bot,
    tokenOf: async team => (await of(team)).token,
    isOurs: async team => (allowed.length === 0 || allowed.includes(team)) && (await installations.get(team)) !== undefined,
    identify: async () => undefined,
    remove: team => installations.remove(team),
  }
}
