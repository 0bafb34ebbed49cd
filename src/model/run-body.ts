import type { ParameterValues } from './parameter.ts'

/** Under this name a logic app finds what a person said when starting it. */
export const parametersMember = 'ChatOpsParameters'

/** The event with what was said added as its last member; every other byte is as it was. `text` is a JSON object. */
export function withParameters(text: string, values: ParameterValues): string {
  const end = text.lastIndexOf('}')
  const head = text.slice(0, end)
  const comma = head.trim() === '{' ? '' : ','
  return `${head}${comma}${JSON.stringify(parametersMember)}:${JSON.stringify(values)}${text.slice(end)}`
}
