import { z } from 'zod'
import { findingListCard } from '../../cards/list.ts'
import { Problem } from '../errors.ts'
import type { Kind } from '../model/event.ts'
import { severities } from '../model/severity.ts'
import type { FindingFilter, Subscription } from '../ports.ts'
import { tableOf } from '../table.ts'
import { type Action, type Answer, type Context, personal, verb } from './action.ts'
import { named } from './finding-view.ts'
import { readable, subscriptionNamed } from './scope.ts'

const perPage = 10
const spans = tableOf<number>({ m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 })

/** The filter as it is typed, word for word; buttons carry the same text on to the next page. */
const ListInput = z.object({ filter: z.string().max(500).default(''), cursor: z.string().max(500).optional() })
type ListInput = z.infer<typeof ListInput>

function listVerb(name: string, kind: Kind, title: string, tried: string[]): Action {
  return verb<ListInput>({
    name,
    title,
    help: `Lists ${name === 'compliance' ? 'compliance changes' : name}, the most severe first.`,
    usage: `${name} [high…] [mine] [unassigned] [sub:…] [since:24h] [words]`,
    tried,
    topic: 'Findings',
    input: ListInput,
    read: typed => ({ input: { filter: typed.all().join(' ') } }),
    effect: false,
    needs: () => [],
    run: (context, input) => list(context, name, kind, input),
  })
}

async function list(context: Context, action: string, kind: Kind, { filter: typed, cursor }: ListInput): Promise<Answer> {
  const mine = await readable(context.world, context.person.id, kind)
  const filter = { kind, ...readFilter(typed, context, mine) }
  const page = await context.world.store.findings.list(filter, perPage, cursor, 'severe')
  const items = await Promise.all(page.items.map(finding => named(context.world, finding)))
  return personal(findingListCard({ action, kind, filter: typed, page: { ...page, items }, now: context.now }))
}

/** Words of a list filter → filter. What is no keyword must occur in the finding. */
export function readFilter(
  typed: string,
  { person, now }: Pick<Context, 'person' | 'now'>,
  readable: Subscription[],
): FindingFilter {
  const filter: FindingFilter = { subscriptions: readable.map(({ id }) => id) }
  for (const word of typed.split(/\s+/).filter(part => part !== '')) addWord(filter, word, person.id, now, readable)
  return filter
}

function addWord(filter: FindingFilter, word: string, personId: string, now: Date, readable: Subscription[]): void {
  const lower = word.toLowerCase()
  const severity = severities.find(name => name.toLowerCase() === lower)
  if (severity !== undefined) filter.severities = [...(filter.severities ?? []), severity]
  else if (lower === 'mine') filter.ownerId = personId
  else if (lower === 'unassigned') filter.unassigned = true
  else if (lower.startsWith('sub:')) filter.subscriptions = [subscriptionNamed(lower.slice(4), readable).id]
  else if (lower.startsWith('since:')) filter.since = new Date(now.getTime() - spanMs(lower.slice(6))).toISOString()
  else filter.words = [...(filter.words ?? []), word]
}

/** `30m`, `24h`, `7d`, `2w` → ms. */
export function spanMs(text: string): number {
  const [, count, unit] = /^(\d{1,4})([mhdw])$/.exec(text) ?? []
  const ms = spans.get(unit ?? '')
  if (count === undefined || ms === undefined)
    throw new Problem('BadInput', `"${text}" is no span of time; write 30m, 24h, 7d or 2w.`, { field: 'since' })
  return Number(count) * ms
}

export const lists: Action[] = [
  listVerb('alerts', 'alert', 'Alerts', ['list', 'incidents', 'findings', 'alarms']),
  listVerb('recommendations', 'recommendation', 'Recommendations', ['list', 'assessments', 'findings']),
  listVerb('compliance', 'compliance', 'Compliance', ['standards', 'controls']),
]
