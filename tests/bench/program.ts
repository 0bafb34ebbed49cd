import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A server in a process of its own. */
export interface Program {
  address: string
  pid: number
  /** Ends it in order. */
  stop(): Promise<void>
  /** Ends it without a word. */
  kill(): Promise<void>
}

const startWithinMs = 60_000

/** Quiet by itself: no events, no polling, any free port, unless said otherwise. */
const quiet = { PORT: '0', SIMULATOR_EVENT_EVERY_S: '0', AZURE_POLL_EVERY_S: '0', LOG_LEVEL: 'error' }

/** The product as `npm start` runs it; resolves when it says where it is. */
export function startProgram(environment: Record<string, string>): Promise<Program> {
  return startServer(new URL('../../src/main.ts', import.meta.url), [], { ...quiet, ...environment })
}

/** The plain server that only does what is necessary. */
export function startBare(database: string, slack = ''): Promise<Program> {
  return startServer(new URL('bare-server.ts', import.meta.url), [database, slack], {})
}

async function startServer(script: URL, given: string[], environment: Record<string, string>): Promise<Program> {
  const file = fileURLToPath(script)
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...given], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/',
    env: { PATH: process.env.PATH, ...environment },
  })
  const closed = new Promise<void>(done => child.once('close', () => done()))
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await closed
  }
  const address = await addressOf(child).catch(async thrown => {
    await end('SIGKILL')
    throw thrown
  })
  return { address, pid: child.pid ?? 0, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((done, failed) => {
    let said = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const address = /ready at (\S+)/.exec(said)?.[1]
      if (address !== undefined) done(address)
    })
    child.once('close', () => failed(new Error(`it ended before it was ready: ${said}`)))
    setTimeout(() => failed(new Error('it did not start in time')), startWithinMs).unref()
  })
}
