import { rm } from 'node:fs/promises'

export default async function teardown(): Promise<void> {
  const { testServer } = globalThis
  await testServer?.server.stop()
  if (testServer !== undefined) await rm(testServer.dataDir, { recursive: true, force: true })
}
