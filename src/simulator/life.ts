import { turn } from './assessments.ts'
import { raise } from './raise.ts'
import type { State } from './state.ts'

/** The first event comes soon, so that somebody who looks sees something. */
const firstAfterMs = 1500
const pastAlerts = 18
const pastDays = 3

/** Fills the past, then lets something happen every so often. Returns how to stop it. */
export function live(state: State, everyS: number): () => void {
  fillPast(state)
  if (everyS <= 0) return () => undefined
  let timer = setTimeout(beat, firstAfterMs)

  function beat(): void {
    happen(state)
    timer = setTimeout(beat, everyS * 1000)
    timer.unref()
  }

  return () => clearTimeout(timer)
}

/** What was there before anybody listened: kept, but told to nobody. */
function fillPast(state: State): void {
  const tell = state.emit
  state.emit = () => undefined
  const now = state.now().getTime()
  for (let index = 0; index < pastAlerts; index++) {
    const alert = raise(state, { at: new Date(now - Math.floor((pastDays * 86_400_000 * (index + 1)) / pastAlerts)) })
    if (index % 3 === 0) alert.status = 'Resolved'
  }
  state.emit = tell
}

/** Mostly alerts; now and then a resource gets better or worse. The very first is a High one on a machine. */
export function happen(state: State): void {
  const first = ![...state.alerts.values()].some(({ at }) => at.getTime() > state.now().getTime() - 60_000)
  if (first) raise(state, { type: 'VM_AmDisablementAndCodeExecution' })
  else if (state.dice.next() < 0.7) raise(state)
  else walk(state)
}

function walk(state: State): void {
  const all = [...state.assessments.values()]
  const worse = state.dice.next() < 0.6
  const found = state.dice.some(all.filter(({ status }) => status === (worse ? 'Healthy' : 'Unhealthy')))
  if (found !== undefined) turn(state, found, worse ? 'Unhealthy' : 'Healthy')
}
