import { pino } from 'pino'
import { Problem } from './errors.ts'
import { withoutKeys } from './model/secret.ts'

export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

const secrets: [RegExp, string][] = [
  [/([?&](?:sig|code|token|access_token|client_secret)=)[^&\s"'\\]+/gi, '$1***'],
  [/\bx(?:ox[a-z]|app-\d)-[\w-]{5,}/gi, '***'],
  [/\bBearer\s+[\w.~+/=-]+/gi, 'Bearer ***'],
  [/("(?:x-api-key|authorization|password|MicrosoftAppPassword|client_secret|uri|callbackUrl)"\s*:\s*")[^"]*/gi, '$1***'],
]

/** Replaces everything that looks like a credential or a signed callback address. */
export function mask(text: string): string {
  return secrets.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), withoutKeys(text, '***'))
}

/** Structured lines on standard output; every line is masked as a whole before it is written. */
export function createLog(level: string, write: (line: string) => void = line => void process.stdout.write(line)): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { error: describeError } },
    { write: line => write(mask(line)) },
  )
}

/** A refusal says by itself what is wrong and where; the way to it in the code is of use only for what nobody foresaw. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) }
  if (error instanceof Problem && error.code !== 'Internal')
    return { code: error.code, message: error.message, ...because(error) }
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) }
  return { name: error.name, message: error.message, stack: error.stack, ...cause }
}

/** What lies under a refusal, in a line: why a database or a chat does not answer. */
function because({ cause, message }: Error): object {
  return cause instanceof Error && !message.includes(cause.message) ? { because: cause.message.split('\n', 1).join('') } : {}
}

export const silent: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing }

function nothing(): void {}
