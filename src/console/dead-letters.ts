import { z } from 'zod'
import { Problem } from '../errors.ts'
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
        const letter = await store.deadLetters.get(request.params.id ?? '')
        if (letter === undefined) throw new Problem('NotFound', 'There is no such dead letter.', { field: 'id' })
        const replayed = await replay(letter.body)
        if (replayed.rejected.length === 0) await store.deadLetters.remove(letter.id)
        return {
          status: replayed.accepted.length > 0 ? 200 : 400,
          body: replayed.accepted.length > 0 ? replayed : { ...replayed, error: nothingNew(replayed.rejected) },
        }
      },
    }),
  ]
}

function nothingNew([first]: { path: string; message: string }[]): object {
  return { code: 'NothingAccepted', message: first === undefined ? 'It holds no event.' : `${first.path}: ${first.message}` }
}
