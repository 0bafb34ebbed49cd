import { chmod, chown, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { isServerOf, readPostmaster } from '../../src/store/postmaster.ts'
import { until } from '../contract/waiting.ts'
import { ask, type ServerProcess, serverProcess, urlOf } from './server-process.ts'

const isRoot = process.getuid?.() === 0
const nobody = 65534
const started: ServerProcess[] = []
const folders: string[] = []

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ end }) => end()))
  for (const folder of folders.splice(0)) {
    await stopLeft(join(folder, 'postgres', 'cluster'))
    await rm(folder, { recursive: true, force: true })
  }
})

async function stopLeft(cluster: string): Promise<void> {
  const noted = await readPostmaster(cluster)
  if (noted === undefined || !(await isServerOf(cluster, noted.pid))) return
  process.kill(noted.pid, 'SIGKILL')
  await until(async () => !(await isServerOf(cluster, noted.pid)))
}

async function dataFolder(mode = 0o755): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'defender-server-'))
  folders.push(folder)
  await chmod(folder, mode)
  return folder
}

function start(...given: Parameters<typeof serverProcess>): ServerProcess {
  const process = serverProcess(...given)
  started.push(process)
  return process
}

async function pidOf(dataDir: string): Promise<number> {
  return (await readPostmaster(join(dataDir, 'postgres', 'cluster')))?.pid ?? 0
}

describe('the private server', () => {
  test('starts from nothing, durable and closed to others; keeps what it has over stop and start', async () => {
    const dataDir = await dataFolder()
    const first = start(dataDir)
    const url = await urlOf(first)
    expect(
      await ask(
        url,
        `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit, current_setting('full_page_writes') as pages,
      current_setting('listen_addresses') as addresses, current_setting('server_encoding') as encoding, current_setting('data_checksums') as checksums`,
      ),
    ).toEqual({
      fsync: 'on',
      commit: 'on',
      pages: 'on',
      addresses: '',
      encoding: 'UTF8',
      checksums: 'on',
    })
    const noted = await readPostmaster(join(dataDir, 'postgres', 'cluster'))
    for (const folder of [join(dataDir, 'postgres'), join(dataDir, 'postgres', 'cluster'), noted?.socket ?? ''])
      expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect(Buffer.byteLength(join(noted?.socket ?? '', '.s.PGSQL.5432'))).toBeLessThanOrEqual(107)
    await ask(url, 'create table kept as select 42 as answer')
    await first.end()
    expect(await isServerOf(join(dataDir, 'postgres', 'cluster'), noted?.pid ?? 0)).toBe(false)
    await expect(stat(noted?.socket ?? '')).rejects.toThrow()
    expect(await ask(await urlOf(start(dataDir)), 'select answer from kept')).toEqual({ answer: 42 })
  }, 60_000)

  test('two first starts at once share one server; it stays for the other when the one that started it ends', async () => {
    const dataDir = await dataFolder()
    const both = [start(dataDir), start(dataDir)]
    const urls = await Promise.all(both.map(urlOf))
    expect(urls[0]).toBe(urls[1])
    expect((await readdir(join(dataDir, 'postgres'))).filter(name => name.includes('half'))).toEqual([])
    await ask(urls[0] ?? '', 'create table shared as select 1 as one')
    const pid = await pidOf(dataDir)
    const [left, right] = both
    await left?.kill()
    expect(await pidOf(dataDir)).toBe(pid)
    expect(await ask(urls[1] ?? '', 'select one from shared')).toEqual({ one: 1 })
    await right?.end()
    expect(await pidOf(dataDir)).toBe(0)
  }, 60_000)

  test('a server in use by another process is left running', async () => {
    const dataDir = await dataFolder()
    const first = start(dataDir)
    const url = await urlOf(first)
    const used = ask(url, 'select pg_sleep(3)')
    await until(
      async () => (await ask(url, `select count(*)::int as n from pg_stat_activity where query = 'select pg_sleep(3)'`))?.n === 1,
    )
    await first.end()
    expect(await used).toBeDefined()
    expect(await pidOf(dataDir)).toBeGreaterThan(0)
  }, 60_000)

  test('an orphan left by kill -9 is adopted, and ended in order by who adopted it', async () => {
    const dataDir = await dataFolder()
    const first = start(dataDir)
    const url = await urlOf(first)
    const pid = await pidOf(dataDir)
    await first.kill()
    const second = start(dataDir)
    expect(await urlOf(second)).toBe(url)
    expect(await pidOf(dataDir)).toBe(pid)
    await second.end()
    expect(await pidOf(dataDir)).toBe(0)
  }, 60_000)

  test('killed together with its process: recovered, though a stranger has its number by now', async () => {
    const dataDir = await dataFolder()
    const cluster = join(dataDir, 'postgres', 'cluster')
    const first = start(dataDir)
    await ask(await urlOf(first), 'create table kept as select 7 as seven')
    const pid = await pidOf(dataDir)
    await first.kill()
    process.kill(pid, 'SIGKILL')
    await until(async () => !(await isServerOf(cluster, pid)))
    // A process of the server's own user: PostgreSQL itself would take it for a server and refuse to start.
    const owner = await stat(cluster)
    const stranger = start(await dataFolder(), isRoot ? { uid: owner.uid, gid: owner.gid } : {})
    const note = await readFile(join(cluster, 'postmaster.pid'), 'utf8')
    await writeFile(join(cluster, 'postmaster.pid'), note.replace(/^\d+/, String(stranger.child.pid)))
    expect(await ask(await urlOf(start(dataDir)), 'select seven from kept')).toEqual({ seven: 7 })
    await stranger.said
  }, 60_000)

  test('a database that is killed comes back by itself at the same address', async () => {
    const dataDir = await dataFolder()
    const url = await urlOf(start(dataDir))
    const pid = await pidOf(dataDir)
    process.kill(pid, 'SIGKILL')
    await until(async () => {
      const now = await readPostmaster(join(dataDir, 'postgres', 'cluster'))
      return now !== undefined && now.pid !== pid && now.ready
    }, 20_000)
    expect(await ask(url, 'select 1 as one')).toEqual({ one: 1 })
  }, 60_000)

  test('a cluster half made by a start that died is not taken for one, and cleared away; one that is being made is let be', async () => {
    const dataDir = await dataFolder()
    const dead = join(dataDir, 'postgres', 'cluster.half.4000000.abcdef')
    const living = join(dataDir, 'postgres', `cluster.half.${process.pid}.abcdef`)
    for (const folder of [dead, living]) await mkdir(folder, { recursive: true })
    await urlOf(start(dataDir))
    await expect(stat(dead)).rejects.toThrow()
    expect(await stat(living)).toBeDefined()
  }, 60_000)

  test('a start killed at any moment of its making leaves a folder that the next start can use', async () => {
    const dataDir = await dataFolder()
    for (const afterMs of [250, 500, 700, 900]) {
      const dying = serverProcess(dataDir)
      dying.said.catch(() => undefined)
      await new Promise(done => setTimeout(done, afterMs))
      await dying.kill()
    }
    expect(await ask(await urlOf(start(dataDir)), 'select 1 as one')).toEqual({ one: 1 })
  }, 90_000)

  test('a folder that is no whole cluster, or one of another version, is refused with what to do', async () => {
    const dataDir = await dataFolder()
    const cluster = join(dataDir, 'postgres', 'cluster')
    await mkdir(cluster, { recursive: true })
    expect(await start(dataDir).said).toMatch(/^refused .*is not a whole data folder.*DATABASE_URL/)
    await writeFile(join(cluster, 'PG_VERSION'), '12\n')
    expect(await start(dataDir).said).toMatch(/^refused .*made by PostgreSQL 12.*DATABASE_URL/)
  }, 60_000)

  test('a temporary folder with a long name does not make its socket too long', async () => {
    const long = join(await dataFolder(), 'x'.repeat(100))
    await mkdir(long)
    await chmod(long, 0o777)
    expect(await urlOf(start(await dataFolder(), { env: { TMPDIR: long } }))).not.toContain('xxx')
  }, 60_000)

  test('a socket folder that somebody else put there is not used', async () => {
    const dataDir = await dataFolder()
    const first = start(dataDir)
    await urlOf(first)
    const noted = await readPostmaster(join(dataDir, 'postgres', 'cluster'))
    await first.kill()
    process.kill(noted?.pid ?? 0, 'SIGKILL')
    await until(async () => !(await isServerOf(join(dataDir, 'postgres', 'cluster'), noted?.pid ?? 0)))
    const trap = await dataFolder()
    await rm(noted?.socket ?? '', { recursive: true })
    await symlink(trap, noted?.socket ?? '')
    const url = await urlOf(start(dataDir))
    expect(url).not.toContain(encodeURIComponent(noted?.socket ?? ''))
    expect((await stat(trap)).mode & 0o777).toBe(0o755)
    await rm(noted?.socket ?? '')
  }, 60_000)
})

