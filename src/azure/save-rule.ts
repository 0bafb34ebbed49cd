import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { Problem } from '../errors.ts'
import { type Rule, RuleDraft, ruleIdOf } from '../model/rule.ts'
import { readArmId, scopePath } from './arm-id.ts'
import { ifThere } from './asked.ts'
import type { Connection } from './connection.ts'
import { readAs } from './raw.ts'
import { RawAutomation, readRule, same } from './read-rule.ts'
import { ruleAddresses } from './rule-addresses.ts'
import { toError } from './to-error.ts'
import { automationBody, automationVersion, changesBody, newer } from './write-rule.ts'

const Wanted = RuleDraft.omit({ resource: true })
const Verdict = z.object({ isValid: z.boolean().optional(), message: z.string().optional() })

/** An automation as Azure wrote it; rule or not. */
export async function getAutomation({ raw }: Connection, id: string): Promise<unknown> {
  return readAs(z.unknown(), await raw.send('GET', `/${scopePath(id)}`, newer))
}

export async function* automationPages({ raw }: Connection, subscription: string): AsyncGenerator<unknown[]> {
  yield* raw.pages(`/subscriptions/${encodeURIComponent(subscription)}/providers/Microsoft.Security/automations`, newer)
}

export async function saveRule(connection: Connection, draft: RuleDraft, replacing?: Rule): Promise<Rule> {
  const id = idOf(draft, replacing)
  const { method, version, body } = await writeOf(connection, draft, replacing)
  await checkUnchanged(connection, id, replacing)
  try {
    const rule = readSaved(await connection.raw.send(method, `/${scopePath(id)}`, version, body))
    if (method === 'PATCH') checkKept(rule, draft)
    return rule
  } catch (thrown) {
    const problem = toError(thrown)
    const rule = problem.code === 'AzureUnavailable' ? await savedAfterAll(connection, id, draft, replacing) : undefined
    if (rule === undefined) throw problem
    return rule
  }
}

interface Write {
  method: 'PUT' | 'PATCH'
  version: string
  body: object
}

/**
 * A whole PUT with fresh addresses. Where that can't be made, because a key or a logic app is missing, a PATCH of what differs, as long as what
 * the rule starts stays: for a key always, for a logic app to switch the rule off.
 */
async function writeOf(connection: Connection, draft: RuleDraft, replacing?: Rule): Promise<Write> {
  const kept = replacing !== undefined && isDeepStrictEqual(draft.targets, replacing.targets) ? replacing : undefined
  if (kept?.fixedTargets !== undefined) return patchOf(draft, kept)
  try {
    const body = automationBody(draft, await ruleAddresses(connection, draft), replacing)
    return { method: 'PUT', version: automationVersion(body), body }
  } catch (thrown) {
    const problem = toError(thrown)
    if (kept === undefined || draft.enabled || problem.retry) throw problem
    return patchOf(draft, kept)
  }
}

function patchOf(draft: RuleDraft, replacing: Rule): Write {
  return { method: 'PATCH', version: newer, body: changesBody(draft, replacing) }
}

/** The client's method would check something else than what is saved: it drops what its model doesn't know. */
export async function validateRule(connection: Connection, draft: RuleDraft, replacing?: Rule): Promise<string | undefined> {
  const id = idOf(draft, replacing)
  const body = automationBody(draft, await ruleAddresses(connection, draft), replacing)
  try {
    const text = await connection.raw.send('POST', `/${scopePath(id)}/validate`, automationVersion(body), body)
    const { isValid, message } = readAs(Verdict, text)
    return isValid === false ? (message ?? 'Azure would refuse it and does not say why.') : undefined
  } catch (thrown) {
    // Whether a wrong model gets a verdict or a 400 is not documented.
    if (thrown instanceof Problem && thrown.code === 'AzureRefused') return thrown.message
    throw thrown
  }
}

function idOf(draft: RuleDraft, replacing?: Rule): string {
  const id = ruleIdOf(draft)
  if (replacing !== undefined && !same(replacing.id, id))
    throw new Problem('BadInput', "A rule can't be renamed or moved: make a new one and delete this one.", { field: 'name' })
  // What has such a name already keeps it.
  if (replacing === undefined && !isNamed(draft.name))
    throw new Problem('BadInput', 'That is no name for a rule.', { field: 'name' })
  return replacing?.id ?? id
}

/** Letters, digits, `_` and `-`: 1 to 260 (Learn, template reference). */
function isNamed(name: string): boolean {
  return /^[\w-]{1,260}$/.test(name)
}

/** Azure is sent the etag too; but not everything that plays Azure's part looks at it, and a new rule has none. */
async function checkUnchanged(connection: Connection, id: string, replacing?: Rule): Promise<void> {
  const there = await ifThere(() => getAutomation(connection, id))
  if (replacing === undefined && there !== undefined) throw taken(id)
  if (replacing !== undefined && there === undefined) throw new Problem('Conflict', 'The rule was deleted in the meantime.')
  if (replacing !== undefined && isOther(there, replacing)) throw changed()
}

/** Without etags on both sides, what is read of it decides: two versions of the interface may write the same rule differently. */
function isOther(there: unknown, before: Rule): boolean {
  const { etag } = RawAutomation.parse(there)
  if (etag != null && before.etag !== undefined) return etag !== before.etag
  return !isAlike(readRule(there), before)
}

function isAlike(rule: Rule | undefined, wanted: RuleDraft): boolean {
  return rule !== undefined && isDeepStrictEqual(Wanted.parse(rule), Wanted.parse(wanted))
}

/** The line broke: when Azure has what was wanted, and did not have it before, it was saved. */
async function savedAfterAll(connection: Connection, id: string, draft: RuleDraft, replacing?: Rule): Promise<Rule | undefined> {
  const there = await ifThere(() => getAutomation(connection, id)).catch(() => undefined)
  const rule = there === undefined ? undefined : readRule(there)
  if (rule === undefined || (replacing !== undefined && !isOther(there, replacing))) return undefined
  return isAlike(rule, draft) ? rule : undefined
}

function readSaved(text: string): Rule {
  const rule = readRule(readAs(z.unknown(), text))
  if (rule === undefined) throw new Problem('AzureRefused', 'Azure saved something that starts no logic app.')
  return rule
}

/** That an update keeps what it does not name is usual and nowhere promised for automations: what the rule starts is looked at. */
function checkKept(rule: Rule, draft: RuleDraft): void {
  const known = ({ targets }: RuleDraft) => targets.map(target => JSON.stringify(target).toLowerCase()).sort()
  if (!isDeepStrictEqual(known(rule), known(draft)))
    throw new Problem('AzureRefused', 'Azure saved it, but not with all that it starts. Look at it in the Azure portal.')
}

function taken(id: string): Problem {
  const { group = '', names } = readArmId(id)
  return new Problem('Conflict', `There is already an automation named ${names[0]} in ${group}.`, { field: 'name' })
}

function changed(): Problem {
  return new Problem('Conflict', 'Someone else changed the rule in the meantime.')
}
