import { tableOf } from '../table.ts'
import type { Parameter } from './parameter.ts'
import { isSecretName } from './secret.ts'

/** What a logic app declares that it wants to be told when a person starts it, and why not all of it is asked, as a sentence. */
export interface Declared {
  parameters: Parameter[]
  unread?: string
}

/** Name of the tag on a logic app, in any case. */
export const parameterTag = 'chatops-parameters'

const declaration =
  /^(?<name>[A-Za-z_][\w-]*)\s*:\s*(?<type>[a-z]+)\s*(?:\((?<choices>[^()]*)\))?\s*(?<required>!)?\s*(?:=(?<initial>.*))?$/i

/** `ip:string!;reason:string=because;mode:string(quick|full)`. One part that can't be read makes all of it unread. */
export function readParameterTag(text: string): Declared {
  const parts = text.split(';').map(part => part.trim())
  const all: Said[] = []
  for (const part of parts.filter(part => part !== '')) {
    const said = readDeclaration(part)
    if (said === undefined || (!isSecret(said) && parameterOf(said) === undefined))
      return { parameters: [], unread: `Its tag ${parameterTag} can't be read at "${part}".` }
    if (all.some(({ name }) => name.toLowerCase() === said.name.toLowerCase()))
      return { parameters: [], unread: `Its tag ${parameterTag} names ${said.name} twice.` }
    all.push(said)
  }
  return declaredOf(all)
}

/** Those that can be asked for. One of a type that no form has makes all of it unread; a secret is left out and said. */
export function declaredOf(all: Said[]): Declared {
  const secrets = all.filter(isSecret).map(({ name }) => name)
  const asked = all.filter(said => !isSecret(said))
  const parameters = asked.flatMap(said => parameterOf(said) ?? [])
  if (parameters.length < asked.length) {
    const odd = asked.find(said => parameterOf(said) === undefined)
    return { parameters: [], unread: `Its parameter ${odd?.name} is of a type that can't be asked for.` }
  }
  return {
    parameters,
    ...(secrets.length > 0 && {
      unread: `It asks for a secret (${secrets.join(', ')}), and no secret is asked for in a chat: let it read that from Key Vault.`,
    }),
  }
}

const secretTypes = ['securestring', 'secureobject', 'password', 'secret']

function isSecret({ name, type, secret = false }: Said): boolean {
  return secret || secretTypes.includes(type.toLowerCase()) || (isSecretName(name) && types.get(type.toLowerCase()) !== 'toggle')
}

function readDeclaration(text: string): Said | undefined {
  const { name, type = '', choices, required, initial } = declaration.exec(text)?.groups ?? {}
  if (name === undefined) return undefined
  return {
    name,
    type,
    required: required !== undefined,
    ...(choices === undefined ? {} : { choices: choices.split('|').map(choice => choice.trim()) }),
    ...(initial === undefined ? {} : { initial: initial.trim() }),
  }
}

/** JSON Schema's words, and those of workflow definitions. */
const types = tableOf<Parameter['type']>({
  string: 'text',
  integer: 'whole',
  int: 'whole',
  number: 'number',
  float: 'number',
  boolean: 'toggle',
  bool: 'toggle',
  array: 'list',
  object: 'object',
})

/** What tags and schemas say of a parameter. */
export interface Said {
  name: string
  type: string
  required: boolean
  choices?: string[]
  initial?: string
  hint?: string
  /** Said to be one beside its type. */
  secret?: boolean
}

/** Undefined for a type that no form can ask for, and for choices that are no texts. */
function parameterOf({ name, type: word, required, choices, initial, hint }: Said): Parameter | undefined {
  const type = types.get(word.toLowerCase())
  if (type === undefined || (choices !== undefined && type !== 'text')) return undefined
  return {
    name,
    label: name,
    type: choices === undefined ? type : 'choice',
    required,
    ...(choices === undefined ? {} : { options: choices.map(value => ({ value, title: value })) }),
    ...(initial === undefined ? {} : { default: initial }),
    ...(hint === undefined ? {} : { hint }),
  }
}
