import { freshDatabase } from '../jest/database.ts'
import { type Chats, openChats } from './chats.ts'
import type { Story } from './ground.ts'

export interface TwoProcesses {
  /** The first, and what people see through it. */
  chats: Chats
  other: Story
  close(): Promise<void>
}

/** Two processes on one database, both of them joined to the same chats. */
export async function openTwoProcesses(): Promise<TwoProcesses> {
  const database = await freshDatabase()
  const chats = await openChats({ env: { DATABASE_URL: database.url } })
  const other = await chats.another()
  return {
    chats,
    other,
    async close() {
      await other.close()
      await chats.close()
      await database.drop()
    },
  }
}
