import { z } from 'zod'
import { inline, short } from '../../../cards/text.ts'
import type { Log } from '../../log.ts'
import { type Place, placeId } from '../../model/place.ts'
import type { Clock, Feeds, Places } from '../../ports.ts'
import { endsWithWorkspace } from './failures.ts'
import type { SlackWeb } from './web.ts'

/** Stands for a workspace whose name Slack could not yet be asked for, so that what arrives meanwhile is kept for its channel. */
const notYetKnown = 'unknown'
const namesLength = 80

export interface ChannelDeps {
  places: Places
  feeds: Feeds
  clock: Clock
  log: Log
}

export interface Channels {
  /** The place of a channel, kept from now on. */
  of(team: string, channel: string, name?: string): Promise<Place>
  /** The channel named in the settings, with its first feed; `team` is undefined while Slack does not answer. */
  first(team: string | undefined, channel: string): Promise<Place>
  /** Posting there is possible (again). */
  reopen(place: Place): Promise<void>
  blockAll(team: string, sentence: string): Promise<void>
  reopenAll(team: string): Promise<void>
}

export function slackChannels({ places, feeds, clock, log }: ChannelDeps): Channels {
  const seen = new Map<string, Place>()

  async function known(team: string, channel: string): Promise<Place | undefined> {
    return (await places.get(placeId('slack', team, channel))) ?? places.get(placeId('slack', notYetKnown, channel))
  }

  async function of(team: string, channel: string, name?: string): Promise<Place> {
    const key = `${team}:${channel}`
    const place = seen.get(key) ?? (await known(team, channel)) ?? (await add(team, channel, name))
    seen.set(key, place)
    return place
  }

  async function add(team: string, channel: string, name = channel): Promise<Place> {
    const place: Place = {
      id: placeId('slack', team, channel),
      chat: 'slack',
      tenant: team,
      channel,
      name: short(inline(name), namesLength) || channel,
    }
    await places.save(place)
    return place
  }

  /** The feed is made once, with the place: whoever stops following the channel is not overruled by a restart. */
  async function first(team: string | undefined, channel: string): Promise<Place> {
    const present = await known(team ?? notYetKnown, channel)
    if (present !== undefined) return present
    const place = await add(team ?? notYetKnown, channel)
    await feeds.add({
      id: `first-${place.id}`,
      placeId: place.id,
      filter: {},
      audience: 'act',
      createdAt: clock.now().toISOString(),
    })
    log.info({ place: place.id }, 'the first Slack channel follows everything')
    return place
  }

  /** Read anew: what is remembered here may be from before it was closed. */
  async function reopen({ id }: Place): Promise<void> {
    const place = await places.get(id)
    if (place?.blocked === undefined) return
    const { blocked: _over, ...open } = place
    await places.save(open)
    log.info({ place: id }, 'a Slack channel is open again')
  }

  async function ofTeam(team: string): Promise<Place[]> {
    return (await places.list()).filter(({ chat, tenant }) => chat === 'slack' && [team, notYetKnown].includes(tenant))
  }

  async function blockAll(team: string, sentence: string): Promise<void> {
    for (const place of await ofTeam(team)) await places.block(place.id, sentence)
  }

  async function reopenAll(team: string): Promise<void> {
    for (const place of await ofTeam(team)) if (endsWithWorkspace(place.blocked ?? '')) await reopen(place)
  }

  return { of, first, reopen, blockAll, reopenAll }
}

const List = z.object({
  channels: z.array(z.object({ id: z.string(), name: z.string().optional() })),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
})
const pages = 10

/** `#alerts` → its id; an id, or a name that is not found, stays as it is. Throws SlackFailure. */
export async function channelId(web: SlackWeb, written: string): Promise<string> {
  if (/^[CDGU][A-Z0-9]{7,}$/.test(written)) return written
  const name = written.replace(/^#/, '').toLowerCase()
  let cursor = ''
  for (let page = 0; page < pages; page++) {
    const args = { limit: 200, exclude_archived: true, types: 'public_channel,private_channel', ...(cursor !== '' && { cursor }) }
    const list = await web.call('conversations.list', args, List)
    const found = list.channels.find(channel => channel.name === name)
    if (found !== undefined) return found.id
    cursor = list.response_metadata?.next_cursor ?? ''
    if (cursor === '') return written
  }
  return written
}
