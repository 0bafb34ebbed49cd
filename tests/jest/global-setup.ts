import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silent } from '../../src/log.ts'
import { type PrivateServer, startPrivateServer } from '../../src/store/private-server.ts'

declare global {
  var testServer: { dataDir: string; server: PrivateServer } | undefined
}

/** One private PostgreSQL for the whole run; each test file makes its own database in it (database.ts). */
export default async function setup(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'defender-test-'))
  // Root's server runs as another user, who must be able to pass.
  await chmod(dataDir, 0o755)
  const server = await startPrivateServer({ dataDir, log: silent })
  globalThis.testServer = { dataDir, server }
  process.env.TEST_DATABASE_URL = server.url
}
