import { ArmError } from './arm-error.ts'

/** Something that goes wrong on purpose. */
export interface Fault {
  /** Which requests: a part of `METHOD path`, without case; `{app}/runs` … as it is written on the wire. */
  on: string
  kind: FaultKind
  /** How many times; for ever when absent. */
  times?: number | undefined
  /** Share of the requests that match, 0 to 1; all when absent. */
  share?: number | undefined
  /** How long a slow answer takes; longer than any client waits when absent. */
  slowMs?: number | undefined
}

const retryAfter = { 'retry-after': '1' }
const expired = {
  'www-authenticate':
    'Bearer authorization_uri="https://login.windows.net/", error="invalid_token", error_description="The access token has expired."',
}

/** Kinds that are answers: status, code, text, headers. */
const answers = {
  '401': [401, 'ExpiredAuthenticationToken', 'The access token expiry UTC time is earlier than current UTC time.', expired],
  '403': [403, 'AuthorizationFailed', 'The client does not have authorization to perform this action.', {}],
  '404': [
    404,
    'ResourceNotFound',
    'The Resource was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix',
    {},
  ],
  '409': [
    409,
    'ScopeLocked',
    'The scope cannot perform write operation because following scope(s) are locked. Please remove the lock and try again.',
    {},
  ],
  '412': [412, 'PreconditionFailed', 'The precondition given in one of the request headers evaluated to false.', {}],
  '429': [429, 'TooManyRequests', 'Too many requests. Please try again after 1 seconds.', retryAfter],
  '429-without-retry-after': [429, 'TooManyRequests', 'Too many requests.', {}],
  '500': [500, 'InternalServerError', 'Encountered internal server error.', {}],
  '502': [502, 'BadGateway', 'The gateway received no valid answer.', {}],
  '503': [503, 'ServerTimeout', 'The request timed out.', retryAfter],
} as const

/** Kinds that spoil the line or the real answer. */
const spoils = ['cut', 'cut-after', 'slow', 'truncated', 'endless-next-link'] as const

export type FaultKind = keyof typeof answers | (typeof spoils)[number]
export const faultKinds: readonly string[] = [...Object.keys(answers), ...spoils]

/** The refusal that a fault stands for, unless it spoils something else. */
export function refusalOf({ kind }: Fault): ArmError | undefined {
  const found = Object.entries(answers).find(([name]) => name === kind)?.[1]
  return found && new ArmError(found[0], found[1], found[2], {}, { ...found[3] })
}

export interface Faults {
  set(faults: Fault[]): void
  /** The fault that strikes this request, if one does. */
  strike(method: string, url: string): Fault | undefined
}

export function createFaults(chance: () => number): Faults {
  let faults: Fault[] = []
  return {
    set(next) {
      faults = next.map(fault => ({ ...fault }))
    },
    strike(method, url) {
      const request = `${method} ${url}`.toLowerCase()
      const hits = ({ on, times, share }: Fault) =>
        times !== 0 && (on === '*' || request.includes(on.toLowerCase())) && (share === undefined || chance() < share)
      const fault = faults.find(hits)
      if (fault?.times !== undefined) fault.times -= 1
      return fault
    },
  }
}
