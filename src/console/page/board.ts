import { board } from './api.ts'
import { fill, h } from './dom.ts'
import type { Board } from './shapes.ts'

/** Figures at a glance, and the last hour's alerts by severity. */
export function createBoard() {
  const figures = h('dl', { class: 'figures' })
  const bars = h('div', { class: 'bars', role: 'img' })
  const element = h(
    'section',
    { class: 'board', 'aria-label': 'Status' },
    h('h2', {}, 'Status'),
    figures,
    h('h3', {}, 'Alerts, last hour'),
    bars,
  )

  async function refresh(): Promise<void> {
    const now = await board().catch(() => undefined)
    if (now !== undefined) draw(now)
  }

  function draw({ events, findings, runs, queue, deadLetters, lastHour }: Board): void {
    const ended = `${runs.succeeded ?? 0} ok · ${(runs.failed ?? 0) + (runs.refused ?? 0)} failed`
    const rows: [string, string | number][] = [
      ['Events', events],
      ['Findings', findings],
      ['Runs', ended],
      ['Waiting to show', queue],
      ['Not understood', deadLetters],
    ]
    fill(figures, ...rows.map(([label, value]) => h('div', { class: 'figure' }, h('dt', {}, label), h('dd', {}, String(value)))))
    const most = Math.max(1, ...lastHour.map(({ alerts }) => alerts))
    bars.setAttribute('aria-label', lastHour.map(({ severity, alerts }) => `${severity} ${alerts}`).join(', '))
    fill(
      bars,
      ...lastHour
        .filter(({ severity }) => severity !== 'Critical')
        .map(({ severity, alerts }) => bar(severity, alerts, alerts / most)),
    )
  }

  return { element, refresh }
}

function bar(severity: string, count: number, share: number): HTMLElement {
  const fillBar = h('span', { class: `bar bar-${severity.toLowerCase()}` })
  fillBar.style.setProperty('--share', String(share))
  return h(
    'div',
    { class: 'bar-row' },
    h('span', { class: 'bar-name' }, severity),
    h('span', { class: 'bar-track' }, fillBar),
    h('span', { class: 'bar-count' }, String(count)),
  )
}
