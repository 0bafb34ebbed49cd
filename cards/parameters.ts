import { isJson, jsonLength, type Parameter } from '../src/model/parameter.ts'
import type { Input } from './card.ts'
import { inline, short } from './text.ts'

export interface ParameterField {
  parameter: Parameter
  /** Under which its value comes back. */
  id: string
  /** What stands there now; else its default. */
  value?: string
  error?: string
}

const textLength = 1000
const examples: Partial<Record<Parameter['type'], string>> = {
  list: '["one", "two"]',
  object: '{"name": "value"}',
  resource: '/subscriptions/…/resourceGroups/…/providers/…',
  mail: 'soc@contoso.example',
}

/** A form's field for one parameter: the type decides what kind of field. */
export function parameterInput({ parameter, id, value = parameter.default, error }: ParameterField): Input {
  const { label, hint, required, options = [], example } = parameter
  const common = {
    type: 'input' as const,
    id,
    label: short(inline(label), 80),
    required,
    ...(hint !== undefined && { hint: short(inline(hint), 200) }),
    ...(error !== undefined && { error }),
  }
  if (parameter.type === 'toggle') return { ...common, as: 'toggle', required: false, value: value?.toLowerCase() === 'true' }
  if (parameter.type === 'choice') {
    const shown = options.map(option => ({ value: option.value, title: short(inline(option.title), 75) }))
    return { ...common, as: 'choice', options: shown, search: shown.length > 100, ...(value !== undefined && { value }) }
  }
  const placeholder = example ?? examples[parameter.type]
  return {
    ...common,
    as: 'text',
    multiline: isJson(parameter),
    maxLength: isJson(parameter) ? jsonLength : textLength,
    ...(value !== undefined && value !== '' && { value }),
    ...(placeholder !== undefined && { placeholder }),
  }
}
