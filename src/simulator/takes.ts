import { z } from 'zod'
import { tableOf } from '../table.ts'
import type { Trigger } from './logic.ts'

const Inputs = z.looseObject({ path: z.string().optional() })
const paths = tableOf<string>({
  '/microsoft.security/alert/subscribe': 'alerts',
  '/microsoft.security/assessment/subscribe': 'assessments',
  '/microsoft.security/regulatorycomplianceassessment/subscribe': 'regulatorycomplianceassessment',
})

/** The event source a trigger takes, in lower case; `http` for a plain HTTP trigger. */
export function takesOf({ type, kind, inputs }: Trigger): string {
  if (type.toLowerCase() === 'request') return kind?.toLowerCase() === 'securitycenteralert' ? 'legacy' : 'http'
  return paths.get(Inputs.safeParse(inputs).data?.path?.toLowerCase() ?? '') ?? 'other'
}
