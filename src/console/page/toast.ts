import { fill, h, sign } from './dom.ts'

const stayMs = 5000
const polite = h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' })
const spoken = h('div', { class: 'spoken', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions' })

export function toastRegions(): HTMLElement[] {
  return [polite, spoken]
}

/** A short word at the edge, read aloud; it stays while the pointer or focus is on it. */
export function toast(text: string, tone: 'good' | 'bad' | 'info' = 'info'): void {
  const close = h('button', { type: 'button', class: 'quiet icon-only', 'aria-label': 'Close' }, sign('close'))
  const box = h('div', { class: `toast tone-${tone}` }, h('span', {}, text), close)
  close.addEventListener('click', () => box.remove())
  ;(document.querySelector('dialog[open]') ?? document.body).append(polite)
  polite.append(box)
  if (polite.children.length > 3) polite.firstElementChild?.remove()
  leaveLater(box)
}

function leaveLater(box: HTMLElement): void {
  setTimeout(() => {
    if (box.matches(':hover, :focus-within')) leaveLater(box)
    else box.remove()
  }, stayMs)
}

/** Read aloud only. */
export function say(text: string): void {
  fill(spoken, h('p', {}, text))
}
