import { z } from 'zod'

/** What keeps a rule from doing its work, or soon will. */
export const Trouble = z.object({
  code: z.enum([
    'app-gone',
    'standard-plan',
    'app-disabled',
    'legacy-trigger',
    'wrong-trigger',
    'trigger-renamed',
    'recommendation-gone',
    'recommendation-deprecated',
    'sub-assessment',
    'wrong-path',
    'edited-by-hand',
    'never-fired',
    'no-right',
    'no-target',
    'unread',
  ]),
  /** `broken`: it does not start its logic app now. `warning`: it soon won't, or something is odd. */
  level: z.enum(['broken', 'warning']),
  /** A sentence for the person, with what to do. */
  message: z.string(),
})
export type Trouble = z.infer<typeof Trouble>
