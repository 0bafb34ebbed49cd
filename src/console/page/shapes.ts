import * as z from 'zod/mini'

/** What the console's interface answers, as this page reads it. */

const Form = z.object({
  title: z.string(),
  action: z.string(),
  findingId: z.optional(z.string()),
  input: z.optional(z.record(z.string(), z.string())),
  submit: z.string(),
})

export const Rendered = z.object({
  teams: z.looseObject({}),
  slack: z.looseObject({}),
  text: z.string(),
  tone: z.enum(['bad', 'warn', 'info', 'good', 'neutral']),
  form: z.optional(Form),
})
export type Rendered = z.infer<typeof Rendered>

export const Post = z.object({
  postId: z.string(),
  placeId: z.string(),
  findingId: z.optional(z.string()),
  version: z.number(),
  card: Rendered,
  thread: z.array(Rendered),
  state: z.enum(['shown', 'updating', 'waiting', 'failing']),
  at: z.string(),
  error: z.optional(z.string()),
})
export type Post = z.infer<typeof Post>
export const Posts = z.array(Post)

export const Place = z.object({
  id: z.string(),
  platform: z.enum(['teams', 'slack', 'console']),
  name: z.string(),
  blocked: z.optional(z.string()),
})
export type Place = z.infer<typeof Place>
export const Places = z.array(Place)

export const Player = z.object({ as: z.string(), id: z.string(), name: z.string() })
export type Player = z.infer<typeof Player>
export const Players = z.array(Player)

export const ProblemBody = z.object({ code: z.string(), message: z.string(), field: z.optional(z.string()) })
export const Failure = z.object({ error: ProblemBody })

export const Answered = z.object({
  answer: z.object({ card: Rendered, changed: z.array(z.string()), personal: z.boolean() }),
  error: z.optional(ProblemBody),
})
export type Answered = z.infer<typeof Answered>

export const Completion = z.object({ text: z.string(), title: z.string(), hint: z.string() })
export type Completion = z.infer<typeof Completion>
export const Completions = z.array(Completion)

export const Choices = z.array(z.object({ value: z.string(), title: z.string(), note: z.optional(z.string()) }))

export const runStates = ['succeeded', 'running', 'queued', 'failed', 'refused', 'cancelled'] as const
export const Board = z.object({
  events: z.number(),
  findings: z.number(),
  runs: z.record(z.enum(runStates), z.number()),
  queue: z.number(),
  deadLetters: z.number(),
  lastHour: z.array(z.object({ severity: z.string(), alerts: z.number() })),
})
export type Board = z.infer<typeof Board>

export const DeadLetter = z.object({
  id: z.string(),
  at: z.string(),
  via: z.string(),
  body: z.string(),
  rejection: z.object({ path: z.string(), message: z.string() }),
})
export type DeadLetter = z.infer<typeof DeadLetter>
export const DeadLetters = z.array(DeadLetter)
export const Replayed = z.object({ accepted: z.array(z.looseObject({})), rejected: z.array(z.looseObject({})) })

export const PostNews = z.object({ postId: z.string(), placeId: z.string(), findingId: z.optional(z.string()) })
export const FindingNews = z.object({
  id: z.string(),
  version: z.number(),
  posts: z.array(z.object({ postId: z.string(), placeId: z.string() })),
})
export const RunNews = z.object({
  findingId: z.string(),
  logicAppName: z.string(),
  state: z.string(),
  ended: z.boolean(),
  endedAt: z.optional(z.string()),
  startedBy: z.object({ id: z.string() }),
})

/** What a pressed button asks for. */
export interface Press {
  action: string
  findingId?: string | undefined
  input: Record<string, string>
  /** A dialog opens at once and is filled with the answer. */
  dialog?: boolean
}

const Flat = z.looseObject({
  action: z.string(),
  findingId: z.optional(z.string()),
  input: z.optional(z.record(z.string(), z.string())),
  dialog: z.optional(z.boolean()),
})
const fieldPrefix = 'field_'

/** A button's data, with the fields of its form beside them in one flat object, as both platforms bring it back. */
export function pressOf(data: unknown): Press | undefined {
  const read = z.safeParse(Flat, data)
  if (!read.success) return undefined
  const { action, findingId, input = {}, dialog = false, ...rest } = read.data
  return { action, findingId, input: { ...input, ...fieldsOf(rest) }, dialog }
}

function fieldsOf(rest: Record<string, unknown>): Record<string, string> {
  const own = Object.entries(rest).filter(([name]) => name.startsWith(fieldPrefix))
  return Object.fromEntries(own.map(([name, value]) => [name.slice(fieldPrefix.length), String(value ?? '')]))
}
