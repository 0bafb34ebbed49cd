import { expect, test } from '@jest/globals'
import type { LogicApp, Trigger } from '../../src/model/logic-app.ts'
import { lostTrigger, triggerForRule } from '../../src/model/rule-trigger.ts'

const paths = { Alerts: 'Alert', Assessments: 'Assessment', RegulatoryComplianceAssessment: 'RegulatoryComplianceAssessment' }

function connector(source: keyof typeof paths, name: string = source): Trigger {
  return { name, type: 'ApiConnectionWebhook', path: `/Microsoft.Security/${paths[source]}/subscribe` }
}
const http: Trigger = { name: 'manual', type: 'Request', kind: 'Http' }
const legacy: Trigger = { name: 'manual', type: 'Request', kind: 'SecurityCenterAlert' }

function app(triggers: Trigger[], plan: LogicApp['plan'] = 'consumption'): LogicApp {
  const place = { id: '/x', name: 'App', group: 'rg', subscription: 's', location: 'westeurope' }
  return { ...place, plan, enabled: true, triggers, actions: { builtIn: 1, connector: 0 }, parameters: [] }
}

const sources = (...names: string[]) => ({ sources: names.map(source => ({ source, when: [] })) })

const cases: [string, Trigger[], string[], string | undefined][] = [
  ['the one of its kind', [connector('Assessments'), connector('Alerts')], ['Alerts'], 'Alerts'],
  ['its kind before HTTP', [http, connector('Alerts')], ['alerts'], 'Alerts'],
  ['HTTP otherwise', [connector('Assessments'), http], ['Alerts'], 'manual'],
  ['HTTP for what is no finding', [connector('Alerts'), http], ['SubAssessments'], 'manual'],
  ['any of several kinds', [connector('Assessments')], ['Alerts', 'Assessments'], 'Assessments'],
  ['none of another kind', [connector('Assessments')], ['Alerts'], undefined],
  ['never the legacy one', [legacy], ['Alerts'], undefined],
  ['none at all', [], ['Alerts'], undefined],
]
test.each(cases)('a rule starts the trigger that fits: %s', (_, triggers, names, wanted) => {
  expect(triggerForRule(app(triggers), sources(...names))?.name).toBe(wanted)
  expect(triggerForRule(app(triggers, 'standard'), sources(...names))).toBeUndefined()
})

const at = (minute: number, trigger: string) => ({ startedAt: `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`, trigger })
const lost: [string, { trigger: string; startedAt: string }[], string | undefined][] = [
  ['no runs', [], undefined],
  ['the newest run came by one that is there', [at(2, 'Alerts'), at(1, 'Old')], undefined],
  ['the newest run came by one that is gone', [at(2, 'Old'), at(1, 'Alerts')], 'Old'],
  ['whatever their order', [at(1, 'Alerts'), at(2, 'Old')], 'Old'],
  ['a run that does not name its trigger', [at(2, '')], undefined],
]
test.each(lost)('a trigger that is gone: %s', (_, runs, wanted) => {
  expect(lostTrigger(app([connector('Alerts')]), runs)).toBe(wanted)
})