const asRoot = isRoot ? describe : describe.skip

asRoot('as root', () => {
  test('the server runs as a user without rights, who owns its folders', async () => {
    const dataDir = await dataFolder()
    await urlOf(start(dataDir))
    const status = await readFile(`/proc/${await pidOf(dataDir)}/status`, 'utf8')
    const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1])
    expect(uid).toBeGreaterThan(0)
    expect(/^Groups:\s*$/m.test(status)).toBe(true)
    expect((await stat(join(dataDir, 'postgres', 'cluster'))).uid).toBe(uid)
  }, 60_000)

  test('in a folder that only root can enter: the data lies in /var/lib, with a link where it was looked for', async () => {
    const dataDir = join(await dataFolder(0o700), 'clone', 'data')
    const url = await urlOf(start(dataDir))
    const target = await readlink(join(dataDir, 'postgres'))
    expect(target).toMatch(/^\/var\/lib\/defender-chatops\/home-/)
    expect(await ask(url, 'select 1 as one')).toEqual({ one: 1 })
    await started.splice(0)[0]?.end()
    await urlOf(start(dataDir))
    expect(await readlink(join(dataDir, 'postgres'))).toBe(target)
    await started.splice(0)[0]?.end()
    await rm(target, { recursive: true })
  }, 60_000)

  test('a data folder that only root can enter lets the server pass, if the way to it is open', async () => {
    const dataDir = await dataFolder(0o700)
    await urlOf(start(dataDir))
    expect((await stat(dataDir)).mode & 0o777).toBe(0o701)
  }, 60_000)

  test('another user starts one just as well, and is told whose folder it is when it is not theirs', async () => {
    const theirs = await dataFolder()
    await chown(theirs, nobody, nobody)
    const url = await urlOf(start(theirs, { uid: nobody, gid: nobody }))
    expect(await ask(url, 'select 1 as one')).toEqual({ one: 1 })
    const ours = await dataFolder()
    await started.splice(0)[0]?.end()
    const first = start(ours)
    await urlOf(first)
    await first.end()
    await chown(ours, nobody, nobody)
    expect(await start(ours, { uid: nobody, gid: nobody }).said).toMatch(/^refused .*belongs to another user/)
  }, 60_000)
})
