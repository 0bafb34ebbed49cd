import { z } from 'zod'
import { saidCard } from '../../cards/answer.ts'
import { assignFormCard, ownerChoices, statusFormCard } from '../../cards/forms.ts'
import { clip, inline } from '../../cards/text.ts'
import { aboutWords, statusDeed, statusDone, statusWord } from '../../cards/words.ts'
import { Problem } from '../errors.ts'
import { changed, type Finding, Status } from '../model/finding.ts'
import type { Person, Right } from '../model/person.ts'
import type { World } from '../ports.ts'
import { tableOf } from '../table.ts'
import { type Action, type Answer, already, type FindingContext, findingVerb } from './action.ts'
import { near } from './near.ts'
import { toTriage } from './scope.ts'
import { afterId } from './show.ts'

const assign = findingVerb<{ to: string }>({
  name: 'assign',
  title: 'Assign',
  help: 'Makes you or someone else the owner of a finding.',
  usage: 'assign <id> [to @person]',
  tried: ['take', 'claim', 'own', 'owner'],
  topic: 'Findings',
  input: z.object({ to: z.string('Say who.').min(1, 'Say who.').max(200) }),
  read: typed => afterId(typed, () => ({ to: personWord(typed.all()) })),
  effect: true,
  needs: (_input, { finding }) => toTriage(finding),
  form: async ({ world, finding, person }, _input, errors) =>
    assignFormCard({ finding, people: await candidates(world, person), errors }),
  choices: async ({ world, person }, _field, typed) => near(ownerChoices(await candidates(world, person)), typed),
  async run(context, { to }) {
    const owner = await personNamed(context, to)
    const finding = await context.world.store.change(context.finding.id, current => assigned(current, owner, context))
    const whom = owner.id === context.person.id ? 'you' : owner.name
    return finding === undefined
      ? already(saidCard(`Already assigned to ${whom}.`, context.finding))
      : said(finding, `Assigned to ${whom}.`, [finding.id])
  },
})

function personWord(rest: string[]): string {
  const words = rest[0]?.toLowerCase() === 'to' ? rest.slice(1) : rest
  return words.length === 0 ? 'me' : words.join(' ')
}

async function candidates(world: World, asker: Person): Promise<Person[]> {
  const others = (await world.store.people.list()).filter(({ id }) => id !== asker.id)
  return [asker, ...others]
}

async function personNamed({ world, person }: FindingContext, word: string): Promise<Person> {
  const name = word.replace(/^@/, '').toLowerCase()
  if (name === 'me' || name === person.id.toLowerCase()) return person
  const found = (await world.store.people.list()).filter(
    other => other.id.toLowerCase() === name || other.name.toLowerCase() === name,
  )
  const [only] = found
  if (only === undefined || found.length > 1)
    throw new Problem(
      'NotFound',
      found.length > 1 ? `Several people are called "${word}"; use the object id.` : `Nobody called "${word}" is known here.`,
      { field: 'to' },
    )
  return only
}

function assigned(finding: Finding, owner: Person, { person, now }: FindingContext) {
  if (finding.owner?.id === owner.id) return undefined
  const what = owner.id === person.id ? 'took it' : `assigned it to ${owner.name}`
  return { finding: changed(finding, { owner }, { at: now.toISOString(), by: person, what }), places: [] }
}

