import * as api from './api.ts'
import { fill, freshId, h, sign } from './dom.ts'
import type { DeadLetter } from './shapes.ts'
import { toast, toastRegions } from './toast.ts'

/** What could not be understood, with why, and another try for each. */
export async function openDeadLetters(): Promise<void> {
  const id = freshId('dialog')
  const list = h('ul', { class: 'letters' })
  const close = h('button', { type: 'button', class: 'quiet icon-only', 'aria-label': 'Close' }, sign('close'))
  const head = h('header', { class: 'dialog-head' }, h('h2', { id }, 'Dead letters'), close)
  const element = h(
    'dialog',
    { class: 'dialog dialog-teams', 'aria-labelledby': id },
    head,
    h('div', { class: 'dialog-body' }, list),
  )
  close.addEventListener('click', () => element.close())
  element.addEventListener('close', () => {
    document.body.append(...toastRegions())
    element.remove()
  })
  document.body.append(element)
  element.showModal()
  const letters = await api.deadLetters().catch(() => [])
  fill(
    list,
    ...(letters.length === 0 ? [h('li', { class: 'subtle' }, 'Everything that came was understood.')] : letters.map(row)),
  )
}

function row(letter: DeadLetter): HTMLElement {
  const again = h('button', { type: 'button', class: 'plain small' }, 'Try again')
  const why = h(
    'p',
    { class: 'letter-why' },
    h('strong', {}, letter.rejection.path === '' ? 'body' : letter.rejection.path),
    ` ${letter.rejection.message}`,
  )
  const body = h('details', {}, h('summary', {}, 'Body as received'), h('pre', {}, letter.body.slice(0, 20_000)))
  const element = h(
    'li',
    {},
    h('p', { class: 'subtle' }, `${new Date(letter.at).toLocaleString()} · ${letter.via}`),
    why,
    body,
    again,
  )
  again.addEventListener('click', () => void replay(letter.id, element))
  return element
}

async function replay(id: string, element: HTMLElement): Promise<void> {
  try {
    await api.replay(id)
    element.remove()
    toast('It was understood this time.', 'good')
  } catch (thrown) {
    toast(thrown instanceof api.Refusal ? thrown.message : 'It could not be tried again.', 'bad')
  }
}
