import { z } from 'zod'
import { type Config, isLoopback } from '../../config.ts'
import { type Line, missing, off, ok } from './line.ts'

const waitMs = 10_000
const mostSkewS = 60
const Alive = z.object({ ok: z.literal(true) })
const Discovery = z.object({ issuer: z.string(), token_endpoint: z.string() })
const Refused = z.object({ error: z.string() })

function ask(url: string, init: RequestInit = {}): Promise<Response | undefined> {
  return fetch(url, { signal: AbortSignal.timeout(waitMs), redirect: 'error', ...init }).catch(() => undefined)
}

export async function checkAddress({ PUBLIC_URL: url }: Config): Promise<Line[]> {
  if (url === undefined) return [off('PUBLIC_URL is not set; app packages, installing into Slack and signing in need it')]
  const response = await ask(`${url}/healthz`)
  const body = Alive.safeParse(await response?.json().catch(() => undefined))
  if (body.success) return [ok(`the bot answers at ${url}`)]
  const seen = response === undefined ? 'nothing answers' : `something else answers (HTTP ${response.status})`
  return [
    missing(`${seen} at ${url}/healthz`, 'Start the bot, and let the proxy or tunnel of PUBLIC_URL lead to its HOST and PORT.'),
  ]
}

export async function checkEvents({ HOST, EVENTS_KEYS, EVENTS_ENTRA_TENANT }: Config): Promise<Line[]> {
  if (EVENTS_KEYS !== undefined || EVENTS_ENTRA_TENANT !== undefined) return [ok('POST /api/events knows its senders')]
  if (isLoopback(HOST)) return [ok('POST /api/events takes callers on this machine')]
  return [
    missing(
      'POST /api/events takes callers on this machine only',
      'Set EVENTS_KEYS, or EVENTS_ENTRA_TENANT, …_AUDIENCE and …_CALLERS.',
    ),
  ]
}

/** The provider is there, and takes the client secret. */
export async function checkSignIn(config: Config): Promise<Line[]> {
  const { SIGN_IN_ENTRA_CLIENT_ID: clientId, SIGN_IN_ENTRA_CLIENT_SECRET: secret, SIGN_IN_ENTRA_AUTHORITY: authority } = config
  if (clientId === undefined || secret === undefined) return [off('not set up (SIGN_IN_ENTRA_CLIENT_ID)')]
  const tenant = config.SIGN_IN_ENTRA_TENANT ?? config.tenant
  const response = await ask(`${authority}/${tenant}/v2.0/.well-known/openid-configuration`)
  const found = Discovery.safeParse(await response?.json().catch(() => undefined))
  if (!found.success)
    return [missing(`${authority} does not know the tenant ${tenant}`, 'Check SIGN_IN_ENTRA_TENANT and SIGN_IN_ENTRA_AUTHORITY.')]
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: secret,
    scope: `${clientId}/.default`,
  })
  const answer = await ask(found.data.token_endpoint, { method: 'POST', body })
  if (answer?.ok === true) return [ok('Entra knows the app and takes its secret')]
  const refused = Refused.safeParse(await answer?.json().catch(() => undefined))
  const why = refused.success ? refused.data.error : 'no clear answer'
  return [
    missing(
      `Entra does not take SIGN_IN_ENTRA_CLIENT_ID and its secret: ${why}`,
      `App registrations → the app → Certificates & secrets: the value of a valid secret; redirect address ${config.PUBLIC_URL}/link/slack/callback.`,
    ),
  ]
}

/** Against the time of the first outside service in use: tokens and Slack's signatures live minutes. */
export async function checkClock(config: Config): Promise<Line[]> {
  const url = clockOf(config)
  if (url === undefined) return [off('nothing outside is in use to compare with')]
  const startedAt = Date.now()
  const said = Date.parse((await ask(url, { method: 'HEAD' }))?.headers.get('date') ?? '')
  if (Number.isNaN(said)) return [off(`${new URL(url).host} does not tell its time`)]
  const skewS = Math.round(((startedAt + Date.now()) / 2 - said) / 1000)
  if (Math.abs(skewS) < mostSkewS) return [ok(`within ${Math.max(1, Math.abs(skewS))} s of ${new URL(url).host}`)]
  return [
    missing(
      `${Math.abs(skewS)} s ${skewS > 0 ? 'ahead of' : 'behind'} ${new URL(url).host}`,
      'Let the machine keep time (timedatectl set-ntp true).',
    ),
  ]
}

function clockOf({
  AZURE_ARM_ENDPOINT: arm,
  SLACK_BOT_TOKEN,
  SLACK_CLIENT_ID,
  SLACK_API_URL,
  teams,
}: Config): string | undefined {
  if (arm !== undefined) return arm
  if (SLACK_BOT_TOKEN !== undefined || SLACK_CLIENT_ID !== undefined) return SLACK_API_URL ?? 'https://slack.com/api/api.test'
  return teams ? 'https://login.microsoftonline.com/' : undefined
}
