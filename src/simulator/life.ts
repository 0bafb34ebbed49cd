import { raise, raiseIncident } from './raise.ts'
import type { Alert, Assessment, State } from './state.ts'
import { turn } from './turn.ts'

/** The first event comes soon, so that somebody who looks sees something. */
const firstAfterMs = 1500
const pastAlerts = 18
const pastDays = 3
const burst = { alerts: 8, apartMs: 12_000 }
const fixedAfterMs = [180_000, 600_000] as const
const flapsAfterMs = 30_000

/** Fills the past of a new company, then lets something happen every so often. */
export function live(state: State, everyS: number, company: 'new' | 'known'): void {
  if (company === 'new') fillPast(state)
  if (everyS <= 0) return
  function beat(): void {
    happen(state)
    state.clock.after(everyS * 1000, beat)
  }
  state.clock.after(firstAfterMs, beat)
}

/** What was there before anybody listened: kept, but told to nobody. */
function fillPast(state: State): void {
  const { emit, lags } = state
  state.emit = () => undefined
  state.lags = false
  const now = state.clock.now().getTime()
  for (let index = 0; index < pastAlerts; index++) {
    const at = new Date(now - Math.floor((pastDays * 86_400_000 * (index + 1)) / pastAlerts))
    const alert = raise(state, { at })
    if (index % 3 === 0) alert.status = index % 2 === 0 ? 'Resolved' : 'Dismissed'
  }
  state.emit = emit
  state.lags = lags
}

/** Mostly alerts; now and then a resource gets better or worse, seldom a whole attack. The very first is a High one on a machine. */
function happen(state: State): void {
  if (isQuiet(state)) raise(state, { type: 'VM_AmDisablementAndCodeExecution' })
  else {
    const chance = state.dice.next()
    if (chance < 0.62) raise(state)
    else if (chance < 0.97) walk(state)
    else attack(state)
  }
}

function isQuiet(state: State): boolean {
  const lately = state.clock.now().getTime() - 3_600_000
  return ![...state.alerts.values()].some(({ at }) => at.getTime() > lately)
}

/** Healthy turns Unhealthy, is fixed after a while, and sometimes does not stay so. */
function walk(state: State): void {
  const healthy = [...state.assessments.values()].filter(({ status }) => status === 'Healthy')
  const found = state.dice.some(healthy)
  if (found === undefined) return
  turn(state, found, 'Unhealthy')
  const flaps = state.dice.next() < 0.1
  const [least, most] = fixedAfterMs
  const fixed = () => turn(state, found, 'Healthy')
  if (flaps) {
    state.clock.after(flapsAfterMs, fixed)
    state.clock.after(2 * flapsAfterMs, () => turn(state, found, 'Unhealthy'))
  }
  state.clock.after(least + state.dice.int(most - least), fixed)
}

/** Many alerts on one machine within minutes, and then the incident that gathers them. */
export function attack(state: State, resource?: string): void {
  const machines = state.resources.filter(({ type }) => type === 'Microsoft.Compute/virtualMachines')
  const target = resource ?? state.dice.some(machines)?.name
  if (target === undefined) return
  const gathered: Alert[] = []
  for (let index = 0; index < burst.alerts; index++)
    state.clock.after(index * burst.apartMs, () => void gathered.push(raise(state, { resource: target })))
  state.clock.after((burst.alerts + 1) * burst.apartMs, () => void raiseIncident(state, gathered))
}

/** A new status for the first assessment that fits and has another. */
export function change(
  state: State,
  status: Assessment['status'],
  fits: (assessment: Assessment) => boolean,
): Assessment | undefined {
  const found = [...state.assessments.values()].find(assessment => assessment.status !== status && fits(assessment))
  if (found !== undefined) turn(state, found, status)
  return found
}
