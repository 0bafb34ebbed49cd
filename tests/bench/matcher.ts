import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Condition, matches } from '../../src/model/condition.ts'
import { openRuleIndex, type Waiting } from '../../src/model/rule-index.ts'
import { covers } from '../../src/model/rule-scope.ts'
import { type BareAlert, openBareIndex } from './bare-index.ts'
import { budgets } from './budgets.ts'
import type { BenchOptions, Row } from './row.ts'
import { median, percentile } from './statistics.ts'

/** Events matched per second of processor time, held against an index written for nothing else and the loop over all rules, in one run. */
export async function bench({ full }: BenchOptions): Promise<Row[]> {
  const seconds = full ? 5 : 1
  const sizes = [
    { rules: 10, budget: budgets.matcher10 },
    { rules: 1_000, budget: budgets.matcher1k },
    { rules: 10_000, budget: budgets.matcher10k },
    { rules: 100_000, budget: budgets.matcher100k },
  ]
  const size = memory(100_000)
  return [...sizes.map(({ rules, budget }) => ({ budget, ...rates(rules, seconds) })), ...change(100_000), size]
}

function rates(count: number, seconds: number): { value: number; beside: string } {
  const rules = rulesOf(count)
  const events = eventsOf(2_000, count)
  const index = openRuleIndex()
  const bare = openBareIndex()
  for (const rule of rules) {
    index.put(rule)
    bare.put(rule)
  }
  let fired = 0
  const ours = perCpuSecond(
    seconds,
    step => (fired += index.match('alert', at(events, step).subject, at(events, step).alert).length),
  )
  const limit = perCpuSecond(seconds, step => bare.match(at(events, step).subject, at(events, step).alert).length)
  const loop = perCpuSecond(seconds, step => plainly(rules, at(events, step)))
  const told = (rate: number) => (rate >= 1000 ? `${Math.round(rate / 1000)}k` : rate.toFixed(0))
  const each = (fired / ours.steps).toFixed(1)
  return {
    value: ours.rate / limit.rate,
    beside: `${told(ours.rate)} events/CPU-s, bare ${told(limit.rate)}, plain loop ${told(loop.rate)}; ${each} rules fire on each`,
  }
}

function plainly(rules: Waiting[], { subject, alert }: Event): number {
  return rules.filter(rule => rule.scopes.some(scope => covers(scope, subject)) && matches(rule.when, alert)).length
}

/** Warm first, then measured until so much processor time has passed; the clock is asked about once a millisecond. */
function perCpuSecond(seconds: number, work: (step: number) => void): { rate: number; steps: number } {
  let step = 0
  const run = (forS: number, batch: number) => {
    const [start, from] = [process.cpuUsage(), step]
    while (cpuSince(start) < forS) for (let more = 0; more < batch; more++) work(step++)
    return (step - from) / cpuSince(start)
  }
  const batch = Math.max(1, Math.floor(run(0.02, 1) / 1000))
  run(seconds / 4, batch)
  return { rate: run(seconds, batch), steps: step }
}

/** Seconds of processor time. */
function cpuSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

/** Replacements as they come when a rule is saved: p99, because the collector of garbage that one of a thousand meets pauses everything. */
function change(count: number): Row[] {
  const index = openRuleIndex()
  const rules = rulesOf(count)
  for (const rule of rules) index.put(rule)
  collect()
  const ms = rules.flatMap((rule, number) =>
    number % 97 === 0 ? took(() => index.put({ ...rule, when: at(rules, number + 1).when })) : [],
  )
  const [middle, slowest] = [(median(ms) * 1000).toFixed(0), Math.max(...ms).toFixed(1)]
  return [
    {
      budget: budgets.matcherChange,
      value: percentile(ms, 0.99),
      beside: `p99 of ${ms.length}; median ${middle} µs, slowest ${slowest} ms`,
    },
  ]
}

function took(work: () => void): number {
  const from = performance.now()
  work()
  return performance.now() - from
}

/** Garbage of what came before is none of the thing measured. */
function collect(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

/** With the conditions themselves, after a collection. */
function memory(count: number): Row {
  collect()
  const before = process.memoryUsage().heapUsed
  const index = openRuleIndex()
  for (const rule of rulesOf(count)) index.put(rule)
  collect()
  const value = (process.memoryUsage().heapUsed - before) / 1e6
  index.match('alert', '/', {})
  return { budget: budgets.matcherMemory, value, beside: `${Math.round((value * 1e6) / count)} bytes a rule` }
}

interface Event {
  subject: string
  alert: BareAlert
}

/** A company with more rules has more subscriptions: fifty rules in each. */
function subscriptionsOf(rules: number): string[] {
  const count = Math.max(1, Math.round(rules / 50))
  return Array.from(
    { length: count },
    (_, number) => `subscriptions/${String(number).padStart(8, '0')}-5eed-4000-8000-000000000000`,
  )
}

const severities = ['high', 'medium', 'low', 'informational']
const words = ['sql', 'brute force', 'malware', 'exfiltration', 'suspicious', 'storage', 'key vault', 'kubernetes']
const types = Array.from({ length: 1_000 }, (_, number) => `vm_alert${number}`)

/** Seven of ten ask for a type, one of them also for a severity; the others for a word in the name and one of two severities. */
function rulesOf(count: number): Waiting[] {
  const subscriptions = subscriptionsOf(count)
  return Array.from({ length: count }, (_, number) => {
    const severity = is('Severity', at(severities, number >> 3))
    const type = is('AlertType', at(types, number * 7))
    const word: Condition = { ...is('AlertDisplayName', at(words, number * 3)), operator: 'Contains' }
    const other = is('Severity', at(severities, (number >> 3) + 1))
    const when =
      number % 10 < 6
        ? [[type]]
        : number % 10 === 6
          ? [[type, severity]]
          : [
              [word, severity],
              [word, other],
            ]
    return { id: `r${number}`, kind: 'alert', scopes: [at(subscriptions, number * 13)], when }
  })
}

function eventsOf(count: number, rules: number): Event[] {
  const subscriptions = subscriptionsOf(rules)
  return Array.from({ length: count }, (_, number) => {
    const scope = at(subscriptions, number * 11)
    const subject = `/${scope}/resourceGroups/rg-${number % 50}/providers/Microsoft.Compute/virtualMachines/vm-${number}`
    return { subject, alert: alertOf(number) }
  })
}

/** As many fields as a real alert has. */
function alertOf(number: number): BareAlert {
  const filler = Object.fromEntries(Array.from({ length: 22 }, (_, field) => [`Field${field}`, `value ${field}`]))
  const AlertDisplayName = `A ${at(words, number * 5)} attempt on the machine was seen`
  return { ...filler, AlertType: at(types, number * 17), Severity: at(severities, number), AlertDisplayName }
}

function is(path: string, value: string): Condition {
  return { path, type: 'String', operator: 'Equals', value }
}

function at<Item>(items: Item[], index: number): Item {
  const item = items[index % items.length]
  if (item === undefined) throw new Error('nothing to choose from')
  return item
}
