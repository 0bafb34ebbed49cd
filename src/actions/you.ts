import { z } from 'zod'
import { type LinkedBy, linkedCard, whoamiCard } from '../../cards/about.ts'
import { saidCard } from '../../cards/answer.ts'
import { homeCard } from '../../cards/home.ts'
import { Problem } from '../errors.ts'
import { Kind } from '../model/event.ts'
import type { Finding } from '../model/finding.ts'
import type { Right } from '../model/person.ts'
import type { FindingFilter, Page, World } from '../ports.ts'
import { type Action, type Context, personal, verb } from './action.ts'
import { named } from './finding-view.ts'
import { allReadable, toRead } from './scope.ts'

const needsYouAtMost = 5

const home = verb({
  name: 'home',
  title: 'Home',
  help: 'Shows what needs you; so does typing nothing.',
  usage: 'home',
  topic: 'You',
  input: z.object({}),
  effect: false,
  needs: () => [],
  async run(context) {
    const { world, person, now } = context
    const readable = await allReadable(world, person.id)
    const [mine, unassigned, failedRuns] = await Promise.all([
      openOnes(world, { readable, ownerId: person.id }),
      openOnes(world, { readable, unassigned: true, severities: ['critical', 'high'] }),
      world.store.findings.runs({ readable, startedBy: person.id, states: ['failed'] }, needsYouAtMost),
    ])
    return personal(homeCard({ person, mine, unassigned, failedRuns, reads: Object.keys(readable).length > 0, now }))
  },
})

async function openOnes(world: World, filter: FindingFilter): Promise<Page<Finding>> {
  const page = await world.store.findings.list(
    { status: ['active', 'in-progress'], ...filter },
    needsYouAtMost,
    undefined,
    'severe',
  )
  return { ...page, items: await Promise.all(page.items.map(finding => named(world, finding))) }
}

/** What a person may do, in words, with the right that decides it, asked of each subscription. */
const abilities: { what: string; action: string }[] = [
  ...Kind.options.map(kind => ({
    what: `read ${kind === 'compliance' ? 'compliance' : `${kind}s`}`,
    action: toRead(kind, '').action,
  })),
  { what: 'change the status of alerts', action: 'Microsoft.Security/locations/alerts/dismiss/action' },
  { what: 'run logic apps', action: 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action' },
  { what: 'write rules', action: 'Microsoft.Security/automations/write' },
]

const whoami = verb({
  name: 'whoami',
  title: 'Who am I',
  help: 'Shows who you are here and what Azure lets you do.',
  usage: 'whoami',
  tried: ['me', 'who'],
  topic: 'You',
  input: z.object({}),
  effect: false,
  needs: () => [],
  async run({ world, person, request }) {
    const subscriptions = await world.azure.subscriptions()
    const rights = await Promise.all(
      subscriptions.map(async ({ id, name }) => ({
        name,
        id,
        may: await heldOf(
          world,
          person.id,
          abilities.map(({ action }) => ({ action, scope: `subscriptions/${id}` })),
        ),
      })),
    )
    return personal(whoamiCard({ person, account: request.from.account, rights }))
  },
})

async function heldOf(world: Context['world'], personId: string, rights: Right[]): Promise<string[]> {
  const missing = new Set((await world.azure.access.missing(personId, rights)).map(({ action }) => action))
  return abilities.filter(({ action }) => !missing.has(action)).map(({ what }) => what)
}

const link = verb({
  name: 'link',
  title: 'Link my account',
  help: 'Tells who your chat account acts as, or lets you sign in to link it.',
  usage: 'link',
  tried: ['login', 'signin', 'sign-in'],
  topic: 'You',
  input: z.object({}),
  effect: false,
  needs: () => [],
  run: async context =>
    personal(linkedCard({ person: context.person, account: context.request.from.account, by: await linkedBy(context) })),
})

/** Teams names most people by their object id; only Slack never says who somebody is in Entra. */
async function linkedBy({ world, person, request: { from } }: Context): Promise<LinkedBy> {
  if (from.account.user === person.id) return 'chat'
  if (await world.store.people.isMapped?.(from.account)) return 'map'
  return from.account.chat === 'slack' ? 'sign-in' : 'chat'
}

const unlink = verb({
  name: 'unlink',
  title: 'Unlink my account',
  help: 'Ends the link of your chat account; the next click asks you to sign in again.',
  usage: 'unlink',
  tried: ['logout', 'signout', 'sign-out'],
  topic: 'You',
  input: z.object({}),
  effect: true,
  needs: () => [],
  async run(context) {
    const { world, request } = context
    if ((await linkedBy(context)) === 'chat')
      throw new Problem('NotOffered', 'This chat itself says who you are, each time. There is no link to end.')
    await world.store.people.unlink(request.from.account)
    return personal(saidCard('Your account is no longer linked. "link" lets you sign in again.'))
  },
})

export const you: Action[] = [home, whoami, link, unlink]
