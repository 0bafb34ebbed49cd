import {
  type Condition,
  compares,
  fitsType,
  follow,
  type Operator,
  readAs,
  type Scalar,
  stepsOf,
  type ValueType,
} from './condition.ts'

/** One value of an event, read once for all who ask. */
export interface Field {
  type: ValueType
  steps: readonly string[]
  /** Which event it was read from. */
  turn: number
  value: Scalar | undefined
}

/** A condition made ready: its path taken apart, its value read. */
export interface Test {
  field: Field
  operator: Operator
  expected: Scalar
}

/** The event at hand. */
export interface Turn {
  body: unknown
  turn: number
}

export function pass(tests: readonly Test[], at: Turn): boolean {
  for (const { field, operator, expected } of tests) {
    const actual = readOnce(field, at)
    if (actual === undefined || !compares(operator, actual, expected)) return false
  }
  return true
}

export function readOnce(field: Field, { body, turn }: Turn): Scalar | undefined {
  if (field.turn === turn) return field.value
  field.turn = turn
  field.value = readAs(field.type, follow(field.steps, body))
  return field.value
}

/**
 * Makes conditions ready. Equal ones are one object, so that what many rules ask is near at hand in memory; forgetting them costs nothing but that.
 */
export function openReader() {
  const fields = new Map<string, Field>()
  const known = new Map<string, Test | undefined>()
  const lists = new Map<string, readonly Test[]>()

  function fieldOf({ type, path }: Condition): Field {
    return keep(fields, `${type} ${path}`, () => ({ type, steps: stepsOf(path), turn: 0, value: undefined }))
  }

  function test(condition: Condition): Test | undefined {
    const { type, operator, value } = condition
    return keep(known, keyOf(condition), () => {
      const expected = fitsType(operator, type) ? readAs(type, value) : undefined
      return expected === undefined ? undefined : { field: fieldOf(condition), operator, expected }
    })
  }

  return {
    /** Undefined for a condition that never holds. */
    test,
    tests: (set: Condition[]) => keep(lists, set.map(keyOf).join(), () => set.map(test).filter(one => one !== undefined)),
  }
}

function keyOf({ path, type, operator, value }: Condition): string {
  return JSON.stringify([path, type, operator, value])
}

const keptAtMost = 20_000

function keep<Value>(kept: Map<string, Value>, key: string, make: () => Value): Value {
  const known = kept.get(key)
  if (known !== undefined) return known
  if (kept.size >= keptAtMost) kept.clear()
  const made = make()
  kept.set(key, made)
  return made
}
