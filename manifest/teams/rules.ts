import { z } from 'zod'

/**
 * What Teams asks of a package of this version, as far as we use it.
 * Source: developer.microsoft.com/json-schemas/teams/v1.29/MicrosoftTeams.schema.json and Microsoft Learn, "App manifest schema".
 */
export const manifestVersion = '1.29'

const https = z.url({ protocol: /^https$/ }).max(2048)
const scope = z.enum(['team', 'personal', 'groupChat'])
const scopes = z.array(scope).min(1).max(3)

const Command = z.strictObject({ title: z.string().min(1).max(32), description: z.string().min(1).max(128) })
const CommandList = z.strictObject({ scopes, commands: z.array(Command).min(1).max(10) })
const Bot = z.strictObject({
  botId: z.guid(),
  scopes,
  isNotificationOnly: z.boolean(),
  supportsFiles: z.boolean(),
  commandLists: z.array(CommandList).max(3),
})

export const Manifest = z.strictObject({
  $schema: z.literal(`https://developer.microsoft.com/json-schemas/teams/v${manifestVersion}/MicrosoftTeams.schema.json`),
  manifestVersion: z.literal(manifestVersion),
  version: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/)
    .max(256),
  id: z.guid(),
  developer: z.strictObject({ name: z.string().min(1).max(32), websiteUrl: https, privacyUrl: https, termsOfUseUrl: https }),
  name: z.strictObject({ short: z.string().min(1).max(30), full: z.string().max(100) }),
  description: z.strictObject({ short: z.string().min(1).max(80), full: z.string().min(1).max(4000) }),
  icons: z.strictObject({ color: z.literal('color.png'), outline: z.literal('outline.png') }),
  accentColor: z.string().regex(/^#[0-9a-fA-F]{6}$/),
  bots: z.array(Bot).length(1),
  permissions: z.array(z.enum(['identity', 'messageTeamMembers'])).max(2),
  defaultInstallScope: scope,
  defaultGroupCapability: z.strictObject({ team: z.literal('bot'), groupchat: z.literal('bot') }),
  validDomains: z.array(z.string().max(2048)).max(16),
})
export type Manifest = z.infer<typeof Manifest>
