import { expect, test } from '@jest/globals'
import { verbs } from '../../../src/actions/verbs.ts'
import { calls, readCommand } from '../../../src/chat/command.ts'
import { complete, type Known } from '../../../src/console/complete.ts'
import { silent } from '../../../src/log.ts'
import type { LogicApp } from '../../../src/model/logic-app.ts'
import { alertEvent, findingOf } from '../../fakes/findings.ts'
import { ruleOf } from '../../fakes/rules.ts'

const finding = findingOf(alertEvent())
const app: LogicApp = {
  id: '/x',
  name: 'Notify-SOC',
  group: 'rg-soc',
  subscription: 's',
  location: 'westeurope',
  plan: 'consumption',
  enabled: true,
  triggers: [],
  actions: { builtIn: 0, connector: 0 },
  parameters: [],
}
const known: Known = {
  store: { findings: { list: async () => ({ items: [finding], total: 1 }) } },
  azure: { logicApps: { list: async () => [app] }, rules: { list: async () => [ruleOf()] } },
  log: silent,
}

const cases: [typed: string, suggested: string | undefined][] = [
  ['', 'alerts '],
  ['al', 'alerts '],
  ['AL', 'alerts '],
  ['zz', undefined],
  ['alerts ', 'alerts high'],
  ['alerts high m', 'alerts high mine'],
  ['show ', `show ${finding.id}`],
  ['show powershell', `show ${finding.id}`],
  ['status ', `status ${finding.id}`],
  [`status ${finding.id} res`, `status ${finding.id} resolved`],
  ['run ', 'run Notify-SOC on '],
  ['run noti', 'run Notify-SOC on '],
  ['run Notify-SOC ', 'run Notify-SOC on '],
  ['run Notify-SOC on ', `run Notify-SOC on ${finding.id}`],
  ['trigger noti', 'trigger Notify-SOC on '],
  ['dism', 'dismiss '],
  ['resolve ', `resolve ${finding.id}`],
  [`resolve ${finding.id} `, undefined],
  ['rule test ', `rule test ${ruleOf().name}`],
  ['rule test X ', 'rule test X on'],
  ['rule test X on ', `rule test X on ${finding.id}`],
  ['rule new ', 'rule new alert'],
  ['audit ', 'audit mine'],
  [`details ${finding.id} ent`, `details ${finding.id} entities`],
]

test.each(cases)('after "%s" comes "%s"', async (typed, suggested) => {
  const texts = (await complete(typed, verbs, known)).map(({ text }) => text)
  if (suggested === undefined) expect(texts).toEqual([])
  else expect(texts).toContain(suggested)
})

test('whatever is suggested first means something', async () => {
  for (const { name } of calls(verbs)) {
    const suggested = await complete(`${name} `, verbs, known)
    for (const { text } of suggested) expect(() => readCommand(text, verbs)).not.toThrow()
  }
})

test('a word is not suggested twice', async () => {
  expect((await complete('alerts high ', verbs, known)).map(({ title }) => title)).not.toContain('high')
})

test('what nobody types is not suggested', async () => {
  const silentVerbs = [...verbs.values()].filter(({ help }) => help === '')
  for (const { name } of silentVerbs)
    expect(await complete(name.slice(0, 3), verbs, known)).not.toContainEqual(expect.objectContaining({ title: name }))
  expect((await complete('ho', verbs, known)).map(({ title }) => title)).toEqual([])
})

test('Azure not answering costs the suggestion only', async () => {
  const broken: Known = { ...known, azure: { ...known.azure, logicApps: { list: () => Promise.reject(new Error('cut')) } } }
  expect(await complete('run ', verbs, broken)).not.toContainEqual(expect.objectContaining({ title: 'Notify-SOC on ' }))
})
