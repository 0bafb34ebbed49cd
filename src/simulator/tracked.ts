import { z } from 'zod'

/** What every tracked resource of Azure has. */
export interface Tracked {
  id: string
  name: string
  group: string
  subscription: string
  location: string
  tags: Record<string, string>
}

/** Tags as a body brings them, or none. */
export const Tags = z
  .record(z.string(), z.string())
  .nullish()
  .transform(tags => tags ?? {})
