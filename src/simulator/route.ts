import { ArmError } from './arm-error.ts'
import type { Operation } from './call.ts'

interface Found {
  operation: Operation
  params: Record<string, string>
}

/** The operation that a request is for, and the named parts of its path. */
export function route(operations: Operation[], method: string, path: string, version: string): Found {
  const here = operations.flatMap(operation => found(operation, path))
  if (here.length === 0) throw unknownType(path)
  const named = here.filter(({ operation }) => operation.method === method)
  if (named.length === 0)
    throw new ArmError(405, 'MethodNotAllowed', `The requested resource does not support http method '${method}'.`)
  const known = named.find(({ operation }) => operation.versions.includes(version))
  if (known !== undefined) return known
  const versions = [...new Set(named.flatMap(({ operation }) => operation.versions))].join(', ')
  throw new ArmError(
    400,
    'NoRegisteredProviderFound',
    `No registered resource provider found for location 'westeurope' and API version '${version}' for type '${typeOf(path)}'. The supported api-versions are '${versions}'. The supported locations are 'westeurope, northeurope, eastus'.`,
  )
}

function found(operation: Operation, path: string): Found[] {
  const match = regexOf(operation.pattern).exec(path)
  if (match === null) return []
  const parts = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decoded(value ?? '')] as const)
  return [{ operation, params: Object.fromEntries(parts) }]
}

export function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new ArmError(400, 'BadRequest', 'The request path is not well formed.')
  }
}

const compiled = new Map<string, RegExp>()

/** `{scope+}` takes several segments, `{name}` one. */
function regexOf(pattern: string): RegExp {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  const source = pattern
    .replace(/[.]/g, '\\.')
    .replace(/\{(\w+)(\+?)\}/g, (_whole, name: string, many: string) => `(?<${name}>${many === '+' ? '.+?' : '[^/]+'})`)
  const regex = new RegExp(`^${source}$`, 'i')
  compiled.set(pattern, regex)
  return regex
}

function unknownType(path: string): ArmError {
  const namespace = /\/providers\/([^/]+)(?!.*\/providers\/)/i.exec(path)?.[1]
  if (namespace === undefined) return new ArmError(404, 'NotFound', 'The requested path was not found.')
  const known = /^microsoft\.(security|logic|web|authorization|resources|management)$/i.test(namespace)
  if (!known) return new ArmError(404, 'InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`)
  return new ArmError(
    404,
    'InvalidResourceType',
    `The resource type could not be found in the namespace '${namespace}' for api version.`,
  )
}

function typeOf(path: string): string {
  return /\/providers\/[^/]+\/([^/]+)/i.exec(path)?.[1] ?? 'subscriptions'
}
