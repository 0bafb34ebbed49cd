import { z } from 'zod'
import { Problem, type ProblemCode } from '../errors.ts'
import { mask } from '../log.ts'
import { tableOf } from '../table.ts'
import { badSignIn, noSignIn, whoAsks } from './asker.ts'
import { innermostOf, inWords, Refusal } from './in-words.ts'
import { retryAfterMs } from './retry.ts'

const ErrorBody = z.union([z.object({ error: Refusal }).transform(body => body.error), Refusal])

const Headers = z.custom<{ get(name: string): string | undefined }>(
  value => typeof value === 'object' && value !== null && 'get' in value && typeof value.get === 'function',
)
/** What the clients throw, as far as we read it. Nothing else of it is kept: requests carry tokens, bodies may carry signatures. */
const Thrown = z.object({
  name: z.string(),
  message: z.string(),
  code: z.string().optional().catch(undefined),
  statusCode: z.number().optional().catch(undefined),
  details: z.unknown().optional(),
  response: z
    .object({ status: z.number(), headers: Headers, bodyAsText: z.string().nullish().catch(null) })
    .optional()
    .catch(undefined),
})
type Thrown = z.infer<typeof Thrown>

/** A refusal with what came along. */
interface Answer {
  status: number
  refusal: Refusal
  headers: { get(name: string): string | undefined }
}

const byStatus: Record<number, ProblemCode> = {
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  412: 'Conflict',
  429: 'RateLimited',
}
/** These stand in answers of other statuses, too. */
const byCode = tableOf<ProblemCode>({
  AuthorizationFailed: 'Forbidden',
  LinkedAuthorizationFailed: 'Forbidden',
  RequestDisallowedByPolicy: 'Forbidden',
  ScopeLocked: 'Locked',
})
const sentences: Partial<Record<ProblemCode, string>> = {
  NotFound: 'Azure does not have it.',
  RateLimited: 'Azure takes no more requests right now.',
  Conflict: 'Azure sees a conflict.',
}

/** Whatever came out of a call to Azure → a Problem with Azure's code, text and correlation id, free of secrets. */
export function toError(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  const parsed = Thrown.safeParse(thrown)
  if (!parsed.success) return new Problem('Internal', undefined, { cause: clean(thrown) })
  const error = parsed.data
  const status = error.response?.status ?? error.statusCode
  if (error.name === 'AbortError') return new Problem('AzureUnavailable', 'Azure did not answer in time.')
  if (error.name === 'ZodError') return unreadable()
  if (/^(?:CredentialUnavailable|Authentication|AggregateAuthentication)/.test(error.name)) return notSignedIn(error)
  if (error.name === 'RestError' && status !== undefined && status >= 300) return refused(answerOf(error, status))
  if (error.name === 'RestError') return broken(error)
  return unknownError(thrown, error)
}

/** An answer that is not a success → a Problem. */
export function refused({ status, refusal, headers }: Answer): Problem {
  const inner = innermostOf(refusal)
  const code = problemCode(status, inner)
  const retryAfter = code === 'RateLimited' ? retryAfterMs(headers) : undefined
  const reference = headers.get('x-ms-correlation-request-id') ?? headers.get('x-ms-request-id')
  return new Problem(code, sentenceOf(code, status, inner), {
    ...(retryAfter === undefined ? {} : { retryAfterS: Math.ceil(retryAfter / 1000) }),
    ...(reference === undefined ? {} : { reference: safe(reference) }),
  })
}

function sentenceOf(code: ProblemCode, status: number, inner: Refusal): string {
  const meaning = inWords(inner)
  if (meaning !== undefined) return safe(`${meaning} (${inner.code})`)
  const who = status === 401 ? `${badSignIn()} ` : ''
  const said = `${inner.code === '' ? `Status ${status}` : inner.code}${inner.message === '' ? '.' : `: ${inner.message}`}`
  const sentence = code === 'Forbidden' ? `${whoAsks()} may not do this in Azure.` : sentences[code]
  return `${sentence ?? new Problem(code).message} ${safe(`${who}${said}`)}`
}

function problemCode(status: number, { code }: Refusal): ProblemCode {
  if (status === 408 || (status >= 500 && status !== 501)) return 'AzureUnavailable'
  return byCode.get(code) ?? byStatus[status] ?? 'AzureRefused'
}

/** Why something failed, for a person: in words where they are known, in Azure's own otherwise. */
export function reasonOf(refusal: Refusal): string {
  const { code, message } = innermostOf(refusal)
  return safe(inWords(refusal) ?? [code, message].filter(part => part !== '').join(': '))
}

function answerOf(error: Thrown, status: number): Answer {
  return { status, refusal: refusalOf(error), headers: error.response?.headers ?? { get: () => undefined } }
}

function refusalOf(error: Thrown): Refusal {
  const body = readErrorBody(error.response?.bodyAsText) ?? ErrorBody.safeParse(error.details).data
  const { code = '', message = ownText(error), ...more } = body ?? {}
  return { ...more, code: code || (error.code ?? ''), message }
}

/** The newer clients keep no body, only its text; on lists not even that. */
function ownText(error: Thrown): string {
  const kept = error.response?.bodyAsText == null && !/^(?:Pagination failed|Unexpected status)/.test(error.message)
  return kept ? error.message : ''
}

/** An error body; undefined when it is none. */
export function readErrorBody(text: string | null | undefined): Refusal | undefined {
  try {
    return ErrorBody.safeParse(JSON.parse(text ?? '')).data
  } catch {
    return undefined
  }
}

/** No answer, or one that can't be read. The client's text of a parse error quotes the whole body: it stays out. */
function broken(error: Thrown): Problem {
  if (error.code === 'PARSE_ERROR') return new Problem('AzureUnavailable', "Azure's answer was cut off or not readable.")
  return new Problem('AzureUnavailable', `Azure can't be reached${error.code === undefined ? '' : ` (${safe(error.code)})`}.`)
}

function unreadable(): Problem {
  return new Problem('AzureRefused', 'Azure answered in a form that is not known here.')
}

function notSignedIn(error: Thrown): Problem {
  return new Problem('AzureRefused', `${noSignIn()} ${safe(error.message)}`)
}

function unknownError(thrown: unknown, error: Thrown): Problem {
  const ours = ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'].includes(error.name)
  if (ours) return new Problem('Internal', undefined, { cause: clean(thrown) })
  return new Problem('AzureRefused', `Azure refused the request. ${safe(error.message)}`)
}

/** A copy that says where it happened, without what the original drags along. */
function clean(thrown: unknown): Error {
  const copy = new Error(safe(thrown instanceof Error ? thrown.message : String(thrown)))
  copy.stack = safe(thrown instanceof Error ? (thrown.stack ?? '') : '', 4000)
  return copy
}

const secrets = /\beyJ[\w-]{8,}(?:\.[\w-]+){1,2}|(?<=\bsig=)[^\s&"'*]+/g

/** One line for a person: credentials and signatures masked, at most `limit` characters. */
export function safe(text: string, limit = 500): string {
  const line = mask(text).replace(secrets, '***').replace(/\s+/g, ' ').trim()
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`
}
