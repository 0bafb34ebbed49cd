import { createRequire } from 'node:module'
import { expect } from '@jest/globals'
import { z } from 'zod'

/** What Teams takes (Format your bot messages; Universal Actions), asserted over any rendered card. */
const bytes = 80 * 1024
const shownActions = 6
const markdownFields = ['errorMessage', 'fallbackText'] as const

/** The package's main file is for bundlers; its single file is for everybody, and has the same shape. */
const adaptiveCards: typeof import('adaptivecards') = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js')

const Node = z.looseObject({ type: z.string() })
type Node = z.infer<typeof Node>

/** The official library reads it as version 1.5 with nothing to remark. */
export function expectReadable(card: object): void {
  const parsed = new adaptiveCards.AdaptiveCard()
  const context = new adaptiveCards.SerializationContext(adaptiveCards.Versions.v1_5)
  parsed.parse(card, context)
  const remarks = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message)
  expect(remarks.filter(remark => !known.some(beginning => remark.startsWith(beginning)))).toEqual([])
}

/** Type-ahead is of 1.6 and code blocks are of Teams: it offers both in 1.5 cards; other hosts search the choices that are there and show the fallback. */
const known = ['Property "choices.data" is supported in version 1.6', 'Unknown element type "CodeBlock". Fallback will be used']

export function expectWithinTeamsLimits(card: object): void {
  expect(JSON.stringify(card).length * 2).toBeLessThanOrEqual(bytes)
  const nodes = nodesIn(card)
  const ids = nodes.flatMap(({ id }) => (typeof id === 'string' ? [id] : []))
  expect(new Set(ids).size).toBe(ids.length)
  const targets = nodes.flatMap(node => (Array.isArray(node.targetElements) ? node.targetElements : []))
  expect(targets.filter(target => !ids.includes(String(target)))).toEqual([])
  const top = z.object({ actions: z.array(Node) }).parse(card)
  expect(top.actions.filter(({ mode }) => mode !== 'secondary').length).toBeLessThanOrEqual(shownActions)
}

/** No text stands where Markdown is read, other than escaped; every address is https. */
export function expectNoLiveMarkup(card: object): void {
  const nodes = nodesIn(card)
  expect(nodes.filter(({ type }) => type === 'TextBlock' || type === 'FactSet')).toEqual([])
  const markdown = nodes.flatMap(node => [
    ...markdownFields.map(field => node[field]),
    node.type === 'Input.Toggle' ? node.title : undefined,
  ])
  for (const text of markdown) if (typeof text === 'string') expect(text).not.toMatch(/(?<!\\)(?:\\\\)*[[\]()<>*_`~]/)
  const urls = nodes.flatMap(({ url }) => (url === undefined ? [] : [String(url)]))
  expect(urls.filter(url => !url.startsWith('https://'))).toEqual([])
  expect(shown(card).match(/[\u202A-\u202E\u2066-\u2069\u200B-\u200F\uFEFF]/)).toBeNull()
  // Mentions are listed here; without the list `<at>` stays letters.
  expect(z.object({ msteams: z.object({ entities: z.unknown() }).partial() }).parse(card).msteams.entities).toBeUndefined()
}

/** Without what buttons carry unseen. */
function shown(card: object): string {
  return JSON.stringify(card, (key, value) => (['data', 'verb', 'dataset', 'value'].includes(key) ? undefined : value))
}

function nodesIn(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn)
  if (typeof value !== 'object' || value === null) return []
  const node = Node.safeParse(value)
  return [...(node.success ? [node.data] : []), ...Object.values(value).flatMap(nodesIn)]
}
