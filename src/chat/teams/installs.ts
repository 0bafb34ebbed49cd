import type { Place } from '../../model/place.ts'
import type { Places } from '../../ports.ts'
import { tableOf } from '../../table.ts'
import { type Activity, channelOf } from './activity.ts'
import { placeIdOf, placeOf, readAddress } from './address.ts'
import type { Replies } from './replies.ts'
import type { Tasks } from './tasks.ts'
import { welcomeCard } from './welcome.ts'

/** Keeps the places in step with where the app is installed; Teams tells it at every installation and may repeat itself. */
export interface Installs {
  /** Somebody spoke to the bot there: the place is known and its address fresh. */
  seen(activity: Activity): Promise<void>
  installation(activity: Activity): Promise<void>
  conversation(activity: Activity): Promise<void>
}

const removed = 'The app was removed from this conversation in Teams. Add it again to go on.'
const deleted = 'The channel was deleted in Teams.'
const teamOver = tableOf<string>({
  teamDeleted: 'The team was deleted.',
  teamHardDeleted: 'The team was deleted.',
  teamArchived: 'The team is archived in Teams. Restore it to go on.',
})
const moved = ['channelRenamed', 'teamRenamed', 'channelRestored', 'teamUnarchived', 'teamRestored', 'channelCreated']

export function openInstalls(places: Places, replies: Replies, tasks: Tasks): Installs {
  const turns = new Map<string, Promise<void>>()

  function seen(activity: Activity): Promise<void> {
    return inTurn(activity, () => keep(activity).then(() => undefined))
  }

  async function installation(activity: Activity): Promise<void> {
    const { action = 'add' } = activity
    if (action === 'add') return added(activity)
    if (action === 'remove') return over(places, activity, removed)
    if (action === 'add-upgrade') await seen(activity)
  }

  async function conversation(activity: Activity): Promise<void> {
    const { membersAdded = [], membersRemoved = [], channelData } = activity
    const event = channelData?.eventType ?? ''
    if (membersAdded.some(({ id }) => isBot(activity, id))) return added(activity)
    if (membersRemoved.some(({ id }) => isBot(activity, id))) return over(places, activity, removed)
    if (event === 'channelDeleted') return block(places, [placeIdOf(ofChannel(activity))], deleted)
    const why = teamOver.get(event)
    if (why !== undefined) return over(places, activity, why)
    if (moved.includes(event)) await refresh(ofChannel(activity))
  }

  /** Greets where the app was not before, or had gone. */
  function added(activity: Activity): Promise<void> {
    return inTurn(activity, async () => {
      const { place, isNew } = await keep(activity)
      const address = readAddress(place)
      if (isNew) tasks.alone(replies.say(address, welcomeCard(address.kind)))
    })
  }

  async function keep(activity: Activity): Promise<{ place: Place; isNew: boolean }> {
    const known = await places.get(placeOf(activity, undefined).id)
    const place = placeOf(activity, known)
    if (JSON.stringify(known) !== JSON.stringify(place)) await places.save(place)
    return { place, isNew: known === undefined || known.blocked !== undefined }
  }

  async function refresh(activity: Activity): Promise<void> {
    if ((await places.get(placeIdOf(activity))) !== undefined) await seen(activity)
  }

  /** Two tellings of one installation at once greet once. */
  function inTurn(activity: Activity, work: () => Promise<void>): Promise<void> {
    const id = placeOf(activity, undefined).id
    const turn = (turns.get(id) ?? Promise.resolve()).then(work, work).finally(() => {
      if (turns.get(id) === turn) turns.delete(id)
    })
    turns.set(id, turn)
    return turn
  }

  return { seen, installation, conversation }
}

/** Bots' ids begin with 28; the recipient is this bot, where Teams names it. */
function isBot({ recipient }: Activity, id: string): boolean {
  return recipient === undefined ? id.startsWith('28:') : id === recipient.id
}

/** Events about a channel come in the conversation of its team. */
function ofChannel(activity: Activity): Activity {
  const id = activity.channelData?.channel?.id ?? channelOf(activity.conversation.id)
  return { ...activity, conversation: { ...activity.conversation, id } }
}

/** A team's channels go with the team. */
async function over(places: Places, activity: Activity, sentence: string): Promise<void> {
  const team = activity.channelData?.team?.id
  const all = team === undefined ? [] : await places.list()
  const inTeam = all.filter(place => place.chat === 'teams' && place.address !== undefined && readAddress(place).teamId === team)
  await block(places, [...new Set([placeIdOf(activity), ...inTeam.map(({ id }) => id)])], sentence)
}

async function block(places: Places, ids: string[], sentence: string): Promise<void> {
  for (const id of ids) if ((await places.get(id)) !== undefined) await places.block(id, sentence)
}
