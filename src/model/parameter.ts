import { z } from 'zod'
import { own } from '../table.ts'
import { holdsSecret, noSecrets } from './secret.ts'

/** What can be asked for in a form or typed as `name=value`, and how it is checked. */
export const Parameter = z.object({
  name: z.string(),
  label: z.string(),
  /** `list` and `object`: JSON. `resource`: the ARM id of a resource of the type `of`. Secrets are never asked for in a chat. */
  type: z.enum(['text', 'number', 'whole', 'toggle', 'choice', 'list', 'object', 'url', 'mail', 'resource']),
  required: z.boolean(),
  /** As it is typed. */
  default: z.string().optional(),
  hint: z.string().optional(),
  /** Of a choice. */
  options: z.array(z.object({ value: z.string(), title: z.string() })).optional(),
  /** What a text looks like, as a regular expression of ours, and one that fits. */
  pattern: z.string().optional(),
  example: z.string().optional(),
  /** Smallest and largest of a number. */
  from: z.number().optional(),
  to: z.number().optional(),
  /** Type of a resource: `Microsoft.Network/networkSecurityGroups`. */
  of: z.string().optional(),
})
export type Parameter = z.infer<typeof Parameter>

export const ParameterValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.json()), z.record(z.string(), z.json())])
export type ParameterValue = z.infer<typeof ParameterValue>
export type ParameterValues = Record<string, ParameterValue>

export interface ParameterError {
  field: string
  message: string
}

const textLength = 1000
/** As much as a field of Slack holds. */
export const jsonLength = 3000

/** What was typed, chosen or sent → values by name, or every error at its parameter. What is left empty has its default, or no value. */
export function readParameters(
  declared: readonly Parameter[],
  given: Readonly<Record<string, unknown>>,
): { values: ParameterValues } | { errors: ParameterError[] } {
  const values: [string, ParameterValue][] = []
  const errors: ParameterError[] = []
  for (const parameter of declared) {
    const read = readOne(parameter, own(given, parameter.name))
    if ('error' in read) errors.push({ field: parameter.name, message: read.error })
    else if (read.value !== undefined) values.push([parameter.name, read.value])
  }
  return errors.length > 0 ? { errors } : { values: Object.fromEntries(values) }
}

type Reading = { value: ParameterValue | undefined } | { error: string }

function readOne(parameter: Parameter, given: unknown): Reading {
  const text = typed(isJson(parameter) && typeof given === 'object' && given !== null ? JSON.stringify(given) : given)
  if (text === undefined) return { error: `${parameter.label} must be one value, not a list or an object.` }
  const wanted = text === '' ? (parameter.default ?? '') : text
  if (wanted === '') return parameter.required ? { error: missing(parameter) } : { value: undefined }
  if (holdsSecret(wanted)) return { error: noSecrets }
  return checks[parameter.type](wanted, parameter)
}

/** Fields of forms and programs' values as text; undefined for what is no single value. */
function typed(given: unknown): string | undefined {
  if (given === undefined || given === null) return ''
  return typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean' ? String(given).trim() : undefined
}

export function isJson({ type }: Pick<Parameter, 'type'>): boolean {
  return type === 'list' || type === 'object'
}

function missing({ type, label }: Parameter): string {
  return type === 'choice' ? `Choose: ${label}.` : `Fill in: ${label}.`
}

const checks: Record<Parameter['type'], (text: string, parameter: Parameter) => Reading> = {
  text: plainText,
  number,
  whole: (text, parameter) =>
    /^-?\d+$/.test(text) ? number(text, parameter) : { error: `"${text.slice(0, 40)}" is no whole number.` },
  toggle: yesOrNo,
  choice: (text, { options = [] }) => {
    const found = options.find(({ value, title }) => [value, title].some(word => word.toLowerCase() === text.toLowerCase()))
    return found === undefined
      ? { error: `Choose one of: ${options.map(({ title }) => title).join(', ')}.` }
      : { value: found.value }
  },
  list: text => json(text, z.array(z.json()), 'a JSON list: ["one", "two"]'),
  object: text => json(text, z.record(z.string(), z.json()), 'a JSON object: {"name": "value"}'),
  url: address,
  mail: text =>
    text.split(/[;,]\s*/).every(one => z.email().safeParse(one.trim()).success)
      ? { value: text.split(/[;,]\s*/).join(';') }
      : { error: 'This must be an e-mail address, or several with semicolons between.' },
  resource,
}

function plainText(text: string, { pattern, example = '' }: Parameter): Reading {
  if (text.length > textLength) return { error: `This may have at most ${textLength} characters.` }
  if (pattern !== undefined && !new RegExp(pattern, 'i').test(text)) return { error: `This must look like ${example}.` }
  return { value: text }
}

function number(text: string, { from, to }: Parameter): Reading {
  const value = Number(text)
  if (!/^-?\d+(\.\d+)?$/.test(text) || !Number.isFinite(value)) return { error: `"${text.slice(0, 40)}" is no number.` }
  if ((from !== undefined && value < from) || (to !== undefined && value > to))
    return { error: `This must be a number from ${from ?? 'any'} to ${to ?? 'any'}.` }
  return { value }
}

function json(text: string, shape: z.ZodType<ParameterValue>, form: string): Reading {
  if (text.length > jsonLength) return { error: `This may have at most ${jsonLength} characters.` }
  try {
    const { data } = shape.safeParse(JSON.parse(text))
    if (data !== undefined) return { value: data }
  } catch {}
  return { error: `This must be ${form}.` }
}

function address(text: string): Reading {
  return z.url({ protocol: /^https$/ }).safeParse(text).success && text.length <= textLength
    ? { value: text }
    : { error: 'This must be an address that begins with https://.' }
}

const yes = ['true', 'yes', 'on', '1']
const no = ['false', 'no', 'off', '0']

function yesOrNo(text: string): Reading {
  const word = text.toLowerCase()
  if (yes.includes(word)) return { value: true }
  return no.includes(word) ? { value: false } : { error: 'This must be yes or no.' }
}

const armId = /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[^/\s]+\/providers\/([^/\s]+\/[^/\s]+)\/[^/\s]+$/i

function resource(text: string, { of = '' }: Parameter): Reading {
  const [, type] = armId.exec(text) ?? []
  if (type === undefined || (of !== '' && type.toLowerCase() !== of.toLowerCase()))
    return { error: `This must be the resource id of a ${of || 'resource'}: /subscriptions/…/providers/${of || '…'}/<name>.` }
  return { value: text }
}
