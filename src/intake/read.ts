import type { z } from 'zod'
import type { DefenderEvent } from '../model/event.ts'
import { tableOf } from '../table.ts'
import type { Path } from './fold.ts'

/** What a reader of one kind found; the path is spelt as the body spells it only by readEvent, which knows the body. */
export type Read<Event extends DefenderEvent = DefenderEvent> = { event: Event } | { refused: Refusal }

export interface Refusal {
  path: Path
  message: string
}

export function refused(path: Path, message: string): { refused: Refusal } {
  return { refused: { path, message } }
}

const words = tableOf<string>({
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  object: 'an object',
  boolean: 'true or false',
})

/** The first thing a schema found wrong, as a sentence. */
export function refusedBy(error: z.ZodError, prefix: Path = []): { refused: Refusal } {
  const issue = error.issues[0]
  const path = issue?.path.filter(step => typeof step !== 'symbol') ?? []
  const wanted = issue?.code === 'invalid_type' ? (words.get(issue.expected) ?? issue.expected) : 'something else'
  const message =
    issue?.code === 'invalid_type'
      ? `This must be ${wanted}.`
      : issue?.code === 'too_small'
        ? 'This can’t be below zero.'
        : 'This is not right.'
  return refused([...prefix, ...path], message)
}

/** The text, when it says anything. */
export function told(text: string | undefined): string | undefined {
  const trimmed = text?.trim()
  return trimmed === '' ? undefined : trimmed
}

/** Ids are keys in the database; ARM ids stay far below this. */
export const idLimit = 2_000

type Known<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> }

/** Without the fields that say nothing: an absent field is not one that is undefined. */
export function known<Fields extends Record<string, string | undefined>>(fields: Fields): Known<Fields>
export function known(fields: Record<string, string | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
