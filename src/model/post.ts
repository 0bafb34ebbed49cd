import { z } from 'zod'

/** A card in a place as desired state: it is true when `shown` equals `wanted`. */
export const Post = z.object({
  id: z.string(),
  placeId: z.string(),
  /** The finding or notice it shows. */
  about: z.string(),
  audience: z.enum(['act', 'read']),
  /** The platform's id of the message, once posted. */
  messageId: z.string().optional(),
  /** Version of the finding that should be shown, and the one that is. */
  wanted: z.number(),
  shown: z.number(),
  /** Higher goes first where a place is behind: the severity's rank. */
  priority: z.number(),
  attempts: z.number(),
  dueAt: z.string(),
  /** Set before a post leaves, cleared by its outcome; a post found with it set may have reached the platform. */
  sentAt: z.string().optional(),
  lastError: z.string().optional(),
  /** How much of the finding's history its message and the thread under it have told; absent before the message is there. */
  told: z.number().optional(),
  /** How much the thread has told when the update arrives that is on its way, or may be. */
  telling: z.number().optional(),
  /** The notice of the storm that counts it. As long as it has no message of its own, and `shown` is not 0, that storm's card shows it. */
  storm: z.string().optional(),
})
export type Post = z.infer<typeof Post>
