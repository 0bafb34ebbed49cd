import type { Card } from '../../cards/card.ts'
import { appliedCard, exportCard, fileErrorsCard, planCard, planFormCard, type StepView } from '../../cards/rules-as-code.ts'

const words = 'When an alert contains SQL in its name and severity is High, run Block-IP.'
const create: StepView = { type: 'create', name: 'Block-SQL', group: 'rg-soc', after: words, differences: [] }
const change: StepView = {
  type: 'change',
  name: 'Notify-High',
  group: 'rg-soc',
  before: 'When severity is High, run Notify-SOC.',
  after: 'When severity is High or Medium, run Notify-SOC.',
  differences: ['conditions'],
}
const end: StepView = {
  type: 'delete',
  name: 'Old',
  group: 'rg-soc',
  before: 'When any alert arrives, run Old-Notify.',
  differences: [],
}

/** Rules as files. */
export const goldenRulesAsCode: Record<string, Card> = {
  'rules.export': exportCard({ count: 2, files: [{ name: 'rules.yaml', text: 'version: 1\nrules:\n  - name: Block-SQL\n' }] }),
  'rules.export-long': exportCard({ count: 1, files: [{ name: 'rules.yaml', text: 'or\n'.repeat(400) }] }),
  'rules.plan': planCard({ id: 'p1', prune: true, same: 4, warnings: ['Old: It has not fired.'], steps: [create, change, end] }),
  'rules.plan-nothing': planCard({ id: 'p1', prune: false, same: 4, warnings: [], steps: [] }),
  'rules.plan-form': planFormCard({ text: '', errors: [{ field: 'text', message: 'Paste the rules as YAML.' }] }),
  'rules.errors': fileErrorsCard([
    { line: 8, path: 'rules[0].severity', message: 'There is no "severity" here.' },
    { line: 12, path: 'rules[1].run', rule: 'Block-SQL', message: 'There is no logic app "<!channel>".' },
  ]),
  'rules.applied': appliedCard({ done: [create, change, end], left: [], same: 1 }),
  'rules.stopped': appliedCard({
    done: [create],
    stopped: { step: change, why: 'A lock in Azure prevents this change.' },
    left: [end],
    same: 0,
  }),
}
