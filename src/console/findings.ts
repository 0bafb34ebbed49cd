import { z } from 'zod'
import { Problem } from '../errors.ts'
import { Kind } from '../model/event.ts'
import { type Finding, Status } from '../model/finding.ts'
import type { Run } from '../model/run.ts'
import type { FindingFilter } from '../ports.ts'
import type { Door } from '../route.ts'
import type { ConsoleDeps } from './deps.ts'
import { guarded } from './guard.ts'
import { Limit, queryAs, WordList } from './reading.ts'

const Query = z.object({
  kind: Kind.optional(),
  /** `high,critical` */
  severity: WordList,
  /** `active,in-progress` */
  status: WordList.pipe(z.array(Status).optional()),
  /** Entra object id. */
  owner: z.string().max(100).optional(),
  unassigned: z
    .enum(['true', '1', 'false', '0'])
    .transform(word => word === 'true' || word === '1')
    .optional(),
  subscription: WordList,
  since: z.iso.datetime({ offset: true }).optional(),
  words: z.string().max(500).optional(),
  limit: Limit,
  cursor: z.string().max(500).optional(),
})
type Query = z.infer<typeof Query>

export function findingDoors({ world: { store } }: ConsoleDeps): Door[] {
  return [
    guarded({
      method: 'get',
      path: '/console/api/findings',
      maxBytes: 0,
      async handle(request) {
        const query = queryAs(Query, request)
        const { items, ...page } = await store.findings.list(filterOf(query), query.limit, query.cursor)
        return { status: 200, body: { findings: items.map(findingView), ...page } }
      },
    }),
    guarded({
      method: 'get',
      path: '/console/api/findings/:id',
      maxBytes: 0,
      async handle(request) {
        const finding = await store.findings.get(request.params.id ?? '')
        if (finding === undefined) throw new Problem('NotFound', 'There is no such finding.', { field: 'id' })
        return { status: 200, body: findingView(finding) }
      },
    }),
  ]
}

function filterOf({ kind, severity, status, owner, unassigned, subscription, since, words }: Query): FindingFilter {
  return {
    ...(kind && { kind }),
    ...(severity && { severities: severity }),
    ...(status && { status }),
    ...(owner && { ownerId: owner }),
    ...(unassigned && { unassigned }),
    ...(subscription && { subscriptions: subscription }),
    ...(since && { since: new Date(since).toISOString() }),
    ...(words && { words: words.split(/\s+/).filter(word => word !== '') }),
  }
}

/** The shape promised to programs. */
export function findingView({ event, status, owner, id, openedAt, changedAt, version, runs, history }: Finding) {
  const { kind, id: eventId, title, severity, resource, subscription } = event
  const common = { id, kind, eventId, title, severity, status, resource, subscription, openedAt, changedAt, version }
  return { ...common, ...(owner && { owner }), runs: runs.map(runView), history }
}

export function runView(run: Run) {
  const { id, findingId, logicAppId, logicAppName, state, startedBy, startedAt, endedAt, error, link, parameters } = run
  return {
    id,
    findingId,
    logicAppId,
    logicAppName,
    state,
    startedBy,
    startedAt,
    link,
    ...(endedAt && { endedAt }),
    ...(error && { error }),
    ...(parameters && { parameters }),
  }
}
