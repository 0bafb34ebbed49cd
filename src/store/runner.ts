import { readFileSync } from 'node:fs'
import { chmod, chown, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Whom the server runs as. PostgreSQL refuses root, so root hands over to a user without rights. */
export interface Runner {
  uid: number
  gid: number
  /** True: we ourselves. */
  own: boolean
}

const users = ['postgres', 'nobody']

/** Root's server runs as `postgres`, or `nobody`; everybody else's as themselves. Undefined: root without either of the two. */
export function findRunner(): Runner | undefined {
  const uid = process.getuid?.() ?? -1
  if (uid !== 0) return { uid, gid: process.getgid?.() ?? -1, own: true }
  const lines = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'))
  const found = users.flatMap(name => lines.filter(fields => fields[0] === name)).at(0)
  return found && { uid: Number(found[2]), gid: Number(found[3]), own: false }
}

/** For `spawn`. */
export function permissionsOf({ uid, gid, own }: Runner): { uid?: number; gid?: number } {
  return own ? {} : { uid, gid }
}

/** Makes a folder that only the runner (and root) can enter. */
export async function privateFolder(path: string, runner: Runner): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  if (!runner.own) await chown(path, runner.uid, runner.gid)
  await chmod(path, 0o700)
}

/** Whether the runner can pass through this folder and every one above it. */
export async function canPass(folder: string, runner: Runner): Promise<boolean> {
  if (runner.own) return true
  const { mode, uid, gid } = await stat(folder)
  const needed = uid === runner.uid ? 0o100 : gid === runner.gid ? 0o010 : 0o001
  if ((mode & needed) === 0) return false
  return folder === '/' || canPass(dirname(folder), runner)
}
