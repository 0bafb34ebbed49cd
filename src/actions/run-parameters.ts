import { Problem } from '../errors.ts'
import { isFindingId } from '../model/finding.ts'
import type { LogicApp } from '../model/logic-app.ts'
import { type ParameterValues, readParameters } from '../model/parameter.ts'
import { notKept } from '../model/secret.ts'
import type { Typed } from '../model/typed.ts'
import type { FieldError, Words } from './action.ts'

/** `run <app> on <id> name=value…`, `run <app>`, `run <id>` and `run on <id>`. */
export function readRunWords(typed: Typed): Words {
  const words = typed.all()
  const said = words.findIndex(word => word.includes('='))
  const at = words.slice(0, said < 0 ? words.length : said).findLastIndex(word => word.toLowerCase() === 'on')
  const [appEnds, saidFrom] = at < 0 ? [said, said] : [at, at + 2]
  const app = (appEnds < 0 ? words : words.slice(0, appEnds)).join(' ')
  const parameters = saidFrom < 0 ? undefined : assignments(words.slice(saidFrom))
  const told = parameters === undefined ? {} : { parameters }
  const named = app === '' ? told : { logicApp: app, ...told }
  if (at >= 0) return { ...onFinding(words[at + 1]), input: named }
  return isFindingId(app.toLowerCase()) ? { ...onFinding(app), input: told } : { input: named }
}

function onFinding(id: string | undefined): Pick<Words, 'findingId'> {
  return id === undefined ? {} : { findingId: id.toLowerCase() }
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

/** The input with what was said for these parameters alone: of anything else nobody knows that it is no secret. */
export function saidFor(input: Record<string, unknown>, names: string[]): Record<string, unknown> {
  const kept = ([name, value]: [string, unknown]) => [name, names.includes(name) ? value : notKept]
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => {
      if (key.startsWith(prefix)) return [key, names.includes(key.slice(prefix.length)) ? value : notKept]
      const isMembers = key === 'parameters' && typeof value === 'object' && value !== null
      return [key, isMembers ? Object.fromEntries(Object.entries(value).map(kept)) : value]
    }),
  )
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
