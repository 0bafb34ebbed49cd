import { parseArgs } from 'node:util'
import { type Config, ConfigError, environment, readConfig } from '../config.ts'
import { createLog, type Log } from '../log.ts'

/** What the commands of package.json share: arguments, printing, exit codes (0 well, 1 something is wrong, 2 wrong arguments). */

/** Wrong arguments: the usage is shown. */
export class UsageError extends Error {}

/** Something a person can put right; its message says what. */
export class Failure extends Error {}

export interface Given {
  words: string[]
  options: Partial<Record<string, string>>
}

/** Runs a command to its exit code. `options` are those that take a value: `--out FILE`. */
export async function runCommand(usage: string, options: string[], main: (given: Given) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main(givenBy(process.argv.slice(2), options))
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    const isUsage = thrown instanceof UsageError
    process.stderr.write(isUsage ? `${message === '' ? '' : `${message}\n\n`}${usage}\n` : `${message}\n`)
    process.exitCode = isUsage ? 2 : 1
  }
}

function givenBy(args: string[], names: string[]): Given {
  if (args.includes('--help')) throw new UsageError()
  const options = Object.fromEntries(names.map(name => [name, { type: 'string' as const }]))
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    const given = Object.entries(values).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))
    return { words: positionals, options: Object.fromEntries(given) }
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : '')
  }
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** The settings of `.env` and the environment; what is wrong with them is a Failure. */
export function settings(): Config {
  try {
    return readConfig(environment('.env'))
  } catch (thrown) {
    throw thrown instanceof ConfigError ? new Failure(thrown.message) : thrown
  }
}

/** Warnings and errors, beside what the command prints. */
export function commandLog(): Log {
  return createLog('warn', line => void process.stderr.write(line))
}
