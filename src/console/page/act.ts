import * as api from './api.ts'
import { type Dialog, type Look, openDialog, openedDialog } from './dialog.ts'
import type { Feed } from './feed.ts'
import { note } from './message.ts'
import { asker } from './session.ts'
import { type Answered, type Press, pressOf } from './shapes.ts'
import { json } from './slack/elements.ts'
import { searchWith } from './teams/choice.ts'
import { toast } from './toast.ts'

/** What people do here: presses and typed lines, each asked of the bot and its answer shown where it belongs. */
export interface Acting {
  press(wanted: Press, from: HTMLElement): void
  type(text: string): Promise<void>
}

export function acting(feed: () => Feed): Acting {
  const search = (of: Press, field: string, typed: string) => api.choices(of, field, typed, asker())
  searchWith((dataset, typed) => {
    const raw = json(dataset)
    const of = pressOf(raw)
    const field = typeof raw === 'object' && raw !== null && 'field' in raw ? String(raw.field) : ''
    return of === undefined ? Promise.resolve([]) : search(of, field, typed)
  })

  function press(wanted: Press, from: HTMLElement): void {
    if (from.getAttribute('aria-busy') === 'true') return
    void carry(wanted, from)
  }

  async function carry(wanted: Press, from: HTMLElement): Promise<void> {
    const within = from.closest('dialog') === null ? undefined : openedDialog()
    const dialog = within ?? (wanted.dialog === true ? open(from) : undefined)
    mark(from, dialog, true)
    try {
      settle(await api.perform(wanted, asker()), dialog, from)
    } catch (thrown) {
      failed(thrown, labelOf(from), dialog)
    } finally {
      mark(from, dialog, false)
    }
  }

  function open(from: HTMLElement | undefined): Dialog {
    const look: Look = from?.closest('.slack-side') ? 'slack' : 'teams'
    return openDialog(look, labelOf(from), press, search)
  }

  /** A form is asked; what changed a card is told in a word, for the card tells the rest; everything else is shown. */
  function settle({ answer, error }: Answered, dialog: Dialog | undefined, from: HTMLElement | undefined): void {
    const { card, changed, personal } = answer
    if (card.form !== undefined) (dialog ?? open(from)).show(card, error?.field)
    else if (error === undefined && changed.length > 0) {
      dialog?.close()
      toast(card.text, 'good')
    } else if (dialog !== undefined) dialog.show(card)
    else feed().add(note(card, press, { isPersonal: personal }), from?.closest('.post') ?? null)
  }

  async function type(text: string): Promise<void> {
    const { answer, error } = await api.command(text, asker())
    if (answer.card.form !== undefined) settle({ answer, error }, undefined, undefined)
    else feed().add(note(answer.card, press, { typed: text, isPersonal: answer.personal }), null)
  }

  return { press, type }
}

function mark(from: HTMLElement, dialog: Dialog | undefined, is: boolean): void {
  if (from !== document.body) from.setAttribute('aria-busy', String(is))
  dialog?.busy(is)
}

function labelOf(from: HTMLElement | undefined): string {
  return from?.dataset.chosen ?? from?.textContent ?? ''
}

function failed(thrown: unknown, what: string, dialog: Dialog | undefined): void {
  const message = reasonOf(thrown, what, dialog !== undefined)
  if (dialog === undefined) toast(message, 'bad')
  else dialog.fail(message)
}

function reasonOf(thrown: unknown, what: string, isForm: boolean): string {
  if (api.isLost(thrown))
    return `“${what}” got no answer: the bot can’t be reached. ${isForm ? 'What stands here stays. ' : ''}Press it again in a moment: it is done once only.`
  if (thrown instanceof api.Refusal) return thrown.message
  return `“${what}” did not work. Nothing was changed as far as this page knows.`
}
