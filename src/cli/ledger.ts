import { startStore } from '../open-store.ts'
import type { Ledger } from '../ports.ts'
import { commandLog, type Given, noMore, print, runCommand, settings, unknownWord } from './command.ts'

const usage = `npm run ledger -- verify    walks the chain of the ledger; exit code 1 when an entry does not fit
npm run ledger -- export    writes every entry as a line of JSON, the oldest first, after verifying

Reads the database that the settings name; the bot may run meanwhile.`

const pageSize = 500

async function main({ words: [word, ...rest] }: Given): Promise<number> {
  if (word !== 'verify' && word !== 'export') throw unknownWord(word, 'command', ['verify', 'export'])
  noMore(rest)
  const undo: (() => Promise<void>)[] = []
  try {
    const { ledger } = await startStore(settings(), commandLog(), undo)
    if (word === 'export') await exported(ledger)
    return await verified(ledger, word === 'verify' ? print : line => void process.stderr.write(`${line}\n`))
  } finally {
    for (const step of undo.reverse()) await step()
  }
}

async function verified(ledger: Ledger, tell: (line: string) => void): Promise<number> {
  const { entries, brokenAt } = await ledger.verify()
  const [last] = await ledger.list({}, 1)
  if (brokenAt !== undefined) {
    tell(
      `Entry ${brokenAt} does not fit: it, or an entry before it, was changed or taken out. The ${entries} entries before it hold.`,
    )
    return 1
  }
  tell(
    last === undefined
      ? 'The ledger is empty.'
      : `The chain of ${entries} entries holds. The last hash is ${last.hash}: kept elsewhere, it shows later whether the end was cut off.`,
  )
  return 0
}

async function exported(ledger: Ledger): Promise<void> {
  for (let after = 0; ; ) {
    const entries = await ledger.list({ after }, pageSize)
    for (const entry of entries) print(JSON.stringify(entry))
    after = entries.at(-1)?.seq ?? after
    if (entries.length < pageSize) return
  }
}

await runCommand(usage, [], main)
