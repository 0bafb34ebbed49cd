import { z } from 'zod'

/** Where in a body: keys as ARM spells them, and positions. */
export type Path = readonly (string | number)[]

export type Foreign = Readonly<Record<string, unknown>>

const lowered = new Map<string, string>()
const loweredKept = 2000

/** A key in lower case. Azure's keys come again and again with every event. */
export function lower(key: string): string {
  const known = lowered.get(key)
  if (known !== undefined) return known
  const made = key.toLowerCase()
  if (lowered.size < loweredKept && key.length <= 60) lowered.set(key, made)
  return made
}

export function isObject(value: unknown): value is Foreign {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * An object whose keys are found whatever their case; a null counts as absent, keys beside the shape are dropped.
 * Connector, ARM and export bodies differ in nothing but case for most fields.
 */
export function folded<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = new Map(Object.keys(shape).map(name => [lower(name), name]))
  return z.preprocess(value => pick(value, names), z.object(shape))
}

function pick(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (!isObject(value)) return value
  // Only names of the shape become keys, never `__proto__` or what else a body may bring.
  const found: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const name = names.get(lower(key))
    if (name !== undefined && value[key] !== null && !Object.hasOwn(found, name)) found[name] = value[key]
  }
  return found
}

/** A text that may be absent but must be a text when it is there. */
export const text = z.string().optional()
/** A text nobody depends on: what is not one counts as absent. */
export const looseText = z.string().optional().catch(undefined)
/** Anything, judged later. */
export const loose = z.unknown().optional()

/** The value of a key whatever its case. */
export function at(value: unknown, name: string): unknown {
  if (!isObject(value)) return undefined
  const key = keyOf(value, name)
  return key === undefined ? undefined : value[key]
}

/** The key as the object spells it. */
export function keyOf(value: Foreign, name: string): string | undefined {
  if (Object.hasOwn(value, name)) return name
  const wanted = lower(name)
  for (const key in value) if (key.length === name.length && lower(key) === wanted) return key
  return undefined
}

/** The path as this body spells it: its own key where it has one, else the case its neighbours are written in. */
export function spelled(value: unknown, path: Path): string {
  let spelling = ''
  let here = value
  for (const step of path) {
    const key = typeof step === 'number' ? step : spell(here, step)
    spelling += typeof key === 'number' ? `[${key}]` : spelling === '' ? key : `.${key}`
    here =
      isObject(here) && typeof key === 'string'
        ? here[key]
        : Array.isArray(here) && typeof key === 'number'
          ? here[key]
          : undefined
  }
  return spelling
}

function spell(value: unknown, name: string): string {
  if (!isObject(value)) return name
  const pascal = /^[A-Z]/.test(Object.keys(value)[0] ?? '')
  return keyOf(value, name) ?? (pascal ? name.charAt(0).toUpperCase() + name.slice(1) : name)
}
