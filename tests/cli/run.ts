import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Ran {
  code: number
  out: string
  err: string
}

/** Runs the real command as a process of its own, with these settings only; killed where it stands once it has said `last`. */
export function runCli(name: string, args: string[], env: Record<string, string> = {}, cwd = '/', last?: string): Promise<Ran> {
  const script = fileURLToPath(new URL(`../../src/cli/${name}.ts`, import.meta.url))
  const { PATH = '', TMPDIR } = process.env
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    cwd,
    env: { PATH, ...(TMPDIR !== undefined && { TMPDIR }), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ran: Ran = { code: -1, out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    ran.out += chunk.toString()
    if (last !== undefined && ran.out.includes(last)) child.kill('SIGKILL')
  })
  child.stderr.on('data', (chunk: Buffer) => {
    ran.err += chunk.toString()
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve({ ...ran, code: code ?? -1 }))
  })
}
