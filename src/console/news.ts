import { isNotice } from '../model/notice.ts'
import { hasEnded, type Run } from '../model/run.ts'
import type { Clock, Findings, Posts, Shown } from '../ports.ts'
import { runView } from './findings.ts'

/** Turns changes of the store into server-sent events. */
export interface News {
  /** The events' text; empty when there is nothing to tell. */
  of(change: Shown): Promise<string>
  forget(): void
}

export interface NewsSource {
  findings: Pick<Findings, 'get'>
  posts: Pick<Posts, 'get' | 'of'>
}

const remembered = 2000
/** What ended longer ago than this is no news to a browser that has just come. */
const freshMs = 60_000

export function openNews({ findings, posts }: NewsSource, clock: Clock): News {
  /** Run id → the state last told, so that a run is told when it moves and not with every change of its finding. */
  const told = new Map<string, string>()

  async function of(change: Shown): Promise<string> {
    return change.type === 'post' ? ofPost(change.id) : ofFinding(change.id)
  }

  async function ofPost(id: string): Promise<string> {
    const post = await posts.get(id)
    if (post === undefined) return ''
    const { placeId, about, wanted, shown } = post
    return event('post', { postId: id, placeId, ...(!isNotice(about) && { findingId: about }), wanted, shown })
  }

  async function ofFinding(id: string): Promise<string> {
    const finding = await findings.get(id)
    if (finding === undefined) return ''
    const { version, status, changedAt, owner } = finding
    const { kind, severity, title } = finding.event
    const moved = finding.runs.filter(run => told.get(run.id) !== run.state)
    const fresh = moved.filter(run => told.has(run.id) || !isOld(run))
    for (const run of moved) told.set(run.id, run.state)
    const places = (await posts.of(id)).map(({ id: postId, placeId }) => ({ postId, placeId }))
    trim()
    return [
      event('finding', { id, kind, title, severity, status, version, changedAt, ...(owner && { owner }), posts: places }),
      ...fresh.map(run => event('run', { ...runView(run), ended: hasEnded(run) })),
    ].join('')
  }

  function isOld({ endedAt }: Run): boolean {
    return endedAt !== undefined && clock.now().getTime() - Date.parse(endedAt) > freshMs
  }

  function trim(): void {
    for (const id of told.keys()) {
      if (told.size <= remembered) return
      told.delete(id)
    }
  }

  return { of, forget: () => told.clear() }
}

function event(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}
