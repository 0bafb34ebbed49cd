import { choices } from './api.ts'
import { fill, h, sign } from './dom.ts'
import type { Answered, Press } from './shapes.ts'
import { slackModal } from './slack/modal.ts'
import { teamsCard } from './teams/card.ts'

export interface DialogWiring {
  press(press: Press): void
  asker(): { as: string; placeId?: string | undefined }
  look(): Look
}

export type Look = 'both' | 'teams' | 'slack'

/** One dialog for forms and details: opens at once, is filled with the answer. The browser keeps focus inside and closes it with Esc. */
export function createDialog({ press, asker, look }: DialogWiring) {
  const title = h('h2', { id: 'dialog-title' })
  const body = h('div', { class: 'dialog-body' })
  const close = h('button', { type: 'button', class: 'quiet icon-only', 'aria-label': 'Close' }, sign('close'))
  const dialog = h('dialog', { 'aria-labelledby': title.id }, h('header', { class: 'dialog-head' }, title, close), body)
  close.addEventListener('click', () => dialog.close())
  document.body.append(dialog)

  function open(words: string): void {
    title.textContent = words
    fill(body, h('p', { class: 'waiting' }, 'One moment…'))
    if (!dialog.open) dialog.showModal()
  }

  function show({ answer, error }: Answered): void {
    const { card } = answer
    title.textContent = card.form?.title ?? 'Defender'
    const message = error === undefined ? undefined : h('p', { class: 'dialog-error', role: 'alert' }, error.message)
    fill(body, message, look() === 'slack' ? slackBody(card.slack) : teamsCard(card.teams, press).element)
    if (!dialog.open) dialog.showModal()
    body.querySelector<HTMLElement>('input, select, textarea, button')?.focus()
  }

  function slackBody(json: object): HTMLElement {
    const view = slackModal(json, press, (of, field, typed) => choices(of, field, typed, asker()))
    if (view === undefined) return h('p', {}, 'This has no Slack rendering.')
    if (view.submit === undefined) return view.body
    const submit = h('button', { type: 'submit', class: 'primary' }, view.submit)
    const form = h('form', { class: 'slack-form' }, view.body, submit)
    form.addEventListener('submit', event => {
      event.preventDefault()
      const asked = view.press()
      if (asked !== undefined) press(asked)
    })
    return form
  }

  return { open, show, close: () => dialog.close(), isOpen: () => dialog.open }
}
