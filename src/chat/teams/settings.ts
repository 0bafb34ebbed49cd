import { Problem } from '../../errors.ts'

export type BotSettings = Readonly<Record<string, string | undefined>>

/** botbuilder takes all of these or none. */
const cloud = [
  'ToChannelFromBotLoginUrl',
  'ToChannelFromBotOAuthScope',
  'ToBotFromChannelTokenIssuer',
  'ToBotFromChannelOpenIdMetadataUrl',
  'ToBotFromEmulatorOpenIdMetadataUrl',
  'OAuthUrl',
  'CallerId',
]
const identity = ['MicrosoftAppId', 'MicrosoftAppPassword', 'MicrosoftAppType', 'MicrosoftAppTenantId']
/** Signs what Teams sends, and is whom the bot's own tokens are for. */
const homes = { public: 'https://api.botframework.com', government: 'https://api.botframework.us' }
const government = 'https://botframework.azure.us'

export interface Checked {
  appId: string
  settings: BotSettings
  /** Lower case; undefined: every tenant, only without authentication. */
  tenants: string[] | undefined
  /** Who alone signs what Teams sends. */
  issuer: string
  /** Whom the bot's own tokens are for. */
  scope: string
}

/** Refuses settings with which the bot would believe anybody. */
export function checked(settings: BotSettings, withoutAuth: boolean, tenants: string[] | undefined): Checked {
  const appId = withoutAuth ? '' : (settings.MicrosoftAppId ?? '').trim()
  if (!withoutAuth && appId === '') throw wrong('MicrosoftAppId', 'needed: without it anybody could speak to the bot')
  const missing = cloud.filter(name => isEmpty(settings[name]))
  const [first] = missing
  if (first !== undefined && missing.length < cloud.length) throw wrong(first, `needed when any of ${cloud.join(', ')} is set`)
  const allowed = tenants ?? (isEmpty(settings.MicrosoftAppTenantId) ? undefined : [settings.MicrosoftAppTenantId ?? ''])
  if (!withoutAuth && allowed === undefined) throw wrong('MicrosoftAppTenantId', 'needed, so that other tenants can be refused')
  const home = settings.ChannelService === government ? homes.government : homes.public
  return {
    appId,
    settings: withoutAuth ? without(settings, identity) : settings,
    tenants: allowed?.map(tenant => tenant.toLowerCase()),
    issuer: settings.ToBotFromChannelTokenIssuer ?? home,
    scope: settings.ToChannelFromBotOAuthScope ?? home,
  }
}

function isEmpty(value: string | undefined): boolean {
  return value === undefined || value.trim() === ''
}

function without(settings: BotSettings, names: string[]): BotSettings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !names.includes(name)))
}

function wrong(name: string, why: string): Problem {
  return new Problem('BadInput', `${name}: ${why}.`, { field: name })
}
