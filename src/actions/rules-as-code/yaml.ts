import { Document, isAlias, isNode, LineCounter, type ParsedNode, parseDocument, visit } from 'yaml'

/** What is wrong with a text, where a person can find it. */
export interface TextError {
  /** Counted from 1; absent when it is about the whole. */
  line?: number
  /** `rules[2].when` */
  path: string
  message: string
}

/** A YAML text as plain values, and the line of each. */
export interface YamlText {
  value: unknown
  /** Line on which the value at this path begins, or the nearest one around it. */
  lineOf(path: PropertyKey[]): number | undefined
}

const longestText = 1024 * 1024

/** YAML 1.2, core schema, one document, no anchors, aliases or tags: what is written is what is meant. */
export function readYaml(text: string): YamlText | { errors: TextError[] } {
  if (text.length > longestText) return { errors: [{ path: '', message: 'The text is longer than 1 MiB.' }] }
  const lines = new LineCounter()
  // Chats indent code with spaces that don't break; they come back when it is copied.
  const document = parseDocument(text.replaceAll('\u00A0', ' '), {
    schema: 'core',
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  })
  const broken = [...document.errors, ...document.warnings].map(({ message, pos }) => error(lines, pos[0], firstLine(message)))
  const errors = onceALine([...broken, ...shortcuts(document, lines)])
  if (errors.length > 0) return { errors }
  return { value: document.toJS({ maxAliasCount: 0 }), lineOf: path => lineOf(document, lines, path) }
}

/** Anchors and aliases let a small text stand for a huge one, and hide what a rule says. */
function shortcuts(document: Document<ParsedNode>, lines: LineCounter): TextError[] {
  const found: TextError[] = []
  visit(document, {
    Node(_key, node) {
      if (isAlias(node) || ('anchor' in node && node.anchor !== undefined))
        found.push(error(lines, node.range?.[0] ?? 0, 'Anchors and aliases (& and *) are not taken; write it out.'))
      if (!isAlias(node) && node.tag !== undefined) found.push(error(lines, node.range?.[0] ?? 0, 'Tags (!) are not taken.'))
    },
  })
  return found
}

function onceALine(errors: TextError[]): TextError[] {
  return [...new Map(errors.map(one => [`${one.line} ${one.message}`, one])).values()].slice(0, 20)
}

function lineOf(document: Document<ParsedNode>, lines: LineCounter, path: PropertyKey[]): number | undefined {
  for (let depth = path.length; depth >= 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return undefined
}

function error(lines: LineCounter, at: number, message: string): TextError {
  return { line: lines.linePos(at).line, path: '', message }
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text
}

export function writeYaml(value: object, comment: string): string {
  const document = new Document(value)
  document.commentBefore = comment
  return document.toString({ lineWidth: 0 })
}
