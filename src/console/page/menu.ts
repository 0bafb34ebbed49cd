import { h, sign } from './dom.ts'
import { returnToOpener } from './refocus.ts'

export interface MenuItem {
  title: string
  note?: string
  danger?: boolean
  /** Given: the item is one of a choice, and this says whether it is the present one. */
  checked?: boolean
  choose(): void
}

let closeOpen: (() => void) | undefined

/** Opens a menu at a button; arrows, Home, End, letters, Enter and Esc work, and focus goes back to the button, also when its card was drawn anew. */
export function openMenu(button: HTMLElement, label: string, items: MenuItem[], look = ''): void {
  closeOpen?.()
  const goBack = returnToOpener()
  const rows = items.map(item => row(item))
  const menu = h('div', { class: `menu ${look}`, role: 'menu', 'aria-label': label }, ...rows)
  rows.forEach((element, index) => {
    element.addEventListener('click', () => {
      close(true)
      // What was chosen names what comes of it, for the button says only "more".
      button.dataset.chosen = items[index]?.title ?? ''
      items[index]?.choose()
    })
  })
  menu.addEventListener('keydown', event => onKey(event, rows, () => close(true)))
  host(button).append(menu)
  button.setAttribute('aria-expanded', 'true')
  settle(menu, button)
  ;(rows.find(element => element.getAttribute('aria-checked') === 'true') ?? rows[0])?.focus()
  const outside = (event: Event): void => {
    if (event.target instanceof Node && !menu.contains(event.target)) close(false)
  }
  document.addEventListener('pointerdown', outside, true)
  addEventListener('resize', leave)
  document.addEventListener('scroll', follow, true)

  function leave(): void {
    close(false)
  }

  /** Cards that arrive move the button; they must not take the menu away from under a hand. */
  function follow(): void {
    if (button.isConnected) settle(menu, button)
  }

  function close(refocus: boolean): void {
    menu.remove()
    button.setAttribute('aria-expanded', 'false')
    document.removeEventListener('pointerdown', outside, true)
    removeEventListener('resize', leave)
    document.removeEventListener('scroll', follow, true)
    closeOpen = undefined
    if (!refocus) return
    button.focus()
    goBack()
  }
  closeOpen = leave
}

/** A menu of a dialog must live in it: everything else is inert while it is open. */
function host(button: HTMLElement): Element {
  return button.closest('dialog') ?? document.body
}

function row({ title, note, danger, checked }: MenuItem): HTMLElement {
  const role = checked === undefined ? 'menuitem' : 'menuitemradio'
  const words = h(
    'span',
    { class: 'menu-words' },
    h('span', {}, title),
    note === undefined ? undefined : h('span', { class: 'option-note' }, note),
  )
  return h(
    'button',
    {
      type: 'button',
      role,
      tabindex: -1,
      class: danger === true ? 'menu-item danger' : 'menu-item',
      'aria-checked': checked === undefined ? undefined : String(checked),
    },
    words,
    checked === true ? sign('tick') : undefined,
  )
}

function settle(menu: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = menu
  const left = Math.max(8, Math.min(at.left, innerWidth - width - 8))
  const below = at.bottom + 4
  const top = below + height > innerHeight - 8 ? Math.max(8, at.top - height - 4) : below
  menu.style.left = `${left}px`
  menu.style.top = `${top}px`
}

function onKey(event: KeyboardEvent, rows: HTMLElement[], close: () => void): void {
  const at = focusAt(rows)
  const goes: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }
  const to = goes[event.key]
  if (to !== undefined) rows[(to + rows.length) % rows.length]?.focus()
  else if (event.key === 'Escape' || event.key === 'Tab') close()
  else if (event.key.length === 1)
    rows.find(element => element.textContent?.toLowerCase().startsWith(event.key.toLowerCase()))?.focus()
  else return
  if (event.key !== 'Tab' && event.key !== ' ') event.preventDefault()
  event.stopPropagation()
}

function focusAt(rows: HTMLElement[]): number {
  return rows.findIndex(element => element.matches(':focus'))
}
