import type { types } from '@slack/bolt'
import type { ActionRequest, Answer } from '../../actions/action.ts'
import { Problem, toProblem } from '../../errors.ts'
import {
  type Asked,
  askedByForm,
  askedByPress,
  buttonOf,
  commandId,
  pressId,
  type Read,
  type Spot,
  spotInView,
  spotOfCommand,
  spotOfPress,
  submissionId,
  typed,
} from './asks.ts'
import { refusal, type SlackDesk, within } from './desk.ts'
import type { Dialogs } from './dialogs.ts'
import { canShowError } from './entered.ts'
import { fieldOf } from './inputs.ts'
import { limits } from './limits.ts'
import type { Members } from './members.ts'
import type { BlockActions, Command, Press, ViewSubmission } from './payloads.ts'
import { renderSlackMessage, type SlackMessage } from './render.ts'
import type { Repeats } from './repeats.ts'
import { type Dialog, loadingView, modalView, type Reply } from './reply.ts'

export interface InteractionDeps {
  desk: SlackDesk
  members: Members
  repeats: Repeats
  dialogs: Dialogs
  read: Read
  replyTo(spot: Spot): Reply
  /** Shows a person the present home. */
  publishHome(spot: Spot, id: string): Promise<void>
  /** Work after the acknowledgement; awaited when the bot stops. */
  later(work: () => Promise<void>): void
}

/** How Slack takes an acknowledgement, optionally with content. */
export type Ack<Content = never> = (content?: Content) => Promise<void>
export type Told = SlackMessage & { response_type: 'ephemeral' }
export type ViewOutcome =
  | { response_action: 'errors'; errors: Record<string, string> }
  | { response_action: 'update'; view: types.ModalView }

