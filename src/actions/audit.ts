import { z } from 'zod'
import { auditCard } from '../../cards/audit.ts'
import { Problem } from '../errors.ts'
import { isFindingId } from '../model/finding.ts'
import type { Person, Right } from '../model/person.ts'
import type { LedgerFilter, World } from '../ports.ts'
import { type Action, type Answer, type Context, personal, verb } from './action.ts'
import { spanMs } from './lists.ts'

const perPage = 10

const AuditInput = z.object({
  filter: z.string().max(500).default(''),
  /** Entries before this one: the next page. */
  before: z.coerce.number().int().min(1).optional(),
})
type AuditInput = z.infer<typeof AuditInput>

/**
 * The ledger is of everybody and of all subscriptions, so it takes the right that Azure gives to those who answer for how findings are handled:
 * writing automations, in each subscription looked after. What you did yourself (`mine`) you may always see.
 */
const toAudit = 'Microsoft.Security/automations/write'

const audit = verb<AuditInput>({
  name: 'audit',
  title: 'Ledger',
  help: 'Shows who did what, when, on what and what came of it; what is yours, or all with the right to write rules.',
  usage: 'audit [mine] [by:<name>] [verb:<command>] [<id>] [since:7d] [refused] [all]',
  tried: ['ledger', 'log', 'history'],
  topic: 'Operation',
  input: AuditInput,
  read: typed => ({ input: { filter: typed.all().map(quoted).join(' ') } }),
  effect: false,
  needs: ({ filter }, { world }) => (wordsIn(filter).includes('mine') ? [] : everywhere(world)),
  run: list,
})

async function everywhere(world: World): Promise<Right[]> {
  return (await world.azure.subscriptions()).map(({ id }) => ({ action: toAudit, scope: `subscriptions/${id}` }))
}

async function list(context: Context, { filter: typed, before }: AuditInput): Promise<Answer> {
  const filter = { ...(await readFilter(context, typed)), ...(before !== undefined && { before }) }
  const found = await context.world.store.ledger.list(filter, perPage + 1)
  const entries = found.slice(0, perPage)
  const last = found.length > perPage ? entries.at(-1)?.seq : undefined
  return personal(auditCard({ entries, filter: typed, now: context.now, ...(last !== undefined && { before: last }) }))
}

/** An intent has its outcome beside it, so only outcomes and refusals are listed, unless all is asked for. */
async function readFilter(context: Context, typed: string): Promise<LedgerFilter> {
  const filter: LedgerFilter = { phases: ['outcome', 'refused'] }
  const words = wordsIn(typed)
  for (const word of words) await addWord(filter, word, context)
  // Last, since "mine" is what spared the asker the question of rights.
  return words.includes('mine') ? { ...filter, who: context.person.id } : filter
}

async function addWord(filter: LedgerFilter, word: string, { world, now }: Context): Promise<void> {
  const [key, value] = keyed(word)
  if (word === 'mine') return
  if (word === 'refused') filter.phases = ['refused']
  else if (word === 'all') filter.phases = ['intent', 'outcome', 'refused']
  else if (key === 'by') filter.who = (await personNamed(world, value)).id
  else if (key === 'verb') filter.action = value
  else if (key === 'since') filter.since = new Date(now.getTime() - spanMs(value)).toISOString()
  else if (isFindingId(word)) filter.on = word
  else
    throw new Problem(
      'BadInput',
      `"${word.slice(0, 60)}" is no filter of the ledger. There are mine, by:<name>, verb:<command>, the id of a finding, since:7d, refused and all.`,
      { field: 'filter' },
    )
}

async function personNamed(world: World, typed: string): Promise<Person> {
  const word = typed.replace(/^@/, '')
  const all = await world.store.people.list()
  const found = all.find(({ id }) => id.toLowerCase() === word) ?? all.find(({ name }) => name.toLowerCase().includes(word))
  if (found === undefined) throw new Problem('BadInput', `Nobody here is called "${word.slice(0, 60)}".`, { field: 'filter' })
  return found
}

/** `verb:"run again"` and `"verb:run again"` are one word. */
function wordsIn(typed: string): string[] {
  return [...typed.toLowerCase().matchAll(/"([^"]*)"|(\S+)/g)]
    .map(([, inside, bare]) => inside ?? bare ?? '')
    .filter(word => word !== '')
}

function quoted(word: string): string {
  return /\s/.test(word) ? `"${word}"` : word
}

function keyed(word: string): [string, string] {
  const at = word.indexOf(':')
  return at < 0
    ? ['', word]
    : [
        word.slice(0, at),
        word
          .slice(at + 1)
          .replaceAll('"', '')
          .trim(),
      ]
}

export const auditing: Action[] = [audit]
