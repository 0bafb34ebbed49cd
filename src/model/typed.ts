/**
 * What was typed after a verb. Whoever reads it takes what they understand; what is left means nothing to the verb, and is told instead of
 * dropped.
 */
export interface Typed {
  /** Takes the next word. */
  next(): string | undefined
  /** Takes the words that are so, wherever they stand. */
  those(isSo: (word: string) => boolean): string[]
  /** Takes the first word that is so. */
  one(isSo: (word: string) => boolean): string | undefined
  /** Takes this word and the one behind it, which is what counts. */
  after(keyword: string): string | undefined
  /** Takes every word. */
  all(): string[]
  /** Takes everything as it came, spaces, line ends and quotes included. */
  raw(): string
  /** Takes everything from a word on that begins with a brace, as it came. */
  braced(): string | undefined
  /** What nobody took. */
  left(): readonly string[]
}

/** `said`: its words, where what came before decides how they are to be read. */
export function typedAfter(text: string, said = wordsOf(text)): Typed {
  let words = [...said]
  return {
    next: () => words.shift(),
    those(isSo) {
      const found = words.filter(isSo)
      words = words.filter(word => !isSo(word))
      return found
    },
    one(isSo) {
      const at = words.findIndex(isSo)
      return at < 0 ? undefined : words.splice(at, 1)[0]
    },
    after(keyword) {
      const at = words.findIndex(is(keyword))
      return at < 0 || at === words.length - 1 ? undefined : words.splice(at, 2)[1]
    },
    all: () => words.splice(0),
    raw() {
      words = []
      return text
    },
    braced() {
      const at = text.search(/(?<=^|\s)\{/)
      if (at < 0) return undefined
      words = words.slice(0, Math.max(0, words.length - wordsOf(text.slice(at)).length))
      return text.slice(at).trim()
    },
    left: () => words,
  }
}

const part = /["“”„]([^"“”„]*)(?:["“”„]|$)|[^\s"“”„]+/gu

/** Splits at spaces of any kind, keeps quoted parts together; an unclosed quote runs to the end. */
export function wordsOf(text: string): string[] {
  const clean = text.normalize('NFKC').replace(/\p{Cf}|(?!\s)\p{Cc}/gu, '')
  return [...clean.matchAll(part)].map(([whole, quoted]) => quoted ?? whole).filter(word => word !== '')
}

/** The text behind so many words, as it came. */
export function behind(text: string, words: number): string {
  let left = words
  for (const { 0: whole, index } of text.matchAll(part)) {
    if (left === 0) return text.slice(index)
    left -= wordsOf(whole).length > 0 ? 1 : 0
  }
  return ''
}

/** Whether a word is this one, however it is written. */
export function is(wanted: string): (word: string) => boolean {
  return word => word.toLowerCase() === wanted
}
