import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { z } from 'zod'
import { listPrices, type Prices } from './model/run-cost.ts'

const simulatedTenant = '00000000-5eed-4000-8000-000000000001'
const azureCloud = 'https://management.azure.com'

const flag = z.enum(['0', '1', 'true', 'false', 'on', 'off']).transform(word => word === '1' || word === 'true' || word === 'on')
const list = z.string().transform(text =>
  text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== ''),
)
/** Without the slash at its end. */
const address = z
  .url({ protocol: /^https?$/, error: 'must be an address like https://bot.example.com' })
  .transform(url => url.replace(/\/+$/, ''))
const count = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`
  return z.coerce.number({ error }).int({ error }).min(least, { error }).max(most, { error })
}

const price = /^\d+(\.\d+)?$/
const prices = list
  .refine(all => all.length === 2 && all.every(one => price.test(one)), {
    message: 'takes two numbers, US dollars for a built-in action and for a connector call: 0.000025,0.000125',
  })
  .transform(
    ([builtIn, connector]): Prices => ({
      builtIn: Number(builtIn),
      connector: Number(connector),
      source: 'the prices set for this bot',
    }),
  )

/** Every variable of the product; an empty one counts as not set. */
const Environment = z.object({
  PORT: count(0, 65535).default(3978),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: address.optional(),
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  EVENTS_KEYS: list.refine(keys => keys.length <= 2, 'takes one or two keys').optional(),
  EVENTS_ENTRA_TENANT: z.string().optional(),
  EVENTS_ENTRA_AUDIENCE: z.string().optional(),
  EVENTS_ENTRA_CALLERS: list.optional(),
  AZURE_ARM_ENDPOINT: z
    .string()
    .regex(/^https?:\/\//, 'must be an address')
    .optional(),
  AZURE_STATIC_TOKEN: z.string().optional(),
  AZURE_SUBSCRIPTION_IDS: list.optional(),
  AZURE_TENANT_ID: z.string().optional(),
  AZURE_MANAGEMENT_GROUP: z.string().optional(),
  EVENTS_KEPT_DAYS: count(1, 3650).default(90),
  AZURE_POLL_EVERY_S: count(0, 86_400).default(60),
  LOGIC_APP_PRICES: prices.optional().transform(set => set ?? listPrices),
  SIMULATOR_PORT: count(0, 65535).default(0),
  SIMULATOR_SEED: count(0, 2 ** 31).default(1),
  SIMULATOR_EVENT_EVERY_S: z.coerce
    .number('must be a number of seconds')
    .min(0, 'must not be negative')
    .max(86_400, 'must be at most 86400')
    .default(20),
  SLACK_BOT_TOKEN: z.string().optional(),
  SLACK_SIGNING_SECRET: z.string().optional(),
  SLACK_API_URL: z.string().optional(),
  SLACK_CHANNEL: z.string().optional(),
  SLACK_PACE_MS: count(1, 60_000).default(1000),
  SLACK_CLIENT_ID: z.string().optional(),
  SLACK_CLIENT_SECRET: z.string().optional(),
  SLACK_STATE_SECRET: z.string().optional(),
  SLACK_WORKSPACES: list.optional(),
  SIGN_IN_ENTRA_TENANT: z.guid('must be the id of a tenant').optional(),
  SIGN_IN_ENTRA_CLIENT_ID: z.string().optional(),
  SIGN_IN_ENTRA_CLIENT_SECRET: z.string().optional(),
  SIGN_IN_ENTRA_AUTHORITY: address.default('https://login.microsoftonline.com'),
  MicrosoftAppId: z.string().optional(),
  MicrosoftAppTenantId: z.string().optional(),
  TEAMS_WITHOUT_AUTH: flag.default(false),
  CONSOLE: flag.optional(),
  PEOPLE_MAP: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})
type Environment = z.infer<typeof Environment>

/** Names of all variables, those of botbuilder aside. */
export const variables = Object.keys(Environment.shape)

export interface Config extends Environment {
  /** The built-in simulator plays Azure. */
  simulated: boolean
  tenant: string
  console: boolean
  teams: boolean
  /** botbuilder's own settings, passed through as they are. */
  botSettings: Record<string, string | undefined>
}

/** All that is wrong with the environment, one line each. */
export class ConfigError extends Error {
  readonly lines: string[]
  constructor(lines: string[]) {
    super(`The environment is not right:\n${lines.map(line => `  ${line}`).join('\n')}`)
    this.name = 'ConfigError'
    this.lines = lines
  }
}

/** Reads the environment; every error is named at once in one ConfigError. */
export function readConfig(raw: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined && value.trim() !== ''))
  const read = Environment.safeParse(set)
  if (!read.success) throw new ConfigError([...linesOf(read.error), ...contradictionsOfRest(set, read.error)])
  const config = derived(read.data, set)
  const wrong = contradictions(config)
  if (wrong.length > 0) throw new ConfigError(wrong)
  return config
}

function linesOf({ issues }: z.ZodError): string[] {
  return issues.map(issue => `${issue.path.join('.')}: ${issue.message}`)
}

/** What else is wrong among the variables that can be read. */
function contradictionsOfRest(set: Record<string, string | undefined>, { issues }: z.ZodError): string[] {
  const unread = new Set(issues.map(({ path }) => String(path[0])))
  const rest = Environment.safeParse(Object.fromEntries(Object.entries(set).filter(([name]) => !unread.has(name))))
  const lines = rest.success ? contradictions(derived(rest.data, set)) : []
  return lines.filter(line => ![...unread].some(name => line.includes(name)))
}

function derived(environment: Environment, raw: Record<string, string | undefined>): Config {
  const simulated = environment.AZURE_ARM_ENDPOINT === undefined
  return {
    ...environment,
    simulated,
    tenant: environment.AZURE_TENANT_ID ?? simulatedTenant,
    console: environment.CONSOLE ?? simulated,
    teams: environment.MicrosoftAppId !== undefined || environment.TEAMS_WITHOUT_AUTH,
    botSettings: raw,
  }
}

function contradictions(config: Config): string[] {
  return [
    ...azureContradictions(config),
    ...eventContradictions(config),
    ...slackContradictions(config),
    ...signInContradictions(config),
    ...consoleContradictions(config),
  ]
}

function azureContradictions(config: Config): string[] {
  const wrong: string[] = []
  const endpoint = config.AZURE_ARM_ENDPOINT
  if (isPlainElsewhere(endpoint)) wrong.push('AZURE_ARM_ENDPOINT: http is allowed on loopback only')
  if (endpoint?.startsWith('https://') && config.AZURE_STATIC_TOKEN !== undefined)
    wrong.push('AZURE_STATIC_TOKEN: not with an https endpoint; real Azure takes a credential')
  if (endpoint === azureCloud && config.AZURE_TENANT_ID === undefined) wrong.push('AZURE_TENANT_ID: needed with real Azure')
  return wrong
}

/** `needed` beside `given`: one line that names those that are not set. */
function lacking(config: Config, given: keyof Environment, needed: (keyof Environment)[]): string[] {
  if (config[given] === undefined) return []
  const missing = needed.filter(name => config[name] === undefined)
  return missing.length === 0 ? [] : [`${missing.join(', ')}: needed with ${given}`]
}

function eventContradictions(config: Config): string[] {
  return [
    ...lacking(config, 'EVENTS_ENTRA_TENANT', ['EVENTS_ENTRA_AUDIENCE']),
    ...lacking(config, 'EVENTS_ENTRA_AUDIENCE', ['EVENTS_ENTRA_TENANT']),
    ...lacking(config, 'EVENTS_ENTRA_CALLERS', ['EVENTS_ENTRA_TENANT', 'EVENTS_ENTRA_AUDIENCE']),
  ]
}

function slackContradictions(config: Config): string[] {
  const wrong = [
    ...lacking(config, 'SLACK_BOT_TOKEN', ['SLACK_SIGNING_SECRET']),
    ...lacking(config, 'SLACK_CLIENT_ID', ['SLACK_CLIENT_SECRET', 'SLACK_STATE_SECRET', 'SLACK_SIGNING_SECRET', 'PUBLIC_URL']),
  ]
  if (config.SLACK_CLIENT_ID === undefined) return wrong
  if (config.SLACK_BOT_TOKEN !== undefined)
    wrong.push('SLACK_CLIENT_ID: not with SLACK_BOT_TOKEN; either one workspace by its token, or many that install the app')
  if (config.SLACK_CHANNEL !== undefined)
    wrong.push('SLACK_CHANNEL: only with SLACK_BOT_TOKEN; where the app is installed, type /defender follow in the channel')
  return wrong
}

function signInContradictions(config: Config): string[] {
  const wrong = [
    ...lacking(config, 'SIGN_IN_ENTRA_CLIENT_ID', ['SIGN_IN_ENTRA_CLIENT_SECRET', 'PUBLIC_URL']),
    ...lacking(config, 'SIGN_IN_ENTRA_CLIENT_SECRET', ['SIGN_IN_ENTRA_CLIENT_ID']),
    ...lacking(config, 'SIGN_IN_ENTRA_TENANT', ['SIGN_IN_ENTRA_CLIENT_ID']),
  ]
  if (config.AZURE_TENANT_ID === undefined) wrong.push(...lacking(config, 'SIGN_IN_ENTRA_CLIENT_ID', ['SIGN_IN_ENTRA_TENANT']))
  if (config.SIGN_IN_ENTRA_CLIENT_ID !== undefined && config.PUBLIC_URL?.startsWith('http://'))
    wrong.push('PUBLIC_URL: must be https with SIGN_IN_ENTRA_CLIENT_ID; cards carry no other links')
  for (const name of ['PUBLIC_URL', 'SIGN_IN_ENTRA_AUTHORITY'] as const)
    if (isPlainElsewhere(config[name])) wrong.push(`${name}: must be https, except on this machine`)
  return wrong
}

function isPlainElsewhere(url: string | undefined): boolean {
  return url?.startsWith('http://') === true && !isLoopback(new URL(url).hostname)
}

function consoleContradictions(config: Config): string[] {
  const wrong: string[] = []
  if (config.TEAMS_WITHOUT_AUTH && !isLoopback(config.HOST)) wrong.push('TEAMS_WITHOUT_AUTH: only with a loopback HOST')
  if (config.CONSOLE === true && config.AZURE_ARM_ENDPOINT?.startsWith('https://'))
    wrong.push('CONSOLE: it has no sign-in, so it stays off against real Azure')
  if (config.console && !isLoopback(config.HOST))
    wrong.push('CONSOLE: it has no sign-in, so it needs a loopback HOST; set CONSOLE=0 for another')
  return wrong
}

export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host)
}

/** `.env` beside the program, if there is one, under the real environment. */
export function environment(file: string): Record<string, string | undefined> {
  return { ...dotEnv(file), ...process.env }
}

function dotEnv(file: string): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}
