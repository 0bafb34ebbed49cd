import { isNode, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { Account, Person } from '../model/person.ts'

/** The map of people that an admin keeps: a list in YAML (JSON is YAML, too). */
export type MapEntry = z.infer<typeof Entry>

const guid = z.guid('must be a guid')
const Entry = z
  .discriminatedUnion('chat', [
    z.strictObject({
      chat: z.literal('slack'),
      tenant: z.string().regex(/^[TE][A-Z0-9]+$/, 'must be the id of a workspace, like T0123ABCD'),
      user: z.string().regex(/^[UW][A-Z0-9]+$/, 'must be the id of a member, like U0123ABCD'),
      person: guid,
      name: z.string().trim().min(1).max(200),
    }),
    z.strictObject({
      chat: z.literal('teams'),
      tenant: z.string().min(1),
      /** Whom Teams names by object id needs no entry: then its own word counts. */
      user: z.string().min(1),
      person: guid,
      name: z.string().trim().min(1).max(200),
    }),
  ])
  .transform(({ person, name, ...account }) => ({
    account: Account.parse(account),
    person: Person.parse({ id: person.toLowerCase(), name }),
  }))
const Entries = z.array(Entry)

type Path = readonly PropertyKey[]

/** What the text says, or every mistake as `line 3, user: …`. */
export function readPeopleMap(text: string): { entries: MapEntry[] } | { mistakes: string[] } {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const lineOf = (offset: number) => lines.linePos(offset).line
  if (document.errors.length > 0)
    return { mistakes: document.errors.map(({ pos, message }) => `line ${lineOf(pos[0])}: ${message}`) }
  const lineAt = (path: Path) => lineOf(offsetOf(document, path))
  const read = Entries.safeParse(document.toJS() ?? [])
  if (!read.success)
    return { mistakes: read.error.issues.map(({ path, message }) => `line ${lineAt(path)}${fieldOf(path)}: ${message}`) }
  const twice = repeated(read.data).map(
    ([first, again]) => `line ${lineAt([again])}, user: this account is already on line ${lineAt([first])}`,
  )
  return twice.length > 0 ? { mistakes: twice } : { entries: read.data }
}

/** Where a value stands; what is missing stands where its entry does. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: Path): number {
  const node: unknown = document.getIn(path, true)
  if (isNode(node) && node.range) return node.range[0]
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1))
}

function fieldOf([, field]: Path): string {
  return field === undefined ? '' : `, ${String(field)}`
}

export function accountKey({ chat, tenant, user }: Account): string {
  return `${chat}:${tenant.toLowerCase()}:${user}`
}

/** Pairs of places in the list that name one account. */
function repeated(entries: MapEntry[]): [number, number][] {
  const keys = entries.map(({ account }) => accountKey(account))
  return keys.flatMap((key, index): [number, number][] => (keys.indexOf(key) < index ? [[keys.indexOf(key), index]] : []))
}
