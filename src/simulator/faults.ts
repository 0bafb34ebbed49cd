/** Something that goes wrong on purpose. */
export interface Fault {
  /** Which requests: a part of `METHOD path`, without case. */
  on: string
  kind:
    | '401'
    | '403'
    | '404'
    | '409'
    | '412'
    | '429'
    | '429-without-retry-after'
    | '500'
    | '502'
    | '503'
    | 'cut'
    | 'slow'
    | 'truncated'
  /** How many times; for ever when absent. */
  times?: number
  /** Share of the requests that match, 0 to 1; all when absent. */
  share?: number
}

export interface Failing {
  status: number
  code: string
  message: string
  headers: Record<string, string>
}

const failings: Record<string, [number, string, string, Record<string, string>]> = {
  '401': [
    401,
    'ExpiredAuthenticationToken',
    'The access token expiry UTC time is earlier than current UTC time.',
    { 'www-authenticate': 'Bearer error="invalid_token"' },
  ],
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
  '429': [429, 'TooManyRequests', 'Too many requests. Please try again after 1 seconds.', { 'retry-after': '1' }],
  '429-without-retry-after': [429, 'TooManyRequests', 'Too many requests.', {}],
  '500': [500, 'InternalServerError', 'Encountered internal server error.', {}],
  '502': [502, 'BadGateway', 'The gateway received no valid answer.', {}],
  '503': [503, 'ServerTimeout', 'The request timed out.', { 'retry-after': '1' }],
}

export function failingOf(fault: Fault): Failing | undefined {
  const found = failings[fault.kind]
  return found && { status: found[0], code: found[1], message: found[2], headers: found[3] }
}

export function createFaults(chance: () => number) {
  let faults: Fault[] = []
  return {
    set(next: Fault[]) {
      faults = next.map(fault => ({ ...fault }))
    },
    /** The fault that strikes this request, if one does. */
    strike(method: string, url: string): Fault | undefined {
      const request = `${method} ${url}`.toLowerCase()
      const fault = faults.find(
        ({ on, times, share }) => request.includes(on.toLowerCase()) && times !== 0 && (share === undefined || chance() < share),
      )
      if (fault?.times !== undefined) fault.times -= 1
      return fault
    },
  }
}
