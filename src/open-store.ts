import type { Config } from './config.ts'
import type { Log } from './log.ts'
import type { Store } from './ports.ts'
import { startPrivateServer } from './store/private-server.ts'
import { openStore } from './store/store.ts'

/** The store that the settings name, on a database of its own where they name none. What undoes it goes to the end of `undo`. */
export async function startStore(config: Config, log: Log, undo: (() => Promise<void>)[]): Promise<Store> {
  const own = config.DATABASE_URL === undefined ? await startPrivateServer({ dataDir: config.DATA_DIR, log }) : undefined
  if (own !== undefined) undo.push(own.stop)
  const store = await openStore({ url: config.DATABASE_URL ?? own?.url ?? '', tenant: config.tenant, log })
  undo.push(store.close)
  return store
}
