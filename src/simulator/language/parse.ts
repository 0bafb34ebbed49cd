import { tableOf } from '../../table.ts'
/** An expression of Azure's template language, or of the very similar one of workflow definitions. */
export type Expression =
  | { kind: 'value'; value: string | number | boolean | null }
  | { kind: 'call'; name: string; args: Expression[] }
  | { kind: 'member'; of: Expression; key: Expression; lenient: boolean }

/** What is wrong with an expression, in a sentence. */
export class LanguageError extends Error {}

const token = /\s*(?:'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w]*)|(\?\.|\?\[|[()[\].,]))/y
/** Nobody writes more by hand, and a deeper one would break us. */
const deepest = 100
const words = tableOf<boolean | null>({ true: true, false: false, null: null })

interface Token {
  kind: 'text' | 'number' | 'word' | 'mark' | 'end'
  value: string
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  token.lastIndex = 0
  while (text.slice(token.lastIndex).trim() !== '') {
    const at = token.lastIndex
    const match = token.exec(text)
    if (match === null) throw new LanguageError(`The language expression '${text}' is not valid at position ${at}.`)
    tokens.push(tokenOf(match))
  }
  return [...tokens, { kind: 'end', value: '' }]
}

function tokenOf([, text, number, word, mark = '']: RegExpExecArray): Token {
  if (text !== undefined) return { kind: 'text', value: text.replaceAll("''", "'") }
  if (number !== undefined) return { kind: 'number', value: number }
  return word === undefined ? { kind: 'mark', value: mark } : { kind: 'word', value: word }
}

/** Reads what stands between `[` and `]`, or after `@`; throws a LanguageError. */
export function parse(text: string): Expression {
  const reader = createReader(text)
  const read = reader.expression()
  reader.take('end', '')
  return read
}

function createReader(text: string) {
  const tokens = tokensOf(text)
  let at = 0
  let depth = 0
  const next = () => tokens[at] ?? { kind: 'end', value: '' }
  const is = (mark: string) => next().kind === 'mark' && next().value === mark

  function take(kind: Token['kind'], value?: string): string {
    const found = next()
    if (found.kind !== kind || (value !== undefined && found.value !== value))
      throw new LanguageError(
        `The language expression '${text}' is not valid: '${found.value || 'the end'}' was not expected there.`,
      )
    at++
    return found.value
  }

  function listed(end: string): Expression[] {
    const items: Expression[] = []
    while (!is(end)) {
      if (items.length > 0) take('mark', ',')
      items.push(expression())
    }
    take('mark', end)
    return items
  }

  function first(): Expression {
    const { kind } = next()
    if (kind === 'text') return { kind: 'value', value: take('text') }
    if (kind === 'number') return { kind: 'value', value: Number(take('number')) }
    const name = take('word')
    if (is('(')) {
      take('mark', '(')
      return { kind: 'call', name, args: listed(')') }
    }
    const value = words.get(name.toLowerCase())
    if (value === undefined) throw new LanguageError(`The language expression '${text}' is not valid: '${name}' is no value.`)
    return { kind: 'value', value }
  }

  function expression(): Expression {
    depth++
    if (depth > deepest) throw new LanguageError(`The language expression is nested more than ${deepest} deep.`)
    const read = whole()
    depth--
    return read
  }

  function whole(): Expression {
    let read = first()
    for (;;) {
      const lenient = is('?.') || is('?[')
      if (is('.') || is('?.')) {
        take('mark')
        read = { kind: 'member', of: read, key: { kind: 'value', value: take('word') }, lenient }
      } else if (is('[') || is('?[')) {
        take('mark')
        read = { kind: 'member', of: read, key: expression(), lenient }
        take('mark', ']')
      } else return read
    }
  }

  return { expression, take }
}

/** Names of all functions that an expression calls. */
export function calls(expression: Expression): string[] {
  if (expression.kind === 'call') return [expression.name, ...expression.args.flatMap(calls)]
  return expression.kind === 'member' ? [...calls(expression.of), ...calls(expression.key)] : []
}
