import { fill, freshId, h, sign } from './dom.ts'
import { returnToOpener } from './refocus.ts'
import type { Press, Rendered } from './shapes.ts'
import { slackMessage } from './slack/blocks.ts'
import { type ModalView, slackModal } from './slack/modal.ts'
import { teamsCard } from './teams/card.ts'
import { toastRegions } from './toast.ts'

export type Look = 'teams' | 'slack'
export type OnPress = (press: Press, from: HTMLElement) => void
type Search = Parameters<typeof slackModal>[2]

export interface Dialog {
  look: Look
  /** Fills it with an answer: a form, or something to read. The focus goes to the field that was wrong, else to the first. */
  show(card: Rendered, wrong?: string): void
  /** What went wrong, above what stands there; the focus goes back to where it was. */
  fail(message: string): void
  busy(is: boolean): void
  close(): void
}

let present: Dialog | undefined

export function openedDialog(): Dialog | undefined {
  return present
}

/** A dialog in the look of the platform it was asked from; the browser keeps the focus in it and gives it back. */
export function openDialog(look: Look, heading: string, onPress: OnPress, search: Search): Dialog {
  present?.close()
  const goBack = returnToOpener()
  const id = freshId('dialog')
  // Until there is a field to stand in: on the cross, what is typed meanwhile would close it.
  const title = h('h2', { id, tabindex: '-1', autofocus: true }, heading)
  const close = h('button', { type: 'button', class: 'quiet icon-only', 'aria-label': 'Close' }, sign('close'))
  const body = h('div', { class: 'dialog-body' }, skeleton())
  const foot = h('footer', { class: 'dialog-foot', hidden: true })
  const failure = h('p', { class: 'dialog-failure', role: 'alert' })
  const element = h(
    'dialog',
    { class: `dialog dialog-${look}`, 'aria-labelledby': id },
    h('header', { class: 'dialog-head' }, title, close),
    failure,
    body,
    foot,
  )

  /** What had the focus when the dialog became busy, which takes it away. */
  let held: HTMLElement | undefined

  function draw(card: Rendered, wrong?: string): void {
    fill(failure)
    if (card.form !== undefined) title.textContent = card.form.title
    if (look === 'slack') drawSlack(card)
    else fill(body, teamsCard(card.teams, onPress).element)
    dropRepeated(body, title)
    // What is inert takes no focus.
    dialog.busy(false)
    body.scrollTop = 0
    focusFirst(body, wrong, close)
  }

  function drawSlack(card: Rendered): void {
    const modal = card.form === undefined ? undefined : slackModal(card.slack, onPress, search)
    fill(body, modal?.body ?? slackMessage(card.slack, onPress))
    foot.hidden = modal?.submit === undefined
    if (modal !== undefined) fill(foot, cancelButton(dialog.close), submitButton(modal, body, onPress))
  }

  const dialog: Dialog = {
    look,
    show: draw,
    fail(message) {
      body.querySelector('.skeleton')?.remove()
      fill(failure, message)
      dialog.busy(false)
      ;(held?.isConnected ? held : close).focus()
    },
    busy: is => {
      if (is) held = heldIn(body, foot)
      element.toggleAttribute('data-busy', is)
      body.inert = is
      foot.inert = is
      element.setAttribute('aria-busy', String(is))
    },
    close: () => element.close(),
  }
  close.addEventListener('click', () => element.close())
  element.addEventListener('click', event => {
    if (event.target === element) element.close()
  })
  element.addEventListener('close', () => {
    document.body.append(...toastRegions())
    element.remove()
    goBack()
    if (present === dialog) present = undefined
  })
  document.body.append(element)
  element.showModal()
  present = dialog
  return dialog
}

/** What is no form has its title inside, for where it stands in no dialog; here the dialog says it. */
function dropRepeated(body: HTMLElement, title: HTMLElement): void {
  const own = body.querySelector('.slack-header, .ac-richTextBlock')
  if (own?.textContent?.trim() === title.textContent?.trim()) own?.remove()
}

function heldIn(...parts: HTMLElement[]): HTMLElement | undefined {
  const { activeElement } = document
  return activeElement instanceof HTMLElement && parts.some(part => part.contains(activeElement)) ? activeElement : undefined
}

function skeleton(): HTMLElement {
  return h('div', { class: 'skeleton', role: 'status', 'aria-label': 'Loading' }, h('span'), h('span'), h('span'))
}

function cancelButton(close: () => void): HTMLElement {
  return h('button', { type: 'button', class: 'slack-button large', on: { click: close } }, 'Cancel')
}

function submitButton(modal: ModalView, body: HTMLElement, onPress: OnPress): HTMLElement {
  const button = h('button', { type: 'button', class: 'slack-button large primary' }, modal.submit ?? 'Submit')
  const submit = (): void => {
    const press = isFilled(body) ? modal.press() : undefined
    if (press !== undefined) onPress(press, button)
  }
  button.addEventListener('click', submit)
  body.addEventListener('keydown', event => {
    if (event.key === 'Enter' && event.target instanceof HTMLInputElement && !event.defaultPrevented) submit()
  })
  return button
}

/** As Slack does it: a required field left empty is named where it stands. */
function isFilled(body: HTMLElement): boolean {
  for (const old of body.querySelectorAll('.slack-error')) old.remove()
  const empty = [...body.querySelectorAll<HTMLInputElement>('[aria-required="true"]')].filter(field => field.value.trim() === '')
  for (const field of empty) {
    field
      .closest('.slack-field')
      ?.append(h('span', { class: 'slack-error', role: 'alert' }, 'Please complete this required field.'))
    field.setAttribute('aria-invalid', 'true')
  }
  empty[0]?.focus()
  return empty.length === 0
}

function focusFirst(body: HTMLElement, wrong: string | undefined, otherwise: HTMLElement): void {
  const field = wrong === undefined ? undefined : body.querySelector(`[id="${CSS.escape(`field_${wrong}`)}"]`)
  const first = (field ?? body).querySelector<HTMLElement>('input, select, textarea, button, [tabindex="0"]')
  ;(first ?? otherwise).focus()
}
