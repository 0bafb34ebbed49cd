import { z } from 'zod'
import type { ActionRequest, Answer } from '../actions/action.ts'
import { readCommand } from '../chat/command.ts'
import { Problem } from '../errors.ts'
import type { Door, HttpReply } from '../route.ts'
import { type ConsoleDeps, seats } from './deps.ts'
import { guarded } from './guard.ts'
import { bodyAs, unaddressed } from './reading.ts'
import { rendered } from './rendered.ts'

const maxBytes = 1024 * 1024

const common = {
  requestId: z.string().min(1).max(128),
  as: z.enum(seats).default('analyst'),
  placeId: z.string().max(200).optional(),
}
const Asked = z.object({
  ...common,
  action: z.string().min(1).max(100),
  input: z.record(z.string(), z.unknown()).default({}),
  findingId: z.string().max(100).optional(),
})
const Typed = z.object({ ...common, text: z.string().max(200_000) })
const Searched = z.object({ ...Asked.omit({ requestId: true }).shape, field: z.string().max(100), typed: z.string().max(200) })

export function requestDoors(deps: ConsoleDeps): Door[] {
  return [
    guarded({
      method: 'post',
      path: '/console/api/actions',
      maxBytes,
      handle: async request => answered(deps, bodyAs(Asked, request)),
    }),
    guarded({
      method: 'post',
      path: '/console/api/commands',
      maxBytes,
      async handle(request) {
        const { text, ...rest } = bodyAs(Typed, request)
        return answered(deps, { ...rest, ...readCommand(unaddressed(text), deps.verbs) })
      },
    }),
    guarded({
      method: 'post',
      path: '/console/api/choices',
      maxBytes,
      async handle(request) {
        const { field, typed, ...asked } = bodyAs(Searched, request)
        return { status: 200, body: await deps.desk.choices(toRequest(deps, { ...asked, requestId: 'search' }), field, typed) }
      },
    }),
  ]
}

/** A refused request has an answer too: a card that says why, and the error beside it for programs. */
async function answered(deps: ConsoleDeps, asked: z.infer<typeof Asked>): Promise<HttpReply> {
  if (deps.stopping?.aborted) throw new Problem('Stopping')
  const { card, changed, personal, error } = await deps.desk.perform(toRequest(deps, asked))
  return {
    status: 200,
    body: { answer: { card: rendered(card), changed, personal } satisfies AnswerView, ...(error && { error }) },
  }
}

interface AnswerView extends Pick<Answer, 'changed' | 'personal'> {
  card: ReturnType<typeof rendered>
}

/** Ids of different people and of other chats can't meet: each carries who asked. */
function toRequest(
  { people }: ConsoleDeps,
  { requestId, as, action, input, findingId, placeId }: z.infer<typeof Asked>,
): ActionRequest {
  const person = people[as]
  const from = { account: { chat: 'console', tenant: 'simulated', user: as }, person } as const
  return {
    requestId: `console:${person.id}:${requestId}`,
    action,
    input,
    from,
    ...(findingId && { findingId }),
    ...(placeId && { placeId }),
  }
}
