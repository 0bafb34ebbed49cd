import { z } from 'zod'
import type { Door } from '../route.ts'
import { complete } from './complete.ts'
import { type ConsoleDeps, seats } from './deps.ts'
import { guarded } from './guard.ts'
import { queryAs, unaddressed } from './reading.ts'

const Query = z.object({ text: z.string().max(500).default('') })

export function verbDoors({ world, verbs, people }: ConsoleDeps): Door[] {
  return [
    guarded({
      method: 'get',
      path: '/console/api/verbs',
      maxBytes: 0,
      async handle(request) {
        return { status: 200, body: await complete(unaddressed(queryAs(Query, request).text), verbs, world) }
      },
    }),
    guarded({
      method: 'get',
      path: '/console/api/people',
      maxBytes: 0,
      async handle() {
        return { status: 200, body: seats.map(seat => ({ as: seat, ...people[seat] })) }
      },
    }),
  ]
}
