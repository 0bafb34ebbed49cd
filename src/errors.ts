/** The one table of what can go wrong: HTTP status, whether the same request may succeed later, and the sentence a person reads. */
const problems = {
  BadInput: { status: 400, retry: false, sentence: 'Something in the request is not right.' },
  NotJson: { status: 400, retry: false, sentence: 'The body is not valid JSON.' },
  NothingAccepted: { status: 400, retry: false, sentence: 'None of the events could be understood.' },
  UnknownCommand: { status: 400, retry: false, sentence: 'There is no such command.' },
  Unauthenticated: { status: 401, retry: false, sentence: 'The sender could not be verified.' },
  NotLinked: { status: 401, retry: false, sentence: 'Your chat account is not linked to a person in Azure yet.' },
  Forbidden: { status: 403, retry: false, sentence: 'You may not do that.' },
  NotFound: { status: 404, retry: false, sentence: 'That was not found.' },
  NotOffered: { status: 409, retry: false, sentence: 'That can no longer be done here.' },
  Conflict: { status: 409, retry: false, sentence: 'Someone else changed it in the meantime.' },
  Locked: { status: 409, retry: false, sentence: 'A lock in Azure prevents this change.' },
  TooLarge: { status: 413, retry: false, sentence: 'The request is too large.' },
  WrongContentType: { status: 415, retry: false, sentence: 'The request must be JSON.' },
  RateLimited: { status: 429, retry: true, sentence: 'Too many requests right now; try again shortly.' },
  Internal: { status: 500, retry: true, sentence: 'Something went wrong here. It is recorded.' },
  AzureRefused: { status: 502, retry: false, sentence: 'Azure refused the request.' },
  AzureUnavailable: { status: 503, retry: true, sentence: 'Azure does not answer at the moment.' },
  StoreUnavailable: { status: 503, retry: true, sentence: 'The database does not answer at the moment; nothing was accepted.' },
  ChatUnavailable: { status: 503, retry: true, sentence: 'The chat platform does not answer at the moment.' },
  ChatUncertain: { status: 503, retry: true, sentence: 'It is not known whether the chat platform took the message.' },
  PlaceGone: { status: 410, retry: false, sentence: 'The bot can no longer post to this place.' },
  CardRefused: { status: 422, retry: false, sentence: 'The chat platform refused the card.' },
  Stopping: { status: 503, retry: true, sentence: 'The bot is stopping; try again in a moment.' },
} as const

export type ProblemCode = keyof typeof problems

export interface ProblemDetails {
  /** Dotted path of the offending field, right or thing. */
  field?: string
  retryAfterS?: number
  /** Correlation id of the failing outside service, shown to the person. */
  reference?: string
  cause?: unknown
}

/** Every error that may reach a person or a program: `{code, message, field?, retryAfterS?}`. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly status: number
  readonly retry: boolean
  readonly field: string | undefined
  readonly retryAfterS: number | undefined
  readonly reference: string | undefined

  constructor(code: ProblemCode, message?: string, details: ProblemDetails = {}) {
    super(message ?? problems[code].sentence, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'Problem'
    this.code = code
    this.status = problems[code].status
    this.retry = problems[code].retry
    this.field = details.field
    this.retryAfterS = details.retryAfterS
    this.reference = details.reference
  }
}

export interface ErrorBody {
  code: ProblemCode
  message: string
  field?: string
  retryAfterS?: number
}

/** The body that leaves over HTTP, inside `{"error": …}`. */
export function errorBody(problem: Problem): ErrorBody {
  return {
    code: problem.code,
    message: problem.message,
    ...(problem.field === undefined ? {} : { field: problem.field }),
    ...(problem.retryAfterS === undefined ? {} : { retryAfterS: problem.retryAfterS }),
  }
}

/** Anything thrown → a Problem; what is not ours becomes Internal, without its text (it may hold secrets). */
export function toProblem(thrown: unknown): Problem {
  return thrown instanceof Problem ? thrown : new Problem('Internal', undefined, { cause: thrown })
}
