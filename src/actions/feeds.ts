import { createHash } from 'node:crypto'
import { z } from 'zod'
import { saidCard } from '../../cards/answer.ts'
import { feedListCard } from '../../cards/list.ts'
import { Problem } from '../errors.ts'
import { Kind } from '../model/event.ts'
import type { Feed, FeedFilter } from '../model/feed.ts'
import type { Right } from '../model/person.ts'
import { severities } from '../model/severity.ts'
import { is } from '../model/typed.ts'
import type { Readable } from '../ports.ts'
import { tableOf } from '../table.ts'
import { type Action, already, type Context, personal, verb } from './action.ts'
import { allReadable, readable, subscriptionNamed, toRead } from './scope.ts'

const kindNames = tableOf<Kind>({
  alerts: 'alert',
  recommendations: 'recommendation',
  compliance: 'compliance',
})

const follow = verb<{ filter: string; readOnly: boolean }>({
  name: 'follow',
  title: 'Follow',
  help: 'Makes this channel or chat follow findings: all, or by kind, severity, subscription and words.',
  usage: 'follow [alerts|recommendations|compliance] [high…] [sub:…] [read-only] [words]',
  tried: ['subscribe', 'watch'],
  topic: 'Feeds',
  input: z.object({ filter: z.string().max(500).default(''), readOnly: z.boolean().default(false) }),
  read(typed) {
    const readOnly = typed.those(is('read-only')).length > 0
    return { input: { filter: typed.all().join(' '), readOnly } }
  },
  effect: true,
  needs: () => [],
  async run(context, { filter: typed, readOnly }) {
    const placeId = placeOf(context)
    const filter = await readFeedFilter(context, typed)
    const feed: Feed = {
      id: feedId(context),
      placeId,
      filter,
      audience: readOnly ? 'read' : 'act',
      by: context.person,
      createdAt: context.now.toISOString(),
    }
    const kept = await context.world.store.feeds.add(feed)
    const isNew = kept.id === feed.id
    const follows = isNew ? 'now follows' : 'already follows'
    const card = saidCard(`This place ${follows} ${feedWords(filter)}. "unfollow ${kept.id}" ends it.`)
    return isNew ? personal(card) : already(card)
  },
})

function placeOf({ request }: Context): string {
  if (request.placeId === undefined)
    throw new Problem('BadInput', 'Type this in the channel or chat that should follow.', { field: 'place' })
  return request.placeId
}

/** Made from the request, so that one command makes one feed however often it is delivered. */
function feedId({ request }: Context): string {
  return `f-${createHash('sha256').update(request.requestId).digest('hex').slice(0, 6)}`
}

/** Only what the asker may read can be followed: of every kind that the feed carries. */
async function readFeedFilter({ world, person }: Context, typed: string): Promise<FeedFilter> {
  const filter: FeedFilter = {}
  for (const word of typed.split(/\s+/).filter(part => part !== '')) addWord(filter, word)
  const byKind = await Promise.all((filter.kinds ?? Kind.options).map(kind => readable(world, person.id, kind)))
  const all = await world.azure.subscriptions()
  const mine = all.filter(({ id }) => byKind.every(allowed => allowed.some(subscription => subscription.id === id)))
  if (filter.subscriptions !== undefined)
    filter.subscriptions = filter.subscriptions.map(word => subscriptionNamed(word, mine).id)
  else if (mine.length < all.length) filter.subscriptions = mine.map(({ id }) => id)
  return filter
}

function addWord(filter: FeedFilter, word: string): void {
  const lower = word.toLowerCase()
  const kind = kindNames.get(lower)
  const severity = severities.find(name => name.toLowerCase() === lower)
  if (kind !== undefined) filter.kinds = [...(filter.kinds ?? []), kind]
  else if (severity !== undefined) filter.severities = [...(filter.severities ?? []), severity]
  else if (lower.startsWith('sub:')) filter.subscriptions = [...(filter.subscriptions ?? []), lower.slice(4)]
  else if (lower !== 'everything' && lower !== 'all') filter.words = [...(filter.words ?? []), word]
}

