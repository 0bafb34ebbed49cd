import { refusalSentences } from '../../cards/answer.ts'
import type { Right } from '../model/person.ts'
import type { Azure } from '../ports.ts'
import { Failure } from './command.ts'

/** Every right that the identity asking Azure lacks is a Failure that names them all, in the words of chats. */
export async function mustHold(azure: Azure, what: string, rights: Right[]): Promise<void> {
  const sentences = await lacking(azure, rights)
  if (sentences.length > 0) throw new Failure([`You can't ${what}:`, ...sentences].join('\n  '))
}

/** Lists are empty where they may not be read: what is lacking for that, a sentence for each right. */
export async function lackingToRead(azure: Azure): Promise<string[]> {
  const actions = ['Microsoft.Security/automations/read', 'Microsoft.Logic/workflows/read']
  const subscriptions = await azure.subscriptions()
  return lacking(
    azure,
    subscriptions.flatMap(({ id }) => actions.map(action => ({ action, scope: `subscriptions/${id}` }))),
  )
}

/** What can't be known, Azure tells when it refuses. */
async function lacking({ access, subscriptions }: Azure, rights: Right[]): Promise<string[]> {
  const missing = await access.missingItself(rights).catch(() => [])
  if (missing.length === 0) return []
  const named = missing.map(right => ({ ...right, roles: access.rolesWith(right.action) }))
  return refusalSentences({ lacking: named, subscriptions: await subscriptions() })
}
