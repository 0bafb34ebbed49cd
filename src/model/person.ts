import { z } from 'zod'

/** Who acts: always a person in Entra, never a display name or an e-mail address. */
export const Person = z.object({
  /** Entra object id. */
  id: z.string(),
  name: z.string(),
})
export type Person = z.infer<typeof Person>

/** One permission: an action of Azure's access control on a scope (ARM id without leading slash). */
export interface Right {
  action: string
  scope: string
}

/** The person's chat account as the platform vouches for it. */
export const Account = z.object({
  chat: z.enum(['teams', 'slack', 'console']),
  /** Tenant or workspace that vouches for the user. */
  tenant: z.string(),
  user: z.string(),
})
export type Account = z.infer<typeof Account>
