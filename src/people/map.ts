import { unwatchFile, watchFile } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Problem } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Account, Person } from '../model/person.ts'
import { accountKey, readPeopleMap } from './read-map.ts'

export interface PeopleMap {
  of(account: Account): Person | undefined
  people(): Person[]
  /** What is wrong with the file as it is now; what it said before still counts then. */
  wrong(): string | undefined
  stop(): Promise<void>
}

const lookEveryMs = 2000

/** Reads the file, and again when it changes. The Problem BadInput names every mistake by line and field. */
export async function openPeopleMap(file: string, log: Log, everyMs = lookEveryMs): Promise<PeopleMap> {
  let known = await load(file)
  let problem: string | undefined

  async function again(): Promise<void> {
    try {
      known = await load(file)
      problem = undefined
      log.info({ file, accounts: known.size }, 'the map of people was read again')
    } catch (thrown) {
      problem = thrown instanceof Problem ? thrown.message : `PEOPLE_MAP: ${file} can't be read.`
      log.error({ error: thrown }, 'the map of people is not right; what it said before still counts')
    }
  }

  const listener = () => void again()
  // Asks for the file's state now and then: what watches folders misses files that are swapped by a link, as Kubernetes does.
  watchFile(file, { interval: everyMs, persistent: false }, listener)
  return {
    of: account => known.get(accountKey(account)),
    people: () => [...known.values()],
    wrong: () => problem,
    stop: async () => unwatchFile(file, listener),
  }
}

async function load(file: string): Promise<Map<string, Person>> {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    throw new Problem('BadInput', `PEOPLE_MAP: ${file} can't be read.`, { field: 'PEOPLE_MAP', cause: thrown })
  })
  const read = readPeopleMap(text)
  if ('mistakes' in read)
    throw new Problem('BadInput', `PEOPLE_MAP: ${file} is not right: ${read.mistakes.join('; ')}`, { field: 'PEOPLE_MAP' })
  return new Map(read.entries.map(({ account, person }) => [accountKey(account), person]))
}
