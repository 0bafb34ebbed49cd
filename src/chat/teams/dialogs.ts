import { z } from 'zod'
import type { Card } from '../../../cards/card.ts'
import type { Answer } from '../../actions/action.ts'
import { Problem } from '../../errors.ts'
import { pressed } from '../button.ts'
import type { Activity } from './activity.ts'
import { type CardActionsDeps, isOneLine } from './card-actions.ts'
import type { InvokeReply } from './incoming.ts'
import type { InvokeKind } from './invokes.ts'
import { olderSentence } from './messages.ts'
import { askingRequestId } from './presses.ts'
import { dialogOf } from './stamp.ts'

const Task = z.object({ data: z.unknown().optional() })
const adaptiveCard = 'application/vnd.microsoft.card.adaptive'
const maxTitle = 60

/** `task/fetch` and `task/submit`: a form, or more text, in a window of its own. */
export function dialogs({ asks, replies, presses, tasks, patienceMs }: CardActionsDeps): {
  fetch: InvokeKind
  submit: InvokeKind
} {
  function fetch(activity: Activity): Promise<InvokeReply> {
    return perform(activity, () => askingRequestId(activity))
  }

  function submit(activity: Activity): Promise<InvokeReply> {
    return perform(activity, presses.inDialog)
  }

  async function perform(activity: Activity, idOf: typeof presses.inDialog): Promise<InvokeReply> {
    const { data } = Task.parse(activity.value ?? {})
    const button = pressed(data)
    if (button === undefined) throw new Problem('NotOffered', olderSentence)
    const requestId = idOf(activity, button, data)
    const work = asks.answer(activity, { requestId, ...button })
    const answer = await tasks.within(patienceMs, work, outcome => replies.late(activity, outcome))
    return answer === undefined
      ? said('This takes a little longer. The card shows how it ends.')
      : outcomeOf(answer, askingRequestId(activity))
  }

  return { fetch: { answer: fetch, said }, submit: { answer: submit, said } }
}

/** A form, also one with errors at its fields, and longer text stay open, under a title that stands there once; a short outcome closes the window. */
function outcomeOf({ card, changed, error }: Answer, opening: string): InvokeReply {
  if (card.form !== undefined) return open(card.form.title, card, opening)
  if (error !== undefined || changed.length > 0 || isOneLine(card)) return said(card.fallback)
  const title = card.body.find(element => element.type === 'title')
  return title === undefined || title.text.length > maxTitle
    ? open(title?.text ?? card.fallback, card, opening)
    : open(title.text, { ...card, body: card.body.filter(element => element !== title) }, opening)
}

function open(title: string, card: Card, opening: string): InvokeReply {
  const value = {
    title: title.slice(0, maxTitle),
    width: 'medium',
    height: 'medium',
    card: { contentType: adaptiveCard, content: dialogOf(card, opening) },
  }
  return { status: 200, body: { task: { type: 'continue', value } } }
}

function said(sentence: string): InvokeReply {
  return { status: 200, body: { task: { type: 'message', value: sentence } } }
}
