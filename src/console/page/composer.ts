import * as api from './api.ts'
import { combobox, type Option } from './combobox.ts'
import { h, sign } from './dom.ts'

interface Line extends Option {
  text: string
}

/**
 * The box for commands: completion while typing, arrow up for what was typed before, Page Up and Page Down for the cards above. What is wrong with
 * a line is told where it stands.
 */
export function composer(
  send: (text: string) => Promise<void>,
  turn: (by: 1 | -1) => void,
): { element: HTMLElement; focus(): void } {
  const input = h('input', {
    type: 'text',
    class: 'command',
    id: 'command',
    placeholder: 'Type a command: alerts high, help …',
    'aria-label': 'Command',
    'aria-describedby': 'command-wrong',
    maxlength: 2000,
  })
  const go = h('button', { type: 'submit', class: 'go icon-only', 'aria-label': 'Send' }, sign('send'))
  const wrong = h('p', { class: 'command-wrong', id: 'command-wrong', role: 'alert' })
  const said: string[] = []
  let at = 0

  const box = combobox<Line>({
    input,
    options: async typed => (typed.trim() === '' ? [] : lines(typed)),
    choose(line) {
      input.value = line.text
      if (line.text.endsWith(' ')) void box.refresh()
    },
    tab: true,
    eager: false,
  })

  async function submit(): Promise<void> {
    const text = input.value.trim()
    if (text === '' || form.getAttribute('aria-busy') === 'true') return
    box.close()
    tell('')
    form.setAttribute('aria-busy', 'true')
    try {
      await send(text)
      said.push(text)
      at = said.length
      input.value = ''
    } catch (thrown) {
      tell(thrown instanceof api.Refusal ? thrown.message : 'That did not work.')
      input.select()
    } finally {
      form.setAttribute('aria-busy', 'false')
    }
  }

  function tell(message: string): void {
    wrong.textContent = message
    if (message === '') input.removeAttribute('aria-invalid')
    else input.setAttribute('aria-invalid', 'true')
  }

  function page(event: KeyboardEvent): void {
    if (event.key !== 'PageDown' && event.key !== 'PageUp') return
    event.preventDefault()
    turn(event.key === 'PageDown' ? 1 : -1)
  }

  function recall(event: KeyboardEvent): void {
    if (box.isOpen() || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') || said.length === 0) return
    event.preventDefault()
    at = Math.max(0, Math.min(said.length, at + (event.key === 'ArrowUp' ? -1 : 1)))
    input.value = said[at] ?? ''
    tell('')
  }

  const form = h(
    'form',
    { class: 'composer', 'aria-label': 'Commands' },
    h('div', { class: 'command-box' }, wrong, box.list, input, go),
  )
  form.addEventListener('submit', event => {
    event.preventDefault()
    void submit()
  })
  input.addEventListener('keydown', recall)
  input.addEventListener('keydown', page)
  input.addEventListener('input', () => tell(''))
  return { element: form, focus: () => input.focus() }
}

async function lines(typed: string): Promise<Line[]> {
  const found = await api.complete(typed).catch(() => [])
  return found.map(({ text, title, hint }) => ({ value: text, text, title, note: hint }))
}
