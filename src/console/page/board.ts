import * as api from './api.ts'
import { fill, h } from './dom.ts'
import { type Board, runStates } from './shapes.ts'

const everyMs = 10_000
const gatherMs = 1200
const count = new Intl.NumberFormat('en-US')

/** How the bot is doing, in a few numbers and two small charts. */
export function createBoard(openDeadLetters: () => void): { element: HTMLElement; refresh(): void } {
  const element = h('section', { class: 'board', 'aria-label': 'Status' })
  let timer: number | undefined

  function refresh(): void {
    if (timer === undefined) timer = window.setTimeout(() => void read(), gatherMs)
  }

  async function read(): Promise<void> {
    timer = undefined
    if (document.hidden) return
    const board = await api.board().catch(() => undefined)
    if (board !== undefined) draw(element, board, openDeadLetters)
  }

  window.setInterval(refresh, everyMs)
  document.addEventListener('visibilitychange', refresh)
  void read()
  return { element, refresh }
}

function draw(element: HTMLElement, board: Board, openDeadLetters: () => void): void {
  const hadFocus = element.contains(document.activeElement)
  const letters = h(
    'button',
    { type: 'button', class: 'figure figure-button', on: { click: openDeadLetters } },
    ...words('Dead letters', board.deadLetters),
  )
  letters.dataset.alarm = String(board.deadLetters > 0)
  fill(
    element,
    h('h2', { class: 'rail-title' }, 'Status'),
    h(
      'div',
      { class: 'figures' },
      figure('Events', board.events),
      figure('Findings', board.findings),
      figure('Waiting', board.queue),
      letters,
    ),
    chart(
      'Runs',
      runStates
        .map(state => ({ name: state, n: board.runs[state] ?? 0 }))
        .filter(({ n, name }) => n > 0 || name === 'succeeded' || name === 'failed'),
      'run',
    ),
    chart(
      'Alerts, last hour',
      board.lastHour
        .map(({ severity, alerts }) => ({ name: severity, n: alerts }))
        .filter(({ name, n }) => n > 0 || name !== 'Critical'),
      'severity',
    ),
  )
  if (hadFocus) letters.focus()
}

function figure(label: string, n: number): HTMLElement {
  return h('div', { class: 'figure' }, ...words(label, n))
}

function words(label: string, n: number): HTMLElement[] {
  return [h('span', { class: 'figure-number' }, count.format(n)), h('span', { class: 'figure-label' }, label)]
}

/** Bars with their number in words beside: the length is a help, never the only way to read it. */
function chart(title: string, bars: { name: string; n: number }[], kind: string): HTMLElement {
  const most = Math.max(1, ...bars.map(({ n }) => n))
  const rows = bars.map(({ name, n }) => {
    const bar = h('span', { class: `bar ${kind}-${name.toLowerCase()}` })
    bar.style.setProperty('--part', String(n / most))
    return h(
      'li',
      {},
      h('span', { class: 'bar-name' }, name),
      h('span', { class: 'bar-track', 'aria-hidden': 'true' }, bar),
      h('span', { class: 'bar-n' }, count.format(n)),
    )
  })
  return h('div', { class: 'chart' }, h('h3', {}, title), h('ul', {}, ...rows))
}