const status = findingVerb<{ to: Status; reason?: string | undefined }>({
  name: 'status',
  title: 'Set status',
  help: 'Sets a finding in progress, resolved, dismissed or active again; alerts change in Defender for Cloud itself.',
  usage: 'status <id> in-progress|resolved|dismissed|active [reason]',
  tried: ['set', 'ack', 'acknowledge', 'suppress', 'ignore', 'activate'],
  topic: 'Findings',
  input: z
    .object({ to: Status, reason: z.string().max(1000).optional() })
    .refine(hasReason, { path: ['reason'], message: 'Say why you dismiss it.' }),
  also: tableOf<Status>({ resolve: 'resolved', close: 'resolved', dismiss: 'dismissed', reactivate: 'active', reopen: 'active' }),
  read(typed, says) {
    if (says === undefined && typed.left().length === 0) return { action: 'health', input: {} }
    return afterId(typed, () => {
      const to = says ?? typed.next()?.toLowerCase()
      const reason = reasonWords(typed.all())
      return { ...(to !== undefined && { to }), ...(reason !== '' && { reason }) }
    })
  },
  deed(input) {
    const to = Status.safeParse(input.to).data
    return to && statusDeed[to]
  },
  effect: true,
  needs: ({ to }, { finding }) => statusRights(finding, to),
  form: async ({ finding }, input, errors) => statusFormCard({ finding, to: Status.safeParse(input.to).data, errors }),
  async run(context, { to, reason }) {
    if (context.finding.status === to)
      return already(saidCard(`${aboutWords(context.finding.event)} is already ${statusWord[to].toLowerCase()}.`))
    await setAtSource(context, to)
    const finding = await context.world.store.change(context.finding.id, current => withStatus(current, to, reason, context))
    return told(setWords(context.finding, to, reason), finding === undefined ? [] : [finding.id])
  },
})

/** `Dismissed: Suspicious sign-in on vm-web-03. Reason: planned work` */
function setWords({ event }: Finding, to: Status, reason: string | undefined): string {
  const why = inline(reason ?? '')
  return `${statusDone[to]}: ${aboutWords(event)}.${why === '' ? '' : ` Reason: ${clip(why, 300)}`}`
}

/** "because" leads to a reason and is no part of it. */
function reasonWords(rest: string[]): string {
  const words = rest[0]?.toLowerCase() === 'because' ? rest.slice(1) : rest
  return words.join(' ')
}

function hasReason({ to, reason }: { to: Status; reason?: string | undefined }): boolean {
  return to !== 'dismissed' || (reason !== undefined && reason.trim() !== '')
}

/** The alert action's own names. Source: Microsoft.Security provider operations; setting in progress has none of its own in older versions. */
const operations: Record<Status, string> = {
  active: 'activate',
  'in-progress': 'activate',
  resolved: 'resolve',
  dismissed: 'dismiss',
}

function statusRights(finding: Finding, to: Status): Right[] {
  return toTriage(finding).map(right => ({ ...right, action: `Microsoft.Security/locations/alerts/${operations[to]}/action` }))
}

/** Recommendations and compliance results end when the resource is fixed; only being worked on is ours to say. */
async function setAtSource({ world, finding }: FindingContext, to: Status): Promise<void> {
  const { event } = finding
  if (event.kind === 'alert') {
    if (event.armId === undefined)
      throw new Problem(
        'AzureRefused',
        'The event does not say where its alert lives in Azure, so its status can’t be set there.',
        { field: 'AlertUri' },
      )
    return world.azure.setAlertStatus(event.armId, to)
  }
  if (to === 'in-progress' || to === 'active') return
  const what = event.kind === 'recommendation' ? 'A recommendation' : 'A compliance result'
  throw new Problem(
    'NotOffered',
    `${what} can’t be ${to}: it ends by itself once the resource is fixed. You can set it in progress.`,
    { field: 'to' },
  )
}

function withStatus(finding: Finding, to: Status, reason: string | undefined, { person, now }: FindingContext) {
  if (finding.status === to) return undefined
  const why = reason === undefined || reason.trim() === '' ? undefined : reason.trim()
  const what = `set it to ${statusWord[to].toLowerCase()}${why === undefined ? '' : `: ${why}`}`
  const entry = { at: now.toISOString(), by: person, what, to, ...(why !== undefined && { why }) }
  return { finding: changed(finding, { status: to }, entry), places: [] }
}

function said(finding: Finding, text: string, changedIds: string[]): Answer {
  return { card: saidCard(text, finding), changed: changedIds, personal: true }
}

function told(text: string, changedIds: string[]): Answer {
  return { card: saidCard(text), changed: changedIds, personal: true }
}

export const triage: Action[] = [assign, status]
