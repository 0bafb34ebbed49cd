import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { InstallationStore, Installation as SlackInstallation } from '@slack/bolt'
import { z } from 'zod'
import { Problem } from '../../errors.ts'
import type { Texts } from '../../ports.ts'
import { unreadable } from './failures.ts'

/** One workspace's consent: its bot token and who the bot is there. */
export const Installation = z.object({
  token: z.string(),
  bot: z.object({ team: z.string(), botId: z.string().optional(), botUserId: z.string().optional() }),
})
export type Installation = z.infer<typeof Installation>

export interface Installations {
  get(team: string): Promise<Installation | undefined>
  save(installation: Installation): Promise<void>
  remove(team: string): Promise<void>
}

const folder = 'slack/installation/'
const ivBytes = 12
const tagBytes = 16

/** Installations encrypted at rest: AES-256-GCM, the workspace bound in as associated data, the key derived from `secret`. */
export function sealedInstallations(texts: Pick<Texts, 'get' | 'put' | 'remove'>, secret: string): Installations {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'defender-chatops slack installations', 32))
  const nameOf = (team: string) => `${folder}${team}`
  return {
    get: async team => {
      const text = await texts.get(nameOf(team))
      return text === undefined ? undefined : opened(key, team, text)
    },
    save: installation => {
      const { team } = installation.bot
      return texts.put(nameOf(team), seal(key, team, JSON.stringify(installation)))
    },
    remove: team => texts.remove(nameOf(team)),
  }
}

/** Workspaces that installed the app. */
export async function installedTeams(texts: Pick<Texts, 'names'>): Promise<string[]> {
  return (await texts.names(folder)).map(name => name.slice(folder.length))
}

function opened(key: Buffer, team: string, text: string): Installation {
  try {
    return Installation.parse(JSON.parse(unseal(key, team, text)))
  } catch (thrown) {
    throw new Problem('PlaceGone', unreadable, { cause: thrown })
  }
}

function seal(key: Buffer, team: string, text: string): string {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(team))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')
}

function unseal(key: Buffer, team: string, text: string): string {
  const bytes = Buffer.from(text, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes }).setAAD(
    Buffer.from(team),
  )
  decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
  return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8')
}

/** The same as the installer of the vendor wants it. Only workspaces: an organisation-wide installation names none to post to. */
export function installationStore(
  installations: Installations,
  allowed: readonly string[],
  onInstalled: (installation: Installation) => Promise<void>,
): InstallationStore {
  return {
    storeInstallation: async installation => {
      const own = ownInstallation(installation)
      if (allowed.length > 0 && !allowed.includes(own.bot.team))
        throw new Problem('Forbidden', 'This bot serves certain workspaces only, and this is none of them.')
      await installations.save(own)
      await onInstalled(own)
    },
    fetchInstallation: () => Promise.reject(new Problem('NotFound')),
    deleteInstallation: async ({ teamId }) => {
      if (teamId !== undefined) await installations.remove(teamId)
    },
  }
}

function ownInstallation({ team, bot }: SlackInstallation): Installation {
  if (team === undefined || bot === undefined)
    throw new Problem('BadInput', 'Install the app in a workspace, with its bot permissions.')
  return { token: bot.token, bot: { team: team.id, botId: bot.id, botUserId: bot.userId } }
}
