import { z } from 'zod'
import type { Log } from '../../log.ts'
import type { Clock, People } from '../../ports.ts'
import { limits } from './limits.ts'
import { SlackFailure, type SlackWeb } from './web.ts'
import type { Workspaces } from './workspaces.ts'

const Info = z.object({
  user: z.object({
    name: z.string().optional(),
    real_name: z.string().optional(),
    team_id: z.string().optional(),
    deleted: z.boolean().optional(),
    is_bot: z.boolean().optional(),
    is_restricted: z.boolean().optional(),
    is_ultra_restricted: z.boolean().optional(),
    is_stranger: z.boolean().optional(),
  }),
})

/** Who may ask at all, before anything is stored. */
export interface Members {
  /** A sentence for whom it is not; `teams` are all the workspaces the payload names for the person. */
  whyNot(team: string, user: string, teams: (string | undefined)[]): Promise<string | undefined>
  /** The same from Slack's own word, now: undefined only when Slack says that this is a full member. */
  whyNotLinked(team: string, user: string): Promise<string | undefined>
  /** For the person's own eyes only, never to decide by. */
  displayName(team: string, user: string): Promise<string>
  /** Mentions of linked people become their object ids. */
  named(team: string, text: string): Promise<string>
}

const strangers = 'Only members of this workspace can use Defender here.'
const guests = 'Guests of this workspace cannot use Defender.'
const bots = 'Defender answers people, not bots.'
const unclear = 'Slack does not say who you are at the moment. Try again in a minute.'

export function slackMembers(workspaces: Workspaces, people: People, clock: Clock, log: Log): Members {
  const known = new Map<string, { why: string | undefined; until: number }>()

  async function whyNot(team: string, user: string, teams: (string | undefined)[]): Promise<string | undefined> {
    const foreign = teams.some(other => other?.startsWith('T') === true && other !== team)
    if (foreign || !(await workspaces.isOurs(team))) return strangers
    return ask(team, user).catch(thrown => {
      // What counts is the link an admin or a sign-in made; Slack's word on guests only takes away.
      log.warn(
        { team, code: thrown instanceof SlackFailure ? thrown.code : 'unknown' },
        'Slack does not say whether this is a guest',
      )
      return undefined
    })
  }

  async function whyNotLinked(team: string, user: string): Promise<string | undefined> {
    known.delete(`${team}:${user}`)
    return ask(team, user).catch(() => unclear)
  }

  async function ask(team: string, user: string): Promise<string | undefined> {
    const key = `${team}:${user}`
    const now = clock.now().getTime()
    const present = known.get(key)
    if (present !== undefined && present.until > now) return present.why
    const why = await quick(workspaces.webOf(team).then(web => whyNotMember(web, team, user)))
    if (known.size > 10_000) known.clear()
    known.set(key, { why, until: now + limits.memberMs })
    return why
  }

  async function named(team: string, text: string): Promise<string> {
    let named = text
    for (const [marker, user = '', label] of text.matchAll(/<@([A-Z0-9]+)(?:\|([^>]*))?>/g)) {
      const person = await people.of({ chat: 'slack', tenant: team, user })
      named = named.replaceAll(marker, person?.id ?? `@${label || user}`)
    }
    return named
  }

  async function displayName(team: string, user: string): Promise<string> {
    const web = await workspaces.webOf(team)
    const info = await web.call('users.info', { user }, Info).catch(() => undefined)
    return info?.user.real_name || info?.user.name || user
  }

  return { whyNot, whyNotLinked, displayName, named }
}

async function whyNotMember(web: SlackWeb, team: string, user: string): Promise<string | undefined> {
  const { user: info } = await web.call('users.info', { user }, Info)
  if (info.is_stranger === true || (info.team_id?.startsWith('T') === true && info.team_id !== team)) return strangers
  if (info.is_restricted === true || info.is_ultra_restricted === true) return guests
  return info.is_bot === true || info.deleted === true ? bots : undefined
}

/** Slack away is no reason to keep anybody waiting. */
async function quick<Result>(work: Promise<Result>): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new SlackFailure('slow', false)), limits.askMs)
  return Promise.race([work, promise]).finally(() => clearTimeout(timer))
}
