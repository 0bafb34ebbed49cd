import { fill, freshId, h } from './dom.ts'

export interface Option {
  value: string
  title: string
  note?: string | undefined
}

interface Wiring<O extends Option> {
  input: HTMLInputElement
  /** What could be meant by what is typed. */
  options(typed: string): O[] | Promise<O[]>
  choose(option: O): void
  /** Tab takes the active option instead of leaving. */
  tab: boolean
  /** The first option is active as soon as the list opens. */
  eager: boolean
}

export interface Combobox {
  list: HTMLElement
  close(): void
  refresh(): Promise<void>
  isOpen(): boolean
}

/** A text box with a list of suggestions, by the ARIA pattern: focus stays in the box, arrows move the active option. */
export function combobox<O extends Option>({ input, options, choose, tab, eager }: Wiring<O>): Combobox {
  const list = h('ul', { role: 'listbox', class: 'options', id: freshId('options'), hidden: true, 'aria-label': 'Suggestions' })
  let shown: O[] = []
  let active = -1
  let asked = 0
  for (const [name, value] of Object.entries({
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': list.id,
    autocomplete: 'off',
    spellcheck: 'false',
  }))
    input.setAttribute(name, value)

  async function refresh(): Promise<void> {
    asked += 1
    const mine = asked
    const found = await options(input.value)
    if (mine !== asked || document.activeElement !== input) return
    shown = found
    active = -1
    fill(list, ...found.map(row))
    toggle(found.length > 0)
    move(eager && found.length > 0 ? 0 : -1)
  }

  function row(option: O, index: number): HTMLElement {
    const note = option.note === undefined || option.note === '' ? undefined : h('span', { class: 'option-note' }, option.note)
    const element = h(
      'li',
      { role: 'option', id: `${list.id}-${index}`, 'aria-selected': 'false' },
      h('span', { class: 'option-title' }, option.title),
      note,
    )
    element.addEventListener('pointerdown', event => event.preventDefault())
    element.addEventListener('pointermove', () => move(index))
    element.addEventListener('click', () => take(index))
    return element
  }

  function toggle(open: boolean): void {
    list.hidden = !open
    input.setAttribute('aria-expanded', String(open))
    if (!open) move(-1)
  }

  function move(to: number): void {
    if (to === active) return
    list.children[active]?.setAttribute('aria-selected', 'false')
    active = to
    const current = list.children[active]
    current?.setAttribute('aria-selected', 'true')
    current?.scrollIntoView({ block: 'nearest' })
    if (current === undefined) input.removeAttribute('aria-activedescendant')
    else input.setAttribute('aria-activedescendant', current.id)
  }

  function close(): void {
    asked += 1
    toggle(false)
  }

  function take(index: number): void {
    const option = shown[index]
    close()
    if (option !== undefined) choose(option)
  }

  function onKey(event: KeyboardEvent): void {
    const isOpen = !list.hidden
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (!isOpen) {
        if (event.key === 'ArrowDown') void refresh()
        return
      }
      event.preventDefault()
      step(event.key === 'ArrowDown' ? 1 : -1)
    } else if (isOpen && event.key === 'Escape') {
      event.stopPropagation()
      event.preventDefault()
      close()
    } else if (isOpen && active >= 0 && (event.key === 'Enter' || (event.key === 'Tab' && tab && !event.shiftKey))) {
      event.preventDefault()
      event.stopPropagation()
      take(active)
    } else if (isOpen && active < 0 && event.key === 'Tab' && tab && !event.shiftKey && input.value !== '') {
      event.preventDefault()
      take(0)
    }
  }

  function step(by: number): void {
    const next = active + by
    move(next >= shown.length ? 0 : next < 0 ? shown.length - 1 : next)
  }

  input.addEventListener('keydown', onKey)
  input.addEventListener('input', () => void refresh())
  input.addEventListener('blur', close)
  return { list, close, refresh, isOpen: () => !list.hidden }
}
