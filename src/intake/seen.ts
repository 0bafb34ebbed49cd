import { hash } from 'node:crypto'
import type { Texts } from '../ports.ts'

/**
 * What the last look at a list held, kept in the store for whichever process looks next. From the first thing new in a look until its end nothing
 * is kept: a look that dies hands everything on again, for what it had handed on may have changed to and fro since.
 */
export interface Seen {
  /** Those that the last look did not hold as they are now. */
  news(texts: string[]): string[]
  /** Before something new is handed on. Durable. */
  begin(): Promise<void>
  /** After it was handed on, or because it is old. */
  met(texts: string[]): void
  /** Ends the look; what a look that did not get to the end had not reached is handed on again. */
  end(whole: boolean): Promise<void>
}

export type SeenTexts = Pick<Texts, 'get' | 'put' | 'remove'>

/** 17 bytes each; what is over it is handed on with every look, which is slow and right. */
const mostRemembered = 200_000

export async function openSeen(texts: SeenTexts, name: string): Promise<Seen> {
  const text = await texts.get(name)
  const before = new Set(text === undefined || text === '' ? [] : text.split('\n'))
  const now = new Set<string>()
  let isKept = text !== undefined
  return {
    news: items => items.filter(item => !before.has(digest(item))),
    async begin() {
      if (isKept) await texts.remove(name)
      isKept = false
    },
    met(items) {
      for (const item of items) if (now.size < mostRemembered) now.add(digest(item))
    },
    async end(whole) {
      if (isKept && (!whole || now.size === before.size)) return
      await texts.put(name, [...now].join('\n'))
    },
  }
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 16)
}