/** What people do with commands, buttons and forms: stored, acknowledged, then carried out and answered. */
export function interactions({ desk, members, repeats, dialogs, read, replyTo, publishHome, later }: InteractionDeps) {
  async function command(body: Command, ack: Ack<Told>): Promise<void> {
    const spot = spotOfCommand(body)
    const id = commandId(body)
    if (!repeats.isNew(id)) return ack()
    const asked = async () => read(typed(await members.named(body.team_id, body.text)))
    try {
      const stored = store(spot, id, [], asked)
      await within(stored, limits.acceptMs)
      await ack()
      later(async () => show(spot, body.trigger_id, perform(stored, spot), limits.triggerMs))
    } catch (thrown) {
      await ack({ response_type: 'ephemeral', ...renderSlackMessage(refusal(toProblem(thrown)).card) })
    }
  }

  /** A form that is ready while the trigger lives opens; otherwise the answer is a message, which opens a form by its button. */
  async function show(spot: Spot, triggerId: string | undefined, work: Promise<Answer>, patienceMs: number): Promise<void> {
    const reply = replyTo(spot)
    const early = await within(work, patienceMs)
    if (early?.card.form !== undefined && triggerId !== undefined && (await reply.open(triggerId, early.card)) !== undefined)
      return
    await reply.answer(early ?? (await work))
  }

  async function press(body: BlockActions, ack: Ack): Promise<void> {
    const [first] = body.actions
    if (first === undefined || isLinkOrField(first)) return ack()
    const spot = spotOfPress(body)
    const asked = askedByPress(first, body.view?.state?.values)
    const button = buttonOf(body, first, spot)
    const id = repeats.pressOf(button, pressId(button, first))
    if (!repeats.isNew(id)) return ack()
    try {
      if (asked === undefined) throw olderButton()
      const stored = store(spot, id, [body.user.team_id], () => asked)
      await within(stored, limits.acceptMs)
      await ack()
      later(() => pressed(body, spot, asked.dialog, () => perform(stored, spot), { id, at: first.action_ts }))
    } catch (thrown) {
      await ack()
      later(() => replyTo(spot).answer(refusal(toProblem(thrown))))
    }
  }

  async function pressed(
    body: BlockActions,
    spot: Spot,
    dialog: boolean,
    perform: () => Promise<Answer>,
    { id, at }: { id: string; at: string },
  ): Promise<void> {
    const { trigger_id: triggerId, view } = body
    if (view?.type === 'modal') return inPlace(spot, view, perform, at)
    if (triggerId !== undefined && (dialog || view !== undefined)) await inDialog(spot, triggerId, perform)
    else await show(spot, triggerId, perform(), limits.callMs)
    if (view?.type === 'home') await publishHome(spot, `${id}-home`)
  }

  /** In the dialog that was pressed, unless somebody did more there meanwhile. */
  async function inPlace(spot: Spot, view: Dialog, perform: () => Promise<Answer>, at: string): Promise<void> {
    await dialogs.press(view.id, at)
    const { card } = await perform()
    const reply = replyTo(spot)
    const isShown = await reply.fill(view, card)
    if (!isShown && (await dialogs.isLast(view.id, at))) await reply.fill({ ...view, hash: '' }, card)
  }

  async function inDialog(spot: Spot, triggerId: string, perform: () => Promise<Answer>): Promise<void> {
    const reply = replyTo(spot)
    const viewId = await reply.open(triggerId, undefined)
    const answer = await perform()
    const shown = viewId !== undefined && (await reply.fill({ id: viewId }, answer.card))
    const closed = viewId !== undefined && !shown && answer.card.form !== undefined
    if ((!shown && !closed) || !answer.personal) await reply.answer(answer)
  }

  async function submit(body: ViewSubmission, ack: Ack<ViewOutcome>): Promise<void> {
    const startedAt = performance.now()
    const asked = askedByForm(body.view, body.view.state.values)
    const spot: Spot = { team: body.team.id, user: body.user.id, ...spotInView(body.view.private_metadata) }
    if (asked === undefined) return ack(outcome(refusal(olderForm()), body, spot))
    const noted = dialogs.submit(body.view.id)
    const work = noted.then(() => submitted(body, spot, asked))
    const early = await within(work, limits.answerMs - (performance.now() - startedAt))
    await ack(
      early === undefined ? { response_action: 'update', view: loadingView(body.view.title?.text) } : outcome(early, body, spot),
    )
    later(async () => {
      const answer = await work
      const isShown = early !== undefined || (await replyTo(spot).fill({ id: body.view.id }, answer.card))
      const isFirst = repeats.isNew(submissionId(body))
      if (isFirst && (!isShown || !answer.personal)) await replyTo(spot).answer(answer)
    })
  }

  function submitted(body: ViewSubmission, spot: Spot, asked: Asked): Promise<Answer> {
    return perform(
      store(spot, submissionId(body), [body.user.team_id], () => asked),
      spot,
    )
  }

  async function store(...[spot, ...about]: Parameters<SlackDesk['request']>): Promise<ActionRequest> {
    const request = await desk.request(spot, ...about)
    await desk.accept(request)
    return request
  }

  /** What could not be stored is answered too. */
  async function perform(stored: Promise<ActionRequest>, spot: Spot): Promise<Answer> {
    try {
      return await desk.perform(await stored, spot)
    } catch (thrown) {
      return refusal(toProblem(thrown))
    }
  }

  return { command, press, submit }
}

function olderButton(): Problem {
  return new Problem('NotOffered', 'This button belongs to an older version of the card. Type /defender for what you can do now.')
}

function olderForm(): Problem {
  return new Problem('NotOffered', 'This form belongs to an older version. Open it again.')
}

/** Links open by themselves, and fields of a form come with the form. */
function isLinkOrField({ action_id, type, value, selected_option }: Press): boolean {
  if (action_id.startsWith('open:') || (value ?? selected_option?.value) === 'open') return true
  return type !== 'button' && type !== 'overflow'
}

/** Errors go to their fields where Slack shows all of them there; everything else takes the form's place. */
function outcome(answer: Answer, { view }: ViewSubmission, spot: Spot): ViewOutcome {
  const fields = Object.entries(view.state.values).map(([block, entered]) => ({ block, field: fieldOf(block), entered }))
  const wrong = fieldErrors(answer)
  const errors = wrong.flatMap(([name, said]): [string, string][] => {
    const at = fields.find(({ field }) => field === name)
    return at !== undefined && canShowError(at.entered) ? [[at.block, said]] : []
  })
  if (errors.length > 0 && errors.length === wrong.length)
    return { response_action: 'errors', errors: Object.fromEntries(errors) }
  return { response_action: 'update', view: modalView(answer.card, spot, view.state.values) }
}

function fieldErrors({ card, error }: Answer): [string, string][] {
  const inCard = card.body.flatMap<[string, string]>(element =>
    element.type === 'input' && element.error !== undefined ? [[element.id, element.error]] : [],
  )
  if (inCard.length > 0 || error?.field === undefined) return inCard
  return [[error.field, error.message]]
}
