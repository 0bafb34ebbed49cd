import { toProblem } from '../../errors.ts'

/** What a check found: well, missing with the way to get it, or not in use. */
export interface Line {
  state: 'ok' | 'missing' | 'off'
  what: string
  how?: string
}

export const ok = (what: string): Line => ({ state: 'ok', what })
export const missing = (what: string, how: string): Line => ({ state: 'missing', what, how })
export const off = (what: string): Line => ({ state: 'off', what })

/** What a check throws is something missing, too. */
export async function lines(check: () => Promise<Line[]>, how: string): Promise<Line[]> {
  try {
    return await check()
  } catch (thrown) {
    return [missing(toProblem(thrown).message, how)]
  }
}
