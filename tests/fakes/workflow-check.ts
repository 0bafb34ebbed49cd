import { callsIn, partsOf } from './workflow-expression.ts'
import { type Action, type Actions, Definition, HttpInputs } from './workflow-schema.ts'

const longestExpression = 8192
const deepest = 8

/** What is wrong with a workflow definition, as Azure would find it when it is saved or in its first run. */
export function wrongWith(definition: unknown, connections: string[]): string[] {
  const { parameters, triggers, actions } = Definition.parse(definition)
  const used = [...new Set(texts([triggers, actions]).flatMap(connectionsIn))]
  const names = namesOf(actions)
  const known: Known = { parameters: Object.keys(parameters), before: [], inLoop: false }
  const wrong = [
    ...checkScope(actions, known, 1),
    ...names.filter((name, index) => names.indexOf(name) !== index).map(name => `two actions ${name}`),
    ...differing(connections, used).map(key => `connection ${key} is not used`),
    ...differing(used, connections).map(key => `no connection ${key}`),
  ]
  const text = texts(actions).join('\n')
  const unused = Object.keys(parameters).filter(name => name !== '$connections' && !text.includes(`parameters('${name}')`))
  return [...wrong, ...unused.map(name => `parameter ${name} is not used`)]
}

/** What an action can read where it stands. */
interface Known {
  parameters: string[]
  /** Actions that are over by then. */
  before: string[]
  inLoop: boolean
}

function checkScope(actions: Actions, known: Known, depth: number): string[] {
  const names = Object.keys(actions)
  const begins = names.length === 0 || Object.values(actions).some(({ runAfter }) => Object.keys(runAfter).length === 0)
  return [
    ...(depth > deepest ? [`more than ${deepest} levels`] : []),
    ...(begins ? [] : ['nothing begins']),
    ...Object.entries(actions).flatMap(([name, action]) => [
      ...differing(Object.keys(action.runAfter), names).map(before => `${name} follows ${before}, which is not beside it`),
      ...(earlier(actions, name).includes(name) ? [`${name} waits for itself`] : []),
      ...checkAction(name, action, { ...known, before: [...known.before, ...earlier(actions, name)] }, depth),
    ]),
  ]
}

/** Those it waits for, and those they wait for. */
function earlier(actions: Actions, name: string): string[] {
  const found = new Set<string>()
  const look = (at: string): void => {
    for (const before of Object.keys(actions[at]?.runAfter ?? {}).filter(one => !found.has(one))) {
      found.add(before)
      look(before)
    }
  }
  look(name)
  return [...found]
}

function checkAction(name: string, action: Action, known: Known, depth: number): string[] {
  const inLoop = known.inLoop || ['Foreach', 'Query', 'Select'].includes(action.type)
  return [
    ...texts(ownOf(action)).flatMap(text => wrongText(text, { ...known, inLoop })),
    ...wrongSecret(action),
    ...wrongToken(action),
    ...scopesIn(action).flatMap(scope => checkScope(scope, { ...known, inLoop }, depth + 1)),
  ].map(wrong => (wrong.startsWith(name) ? wrong : `${name}: ${wrong}`))
}

function ownOf(action: Action): unknown[] {
  return [action.expression, action.foreach, action.inputs]
}

function scopesIn(action: Action): Actions[] {
  return [action.actions, action.else?.actions].filter(scope => scope !== undefined)
}

function namesOf(actions: Actions): string[] {
  return [...Object.keys(actions), ...Object.values(actions).flatMap(scopesIn).flatMap(namesOf)]
}

function wrongText(text: string, { parameters, before, inLoop }: Known): string[] {
  if (text.length > longestExpression) return ['an expression is too long']
  try {
    const nodes = partsOf(text).parts.filter(part => typeof part !== 'string')
    return nodes.flatMap(callsIn).flatMap(({ name, given: [first] }) => {
      const word = first?.is === 'value' ? String(first.value) : undefined
      if (name === 'item') return inLoop ? [] : ['there is no item outside of a loop']
      const names = name === 'parameters' ? parameters : ['body', 'outputs'].includes(name) ? before : undefined
      return names === undefined || (word !== undefined && names.includes(word)) ? [] : [`no ${name}('${word}') there`]
    })
  } catch (thrown) {
    return [String(thrown)]
  }
}

/** What reads a key hides what comes of it, and what sends it hides what went in. */
function wrongSecret(action: Action): string[] {
  const hidden = action.runtimeConfiguration?.secureData.properties ?? []
  const text = texts(ownOf(action)).join('\n')
  const reads = text.includes("parameters('secret')") && !hidden.includes('outputs') ? ['shows the key it reads'] : []
  const sends = text.includes("body('Read_key')") && !hidden.includes('inputs') ? ['shows the key it sends'] : []
  return [...reads, ...sends]
}

/** The app's own token goes to nobody but whom it is for. */
function wrongToken(action: Action): string[] {
  const { uri = '', authentication } = action.type === 'Http' ? HttpInputs.parse(action.inputs) : {}
  if (authentication === undefined) return []
  const isVault = uri.startsWith("@{parameters('secret')}") && /^https:\/\/vault\./.test(authentication.audience)
  return isVault || uri.startsWith(`${authentication.audience}/`)
    ? []
    : [`sends a token for ${authentication.audience} elsewhere`]
}

function connectionsIn(text: string): string[] {
  return [...text.matchAll(/parameters\('\$connections'\)\['([^']+)'\]/g)].map(([, key = '']) => key)
}

function differing(some: string[], others: string[]): string[] {
  return some.filter(one => !others.includes(one))
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : []
}
