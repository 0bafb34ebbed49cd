import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The program in a process of its own, as `npm start` runs it. */
export interface Program {
  address: string
  pid: number
  /** Ends it in order. */
  stop(): Promise<void>
  /** Ends it without a word. */
  kill(): Promise<void>
}

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const startWithinMs = 60_000

/** Quiet by itself: no events, no polling, any free port, unless said otherwise. */
const quiet = { PORT: '0', SIMULATOR_EVENT_EVERY_S: '0', AZURE_POLL_EVERY_S: '0', LOG_LEVEL: 'error' }

/** Starts it and waits until it says where it is. */
export async function startProgram(environment: Record<string, string>): Promise<Program> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/',
    env: { PATH: process.env.PATH, ...quiet, ...environment },
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
    child.once('close', () => failed(new Error(`the program ended before it was ready: ${said}`)))
    setTimeout(() => failed(new Error('the program did not start in time')), startWithinMs).unref()
  })
}
