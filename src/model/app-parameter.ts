import { z } from 'zod'

/** What a logic app wants to be told when a person starts it. */
export const AppParameter = z.object({
  name: z.string(),
  type: z.enum(['string', 'integer', 'number', 'boolean']),
  required: z.boolean(),
  description: z.string().optional(),
  /** When there are any, one of these. */
  choices: z.array(z.string()).optional(),
  /** What stands there at first. */
  initial: z.string().optional(),
})
export type AppParameter = z.infer<typeof AppParameter>

/** A declaration as it could be read, or why it could not, as a sentence. */
export type Declared = { parameters: AppParameter[] } | { unread: string }

/** Name of the tag on a logic app, in any case. */
export const parameterTag = 'chatops-parameters'

const declaration =
  /^(?<name>[A-Za-z_][\w-]*)\s*:\s*(?<type>string|integer|number|boolean)\s*(?:\((?<choices>[^()]*)\))?\s*(?<required>!)?\s*(?:=(?<initial>.*))?$/i

/** `ip:string!;reason:string=because;mode:string(quick|full)`. One part that can't be read makes all of it unread. */
export function readParameterTag(text: string): Declared {
  const parts = text.split(';').map(part => part.trim())
  const parameters: AppParameter[] = []
  for (const part of parts.filter(part => part !== '')) {
    const parameter = readDeclaration(part)
    if (parameter === undefined) return { unread: `Its tag ${parameterTag} can't be read at "${part}".` }
    if (parameters.some(({ name }) => name.toLowerCase() === parameter.name.toLowerCase()))
      return { unread: `Its tag ${parameterTag} names ${parameter.name} twice.` }
    parameters.push(parameter)
  }
  return { parameters }
}

function readDeclaration(text: string): AppParameter | undefined {
  const { name = '', type = '', choices, required, initial } = declaration.exec(text)?.groups ?? {}
  const parsed = AppParameter.safeParse({
    name,
    type: type.toLowerCase(),
    required: required !== undefined,
    ...(choices === undefined ? {} : { choices: choices.split('|').map(choice => choice.trim()) }),
    ...(initial === undefined ? {} : { initial: initial.trim() }),
  })
  return parsed.data
}
