import * as api from './api.ts'
import { combobox, type Option } from './combobox.ts'
import { h, sign } from './dom.ts'
import { toast } from './toast.ts'

interface Line extends Option {
  text: string
}

/** The box for commands: completion while typing, arrow up for what was typed before. */
export function composer(send: (text: string) => Promise<void>): { element: HTMLElement; focus(): void } {
  const input = h('input', {
    type: 'text',
    class: 'command',
    id: 'command',
    placeholder: 'Type a command: alerts high, help …',
    'aria-label': 'Command',
    maxlength: 2000,
  })
  const go = h('button', { type: 'submit', class: 'go icon-only', 'aria-label': 'Send' }, sign('send'))
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
    form.setAttribute('aria-busy', 'true')
    try {
      await send(text)
      said.push(text)
      at = said.length
      input.value = ''
    } catch (thrown) {
      toast(thrown instanceof api.Refusal ? thrown.message : 'That did not work.', 'bad')
      input.select()
    } finally {
      form.setAttribute('aria-busy', 'false')
    }
  }

  function recall(event: KeyboardEvent): void {
    if (box.isOpen() || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') || said.length === 0) return
    event.preventDefault()
    at = Math.max(0, Math.min(said.length, at + (event.key === 'ArrowUp' ? -1 : 1)))
    input.value = said[at] ?? ''
  }

  const form = h('form', { class: 'composer', 'aria-label': 'Commands' }, h('div', { class: 'command-box' }, box.list, input, go))
  form.addEventListener('submit', event => {
    event.preventDefault()
    void submit()
  })
  input.addEventListener('keydown', recall)
  return { element: form, focus: () => input.focus() }
}

async function lines(typed: string): Promise<Line[]> {
  const found = await api.complete(typed).catch(() => [])
  return found.map(({ text, title, hint }) => ({ value: text, text, title, note: hint }))
}
