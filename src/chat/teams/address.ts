import { z } from 'zod'
import { inline, short } from '../../../cards/text.ts'
import { Problem } from '../../errors.ts'
import { type Place, placeId } from '../../model/place.ts'
import { type Activity, channelOf } from './activity.ts'
import { tenantOf } from './who.ts'

/** All that is needed to write into a conversation on our own. Our JSON, not the SDK's; it may travel from version to version. */
export const Address = z.object({
  conversationId: z.string(),
  serviceUrl: z.string(),
  tenantId: z.string(),
  bot: z.object({ id: z.string(), name: z.string() }),
  channelId: z.string(),
  kind: z.enum(['personal', 'channel', 'group']),
  /** Team the channel belongs to: it goes with the team. */
  teamId: z.string().optional(),
})
export type Address = z.infer<typeof Address>

export function addressOf(activity: Activity): Address {
  const { conversation, serviceUrl, recipient, channelId, channelData } = activity
  const teamId = channelData?.team?.id
  return {
    conversationId: conversation.id,
    serviceUrl,
    tenantId: tenantOf(activity),
    bot: { id: recipient?.id ?? '', name: recipient?.name ?? 'Defender' },
    channelId,
    kind: kindOf(activity),
    ...(teamId === undefined ? {} : { teamId }),
  }
}

function kindOf({ conversation: { conversationType }, channelData }: Activity): Address['kind'] {
  if (conversationType === 'channel' || channelData?.team?.id !== undefined) return 'channel'
  return conversationType === 'groupChat' ? 'group' : 'personal'
}

/** The address kept with a place; without one nothing can be posted. */
export function readAddress(place: Place): Address {
  try {
    return Address.parse(JSON.parse(place.address ?? ''))
  } catch {
    throw new Problem('PlaceGone', 'The bot does not know how to reach this conversation. Add the app to it again.')
  }
}

/** Where an activity happened, as a place for cards: the channel or chat, never a thread in it. */
export function placeOf(activity: Activity, known: Place | undefined): Place {
  const selected = activity.type === 'installationUpdate' ? activity.channelData?.settings?.selectedChannel?.id : undefined
  const channel = selected ?? channelOf(activity.conversation.id)
  const address = { ...addressOf(activity), conversationId: channel }
  return {
    id: placeId('teams', address.tenantId, channel),
    chat: 'teams',
    tenant: address.tenantId,
    channel,
    name: short(inline(nameOf(activity, address.kind) ?? ''), namesLength) || (known?.name ?? unnamed[address.kind]),
    address: JSON.stringify(withTeam(address, known)),
  }
}

export function placeIdOf(activity: Activity): string {
  return placeId('teams', tenantOf(activity), channelOf(activity.conversation.id))
}

/** A message names the team only at times; what was known stays. */
function withTeam(address: Address, known: Place | undefined): Address {
  if (address.teamId !== undefined || known?.address === undefined) return address
  const { teamId } = readAddress(known)
  return teamId === undefined ? address : { ...address, teamId }
}

const namesLength = 120
const unnamed = { personal: 'Chat', channel: 'Channel', group: 'Group chat' } as const

function nameOf({ channelData, conversation, from }: Activity, kind: Address['kind']): string | undefined {
  if (kind === 'personal') return from?.name === undefined ? undefined : `Chat with ${from.name}`
  if (kind === 'group') return conversation.name
  const team = channelData?.team?.name
  const channel = channelData?.channel?.name ?? channelData?.settings?.selectedChannel?.name ?? conversation.name
  if (team === undefined) return channel
  return `${team} / ${channel ?? 'General'}`
}
