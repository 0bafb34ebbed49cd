import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { lchown, mkdir, mkdtemp, readFile, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../log.ts'
import { type Home, role, serverEnvironment, settle } from './cluster.ts'
import { applicationName } from './database.ts'
import { clearStaleNote, endServer, isPrivate, isServerOf, readPostmaster, until } from './postmaster.ts'
import { cannotRun, whyItFails } from './programs.ts'
import { canPass, permissionsOf, type Runner } from './runner.ts'

export interface PrivateServer {
  /** For `openStore`; reaches the server through a socket in a private folder, nothing listens on the network. */
  url: string
  /** Whether its disk takes what the server needs to run; one that went for want of it can't say so. */
  hasRoom(): Promise<boolean>
  /** Ends the server, unless another process uses it. */
  stop(): Promise<void>
}

const socketPrefix = 'defender-pg-'
const longestSocketPath = 107
const startWithinMs = 60_000
const endWithinMs = 10_000
const lookEveryMs = 250
const longestPauseMs = 5000
/** PostgreSQL sets aside a file of 16 MiB for what it is about to write. */
const neededBytes = 16 * 1_048_576

/** Small: one bot's data, beside the bot. Durability is PostgreSQL's default: fsync on, a commit waits for the disk. */
const settings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '32MB',
  max_wal_size: '256MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  jit: 'off',
  io_method: 'sync',
  max_worker_processes: '2',
  max_parallel_workers: '0',
  autovacuum_naptime: '20s',
  log_min_messages: 'warning',
  // Statements hold what the bot keeps; they don't belong in a file.
  log_min_error_statement: 'panic',
}

/** A PostgreSQL of our own under `dataDir`: made on the first start, adopted when one runs there already, started again when it dies. */
export async function startPrivateServer({ dataDir, log }: { dataDir: string; log: Log }): Promise<PrivateServer> {
  const home = await settle(resolve(dataDir), log)
  const socket = await up(home)
  const keeper = keep(home, socket)
  return { url: urlOf(socket), hasRoom: () => hasRoom(home), stop: keeper.stop }
}

async function hasRoom({ cluster }: Home): Promise<boolean> {
  const disk = await statfs(cluster).catch(() => undefined)
  return disk === undefined || disk.bavail * disk.bsize >= neededBytes
}

function urlOf(socket: string): string {
  return `postgresql:///postgres?user=${role}&host=${encodeURIComponent(socket)}`
}

/** Brings the server up, or finds it up. Returns the folder of its socket. */
async function up(home: Home, wanted?: string, given?: AbortSignal): Promise<string> {
  const end = performance.now() + startWithinMs
  for (let attempt = 0; performance.now() < end && given?.aborted !== true; attempt++) {
    const running = await findRunning(home)
    if (running !== undefined) return running
    await clearStaleNote(home.cluster)
    if (await start(home, wanted ?? (await socketFolder(home)))) continue
    await pause(Math.min(50 * 2 ** attempt, 1000))
  }
  throw cannotRun(whyItFails(home.programs, home.runner) ?? `it did not start (${await lastWords(home)}).`)
}

async function lastWords({ folder }: Home): Promise<string> {
  const text = await readFile(join(folder, 'server.log'), 'utf8').catch(() => '')
  return text.trim().split('\n').at(-1)?.slice(0, 300) ?? 'it left no reason'
}

/** The server that runs on this cluster already, once it is ready: started by another process, or left by one that was killed. */
async function findRunning({ cluster }: Home): Promise<string | undefined> {
  const noted = await readPostmaster(cluster)
  if (noted === undefined || !(await isServerOf(cluster, noted.pid))) return undefined
  await until(
    async () => (await readPostmaster(cluster))?.ready === true || !(await isServerOf(cluster, noted.pid)),
    startWithinMs,
  )
  const now = await readPostmaster(cluster)
  if (now?.ready !== true || now.pid !== noted.pid) return undefined
  if (await answers(now.socket)) return now.socket
  await endServer(cluster, now.pid, endWithinMs)
  return undefined
}

async function answers(socket: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: urlOf(socket),
    connectionTimeoutMillis: 5000,
    application_name: applicationName,
  })
  client.on('error', () => undefined)
  return client
    .connect()
    .then(() => client.query('select 1'))
    .then(() => true)
    .catch(() => false)
    .finally(() => client.end().catch(() => undefined))
}

