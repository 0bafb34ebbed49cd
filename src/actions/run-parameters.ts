import { Problem } from '../errors.ts'
import { isFindingId } from '../model/finding.ts'
import type { LogicApp } from '../model/logic-app.ts'
import { type ParameterValues, readParameters } from '../model/parameter.ts'
import type { Typed } from '../model/typed.ts'
import type { FieldError, Words } from './action.ts'

/** `run <app> on <id> name=value…`, `run <app>`, `run <id>` and `run on <id>`. */
export function readRunWords(typed: Typed): Words {
  const words = typed.all()
  const said = words.findIndex(word => word.includes('='))
  const at = words.slice(0, said < 0 ? words.length : said).findLastIndex(word => word.toLowerCase() === 'on')
  if (at < 0)
    return words.length === 0 || isFindingId(words.join(' ').toLowerCase())
      ? withId(words[0])
      : { input: { logicApp: words.join(' ') } }
  const app = words.slice(0, at).join(' ')
  const parameters = assignments(words.slice(at + 2))
  return {
    ...withId(words[at + 1]),
    input: { ...(app !== '' && { logicApp: app }), ...(parameters !== undefined && { parameters }) },
  }
}

function withId(id: string | undefined): Words {
  return { input: {}, ...(id !== undefined && { findingId: id.toLowerCase() }) }
}

/** A quoted value is a word of its own: `reason=` and `two words`. */
function assignments(words: string[]): Record<string, string> | undefined {
  const values = new Map<string, string>()
  let open: string | undefined
  for (const word of words) {
    const [, name, value = ''] = /^([^=\s:/?]+)=(.*)$/s.exec(word) ?? []
    if (name !== undefined) values.set(name, value)
    else if (open !== undefined) values.set(open, [values.get(open), word].filter(Boolean).join(' '))
    else throw new Problem('BadInput', `"${word.slice(0, 40)}" says nothing here: write name=value.`, { field: 'parameters' })
    open = name ?? open
  }
  return words.length === 0 ? undefined : Object.fromEntries(values)
}

const prefix = 'parameters.'

/** What forms send as `parameters.ip` and programs as a member of `parameters`. */
export function givenParameters(input: Record<string, unknown>): Record<string, unknown> {
  const inner = typeof input.parameters === 'object' && input.parameters !== null ? Object.entries(input.parameters) : []
  const flat = Object.entries(input).flatMap(([key, value]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [],
  )
  return Object.fromEntries([...inner, ...flat])
}

/** Of what an earlier run was told, what the app still asks for. */
export function stillAsked({ parameters }: LogicApp, told: ParameterValues = {}): ParameterValues {
  return Object.fromEntries(Object.entries(told).filter(([name]) => parameters.some(parameter => parameter.name === name)))
}

/** Every error at its field. What an app does not ask for can't be sent: that is the Problem BadInput. */
export function wrongParameters(app: LogicApp, given: Record<string, unknown>): FieldError[] {
  const names = app.parameters.map(({ name }) => name)
  const strange = Object.keys(given).find(name => !names.includes(name))
  if (strange !== undefined) throw unasked(app, strange)
  const read = readParameters(app.parameters, given)
  return 'errors' in read ? read.errors.map(({ field, message }) => ({ field: `${prefix}${field}`, message })) : []
}

export function readRunParameters(app: LogicApp, given: Record<string, unknown>): ParameterValues {
  const read = readParameters(app.parameters, given)
  if ('values' in read) return read.values
  const [first] = read.errors
  throw new Problem('BadInput', first?.message, first === undefined ? {} : { field: `${prefix}${first.field}` })
}

function unasked({ name, parameters }: LogicApp, strange: string): Problem {
  const asks = parameters.length === 0 ? 'nothing' : parameters.map(parameter => parameter.name).join(', ')
  return new Problem('BadInput', `${name} does not ask for "${strange.slice(0, 40)}"; it asks for ${asks}.`, {
    field: `${prefix}${strange.slice(0, 40)}`,
  })
}
