import * as api from './api.ts'
import { type Dialog, type Look, openDialog, openedDialog } from './dialog.ts'
import type { Feed } from './feed.ts'
import { type Message, note, noteAround } from './message.ts'
import { asker } from './session.ts'
import { type Answered, type Press, pressOf, type Rendered } from './shapes.ts'
import { json } from './slack/elements.ts'
import { searchWith } from './teams/choice.ts'
import { toast } from './toast.ts'

/** What people do here: presses and typed lines, each asked of the bot and its answer shown where it belongs. */
export interface Acting {
  press(wanted: Press, from: HTMLElement): void
  type(text: string): Promise<void>
  /** A finding changed: answers that show it are asked for again. */
  changed(findingId: string): void
}

export function acting(feed: () => Feed): Acting {
  const search = (of: Press, field: string, typed: string) => api.choices(of, field, typed, asker())
  searchWith((dataset, typed) => {
    const raw = json(dataset)
    const of = pressOf(raw)
    const field = typeof raw === 'object' && raw !== null && 'field' in raw ? String(raw.field) : ''
    return of === undefined ? Promise.resolve([]) : search(of, field, typed)
  })

  /** Answers that are a finding's card, by the finding. */
  const shown = new Map<Message, string>()

  function press(wanted: Press, from: HTMLElement): void {
    if (from.getAttribute('aria-busy') === 'true') return
    void carry(wanted, from)
  }

  async function carry(wanted: Press, from: HTMLElement): Promise<void> {
    const within = from.closest('dialog') === null ? undefined : openedDialog()
    const dialog = within ?? (wanted.dialog === true ? open(from) : undefined)
    mark(from, dialog, true)
    try {
      settle(await api.perform(wanted, asker()), dialog, from, wanted)
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

  /**
   * A form is asked; what changed a card is told in a word, for the card tells the rest; what an answer's own button brings takes its place, as in both
   * chats, but for a next page, which has no way back; everything else is shown beneath.
   */
  function settle({ answer, error }: Answered, dialog: Dialog | undefined, from: HTMLElement, wanted?: Press): void {
    const { card, changed, personal } = answer
    if (card.form !== undefined) (dialog ?? open(from)).show(card, error?.field)
    else if (error === undefined && changed.length > 0) {
      dialog?.close()
      toast(card.text, 'good')
    } else if (dialog !== undefined) dialog.show(card)
    else if (error === undefined && isOwnButton(from) && !isPage(wanted) && !isOneLine(card)) noteAround(from)?.show(card)
    else
      add(
        note(card, press, { isPersonal: personal }),
        from.closest('.post'),
        wanted?.action === 'show' ? wanted.findingId : undefined,
      )
  }

  function add(answer: Message, under: Element | null, findingId: string | undefined): void {
    if (findingId !== undefined) shown.set(answer, findingId)
    feed().add(answer.element, under)
  }

  async function type(text: string): Promise<void> {
    const { answer, error } = await api.command(text, asker())
    if (answer.card.form !== undefined) settle({ answer, error }, undefined, document.body)
    else add(note(answer.card, press, { typed: text, isPersonal: answer.personal }), null, /^\s*show\s+(\S+)/i.exec(text)?.[1])
  }

  function changed(findingId: string): void {
    for (const [answer, id] of shown) {
      if (!answer.element.isConnected) shown.delete(answer)
      else if (id === findingId) void renew(answer, id)
    }
  }

  async function renew(answer: Message, findingId: string): Promise<void> {
    const now = await api.perform({ action: 'show', findingId, input: {} }, asker()).catch(() => undefined)
    if (now !== undefined && now.error === undefined) answer.show(now.answer.card)
  }

  return { press, type, changed }
}

function isPage(wanted: Press | undefined): boolean {
  return wanted !== undefined && ('cursor' in wanted.input || 'page' in wanted.input)
}

/** A button of an answer itself, not of one of the things it lists. */
function isOwnButton(from: HTMLElement): boolean {
  return noteAround(from) !== undefined && from.closest('.ac-actionSet, .slack-actions') !== null
}

function isOneLine({ teams: { body, actions } }: Rendered): boolean {
  return Array.isArray(body) && body.length <= 1 && Array.isArray(actions) && actions.length === 0
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
