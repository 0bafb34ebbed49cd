import { z } from 'zod'
import type { Door } from '../route.ts'
import type { ConsoleDeps } from './deps.ts'
import { guarded } from './guard.ts'
import { Limit, queryAs } from './reading.ts'

const Query = z.object({ after: z.string().max(200).optional(), limit: Limit })

export function deadLetterDoors({ world: { store }, replay }: ConsoleDeps): Door[] {
  return [
    guarded({
      method: 'get',
      path: '/console/api/dead-letters',
      maxBytes: 0,
      async handle(request) {
        const { limit, after } = queryAs(Query, request)
        return { status: 200, body: await store.deadLetters.list(limit, after) }
      },
    }),
    guarded({
      method: 'post',
      path: '/console/api/dead-letters/:id/replay',
      maxBytes: 1024,
      async handle(request) {
        return { status: 200, body: await replay(request.params.id ?? '') }
      },
    }),
  ]
}
