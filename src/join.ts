import type { Chat } from './ports.ts'
import type { Door } from './route.ts'

/** A chat platform's bot as it is joined to the server. */
export interface Bot {
  chat: Chat
  doors: Door[]
  start(): Promise<void>
  stop(): Promise<void>
  /** What keeps it from working, as a sentence. */
  wrong?(): string | undefined
}

export type Join = (bot: Bot) => Promise<Door[]>
