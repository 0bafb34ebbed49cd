import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, open, readdir, readFile, realpath, rename, rm, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Log } from '../log.ts'
import { isAlive } from './postmaster.ts'
import { cannotRun, findPrograms, type Programs, usablePrograms, whyItFails } from './programs.ts'
import { canPass, findRunner, permissionsOf, privateFolder, type Runner } from './runner.ts'

/** All a server needs to run: whose it is, where its data lies and with what it is run. */
export interface Home {
  runner: Runner
  programs: Programs
  /** Private folder that holds the rest. */
  folder: string
  /** PostgreSQL's data folder. */
  cluster: string
  log: Log
}

export const role = 'defender'
/** Nothing of ours leaks into the server's environment; the zone spares initdb a search through all zones. */
export const serverEnvironment = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' }
const elsewhere = '/var/lib/defender-chatops'
const halfMade = /^cluster\.half\.(\d+)\.\w+$/

/** The home under the data folder, made when it is not there. */
export async function settle(dataDir: string, log: Log): Promise<Home> {
  const runner = findRunner()
  if (runner === undefined)
    throw cannotRun('PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" to run it as.')
  const found = findPrograms()
  const folder = await homeFolder(dataDir, runner)
  const programs = await usablePrograms(found, runner, folder)
  const cluster = join(folder, 'cluster')
  await removeHalfMade(folder)
  if (!existsSync(cluster)) await makeCluster({ runner, programs, folder, cluster, log })
  await checkVersion(cluster, programs)
  return { runner: await ownerOf(cluster, runner), programs, folder, cluster, log }
}

/** A server that runs as another user can't live behind a private folder of root's: it then lives in /var/lib, with a link where it was looked for. */
async function homeFolder(dataDir: string, runner: Runner): Promise<string> {
  const folder = join(dataDir, 'postgres')
  await mkdir(dataDir, { recursive: true, mode: runner.own ? 0o700 : 0o711 }).catch(thrown => {
    throw cannotRun(`${dataDir} can't be made a folder for its data; DATA_DIR names another.`, thrown)
  })
  if (!runner.own && (await canPass(dirname(dataDir), runner))) await letPass(dataDir)
  if (!(await canPass(dataDir, runner)) && !existsSync(folder)) {
    await mkdir(elsewhere, { recursive: true, mode: 0o711 })
    await symlink(await mkdtemp(join(elsewhere, 'home-')), folder).catch(ifThere)
  }
  if (!(await isForeign(folder, runner))) await privateFolder(folder, runner)
  const real = await realpath(folder)
  if (!(await canPass(dirname(real), runner))) throw cannotRun(`user ${runner.uid}, as whom it runs, can't reach ${real}.`)
  return real
}

/** Others may pass, not look: what lies within has rights of its own. */
async function letPass(folder: string): Promise<void> {
  const { mode } = await stat(folder)
  if ((mode & 0o001) === 0) await chmod(folder, (mode & 0o777) | 0o001)
}

function ifThere(thrown: unknown): void {
  if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown
}

async function isForeign(folder: string, runner: Runner): Promise<boolean> {
  const owner = await stat(folder).then(
    ({ uid }) => uid,
    () => runner.uid,
  )
  if (owner === runner.uid || (!runner.own && owner === 0)) return false
  if (!runner.own) return true
  throw cannotRun(`${folder} belongs to another user (${owner}). Start as that user, or choose another DATA_DIR.`)
}

/** A cluster stays its owner's, also when root would choose another user by now. */
async function ownerOf(cluster: string, runner: Runner): Promise<Runner> {
  const { uid, gid } = await stat(cluster)
  return runner.own ? runner : { uid, gid, own: false }
}

/** Left by a start that died half-way; one that lives keeps its own. */
async function removeHalfMade(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const maker = Number(halfMade.exec(name)?.[1])
    if (Number.isNaN(maker) || maker === process.pid || isAlive(maker)) continue
    await clear(join(folder, name))
  }
}

/** The `initdb` of a start that was killed may outlive it and go on writing: what can't be cleared now is left for a later start. */
async function clear(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }).catch(thrown => {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOTEMPTY')) throw thrown
  })
}

/**
 * Made under a name of this process, on disk before it gets its real name: a death half-way leaves nothing that looks whole, and of two
 * first starts at once the renaming lets exactly one win.
 */
async function makeCluster(home: Home): Promise<void> {
  const half = await mkdtemp(join(home.folder, `cluster.half.${process.pid}.`))
  try {
    await privateFolder(half, home.runner)
    const made = ['-D', half, '-U', role, '--auth-local=trust', '--auth-host=reject', '--encoding=UTF8', '--locale=C']
    await run(home, [...made, '--no-sync', '--no-instructions'])
    await run(home, ['-D', half, '--sync-only'])
    await rename(half, home.cluster)
    await syncFolder(home.folder)
  } catch (thrown) {
    await rm(half, { recursive: true, force: true })
    if (!existsSync(join(home.cluster, 'PG_VERSION'))) throw thrown
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync()
  await handle.close()
}

function run({ programs, runner }: Home, args: string[]): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(programs.initdb, args, {
      ...permissionsOf(runner),
      cwd: dirname(programs.initdb),
      stdio: ['ignore', 'ignore', 'pipe'],
      env: serverEnvironment,
    })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    child.on('error', error =>
      failed(cannotRun(whyItFails(programs, runner) ?? `initdb does not run (${error.message}).`, error)),
    )
    child.on('close', code => {
      if (code === 0) return done()
      failed(cannotRun(whyItFails(programs, runner) ?? `its data folder could not be made (${said.trim().split('\n').at(0)}).`))
    })
  })
}

async function checkVersion(cluster: string, programs: Programs): Promise<void> {
  const version = (await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => '')).trim()
  const wanted = programs.version.split('.')[0]
  if (version === '') throw cannotRun(`${cluster} is not a whole data folder. Move it away to begin anew.`)
  if (version !== wanted)
    throw cannotRun(
      `${cluster} was made by PostgreSQL ${version}, and this version brings ${wanted}. Go back to the version before, or move the folder away.`,
    )
}
