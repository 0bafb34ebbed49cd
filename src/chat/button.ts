import { z } from 'zod'
import type { Do, Form } from '../../cards/card.ts'

/** What a button carries to the chat and back. It returns from outside: nothing in it is trusted. */
export const ButtonData = z.object({
  action: z.string().min(1).max(100),
  findingId: z.string().max(100).optional(),
  input: z.record(z.string(), z.string()).default({}),
  /** The host opened a dialog for it. */
  dialog: z.boolean().optional(),
  /** What stands in the form's fields comes with it. */
  fields: z.boolean().optional(),
})
export type ButtonData = z.infer<typeof ButtonData>

/** Which field of which form is being searched while a person types. */
export const SearchedField = ButtonData.extend({ field: z.string().min(1).max(100) })
export type SearchedField = z.infer<typeof SearchedField>

/** Names of a form's fields beside the button's own in one flat object (Teams merges them). */
export const fieldPrefix = 'field_'

export function buttonData(thing: Do | Form): ButtonData {
  return {
    action: thing.action,
    ...(thing.findingId === undefined ? {} : { findingId: thing.findingId }),
    input: thing.input ?? {},
    ...('dialog' in thing && thing.dialog === true ? { dialog: true } : {}),
    ...('fields' in thing && thing.fields === true ? { fields: true } : {}),
  }
}

/** As JSON of at most `max` characters. Longer input stays behind: the verb then asks for it, and never acts on half of it. */
export function packed(thing: Do | Form, max: number): string {
  return JSON.stringify(bounded(thing, max))
}

export function bounded(thing: Do | Form, max: number): ButtonData {
  const data = buttonData(thing)
  return JSON.stringify(data).length <= max ? data : { ...data, input: {} }
}

const Raw = z.record(z.string(), z.unknown())

/** What came back with a press → the button's data with the form's fields added to `input`; undefined when it is not ours. */
export function pressed(data: unknown): ButtonData | undefined {
  const button = ButtonData.safeParse(data)
  if (!button.success) return undefined
  return { ...button.data, input: { ...button.data.input, ...fields(Raw.parse(data)) } }
}

function fields(raw: Record<string, unknown>): Record<string, string> {
  const named = Object.entries(raw).filter(([key]) => key.startsWith(fieldPrefix))
  return Object.fromEntries(named.map(([key, value]) => [key.slice(fieldPrefix.length), typeof value === 'string' ? value : '']))
}

/** The same from a JSON text (Slack's `value` and `private_metadata`). */
export function pressedText(text: string | undefined): ButtonData | undefined {
  try {
    return pressed(JSON.parse(text ?? ''))
  } catch {
    return undefined
  }
}
