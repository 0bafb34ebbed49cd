import { tableOf } from '../table.ts'
import { jsonValue } from './json-text.ts'

const tag = /<(\/?)([a-z][a-z0-9]*)\b([^<>]*)>/gi
const blocks = new Set(['br', 'p', 'div', 'li', 'ul', 'ol', 'tr', 'table', 'tbody', 'thead', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'])
const inlines = new Set('a b i u em strong span code pre font small sub sup img td th blockquote'.split(' '))
const named = tableOf<string>({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' })

/** Azure's HTML snippets as plain text: known tags become line breaks or nothing, links keep their address in brackets. */
export function plain(html: string): string {
  let href = ''
  let link = 0
  const tagless = html
    .replace(/\r\n?/g, '\n')
    .replace(tag, (whole, slash: string, word: string, attributes: string, place: number) => {
      const name = word.toLowerCase()
      if (blocks.has(name)) return '\n'
      if (!inlines.has(name)) return whole
      if (name !== 'a') return ''
      const closed = slash === '' || place - link > 2_000 ? '' : href
      href = slash === '' ? hrefIn(attributes) : ''
      link = place
      return closed === '' ? '' : ` (${closed})`
    })
  return entitiesDecoded(tagless)
}

function hrefIn(attributes: string): string {
  return /\bhref=["']?(https:\/\/[^"'\s]+)/i.exec(short(attributes, 2_000))?.[1] ?? ''
}

function entitiesDecoded(escaped: string): string {
  return escaped.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return named.get(name.toLowerCase()) ?? whole
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : whole
    },
  )
}

/** One line per step, blank ones and the steps' own numbers dropped; "1. Open it 2. Close it" on one line becomes two. */
export function steps(html: string): string[] {
  return plain(html)
    .split('\n')
    .flatMap(line => line.replace(/\s+/g, ' ').split(/ (?=\d{1,2}\. [A-Z])/))
    .map(line => line.trim().replace(/^\d{1,2}[.)] (?=\S)/, ''))
    .filter(line => line !== '')
}

/** A list in any of Azure's spellings: array, JSON text of one, or one text. */
export function listOf(value: unknown): string[] {
  if (typeof value === 'string') {
    const parsed = jsonIn(value)
    return Array.isArray(parsed) ? listOf(parsed) : [value]
  }
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}

/** The value behind a text that holds JSON; undefined for any other text. */
export function jsonIn(holder: string): unknown {
  return /^\s*[[{]/.test(holder) ? jsonValue(holder)?.value : undefined
}

/** Shortened for a place that only names the thing; the body as received keeps the whole. */
export function short(whole: string, limit: number): string {
  return whole.length <= limit ? whole : `${whole.slice(0, limit - 1).toWellFormed()}…`
}

/** Azure's links come with, without and with a foreign scheme: https is added where none stands, anything else is dropped. */
export function httpsLink(link: string | undefined): string | undefined {
  const written = link?.trim() ?? ''
  if (written === '') return undefined
  const absolute = /^[a-z][a-z0-9+-]*:/i.test(written) ? written : `https://${written.replace(/^\/+/, '')}`
  if (!URL.canParse(absolute)) return undefined
  const url = new URL(absolute)
  return url.protocol === 'https:' && url.username === '' && url.password === '' && url.hostname.includes('.')
    ? url.href
    : undefined
}

const acronyms = new Set([
  'id',
  'ip',
  'os',
  'nt',
  'dns',
  'url',
  'uri',
  'oms',
  'sid',
  'aad',
  'upn',
  'utc',
  'api',
  'sql',
  'gcp',
  'aws',
  'vm',
])

const labels = new Map<string, string>()
const labelsKept = 1000

/** `CommandLine`, `commandLine` and `command line` are one label, so that every wire shape reads the same: "Command line". */
export function label(key: string): string {
  const known = labels.get(key)
  if (known !== undefined) return known
  const made = labelOf(key)
  // Azure uses some hundred keys again and again; what is longer, or comes later, is no such key.
  if (labels.size < labelsKept && key.length <= 60) labels.set(key, made)
  return made
}

function labelOf(key: string): string {
  if (/\s/.test(key.trim())) return capitalised(short(key.trim(), 200))
  const words = short(key, 200)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[\s_]+/)
    .filter(word => word !== '')
  return capitalised(words.map(word => (acronyms.has(word.toLowerCase()) ? word.toUpperCase() : word.toLowerCase())).join(' '))
}

export function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
