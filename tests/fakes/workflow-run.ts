import { z } from 'zod'
import { type Node, partsOf } from './workflow-expression.ts'
import { asText, functions } from './workflow-functions.ts'
import { type Action, type Actions, Definition } from './workflow-schema.ts'

/** What a run knows: its event, its settings, and what the services it calls answer. */
export interface Circumstances {
  event: unknown
  settings: Record<string, unknown>
  /** Body by the name of an action that calls out; an Error: it failed. */
  answers?: Record<string, unknown>
}

/** What a run did: each call out with what it sent, and how it ended when something ended it. */
export interface Doings {
  calls: { name: string; inputs: Record<string, unknown> }[]
  ended?: unknown
}

/** Carries a definition out as Azure does, in the order in which its actions stand, each answer from the circumstances. */
export function runOf(definition: unknown, circumstances: Circumstances): Doings {
  const { actions } = Definition.parse(definition)
  const run: Run = { ...circumstances, states: new Map(), results: new Map(), calls: [], ended: undefined }
  goThrough(actions, run)
  return { calls: run.calls, ended: run.ended }
}

interface Run extends Circumstances {
  states: Map<string, string>
  results: Map<string, unknown>
  item?: unknown
  calls: Doings['calls']
  ended: unknown
}

function goThrough(actions: Actions, run: Run): void {
  for (const [name, action] of Object.entries(actions)) {
    const waits = Object.entries(action.runAfter)
    if (run.ended !== undefined || !waits.every(([before, states]) => states.includes(run.states.get(before) ?? ''))) continue
    run.states.set(name, stateAfter(name, action, run))
  }
}

function stateAfter(name: string, action: Action, run: Run): string {
  const made = does[action.type]?.(action, run, name)
  if (made instanceof Error) return 'Failed'
  run.results.set(name, made)
  return 'Succeeded'
}

const callOut = (action: Action, run: Run, name: string): unknown => {
  run.calls.push({ name, inputs: z.record(z.string(), z.unknown()).parse(filled(action.inputs, run)) })
  return run.answers?.[name] ?? null
}

const Query = z.object({ from: z.string(), where: z.string() })
const Select = z.object({ from: z.string(), select: z.unknown() })

const does: Record<string, (action: Action, run: Run, name: string) => unknown> = {
  ApiConnection: callOut,
  ApiConnectionWebhook: callOut,
  Http: callOut,
  Workflow: callOut,
  Compose: ({ inputs }, run) => filled(inputs, run),
  Query({ inputs }, run) {
    const { from, where } = Query.parse(inputs)
    return listOf(from, run).filter(item => filled(where, { ...run, item }) === true)
  },
  Select({ inputs }, run) {
    const { from, select } = Select.parse(inputs)
    return listOf(from, run).map(item => filled(select, { ...run, item }))
  },
  If(action, run) {
    const { and } = z.object({ and: z.array(z.record(z.string(), z.array(z.unknown()))) }).parse(action.expression)
    const holds = and
      .flatMap(one => Object.entries(one))
      .every(([name, given]) => functions[name]?.of?.(...given.map(value => filled(value, run))) === true)
    goThrough((holds ? action.actions : action.else?.actions) ?? {}, run)
  },
  Foreach(action, run) {
    for (const item of listOf(action.foreach ?? '', run)) goThrough(action.actions ?? {}, Object.assign(run, { item }))
  },
  Terminate({ inputs }, run) {
    run.ended = inputs
  },
}

function listOf(text: string, run: Run): unknown[] {
  return z.array(z.unknown()).parse(filled(text, run))
}

/** Every text of it with its expressions worked out. */
function filled(value: unknown, run: Run): unknown {
  if (Array.isArray(value)) return value.map(one => filled(one, run))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, run)]))
  if (typeof value !== 'string') return value
  const { parts, isWhole } = partsOf(value)
  const made = parts.map(part => (typeof part === 'string' ? part : worth(part, run)))
  return isWhole ? made[0] : made.map(asText).join('')
}

function worth(node: Node, run: Run): unknown {
  if (node.is === 'value') return node.value
  if (node.is === 'member') return memberOf(worth(node.of, run), worth(node.key, run), node.mayLack)
  const { name, given } = node
  if (name === 'if') return worth(given[0] ?? node, run) === true ? worth(given[1] ?? node, run) : worth(given[2] ?? node, run)
  const values = given.map(one => worth(one, run))
  return name in reads ? reads[name]?.(run, String(values[0])) : functions[name]?.of?.(...values)
}

const reads: Record<string, (run: Run, name: string) => unknown> = {
  triggerBody: ({ event }) => event,
  parameters: ({ settings }, name) => settings[name],
  body: ({ results }, name) => results.get(name) ?? null,
  outputs: ({ results, states, answers }, name) =>
    answers !== undefined && name in answers
      ? { statusCode: states.get(name) === 'Failed' ? 404 : 200, body: results.get(name) }
      : results.get(name),
  item: ({ item }) => item,
  workflow: () => ({ name: 'Respond', run: { name: 'run-1' } }),
  listCallbackUrl: () => 'https://callback.example',
}

function memberOf(value: unknown, key: unknown, mayLack: boolean): unknown {
  const members: [string, unknown][] = typeof value === 'object' && value !== null ? Object.entries(value) : []
  const found = members.find(([name]) => name === String(key))
  if (found === undefined && !mayLack && (value === null || value === undefined)) throw new Error(`nothing has ${key} there`)
  return found?.[1] ?? null
}