/** `High and Medium alerts about "sql"` */
export function feedWords({ kinds, severities, words, subscriptions }: FeedFilter): string {
  const what =
    kinds === undefined
      ? 'findings'
      : [...kindNames.keys()].filter(name => kinds.some(kind => kind === kindNames.get(name))).join(' and ')
  const about = words === undefined ? '' : ` about ${words.map(word => `"${word}"`).join(' and ')}`
  const where =
    subscriptions === undefined
      ? ''
      : ` in ${subscriptions.length === 1 ? 'one subscription' : `${subscriptions.length} subscriptions`}`
  return `${severities === undefined ? 'all' : severities.join(' and ')} ${what}${about}${where}`
}

const feeds = verb({
  name: 'feeds',
  title: 'Feeds',
  help: 'Lists what is followed here and elsewhere.',
  usage: 'feeds',
  topic: 'Feeds',
  input: z.object({}),
  effect: false,
  needs: () => [],
  async run({ world, person, request }) {
    const { feeds, places: kept } = world.store
    const [all, places, readable] = await Promise.all([feeds.list(), kept.list(), allReadable(world, person.id)])
    const shown = all.filter(feed => feed.placeId === request.placeId || feed.by?.id === person.id || mayFollow(feed, readable))
    const rows = shown.map(feed => ({
      id: feed.id,
      words: feedWords(feed.filter),
      place: places.find(({ id }) => id === feed.placeId)?.name ?? feed.placeId,
      here: feed.placeId === request.placeId,
    }))
    return personal(feedListCard(rows))
  },
})

/** Whether somebody could have made this feed: every kind it carries is theirs to read, in all subscriptions it names. */
function mayFollow({ filter: { kinds = Kind.options, subscriptions } }: Feed, readable: Readable): boolean {
  return kinds.every(kind => {
    const mine = readable[kind]?.map(id => id.toLowerCase())
    return mine !== undefined && (subscriptions ?? []).every(id => mine.includes(id.toLowerCase()))
  })
}

const unfollow = verb<{ feed: string }>({
  name: 'unfollow',
  title: 'Unfollow',
  help: 'Ends a feed.',
  usage: 'unfollow <feed>',
  tried: ['unsubscribe', 'unwatch'],
  topic: 'Feeds',
  input: z.object({ feed: z.string('Say which feed; "feeds" lists them.').min(1).max(50) }),
  read(typed) {
    const feed = typed.next()
    return { input: feed === undefined ? {} : { feed } }
  },
  effect: true,
  needs: async (input, context) => toEnd(await feedNamed(context, input.feed), context),
  async run(context, { feed }) {
    const found = await feedNamed(context, feed)
    await context.world.store.feeds.delete(found.id)
    return personal(saidCard('This place no longer follows that.'))
  },
})

async function feedNamed({ world }: Context, id: string): Promise<Feed> {
  const found = (await world.store.feeds.list()).find(feed => feed.id === id)
  if (found === undefined) throw new Problem('NotFound', `There is no feed "${id}"; "feeds" lists them.`, { field: 'feed' })
  return found
}

/** Its maker needs no right; who reads there what it carries ends it there; from elsewhere it takes the right to decide where findings go. */
async function toEnd(feed: Feed, { world, person, request }: Context): Promise<Right[]> {
  if (feed.by?.id === person.id) return []
  const subscriptions = feed.filter.subscriptions ?? (await world.azure.subscriptions()).map(({ id }) => id)
  if (feed.placeId !== request.placeId)
    return subscriptions.map(id => ({ action: 'Microsoft.Security/automations/write', scope: `subscriptions/${id}` }))
  return (feed.filter.kinds ?? Kind.options).flatMap(kind => subscriptions.map(id => toRead(kind, id)))
}

export const following: Action[] = [follow, feeds, unfollow]
