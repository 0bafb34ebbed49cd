import { complete } from './api.ts'
import { combobox, type Option } from './combobox.ts'
import { h, sign } from './dom.ts'

interface Suggestion extends Option {
  text: string
}

/** The box for commands, with completion; Up brings back what was typed before. */
export function createComposer(send: (text: string) => void): HTMLElement {
  const input = h('input', {
    type: 'text',
    class: 'command',
    'aria-label': 'Command',
    placeholder: 'Type a command: alerts, run, help …',
  })
  const button = h('button', { type: 'submit', class: 'primary icon-only', 'aria-label': 'Send' }, sign('send'))
  const past: string[] = []
  let at = 0

  const box = combobox<Suggestion>({
    input,
    tab: true,
    eager: false,
    async options(typed) {
      const found = typed.trim() === '' ? [] : await complete(typed).catch(() => [])
      return found.map(({ text, title, hint }) => ({ value: text, text, title, note: hint }))
    },
    choose({ text }) {
      input.value = text
      if (text.endsWith(' ')) void box.refresh()
    },
  })

  const form = h('form', { class: 'composer' }, box.list, input, button)
  form.addEventListener('submit', event => {
    event.preventDefault()
    box.close()
    past.push(input.value)
    at = past.length
    send(input.value)
    input.value = ''
  })
  input.addEventListener('keydown', event => {
    if (event.key !== 'ArrowUp' || box.isOpen() || at === 0) return
    at -= 1
    input.value = past[at] ?? ''
  })
  return form
}
