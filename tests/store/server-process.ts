import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

export interface ServerProcess {
  child: ChildProcess
  /** `up …` or `refused …` */
  said: Promise<string>
  /** Ends it in order. */
  end(): Promise<void>
  /** Ends it without a word. */
  kill(): Promise<void>
}

interface Options {
  uid?: number
  gid?: number
  /** Another copy of the sources and packages. */
  root?: string
  env?: Record<string, string>
}

/** A process of its own that starts a private server in a folder. */
export function serverProcess(dataDir: string, { uid, gid, root, env }: Options = {}): ServerProcess {
  const script =
    root === undefined ? fileURLToPath(new URL('server-child.ts', import.meta.url)) : `${root}/tests/store/server-child.ts`
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, dataDir], {
    stdio: ['pipe', 'pipe', 'ignore'],
    cwd: '/',
    env: { PATH: process.env.PATH, ...env },
    ...(uid !== undefined && { uid, gid }),
  })
  const closed = new Promise<void>(done => child.once('close', () => done()))
  const said = new Promise<string>((done, failed) => {
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) done(text.split('\n')[0] ?? '')
    })
    child.once('close', () => failed(new Error(`it ended without a word: ${text}`)))
  })
  return {
    child,
    said,
    async end() {
      child.stdin.end()
      await closed
    },
    async kill() {
      child.kill('SIGKILL')
      await closed
    },
  }
}

export async function urlOf({ said }: ServerProcess): Promise<string> {
  const line = await said
  if (!line.startsWith('up ')) throw new Error(line)
  return line.slice(3)
}

/** One statement's first row. */
export async function ask(url: string, statement: string): Promise<Record<string, unknown> | undefined> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement)
    return rows[0]
  } finally {
    await client.end()
  }
}
