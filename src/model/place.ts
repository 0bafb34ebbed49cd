import { z } from 'zod'

export const ChatName = z.enum(['teams', 'slack', 'console'])
export type ChatName = z.infer<typeof ChatName>

/** Where cards go: a channel, a group chat or one person's chat. */
export const Place = z.object({
  /** `{chat}:{tenant}:{channel}`; the key of everything kept per place. */
  id: z.string(),
  chat: ChatName,
  /** Entra tenant (Teams), workspace (Slack) or `simulated`. */
  tenant: z.string(),
  channel: z.string(),
  name: z.string(),
  /** What the chat needs to post here on its own (a Teams conversation reference); the chat's own JSON. */
  address: z.string().optional(),
  /** Set when the platform said that posting here is over; a sentence for the owner. */
  blocked: z.string().optional(),
})
export type Place = z.infer<typeof Place>

export function placeId(chat: ChatName, tenant: string, channel: string): string {
  return `${chat}:${tenant}:${channel}`
}
