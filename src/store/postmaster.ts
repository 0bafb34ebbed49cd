import { lstat, readFile, readlink, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** The server's own note in its data folder of who runs it and where it listens. */
export interface Postmaster {
  pid: number
  /** Folder of its socket. */
  socket: string
  ready: boolean
}

const lookEveryMs = 10

/** What `postmaster.pid` says: pid, data folder, start time, port, socket folder, address, shared memory, status. A dead server's may lie there too. */
export async function readPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  return { pid, socket: lines[4] ?? '', ready: (lines[7] ?? '').trim() === 'ready' }
}

/** Whether that process lives and is the server of this very folder, not a stranger that got its number. */
export async function isServerOf(cluster: string, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false
  if (process.platform !== 'linux') return true
  const [folder, ours] = await Promise.all([readlink(`/proc/${pid}/cwd`).catch(() => ''), realpath(cluster)])
  return folder === ours
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** PostgreSQL removes a stale note by itself, unless another process of the same user has the number now: then it would never start again. */
export async function clearStaleNote(cluster: string): Promise<void> {
  const noted = await readPostmaster(cluster)
  if (noted !== undefined && !(await isServerOf(cluster, noted.pid))) await rm(join(cluster, 'postmaster.pid'), { force: true })
}

/** Ends the server: clients are cut off, what is committed stays. */
export async function endServer(cluster: string, pid: number, patienceMs: number): Promise<void> {
  if (!(await isServerOf(cluster, pid))) return
  process.kill(pid, 'SIGINT')
  if (await until(async () => !(await isServerOf(cluster, pid)), patienceMs)) return
  process.kill(pid, 'SIGQUIT')
  await until(async () => !(await isServerOf(cluster, pid)), patienceMs)
}

/** Whether the condition came true in time. */
export async function until(holds: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const end = performance.now() + withinMs
  while (performance.now() < end) {
    if (await holds()) return true
    await pause(lookEveryMs)
  }
  return false
}

/** A socket folder named by a note may be used again only if it is still the runner's own private folder. */
export async function isPrivate(folder: string, uid: number): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined)
  if (found === undefined) return false
  return found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0
}
