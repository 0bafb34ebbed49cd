/** A text read from its start, piece by piece; positions are kept so that a fault can be told by its line. */
export interface TypedText {
  /** Of what comes next, counted from 1. */
  line(): number
  ended(): boolean
  /** What a sticky pattern finds here, passed over; undefined when it finds nothing. */
  take(pattern: RegExp): RegExpExecArray | undefined
  /** A text in double quotes (a quote in it is doubled, line breaks may stand in it) or in typographic ones. */
  quoted(): { text: string } | 'open' | undefined
  /** What is left of the line, trimmed, passed over with its end. */
  restOfLine(): string
}

const lineEnd = /\r\n|\r|\n/g

export function openText(text: string): TypedText {
  let at = 0
  let counted = { at: 0, line: 1 }

  function line(): number {
    const passed = text.slice(counted.at, at).match(lineEnd)?.length ?? 0
    counted = { at, line: counted.line + passed }
    return counted.line
  }

  function take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found !== null) at = pattern.lastIndex
    return found ?? undefined
  }

  function quoted(): { text: string } | 'open' | undefined {
    const mark = text.charAt(at)
    if (mark !== '"' && mark !== '“') return undefined
    const end = mark === '"' ? closing(text, at + 1) : text.indexOf('”', at + 1)
    if (end < 0) return 'open'
    const inner = text.slice(at + 1, end)
    at = end + 1
    return { text: mark === '"' ? inner.replaceAll('""', '"') : inner }
  }

  return {
    line,
    take,
    quoted,
    ended: () => at >= text.length,
    restOfLine: () => (take(/([^\r\n]*)(?:\r\n|\r|\n|$)/y)?.[1] ?? '').trim(),
  }
}

/** Where the quoted text ends; a doubled quote is part of it. */
function closing(text: string, from: number): number {
  let end = text.indexOf('"', from)
  while (end >= 0 && text.charAt(end + 1) === '"') end = text.indexOf('"', end + 2)
  return end
}

/** The text in double quotes. */
export function inQuotes(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
