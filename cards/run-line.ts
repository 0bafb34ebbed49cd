import type { ParameterValue } from '../src/model/parameter.ts'
import { hasEnded, type Run, type Starter } from '../src/model/run.ts'
import type { Line } from './card.ts'
import { clip, inline, isHttps, short } from './text.ts'
import { clockTime, took } from './time.ts'
import { runLook, runWord } from './words.ts'

/** `Notify-SOC succeeded in 2.1 s · Analyst · 12:06`, with the error when it failed. */
export function runLine(run: Run, now: Date): Line {
  const duration = hasEnded(run) && run.state !== 'refused' ? took(run.startedAt, run.endedAt) : ''
  const how = `${short(inline(run.logicAppName), 80)}${saidWords(run)} ${runWord[run.state].toLowerCase()}${duration === '' ? '' : ` in ${duration}`}`
  const error = run.error === undefined || run.error.trim() === '' ? '' : `: ${clip(inline(run.error).replace(/\.$/, ''), 300)}`
  const text = `${how}${error} · ${starterWord(run.startedBy)} · ${clockTime(run.startedAt, now)}`
  const link = isHttps(run.link) ? { link: { label: 'run ↗', url: run.link } } : {}
  return { type: 'line', ...runLook[run.state], text, ...link }
}

/** `Analyst`, `rule Block-attackers` */
export function starterWord({ as, name }: Starter): string {
  return `${as === 'rule' ? 'rule ' : ''}${short(inline(name), 60)}`
}

/** ` (address 203.0.113.7, hard yes)`: what was said when it was started. */
export function saidWords({ parameters = {} }: Run): string {
  const words = Object.entries(parameters).map(([name, value]) => `${short(inline(name), 40)} ${valueWord(value)}`)
  return words.length === 0 ? '' : ` (${short(words.join(', '), 200)})`
}

function valueWord(value: ParameterValue): string {
  if (typeof value === 'object') return short(inline(JSON.stringify(value)), 80)
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : short(inline(String(value)), 80)
}
