import type { Asker } from './api.ts'
import type { Place, Player } from './shapes.ts'

export const views = ['both', 'teams', 'slack'] as const
export type View = (typeof views)[number]

/** Who plays, where, and which rendering is looked at. */
export interface Session {
  player: Player | undefined
  place: Place | undefined
  view: View
}

export const session: Session = {
  player: undefined,
  place: undefined,
  view: remembered('view', views, innerWidth < 1100 ? 'teams' : 'both'),
}

const listeners = new Set<() => void>()

export function onSession(listener: () => void): void {
  listeners.add(listener)
}

export function change(parts: Partial<Session>): void {
  Object.assign(session, parts)
  remember('view', session.view)
  remember('player', session.player?.as)
  remember('place', session.place?.id)
  for (const listener of listeners) listener()
}

export function asker(): Asker {
  return { as: session.player?.as ?? 'analyst', placeId: session.place?.id }
}

export function remembered<Word extends string>(name: string, words: readonly Word[], otherwise: Word): Word {
  const word = read(name)
  return words.find(known => known === word) ?? otherwise
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(name)
  } catch {
    return null
  }
}

/** A browser that keeps nothing still works. */
export function remember(name: string, word: string | undefined): void {
  try {
    if (word !== undefined) localStorage.setItem(name, word)
  } catch {
    return
  }
}
