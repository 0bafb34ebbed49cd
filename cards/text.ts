/** Text from outside made harmless and short, whatever shows it. */

const lineEnds = /\r\n?|[\u2028\u2029\u0085]/g
const directions = /[\u202A-\u202E\u2066-\u2069]/g
const invisible = /[[\p{Cc}\p{Cf}\p{Co}]--[\n\t]]/gv

/** What can reverse or hide letters is shown as its code; other invisible characters go. Halves of characters become U+FFFD. */
export function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(lineEnds, '\n')
    .replace(directions, mark => `[U+${mark.charCodeAt(0).toString(16).toUpperCase()}]`)
    .replace(invisible, '')
}

/** The same on one line. */
export function inline(text: string): string {
  return plain(text).replace(/\s+/g, ' ').trim()
}

/** At most `max` characters (UTF-16 units), at a space where one is near, with `…` when something is left out. */
export function short(text: string, max: number): string {
  if (text.length <= max) return text
  const kept = cut(text, max - 2).trimEnd()
  return /[.!?…]$/.test(kept) ? `${kept} …` : `${kept}…`
}

/** As `short`, and says how much is missing, for places where nothing else leads to the rest. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text
  const kept = cut(text, Math.max(max - 30, 1))
  return short(`${kept}… (${text.length - kept.length} more characters)`, max)
}

/** Two texts, each clipped: where what differs lies too far behind, both begin shortly before it. */
export function whereTheyDiffer(a: string, b: string, max: number): [string, string] {
  const from = sameUntil(a, b)
  if (Math.max(a.length, b.length) <= max || from < max / 2) return [clip(a, max), clip(b, max)]
  const start = a.lastIndexOf(' ', from - max / 8) + 1
  return [clip(`… ${a.slice(start)}`, max), clip(`… ${b.slice(start)}`, max)]
}

function sameUntil(a: string, b: string): number {
  let at = 0
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1
  return at
}

/** Pieces of at most `max` characters that together are the text. */
export function chunks(text: string, max: number): string[] {
  const pieces: string[] = []
  let rest = text
  while (rest.length > max) {
    const piece = cut(rest, max)
    pieces.push(piece)
    rest = rest.slice(piece.length)
  }
  return rest === '' ? pieces : [...pieces, rest]
}

function cut(text: string, max: number): string {
  const head = text.slice(0, isHighHalf(text.charCodeAt(max - 1)) ? max - 1 : max)
  const space = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\n'))
  return space > max * 0.8 ? head.slice(0, space + 1) : head
}

function isHighHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

/** `1 step`, `3 steps`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const maxUrl = 3000

/** The only addresses that may become links. */
export function isHttps(url: string): boolean {
  return url.length <= maxUrl && /^https:\/\/[^\s"'<>\\|]+$/.test(url) && URL.canParse(url)
}
