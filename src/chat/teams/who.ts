import { inline, short } from '../../../cards/text.ts'
import type { Sender } from '../../actions/action.ts'
import { Problem } from '../../errors.ts'
import type { Person } from '../../model/person.ts'
import type { People } from '../../ports.ts'
import type { Activity } from './activity.ts'

/** Tenants as they stand in the activity: where it happened, and where the person is from. */
function tenantsNamed({ conversation, channelData, from }: Activity): string[] {
  return [conversation.tenantId, channelData?.tenant?.id, from?.tenantId].flatMap(id =>
    id === undefined ? [] : [id.toLowerCase()],
  )
}

/** Entra tenant of the conversation. */
export function tenantOf(activity: Activity): string {
  return tenantsNamed(activity)[0] ?? 'unknown'
}

/** Every tenant named must be on the list, and one must be named. Guests are strangers too. */
export function isForeign(activity: Activity, tenants: string[] | undefined): boolean {
  if (tenants === undefined) return false
  const named = tenantsNamed(activity)
  return named.length === 0 || named.some(id => !tenants.includes(id)) || activity.from?.userRole === 'guest'
}

export const foreignSentence = 'You belong to another tenant: this bot serves the people of its own organisation only.'

const maxName = 200

/** Knows people by Entra object id and tenant, both vouched for by the token; a name is only for showing. */
export function openRegister(people: People): (activity: Activity) => Promise<Sender> {
  const linked = new Map<string, string>()

  async function introduce(account: Sender['account'], person: Person): Promise<void> {
    const key = `${account.tenant} ${account.user}`
    if (linked.get(key) === person.name) return
    await people.link(account, person)
    if (linked.size > 10_000) linked.clear()
    linked.set(key, person.name)
  }

  return async function whoSent(activity) {
    const { from } = activity
    if (from === undefined) throw new Problem('NotLinked', 'Teams did not say who you are.')
    const id = from.aadObjectId?.toLowerCase()
    const account = { chat: 'teams' as const, tenant: tenantOf(activity), user: id ?? from.id }
    if (id === undefined) {
      const person = await people.of(account)
      if (person === undefined)
        throw new Problem('NotLinked', 'Teams did not say who you are in Entra, so nothing can be done in your name.')
      return { account, person }
    }
    const person = { id, name: short(inline(from.name ?? ''), maxName) || id }
    await introduce(account, person)
    return { account, person }
  }
}
