import { functions } from './workflow-functions.ts'

/** Expressions of the workflow definition language. Source: its schema reference (Microsoft Learn, 2024). */
export type Node =
  | { is: 'value'; value: unknown }
  | { is: 'call'; name: string; given: Node[] }
  | { is: 'member'; of: Node; key: Node; mayLack: boolean }

/** A text as parts: as it is, or an expression. A single expression keeps its value's type. */
export type Part = string | Node

/** Throws an Error that says what is wrong. */
export function partsOf(text: string): { parts: Part[]; isWhole: boolean } {
  if (text.startsWith('@') && !text.startsWith('@{') && !text.startsWith('@@')) {
    const { node, end } = parse(text, 1)
    if (end !== text.length) throw new Error(`goes on after its end: ${text.slice(end, end + 80)}`)
    return { parts: [node], isWhole: true }
  }
  const parts: Part[] = []
  let from = 0
  for (let at = text.indexOf('@{'); at >= 0; at = text.indexOf('@{', from)) {
    const { node, end } = parse(text, at + 2)
    if (text[end] !== '}') throw new Error(`does not close: ${text.slice(at, at + 80)}`)
    parts.push(text.slice(from, at), node)
    from = end + 1
  }
  return { parts: [...parts, text.slice(from)], isWhole: false }
}

/** Every call in a node, the outer ones first. */
export function callsIn(node: Node): { name: string; given: Node[] }[] {
  if (node.is === 'value') return []
  return node.is === 'call' ? [node, ...node.given.flatMap(callsIn)] : [node.of, node.key].flatMap(callsIn)
}

interface Read {
  node: Node
  end: number
}

/** A quoted text, a number or a word, or a call, and what is taken out of it: `f('a', 1)?['b'][0]`. */
function parse(text: string, from: number): Read {
  const rest = text.slice(from)
  const quoted = /^\s*'((?:[^']|'')*)'\s*/.exec(rest)
  if (quoted !== null) return { end: from + quoted[0].length, node: value(quoted[1]?.replaceAll("''", "'")) }
  const plain = /^\s*(-?\d+(?:\.\d+)?|true|false|null)\s*/.exec(rest)
  if (plain !== null) return { end: from + plain[0].length, node: value(JSON.parse(plain[1] ?? '')) }
  const [opening, name] = /^\s*([a-zA-Z]\w*)\(\s*/.exec(rest) ?? []
  if (opening === undefined || name === undefined) throw new Error(`is no expression: ${rest.slice(0, 80)}`)
  const { given, end } = argumentsOf(text, from + opening.length)
  checkCall(name, given.length)
  return membersOf(text, end, { is: 'call', name, given })
}

function value(it: unknown): Node {
  return { is: 'value', value: it }
}

function argumentsOf(text: string, from: number): { given: Node[]; end: number } {
  const given: Node[] = []
  if (text[from] === ')') return { given, end: from + 1 }
  for (let at = from; ; at++) {
    const { node, end } = parse(text, at)
    given.push(node)
    at = end
    if (text[at] === ')') return { given, end: at + 1 }
    if (text[at] !== ',') throw new Error(`lacks a comma: ${text.slice(at, at + 80)}`)
  }
}

function membersOf(text: string, from: number, of: Node): Read {
  const rest = text.slice(from)
  const [named, mark, word] = /^(\??)\.([a-zA-Z]\w*)/.exec(rest) ?? []
  if (named !== undefined)
    return membersOf(text, from + named.length, { is: 'member', of, key: value(word), mayLack: mark === '?' })
  const opening = /^(\??)\[/.exec(rest)
  if (opening === null) return { node: of, end: from + (/^\s*/.exec(rest)?.[0].length ?? 0) }
  const key = parse(text, from + opening[0].length)
  if (text[key.end] !== ']') throw new Error(`lacks a bracket: ${text.slice(key.end, key.end + 80)}`)
  return membersOf(text, key.end + 1, { is: 'member', of, key: key.node, mayLack: opening[1] === '?' })
}

function checkCall(name: string, count: number): void {
  const [fewest, most] = functions[name]?.takes ?? []
  if (fewest === undefined || most === undefined) throw new Error(`has no function ${name}`)
  if (count < fewest || count > most) throw new Error(`${name} does not take ${count} arguments`)
}
