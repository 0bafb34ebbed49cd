import type { Behaviour, Trigger } from './logic.ts'
import { addApp, type Seeded } from './seed-workflow.ts'
import type { State } from './state.ts'
import { production, staging } from './subscriptions.ts'

const noFailure = { action: '', code: 'ActionFailed', message: 'An action failed. No dependent actions succeeded.' }
const quick: Behaviour = { lastsMs: [700, 2200], failsEvery: 0, failure: noFailure }
const fixing: Behaviour = { ...quick, lastsMs: [2000, 5000] }
const slow: Behaviour = {
  lastsMs: [10_000, 20_000],
  failsEvery: 4,
  failure: {
    action: 'Isolate',
    code: 'Conflict',
    message: 'The virtual machine is being updated by another operation; try again when it has ended.',
  },
}
const rebuilding: Behaviour = { ...quick, lastsMs: [8000, 12_000] }
const forwarding: Behaviour = {
  ...quick,
  forwards: true,
  failure: { action: 'Send', code: 'ServiceUnavailable', message: 'The endpoint did not take the event:' },
}

const http = (kind: string): [string, Trigger] => ['manual', { type: 'Request', kind, inputs: { schema: {} } }]
const weekly: [string, Trigger] = ['Recurrence', { type: 'Recurrence', recurrence: { frequency: 'Week', interval: 1 } }]
const platform = 'rg-platform'

const apps: (Omit<Seeded, 'behaviour'> & { behaviour?: Behaviour })[] = [
  { name: 'Notify-SOC', takes: 'alert', actions: ['Compose', 'Send'] },
  { name: 'Isolate-VM', takes: 'alert', actions: ['Parse', 'Isolate', 'Send'], behaviour: slow },
  { name: 'Block-IP', takes: 'alert', actions: ['Parse', 'Block'] },
  { name: 'Post-To-Archive', takes: 'alert', through: 'office365' },
  { name: 'Old-Notify', takes: 'alert', disabled: true },
  { name: 'Legacy-Responder', trigger: http('SecurityCenterAlert') },
  { name: 'Fix-Recommendation', takes: 'recommendation', actions: ['Parse', 'Fix'], behaviour: fixing },
  { name: 'Report-Compliance', takes: 'compliance' },
  { name: 'Weekly-Report', trigger: weekly },
  { name: 'Open-Ticket', trigger: http('Http') },
  { name: 'Page-On-Call', takes: 'alert', onlyIf: "@equals(triggerBody()?['Severity'], 'High')" },
  { name: 'Rebuild-Host', takes: 'alert', actions: ['Snapshot', 'Rebuild'], atOnce: 1, behaviour: rebuilding },
  { name: 'Approve-Isolation', takes: 'alert', actions: ['Ask-Owner', 'Isolate'], asksFor: 'PT10S' },
  { name: 'Rotate-Keys', group: platform, takes: 'alert' },
  { name: 'Notify-SOC-Staging', group: 'rg-soc-stg', subscription: staging, location: 'eastus', takes: 'alert' },
  { name: 'Send-To-ChatOps', group: platform, takes: 'alert', behaviour: forwarding },
  { name: 'Send-Recommendations-To-ChatOps', group: platform, takes: 'recommendation', behaviour: forwarding },
  { name: 'Send-Compliance-To-ChatOps', group: platform, takes: 'compliance', behaviour: forwarding },
]

export function seedApps(state: State): void {
  for (const app of apps) addApp(state, { behaviour: quick, ...app })
  state.sites.push({
    id: `/subscriptions/${production}/resourceGroups/rg-soc/providers/Microsoft.Web/sites/Standard-Responder`,
    name: 'Standard-Responder',
    group: 'rg-soc',
    subscription: production,
    location: 'westeurope',
  })
}
