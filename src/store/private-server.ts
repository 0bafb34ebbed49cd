import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, chown, mkdir, open, readFile, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { Problem } from '../errors.ts'
import type { Log } from '../log.ts'
import { findPrograms, findRunner, isOpen, type Programs, type Runner, reachable } from './programs.ts'

export interface PrivateServer {
  /** For `openStore`; reaches the server through a socket in a private folder. */
  url: string
  stop(): Promise<void>
}

interface Home {
  programs: Programs
  runner: Runner | undefined
  /** Where the cluster lives. */
  cluster: string
  /** Short, since a socket's path may have at most 107 bytes. */
  socket: string
  log: Log
}

const user = 'defender'
const startWithinMs = 30_000
const restartAfterMs = 500
/** Small: one bot's data, beside the bot. Durability is PostgreSQL's default: fsync on, commits wait for the disk. */
const settings = [
  'listen_addresses=',
  'max_connections=60',
  'shared_buffers=32MB',
  'wal_buffers=4MB',
  'max_wal_size=256MB',
  'jit=off',
  'autovacuum_naptime=30s',
  'max_parallel_workers=0',
  'max_worker_processes=2',
  'logging_collector=off',
  'log_min_messages=fatal',
]

/** A PostgreSQL of our own under `dataDir`: made on the first start, adopted when one runs there already, started again when it dies. */
export async function startPrivateServer({ dataDir, log }: { dataDir: string; log: Log }): Promise<PrivateServer> {
  const home = await settle(resolve(dataDir), log)
  await alone(home, async () => {
    if (!(await exists(join(home.cluster, 'PG_VERSION')))) await create(home)
  })
  const keeper = keep(home)
  try {
    await keeper.up()
  } catch (thrown) {
    await keeper.stop()
    throw thrown
  }
  return { url: urlOf(home), stop: keeper.stop }
}

async function settle(dataDir: string, log: Log): Promise<Home> {
  const runner = await findRunner()
  await mkdir(dataDir, { recursive: true })
  const root = await homeFor(dataDir, runner)
  const programs = await reachable(await findPrograms(), runner, root)
  const cluster = join(root, 'postgres')
  const socket = join(tmpdir(), `dc-${createHash('sha256').update(cluster).digest('hex').slice(0, 12)}`)
  await ownFolder(socket, runner)
  return { programs, runner, cluster, socket, log }
}

/** A server that runs as somebody else can't live behind a private folder of root's; it then lives in /var/lib, with a link where it was looked for. */
async function homeFor(dataDir: string, runner: Runner | undefined): Promise<string> {
  if (runner === undefined || (await isOpen(dataDir))) return dataDir
  const elsewhere = join('/var/lib/defender-chatops', createHash('sha256').update(dataDir).digest('hex').slice(0, 12))
  await mkdir(elsewhere, { recursive: true })
  await symlink(elsewhere, join(dataDir, 'database')).catch(() => undefined)
  return elsewhere
}

async function ownFolder(path: string, runner: Runner | undefined): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  if (runner !== undefined) await chown(path, runner.uid, runner.gid)
  await chmod(path, 0o700)
}

function urlOf({ socket }: Home): string {
  return `postgres://${user}@localhost/postgres?host=${encodeURIComponent(socket)}`
}

async function exists(path: string): Promise<boolean> {
  return open(path, 'r').then(
    file => file.close().then(() => true),
    () => false,
  )
}

/** One first start at a time over all processes; a lock whose holder died is taken over. */
async function alone(home: Home, work: () => Promise<void>): Promise<void> {
  const lock = `${home.cluster}.lock`
  const until = Date.now() + startWithinMs
  while (!(await take(lock))) {
    if (Date.now() > until)
      throw new Problem(
        'StoreUnavailable',
        `Another process has been starting the database for too long; if there is none, remove ${lock}.`,
        { field: 'DATA_DIR' },
      )
    await pause(100)
  }
  try {
    await work()
  } finally {
    await rm(lock, { force: true })
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    const file = await open(lock, 'wx')
    await file.writeFile(String(process.pid))
    await file.close()
    return true
  } catch {
    const holder = Number(await readFile(lock, 'utf8').catch(() => '0'))
    if (holder > 0 && !isAlive(holder)) await rm(lock, { force: true })
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Made under another name and put in place when it is whole and on disk: a start that dies half-way leaves nothing that looks whole. */
async function create(home: Home): Promise<void> {
  const making = `${home.cluster}.making`
  await rm(making, { recursive: true, force: true })
  await ownFolder(making, home.runner)
  const common = ['-D', making, '-U', user]
  await run(home, home.programs.initdb, [
    ...common,
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ])
  await run(home, home.programs.initdb, [...common, '--sync-only'])
  await rename(making, home.cluster)
}

function run({ runner, log }: Home, program: string, args: string[]): Promise<void> {
  return new Promise((done, reject) => {
    const child = spawn(program, args, {
      ...runner,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    })
    let said = ''
    child.stderr.on('data', chunk => {
      said += String(chunk)
    })
    child.on('error', error =>
      reject(
        new Problem(
          'StoreUnavailable',
          `The private database could not be made: ${error.message}. Set DATABASE_URL to one of your own.`,
        ),
      ),
    )
    child.on('close', code => {
      if (code === 0) return done()
      log.error({ said }, 'initdb failed')
      reject(
        new Problem(
          'StoreUnavailable',
          `The private database could not be made: ${said.trim().split('\n').at(-1)}. Set DATABASE_URL to one of your own.`,
        ),
      )
    })
  })
}

/** Keeps the server up: adopts one that runs, else starts one, again after each death, until stopped. */
function keep(home: Home) {
  let child: ChildProcess | undefined
  let stopping = false
  let timer: NodeJS.Timeout | undefined

  function start(): void {
    if (stopping) return
    const args = ['-D', home.cluster, '-k', home.socket, ...settings.flatMap(setting => ['-c', setting])]
    const started = spawn(home.programs.postgres, args, {
      ...home.runner,
      cwd: '/',
      stdio: 'ignore',
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
      detached: true,
    })
    child = started
    started.on('error', error => home.log.error({ error }, 'the private database could not be started'))
    started.on('exit', code => {
      child = undefined
      if (stopping) return
      home.log.warn({ code }, 'the private database ended; starting it again')
      timer = setTimeout(look, restartAfterMs)
    })
  }

  /** Where another process started it, only looking now and then tells that it died. */
  async function look(): Promise<void> {
    if (stopping || child !== undefined) return
    if (await answers(home)) timer = setTimeout(look, 2 * restartAfterMs)
    else start()
  }

  async function up(): Promise<void> {
    if (await answers(home)) home.log.info({}, 'adopted the private database that runs here')
    await look()
    const until = Date.now() + startWithinMs
    while (!(await answers(home))) {
      if (Date.now() > until)
        throw new Problem('StoreUnavailable', 'The private database does not start. Set DATABASE_URL to one of your own.', {
          field: 'DATABASE_URL',
        })
      await pause(20)
    }
  }

  async function stop(): Promise<void> {
    stopping = true
    clearTimeout(timer)
    const running = child
    if (running === undefined) return
    const ended = new Promise(done => running.once('exit', done))
    running.kill('SIGINT')
    await ended
  }

  return { up, stop }
}

async function answers(home: Home): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlOf(home), connectionTimeoutMillis: 2000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}
