import { z } from 'zod'
import type { Changed, JobName } from '../ports.ts'

export const channel = 'defender_changes'
/** Below the 8,000 bytes of a notification. */
const longestMessage = 7000

const Change = z.discriminatedUnion('type', [
  z.object({ type: z.literal('finding'), id: z.string() }),
  z.object({ type: z.literal('post'), placeId: z.string(), id: z.string() }),
  z.object({ type: z.literal('feed') }),
])

/** What processes tell each other when they commit. */
const Message = z.object({
  tenant: z.string(),
  changes: z.array(Change),
  jobs: z.array(z.enum(['place', 'run', 'deployment', 'request', 'chore'])),
})
export type Message = z.infer<typeof Message>

interface Asked {
  query(statement: { name: string; text: string; values: unknown[] }): Promise<unknown>
}

/** Tells all processes what changed and which jobs wait, with the caller's transaction; in as many messages as it takes. */
export async function announce(
  on: Asked,
  { tenant, changes, jobs }: { tenant: string; changes: Changed[]; jobs: JobName[] },
): Promise<void> {
  const messages = parts(changes).map((part): Message => ({ tenant, changes: part, jobs }))
  await on.query({
    name: 'announce',
    text: 'select pg_notify($1, message) from unnest($2::text[]) as message',
    values: [channel, messages.map(message => JSON.stringify(message))],
  })
}

function parts(changes: Changed[]): Changed[][] {
  const all: Changed[][] = [[]]
  let length = 0
  for (const change of changes) {
    const bytes = Buffer.byteLength(JSON.stringify(change)) + 1
    if (length + bytes > longestMessage) {
      all.push([])
      length = 0
    }
    all.at(-1)?.push(change)
    length += bytes
  }
  return all
}

/** Undefined for what is not ours: anybody who may connect can notify. */
export function readMessage(payload: string | undefined): Message | undefined {
  try {
    return Message.safeParse(JSON.parse(payload ?? '')).data
  } catch {
    return undefined
  }
}
