import { z } from 'zod'
import { Problem } from '../errors.ts'
import type { HttpRequest } from '../route.ts'

/** The body by its schema; the first thing that is wrong is named. */
export function bodyAs<T>(schema: z.ZodType<T>, request: HttpRequest): T {
  return parsed(schema, json(request.body))
}

/** The query string by its schema; a name given twice counts once, the last time. */
export function queryAs<T>(schema: z.ZodType<T>, request: HttpRequest): T {
  return parsed(schema, Object.fromEntries(request.query))
}

function json(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (cause) {
    throw new Problem('NotJson', undefined, { field: 'body', cause })
  }
}

function parsed<T>(schema: z.ZodType<T>, raw: unknown): T {
  const read = schema.safeParse(raw)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const field = issue?.path.join('.') || 'body'
  throw new Problem('BadInput', `${field}: ${issue?.message ?? 'not right'}`, { field })
}

/** `high,critical` → a list; absent stays absent. */
export const WordList = z
  .string()
  .max(500)
  .transform(text =>
    text
      .split(',')
      .map(word => word.trim())
      .filter(word => word !== ''),
  )
  .optional()

export const Limit = z.coerce.number().int().min(1).max(200).default(50)

/** A line as it is typed in Teams and Slack, where the bot has to be called, without the call. */
export function unaddressed(text: string): string {
  return text.replace(/^\s*[/@]defender(?!\S)/i, '')
}
