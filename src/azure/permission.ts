/** One entry of a role: what it allows, less what it leaves out. Another entry may allow what this one leaves out. */
export interface Permission {
  actions?: string[]
  notActions?: string[]
}

export function grants({ actions = [], notActions = [] }: Permission, action: string): boolean {
  return actions.some(pattern => matches(pattern, action)) && !notActions.some(pattern => matches(pattern, action))
}

/** `*` stands for any run of characters, slashes too; case does not count. */
function matches(pattern: string, action: string): boolean {
  const [head = '', ...rest] = pattern.toLowerCase().split('*')
  let text = action.toLowerCase()
  if (rest.length === 0) return text === head
  if (!text.startsWith(head)) return false
  const tail = rest.pop() ?? ''
  text = text.slice(head.length)
  for (const part of rest) {
    const at = text.indexOf(part)
    if (at < 0) return false
    text = text.slice(at + part.length)
  }
  return text.endsWith(tail)
}

/**
 * Whether what is assigned at `above` reaches `scope` (both lower case, without slash at the ends). Lists for a scope hold assignments
 * below it as well. A management group only appears in such a list when it lies above.
 */
export function covers(above: string, scope: string): boolean {
  if (above === '' || above === scope) return true
  const group = 'providers/microsoft.management/managementgroups/'
  if (above.startsWith(group)) return !scope.startsWith(group)
  return scope.startsWith(`${above}/`)
}
