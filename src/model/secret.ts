import { isDeepStrictEqual } from 'node:util'

/** What stands where a key or a password was typed: it is kept nowhere, and what holds this is refused. */
export const notKept = '(not kept)'

/** What a person reads who typed one. */
export const noSecrets = 'This holds a key or a password, and would be shown to others. Keep it in Key Vault.'

/** The same in a rule, which may well look for keys in what an alert says. */
export const noSecretsInRules =
  'This holds a whole key or password, which rules and their history would show to others. To find one in what an event says, its beginning is enough: contains "sig=".'

/**
 * Texts that are keys wherever they stand, whole ones: a piece lets nobody in. What comes before the key stays. Bounded where a long text could be
 * looked through again and again.
 */
const shapes: RegExp[] = [
  // The signature of a shared access: 32 bytes as base64.
  /([?&]sig=)[^&#\s"'<>\\]{40,}/gi,
  /([?&](?:access_token|client_secret)=)[^&#\s"'<>\\]{16,}/gi,
  /(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@]*:)[^\s@/]+(?=@)/gi,
  /((?:SharedAccessKey|SharedAccessSignature|AccountKey)=)[^;\s"'\\]{16,}/gi,
  /(https:\/\/hooks\.slack(?:-gov)?\.com\/\w+\/)[\w/-]{8,}/gi,
  /(https:\/\/[\w.-]+\.webhook\.office\.com\/)[^\s"'<>\\]{8,}/gi,
  /()\bx(?:ox[a-z]|app-\d)-[\w-]{16,}/gi,
  /()\b(?:gh[pousr]|github_pat)_\w{36,}/g,
  /()\beyJ[\w-]{8,1000}\.eyJ[\w-]{8,}\.[\w-]+/g,
  /()(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}/g,
  /()-----BEGIN [A-Z ]*PRIVATE KEY-----[^-"]*(?:-(?!----)[^-"]*)*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g,
]

/** The text without what has the shape of a key. */
export function withoutKeys(text: string, instead = notKept): string {
  return shapes.reduce((left, shape) => left.replace(shape, `$1${instead}`), text)
}

const wordsForSecrets =
  /^(?:.*(?:passwor[dt]|passwd|passphrase|secret|token|credentials?|connection[-_ ]?string)|pwd|key|.*(?:api|access|account|encryption|function|host|master|private|shared|signing|storage|subscription)[-_ ]?key)$/i

/** Whether a text of this name is a secret: nobody is asked for it in a chat. */
export function isSecretName(name: string): boolean {
  return wordsForSecrets.test(name)
}

/** Longer than the names of organisations that addresses of repositories hold. */
const tokenLength = 32

/** An address without what lets its holder in; other texts stay. */
function withoutAccess(text: string): string {
  const address = URL.parse(text)
  if (address === null || !/^https?:$/.test(address.protocol)) return text
  const isKeyed = [...address.searchParams.keys()].some(name => /^(sig|code)$/i.test(name) || isSecretName(name))
  if (!isKeyed && address.username.length < tokenLength && address.password === '') return text
  return `${address.origin}${address.pathname}?${notKept}`
}

/** The address of a secret in Key Vault is none itself. */
const inVault = /^https:\/\/[a-z0-9-]{3,24}\.vault\.[a-z.]+\/secrets\/[a-z0-9-]{1,127}$/i

/** Nothing that people type is nested deeper, and what is can't be looked through. */
const deepest = 64

/** What was typed, as it may be kept: without keys by their shape, in addresses, and under names that say so. */
export function withoutSecrets(input: Record<string, unknown>): Record<string, unknown> {
  return members(input, 0)
}

function members(input: Record<string, unknown>, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, kept(name.split('.').at(-1) ?? name, value, depth)]),
  )
}

function kept(name: string, value: unknown, depth: number): unknown {
  return isSecretName(name) && !isHarmless(value) ? notKept : keptWithin(value, depth + 1)
}

/** Nothing, a yes or no (`resetPassword`), or where the secret is kept. */
function isHarmless(value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'boolean') return true
  return typeof value === 'string' && (/^(true|false|yes|no|on|off)?$/i.test(value) || inVault.test(value.trim()))
}

function keptWithin(value: unknown, depth: number): unknown {
  if (depth > deepest) return notKept
  if (typeof value === 'string') return keptText(value, depth)
  if (Array.isArray(value)) return value.map(one => keptWithin(one, depth + 1))
  return isMembers(value) ? members(value, depth) : value
}

/** Values of lists and objects come as JSON from forms; what holds no secret stays as it was written. */
function keptText(text: string, depth = 0): string {
  const whole = jsonIn(text)
  if (whole === undefined) return withoutAccess(withoutKeys(text))
  const left = keptWithin(whole, depth + 1)
  return isDeepStrictEqual(left, whole) ? text : JSON.stringify(left)
}

function jsonIn(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isMembers(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a text is, or held, what may not be kept. */
export function holdsSecret(text: string): boolean {
  return text.includes(notKept) || keptText(text) !== text
}

/** Dotted names of what held a secret. */
export function emptied(input: Record<string, unknown>): string[] {
  return Object.entries(input).flatMap(([name, value]) => {
    if (isMembers(value)) return emptied(value).map(inner => `${name}.${inner}`)
    return JSON.stringify(value ?? null).includes(notKept) ? [name] : []
  })
}
