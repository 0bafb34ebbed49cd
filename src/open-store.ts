import type { Config } from './config.ts'
import { Problem } from './errors.ts'
import { readKept } from './intake/body.ts'
import type { Log } from './log.ts'
import type { Store } from './ports.ts'
import { startPrivateServer } from './store/private-server.ts'
import { openStore } from './store/store.ts'

/** The store that the settings name, on a database of its own where they name none. What undoes it goes to the end of `undo`. */
export async function startStore(config: Config, log: Log, undo: (() => Promise<void>)[]): Promise<Store> {
  const own = config.DATABASE_URL === undefined ? await startPrivateServer({ dataDir: config.DATA_DIR, log }) : undefined
  if (own !== undefined) undo.push(own.stop)
  const opening = openStore({
    url: config.DATABASE_URL ?? own?.url ?? '',
    tenant: config.tenant,
    log,
    read: readKept,
    ...(own && { hasRoom: own.hasRoom }),
  })
  const store = await (own === undefined ? opening.catch(thrown => Promise.reject(unusable(thrown))) : opening)
  undo.push(store.close)
  return store
}

/** Why a database of the operator's own can't be used, in the driver's words, which hold no password. */
function unusable(thrown: unknown): Problem {
  const cause = thrown instanceof Error ? thrown.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer'
  const why = cause instanceof Error && cause.message !== '' ? cause.message : code
  return new Problem('StoreUnavailable', `The database that DATABASE_URL names can't be used: ${why}.`, { cause: thrown })
}