/** Whether it came up; false when it ended at once, which is what happens when another process was faster. */
async function start(home: Home, socket: string): Promise<boolean> {
  await secure(socket, home.runner)
  const child = launch(home, socket)
  let ended = false
  child.once('exit', () => {
    ended = true
  })
  child.once('error', () => {
    ended = true
  })
  await until(async () => ended || (await readPostmaster(home.cluster))?.ready === true, startWithinMs)
  return !ended
}

function launch(home: Home, socket: string): ChildProcess {
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const file = openSync(join(home.folder, 'server.log'), 'w', 0o600)
  // A session of its own: ctrl-c in the terminal reaches us first, and we end it in order.
  const child = spawn(home.programs.postgres, ['-D', home.cluster, '-k', socket, ...options], {
    ...permissionsOf(home.runner),
    cwd: '/',
    stdio: ['ignore', file, file],
    env: serverEnvironment,
    detached: true,
  })
  closeSync(file)
  child.unref()
  return child
}

/** The folder a dead server of this cluster used, when it is still private to the runner; else a new one where the path stays short enough. */
async function socketFolder({ cluster, runner }: Home): Promise<string> {
  const noted = await readPostmaster(cluster)
  if (noted !== undefined && basename(noted.socket).startsWith(socketPrefix) && (await isPrivate(noted.socket, runner.uid)))
    return noted.socket
  const folder = await mkdtemp(join(await shortFolder(runner), socketPrefix))
  if (!runner.own) await lchown(folder, runner.uid, runner.gid)
  return folder
}

/** A folder that vanished (cleaners of temporary folders) is made again; one that others could have put there is not used. */
async function secure(socket: string, runner: Runner): Promise<void> {
  if (await isPrivate(socket, runner.uid)) return
  await mkdir(socket, { mode: 0o700 }).catch(thrown => {
    throw cannotRun(`${socket} is not its own private folder any more.`, thrown)
  })
  if (!runner.own) await lchown(socket, runner.uid, runner.gid)
}

async function shortFolder(runner: Runner): Promise<string> {
  const candidates = [tmpdir(), '/tmp', '/var/tmp', '/run']
  for (const folder of candidates) {
    const longest = join(folder, `${socketPrefix}xxxxxx`, '.s.PGSQL.5432.lock')
    if (Buffer.byteLength(longest) <= longestSocketPath && existsSync(folder) && (await canPass(folder, runner))) return folder
  }
  throw cannotRun(`none of ${candidates.join(', ')} can hold its socket.`)
}

/** Looks after the server until stopped: when it dies, whoever started it, it is brought up again on the same socket, with growing pauses. */
function keep(home: Home, socket: string) {
  const stopping = new AbortController()
  const watched = watch()

  async function watch(): Promise<void> {
    let failures = 0
    while (await slept(failures === 0 ? lookEveryMs : Math.min(lookEveryMs * 2 ** failures, longestPauseMs))) {
      const noted = await readPostmaster(home.cluster)
      if (noted !== undefined && (await isServerOf(home.cluster, noted.pid))) {
        failures = 0
        continue
      }
      home.log.warn({}, 'the private database ended; starting it again')
      failures = await up(home, socket, stopping.signal).then(
        () => 0,
        error => {
          home.log.error({ error }, 'the private database does not start')
          return failures + 1
        },
      )
    }
  }

  function slept(ms: number): Promise<boolean> {
    return pause(ms, true, { signal: stopping.signal, ref: false }).catch(() => false)
  }

  async function stop(): Promise<void> {
    stopping.abort()
    await watched
    const noted = await readPostmaster(home.cluster)
    if (noted === undefined || !(await isServerOf(home.cluster, noted.pid))) return
    if (await isUsedByOthers(socket)) return home.log.info({}, 'the private database stays up: another process uses it')
    await endServer(home.cluster, noted.pid, endWithinMs)
    if (basename(socket).startsWith(socketPrefix)) await rm(socket, { recursive: true, force: true })
  }

  return { stop }
}

async function isUsedByOthers(socket: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: urlOf(socket),
    connectionTimeoutMillis: 5000,
    application_name: applicationName,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rowCount } = await client.query(
      `select 1 from pg_stat_activity where backend_type = 'client backend' and application_name <> $1`,
      [applicationName],
    )
    return rowCount !== 0
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}
