import { pollTroubleText } from '../model/poll-trouble.ts'
import type { Store } from '../ports.ts'

/** What keeps events from being fetched from Azure, whichever process tried last. */
export async function pollTroubles({ texts }: Pick<Store, 'texts'>): Promise<string[]> {
  const names = await texts.names(pollTroubleText)
  const kept = await Promise.all(names.map(name => texts.get(name)))
  return kept.filter(text => text !== undefined)
}
