import { z } from 'zod'
import type { Attached } from '../attached.ts'

/** What Teams leaves out, nulls or gets wrong without harm is read as absent. */
const word = z.string().max(2000).optional().catch(undefined)
const named = z.object({ id: z.string().max(500), name: word })
const members = z
  .array(z.object({ id: z.string() }))
  .optional()
  .catch(undefined)

const ChannelData = z.object({
  tenant: z.object({ id: word }).optional().catch(undefined),
  team: z.object({ id: word, name: word }).optional().catch(undefined),
  channel: z.object({ id: word, name: word }).optional().catch(undefined),
  settings: z
    .object({ selectedChannel: z.object({ id: word, name: word }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
  eventType: word,
})

const Mention = z.object({
  type: z.literal('mention'),
  text: word,
  mentioned: z.object({ id: word, name: word, aadObjectId: word }),
})
export type Mention = z.infer<typeof Mention>

/** The parts of a Bot Framework activity that are read here. */
export const Activity = z.object({
  type: z.string().min(1).max(100),
  channelId: z.string().min(1).max(100),
  serviceUrl: z.url({ protocol: /^https?$/ }).max(1000),
  conversation: z.object({ id: z.string().min(1).max(1000), conversationType: word, tenantId: word, name: word }),
  id: word,
  name: word,
  action: word,
  timestamp: word,
  replyToId: word,
  from: z
    .object({ id: z.string().max(500), name: word, aadObjectId: word, role: word, userRole: word, tenantId: word })
    .optional()
    .catch(undefined),
  recipient: named.optional().catch(undefined),
  text: z.string().optional().catch(undefined),
  value: z.unknown().optional(),
  /** Files alone; what else Teams attaches (the text as HTML) says nothing more. */
  attachments: z
    .array(z.unknown())
    .transform(attachments => attachments.flatMap(attachment => fileOf(attachment)))
    .catch([])
    .default([]),
  entities: z
    .array(z.unknown())
    .transform(entities => entities.flatMap(entity => mentionOf(entity)))
    .catch([])
    .default([]),
  membersAdded: members,
  membersRemoved: members,
  channelData: ChannelData.optional().catch(undefined),
})
export type Activity = z.infer<typeof Activity>

/** In a personal chat a file is sent along as an address that needs no further proof. Source: Microsoft Learn, "Send and receive files using a bot". */
const File = z.object({
  contentType: z.literal('application/vnd.microsoft.teams.file.download.info'),
  name: z.string().default('the file'),
  content: z.object({ downloadUrl: z.string() }),
})

function fileOf(attachment: unknown): Attached[] {
  const file = File.safeParse(attachment)
  return file.success ? [{ name: file.data.name, url: file.data.content.downloadUrl }] : []
}

function mentionOf(entity: unknown): Mention[] {
  const mention = Mention.safeParse(entity)
  return mention.success ? [mention.data] : []
}

/** The conversation without the thread in it: the channel, or the chat itself. */
export function channelOf(conversationId: string): string {
  return conversationId.split(';', 1)[0] ?? conversationId
}

export function isPersonal({ conversation }: Activity): boolean {
  return conversation.conversationType === 'personal'
}
