import { readFile, stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type Config, ConfigError, environment, readConfig } from '../config.ts'
import { createLog, type Log } from '../log.ts'
import { nearest } from '../model/nearest.ts'

/** What the commands of package.json share: arguments, printing, exit codes (0 well, 1 something is wrong, 2 wrong arguments). */

/** Wrong arguments: its message says which, and the usage is shown. */
export class UsageError extends Error {}

/** Something a person can put right; its message says what. */
export class Failure extends Error {}

export interface Given {
  words: string[]
  options: Partial<Record<string, string>>
}

/** Runs a command to its exit code. `options` are those that take a value: `--out FILE`. */
export async function runCommand(usage: string, options: string[], main: (given: Given) => Promise<number>): Promise<void> {
  const args = process.argv.slice(2)
  if (args.includes('--help') || args.includes('-h')) return print(usage)
  try {
    process.exitCode = await main(givenBy(args, options))
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    const isUsage = thrown instanceof UsageError
    process.stderr.write(isUsage ? `${message}\n\n${usage}\n` : `${message}\n`)
    process.exitCode = isUsage ? 2 : 1
  }
}

function givenBy(args: string[], names: string[]): Given {
  const options = Object.fromEntries(names.map(name => [name, { type: 'string' as const }]))
  const { tokens, positionals } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true })
  const given = tokens.flatMap(token => (token.kind === 'option' ? [[token.name, givenTo(token, names)]] : []))
  return { words: positionals, options: Object.fromEntries(given) }
}

function givenTo(
  { name, rawName, value }: { name: string; rawName: string; value?: string | undefined },
  names: string[],
): string {
  if (!names.includes(name))
    throw unknownWord(
      rawName,
      'option',
      names.map(one => `--${one}`),
    )
  if (value === undefined || value === '' || value.startsWith('-')) throw new UsageError(`${rawName} takes a value.`)
  return value
}

/** A word that is none of those that can stand there. */
export function unknownWord(word: string | undefined, what: string, known: string[]): UsageError {
  if (word === undefined) return new UsageError(`Say which ${what}: ${known.join(', ')}.`)
  const near = nearest(word, known)
  const there = known.length === 0 ? 'None is taken.' : `There ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}.`
  return new UsageError(`There is no ${what} "${word}". ${near.length === 0 ? there : `Did you mean ${near.join(' or ')}?`}`)
}

/** Words behind those that a command takes mean nothing. */
export function noMore([word]: string[]): void {
  if (word !== undefined) throw new UsageError(`"${word}" is one word too many.`)
}

/** What a file holds; `-` is standard input. That there is none, or too much in it, is a Failure. */
export async function fileText(file: string, longest = Number.POSITIVE_INFINITY): Promise<string> {
  if (file === '-') return readFile('/dev/stdin', 'utf8')
  const found = await stat(file).catch(() => undefined)
  if (found === undefined) throw new Failure(`There is no file "${file}".`)
  if (found.isDirectory()) throw new Failure(`"${file}" is a folder; give a file.`)
  if (found.size > longest) throw new Failure(`"${file}" is larger than ${longest / 1024 / 1024} MiB.`)
  return readFile(file, 'utf8').catch(() => {
    throw new Failure(`"${file}" can't be read: this user may not.`)
  })
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

/** Warnings and errors as sentences, beside what the command prints. */
export function commandLog(): Log {
  return createLog('warn', line => void process.stderr.write(`${sentenceOf(line)}\n`))
}

const Logged = z.looseObject({ msg: z.string(), level: z.unknown(), time: z.unknown() })

function sentenceOf(line: string): string {
  const { msg, level: _level, time: _time, ...fields } = Logged.parse(JSON.parse(line))
  const said = Object.entries(fields).map(
    ([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
  )
  return said.length === 0 ? msg : `${msg} (${said.join(', ')})`
}
