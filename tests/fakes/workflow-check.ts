import { z } from 'zod'

/** What is wrong with a workflow definition, as Azure's designer or its first run would find it. */

interface Action {
  type: string
  inputs?: unknown
  runAfter: Record<string, string[]>
  actions?: Record<string, Action> | undefined
  else?: { actions: Record<string, Action> } | undefined
}
const Action: z.ZodType<Action> = z.lazy(() =>
  z.looseObject({
    type: z.enum([
      'ApiConnection',
      'ApiConnectionWebhook',
      'Compose',
      'Foreach',
      'Http',
      'If',
      'Query',
      'Select',
      'Terminate',
      'Workflow',
    ]),
    inputs: z.unknown().optional(),
    runAfter: z.record(z.string(), z.array(z.enum(['Succeeded', 'Failed', 'Skipped', 'TimedOut']))),
    actions: z.record(z.string(), Action).optional(),
    else: z.object({ actions: z.record(z.string(), Action) }).optional(),
  }),
)
const Definition = z.object({
  $schema: z.string().endsWith('/2016-06-01/workflowdefinition.json#'),
  contentVersion: z.string(),
  parameters: z.record(z.string(), z.object({ type: z.enum(['String', 'Int', 'Bool', 'Object']) })),
  triggers: z.record(z.string(), z.object({ type: z.string() })),
  actions: z.record(z.string(), Action),
  outputs: z.object({}),
})

export function wrongWith(definition: unknown, connections: string[]): string[] {
  const { parameters, actions } = Definition.parse(definition)
  const text = JSON.stringify(definition).replaceAll('\\"', '"')
  const names = new Set(namesOf(actions))
  const wrong = [
    ...unknown(text, /parameters\('(?!\$)(\w+)'\)/g, Object.keys(parameters), 'parameter'),
    ...unknown(text, /parameters\('\$connections'\)\['([^']+)'\]/g, connections, 'connection'),
    ...unknown(text, /(?:outputs|body|actions|items)\('(\w+)'\)/g, [...names], 'action'),
    ...orderOf(actions),
    ...strings(definition).flatMap(broken),
  ]
  const unused = Object.keys(parameters).filter(name => name !== '$connections' && !text.includes(`parameters('${name}')`))
  return [...wrong, ...unused.map(name => `parameter ${name} is not used`)]
}

function unknown(text: string, pattern: RegExp, known: string[], what: string): string[] {
  return [...text.matchAll(pattern)].flatMap(([, name = '']) => (known.includes(name) ? [] : [`no ${what} ${name}`]))
}

function scopesOf(actions: Record<string, Action>): Record<string, Action>[] {
  const inner = Object.values(actions).flatMap(action => [action.actions ?? {}, action.else?.actions ?? {}])
  return [actions, ...inner.flatMap(scopesOf)]
}

function namesOf(actions: Record<string, Action>): string[] {
  return scopesOf(actions).flatMap(scope => Object.keys(scope))
}

/** Actions follow only those beside them, one begins, and no name is used twice. */
function orderOf(actions: Record<string, Action>): string[] {
  const names = namesOf(actions)
  const doubled = names.filter((name, index) => names.indexOf(name) !== index).map(name => `two actions ${name}`)
  const loose = scopesOf(actions).flatMap(scope =>
    Object.entries(scope).flatMap(([name, { runAfter }]) =>
      Object.keys(runAfter)
        .filter(before => !Object.hasOwn(scope, before) || before === name)
        .map(before => `${name} follows ${before}, which is not beside it`),
    ),
  )
  const endless = scopesOf(actions)
    .filter(scope => Object.keys(scope).length > 0)
    .filter(scope => !Object.values(scope).some(({ runAfter }) => Object.keys(runAfter).length === 0))
  return [...doubled, ...loose, ...endless.map(() => 'nothing begins')]
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : []
}

/** Expressions whose brackets or quotes do not close. */
function broken(text: string): string[] {
  const whole = /^@(?!\{)(.*)$/s.exec(text)?.[1]
  const parts = whole === undefined ? text.split('@{').slice(1) : [whole]
  return parts.filter(part => !closes(part, whole === undefined ? '}' : '')).map(part => `does not close: ${part.slice(0, 80)}`)
}

function closes(expression: string, end: string): boolean {
  let depth = 0
  let quoted = false
  for (const letter of expression) {
    if (letter === "'") quoted = !quoted
    else if (!quoted && end !== '' && letter === end && depth === 0) return true
    else if (!quoted && '([{'.includes(letter)) depth++
    else if (!quoted && ')]}'.includes(letter)) depth--
    if (depth < 0) return false
  }
  return end === '' && depth === 0 && !quoted
}
