import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** A port that nobody listens on now, for servers that take no 0. Below those that the system gives to connections: none takes it meanwhile. */
export async function freePort(): Promise<number> {
  const port = randomInt(20_000, 32_000)
  return (await isFree(port)) ? port : freePort()
}

function isFree(port: number): Promise<boolean> {
  return new Promise(done => {
    const server = createServer()
    server.once('error', () => done(false))
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)))
  })
}
