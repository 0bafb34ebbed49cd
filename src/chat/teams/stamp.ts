import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Card } from '../../../cards/card.ts'
import type { Message } from './outgoing.ts'
import { renderTeams, renderTeamsDialog } from './render.ts'

const Stamped = z.object({ stamp: z.string().max(100) })

/** A card as a message. Each button carries which state of the card it stood on, so that a double click is told from a second one. */
export function messageOf(card: Card): Message {
  return { summary: card.fallback.slice(0, 500), card: shown(card) }
}

export function shown(card: Card): object {
  const rendered = { ...renderTeams(card), ...refresh(card) }
  return stamped(rendered, digest(JSON.stringify(rendered)))
}

/**
 * Whose buttons differ sees their own: Teams asks when the card comes into view. Without a list of people it does so only where at most 60 are
 * together (Microsoft Learn, "User Specific Views"); everywhere else the common card stays, whose every click is judged by the clicker's rights.
 */
function refresh({ of: findingId, buttons }: Card): { refresh?: object } {
  if (findingId === undefined || buttons.length === 0) return {}
  const data = { action: 'show', findingId, input: {} }
  return { refresh: { action: { type: 'Action.Execute', verb: 'show', data } } }
}

/** A card as a dialog's content; `opening` makes the buttons of each opened dialog its own. */
export function dialogOf(card: Card, opening: string): object {
  return stamped(renderTeamsDialog(card), opening)
}

export function stampOf(data: unknown): string {
  const read = Stamped.safeParse(data)
  return read.success ? read.data.stamp : ''
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 27)
}

function stamped(rendered: object, stamp: string): object {
  return Object.fromEntries(Object.entries(rendered).map(([key, value]) => [key, withStamp(key, value, stamp)]))
}

/** What an action sends back is its `data`; nothing else in a rendered card has that name. */
function withStamp(key: string, value: unknown, stamp: string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withStamp('', item, stamp))
  if (typeof value !== 'object' || value === null) return value
  return key === 'data' ? { ...value, stamp } : stamped(value, stamp)
}
