import { verbs } from '../../src/actions/verbs.ts'
import { openDesk } from '../../src/flow/desk.ts'
import { readKept } from '../../src/intake/body.ts'
import { silent } from '../../src/log.ts'
import type { Azure, World } from '../../src/ports.ts'
import { openStore } from '../../src/store/store.ts'
import type { Story } from './ground.ts'

/** A call to Azure that gets there, and whose process dies before it can note the answer. */
export function lastCall<Given extends unknown[], Answer>(
  call: (...given: Given) => Promise<Answer>,
  died: () => void,
): (...given: Given) => Promise<Answer> {
  return async (...given) => {
    await call(...given)
    died()
    return new Promise(() => undefined)
  }
}

/** Another process that settles a request and dies on the way: its connections to the database close, its locks go. */
export async function diesSettling(
  { story, url }: { story: Story; url: string },
  requestId: string,
  deadly: (azure: Azure, died: () => void) => Partial<Azure>,
): Promise<void> {
  const { world } = story.app
  const store = await openStore({ url, tenant: story.simulator().tenantId, log: silent, read: readKept })
  await new Promise<void>(died => {
    const dying: World = { ...world, store, azure: { ...world.azure, ...deadly(world.azure, died) } }
    void openDesk(dying, verbs).settle(requestId)
  })
  await store.close()
}

/** What a seeded person asks, as a chat would hand it over. */
export function requestOf(
  story: Story,
  role: 'analyst' | 'admin',
  { requestId, action, input }: { requestId: string; action: string; input: Record<string, unknown> },
  findingId?: string,
) {
  const seeded = story.simulator().people.find(person => person.role === role)
  const account = { chat: 'console', tenant: 'simulated', user: role } as const
  const name = role === 'admin' ? 'Admin' : 'Analyst'
  const from = { account, person: { id: seeded?.objectId ?? '', name } }
  return { requestId, action, input, from, ...(findingId !== undefined && { findingId }) }
}
