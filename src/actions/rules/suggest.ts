import type { Condition, When } from '../../model/condition.ts'
import { writeConditions } from '../../model/condition-text.ts'
import type { Kind } from '../../model/event.ts'
import { fieldsOf, type RuleField, valuesOf } from '../../model/rule-fields.ts'
import type { Choice, Context } from '../action.ts'

const atMost = 50
/** No chat takes longer values. */
const longestValue = 150

interface Value {
  value: string
  /** What it is called, when that is not the value. */
  name?: string
}

/** Conditions that what is typed may mean: fields by name, values that exist, and the typed text as part of a title. */
export async function conditionChoices({ world }: Context, kind: Kind, typed: string): Promise<Choice[]> {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '')
  const fields = fieldsOf(kind)
  const found = await Promise.all(fields.map(field => choicesOf(world, kind, field, words)))
  const literal =
    typed.trim() === '' ? [] : textFields(fields).map(field => choice(kind, field, 'Contains', { value: typed.trim() }))
  return [...found.flat(), ...literal].flatMap(one => one ?? []).slice(0, atMost)
}

/** Every word must occur in the field's name, the value or the value's name. */
async function choicesOf(
  world: Context['world'],
  kind: Kind,
  field: RuleField,
  words: string[],
): Promise<(Choice | undefined)[]> {
  const values = await knownValues(world, kind, field)
  const fitting = values.filter(({ value, name = '' }) => {
    const text = `${field.label} ${value} ${name}`.toLowerCase()
    return words.every(word => text.includes(word))
  })
  return fitting.slice(0, atMost).map(value => choice(kind, field, field.suggests === 'standard' ? 'Contains' : 'Equals', value))
}

/** Values from Azure's own metadata; what was seen here, where Azure has no list. */
async function knownValues({ azure, store }: Context['world'], kind: Kind, field: RuleField): Promise<Value[]> {
  switch (field.suggests) {
    case 'severity':
    case 'state':
      return valuesOf(kind, field).map(value => ({ value }))
    case 'recommendation':
      return (await azure.catalogue.recommendations()).map(({ key, name }) => ({ value: key, name }))
    case 'standard': {
      const subscriptions = await azure.subscriptions()
      const names = await Promise.all(subscriptions.map(({ id }) => azure.catalogue.standards(id)))
      return [...new Set(names.flat())].map(value => ({ value }))
    }
    case 'alert-type': {
      const { items } = await store.findings.list({ kind: 'alert' }, 200)
      const types = items.flatMap(({ event }) =>
        event.kind === 'alert' && event.alertType !== '' ? [[event.alertType, event.title] as const] : [],
      )
      return [...new Map(types)].map(([value, name]) => ({ value, name }))
    }
    default:
      return []
  }
}

/** What people type without saying where it stands. */
const typedInto = ['Name', 'Title', 'Attacked resource', 'Resource id']

function textFields(fields: RuleField[]): RuleField[] {
  return fields.filter(({ label }) => typedInto.includes(label))
}

function choice(
  kind: Kind,
  { path, type, label }: RuleField,
  operator: Condition['operator'],
  { value, name }: Value,
): Choice | undefined {
  const when: When = [[{ path, type, operator, value }]]
  const line = writeConditions(kind, when)
  if (line.length > longestValue) return undefined
  return name === undefined ? { value: line, title: line } : { value: line, title: `${label} is ${name}`, note: value }
}
