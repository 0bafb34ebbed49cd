import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { verbs } from '../../src/actions/verbs.ts'
import { calls, readCommand } from '../../src/chat/command.ts'
import { Problem } from '../../src/errors.ts'

/** What a line means, or the sentence that refuses it. */
function read(line: string): unknown {
  try {
    return readCommand(line, verbs)
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown.message
    throw thrown
  }
}

const id = 'a-0123456789ab'

test('no verb drops a word: each arrives, or what comes too much is named with the usage', () => {
  const word = fc.integer({ min: 1000, max: 9999 }).map(number => `w${number}`)
  const line = fc.tuple(fc.constantFrom(...calls(verbs)), fc.uniqueArray(word, { maxLength: 6 }))
  fc.assert(
    fc.property(line, ([{ name, usage }, words]) => {
      const meant = read(`${name} ${words.join(' ')}`)
      if (typeof meant === 'string') expect(meant).toMatch(new RegExp(`^"${name}" makes nothing of "[^"]*${words.at(-1)}"`))
      else for (const one of words) expect(JSON.stringify(meant)).toContain(one)
      if (typeof meant === 'string') expect(meant.endsWith(`Usage: ${usage}`)).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

describe('words that mean nothing are named', () => {
  test.each([
    [`show ${id} now please`, '"show" makes nothing of "now please". Usage: show <id>'],
    ['feeds here', '"feeds" makes nothing of "here". Usage: feeds'],
    ['whoami really', '"whoami" makes nothing of "really". Usage: whoami'],
    ['runs mine today', '"runs" makes nothing of "today". Usage: runs [mine] [failed]'],
    [`why ${id} not`, '"why" makes nothing of "not". Usage: why <id>'],
    [`run again ${id} twice`, '"run again" makes nothing of "twice". Usage: run again <id>'],
    ['rule rollback A 3 4', '"rule rollback" makes nothing of "4". Usage: rule rollback <name> <number>'],
    ['rule test A soon', '"rule test" makes nothing of "soon". Usage: rule test <name> [30d|on <id>|<event>]'],
    [`rule test A 7d on ${id}`, expect.stringContaining('makes nothing of "7d"')],
    ['rule test A 7d 8d', expect.stringContaining('makes nothing of "8d"')],
    ['rule test A on', expect.stringContaining('makes nothing of "on"')],
    ['unfollow f-1 f-2', '"unfollow" makes nothing of "f-2". Usage: unfollow <feed>'],
    ['home run', '"home" makes nothing of "run". Usage: home'],
    [`resolve ${id}`, { action: 'status', findingId: id, input: { to: 'resolved' } }],
  ])('%s', (line, meant) => expect(read(line)).toEqual(meant))
})

describe('what can’t be seen, and quotes, neither add a word nor take one along', () => {
  const shown = { action: 'show', findingId: id, input: {} }
  test.each([
    [`\u200B show ${id}`, shown],
    [`"" show ${id}`, shown],
    [`show\u200B \u2060 ${id}`, shown],
    [`show"${id}"`, shown],
    ['"rules plan', { action: 'rules plan', input: { prune: false } }],
    ['"rule show" "My rule"', { action: 'rule show', input: { rule: 'My rule' } }],
    ['\u200B rules plan\nversion: 1', { action: 'rules plan', input: { prune: false, text: 'version: 1' } }],
  ])('%j', (line, meant) => expect(read(line)).toEqual(meant))
})

describe('a rule is tested', () => {
  const meant = (input: object) => ({ action: 'rule test', input })
  test.each([
    ['rule test A', meant({ rule: 'A', days: '30' })],
    ['rule test "My rule" 7', meant({ rule: 'My rule', days: '7' })],
    ['rule test A 3000d', meant({ rule: 'A', days: '3000' })],
    [`rule test A ON ${id}`, meant({ rule: 'A', days: '30', on: id })],
    ['rule test A {"a": "x  y"} ', meant({ rule: 'A', days: '30', body: '{"a": "x  y"}' })],
    ['rule test A\n{\n "a": {}\n}', meant({ rule: 'A', days: '30', body: '{\n "a": {}\n}' })],
  ])('%j', (line, wanted) => expect(read(line)).toEqual(wanted))
})

describe('other names', () => {
  const status = (input: object) => ({ action: 'status', findingId: id, input })
  test.each([
    [`dismiss ${id} a test of ours`, status({ to: 'dismissed', reason: 'a test of ours' })],
    [`Reactivate ${id}`, status({ to: 'active' })],
    [`close ${id}`, status({ to: 'resolved' })],
    ['resolve', { action: 'status', input: { to: 'resolved' } }],
    ['status', { action: 'health', input: {} }],
    [`run ${id} address=1`, { action: 'run', findingId: id, input: { parameters: { address: '1' } } }],
    [`trigger Notify-SOC on ${id}`, { action: 'run', findingId: id, input: { logicApp: 'Notify-SOC' } }],
  ])('%s', (line, meant) => expect(read(line)).toEqual(meant))

  test('stand for one verb each, and are no verb of their own', () => {
    const names = calls(verbs).map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    const tried = [...verbs.values()].flatMap(verb => verb.tried ?? [])
    expect(tried.filter(word => names.includes(word))).toEqual([])
  })
})

describe('a word that is no command points to what does it', () => {
  test.each([
    ['list', '"alerts" or "recommendations" or "apps" or "rules"'],
    [`acknowledge ${id}`, '"status"'],
    ['execute Notify-SOC', '"run"'],
    ['dismis', '"dismiss"'],
    ['alrts', '"alerts"'],
    ['constructor', '"help"'],
  ])('%s', (line, named) => expect(read(line)).toContain(named))
})
