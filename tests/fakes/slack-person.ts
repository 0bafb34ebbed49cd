import { createHmac, randomBytes } from 'node:crypto'
import type { SinkBlock, SinkMessage, SinkView, SlackSink } from './slack-api.ts'

/** A person at Slack's end: what Slack sends to the bot when someone types, presses or submits, signed as Slack signs. */

export interface SlackPersonSettings {
  /** The bot's address, `http://127.0.0.1:3978`. */
  botUrl: string
  signingSecret: string
  sink: SlackSink
  user: string
  channel?: string
  /** Another workspace's person in a shared channel. */
  userTeam?: string
  now?: () => Date
}

export interface Signing {
  /** Unix seconds. */
  timestamp?: number
  signature?: string
  contentType?: string
  headers?: Record<string, string>
}

const form = 'application/x-www-form-urlencoded'

/** Sends a body as Slack does; any part of the signing can be spoilt. */
export function sendSigned(url: string, secret: string, body: string, signing: Signing = {}): Promise<Response> {
  const timestamp = signing.timestamp ?? Math.floor(Date.now() / 1000)
  const signature = signing.signature ?? `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`
  const headers = {
    'content-type': signing.contentType ?? form,
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': signature,
    ...signing.headers,
  }
  return fetch(url, { method: 'POST', body, headers })
}

/** Later presses have later times, as in Slack, also within one ms. */
let presses = 0
export function slackPerson(settings: SlackPersonSettings) {
  const { botUrl, signingSecret, sink, user, channel = 'C0000MAIN', userTeam, now = () => new Date() } = settings
  const url = `${botUrl}/slack/events`
  const who = { id: user, team_id: userTeam ?? sink.team }
  const team = { id: sink.team, domain: 'test' }

  function send(body: string, signing: Signing = {}): Promise<Response> {
    return sendSigned(url, signingSecret, body, { timestamp: Math.floor(now().getTime() / 1000), ...signing })
  }

  function slashBody(text: string): string {
    const place = { channel_id: channel, channel_name: 'main', team_id: sink.team, user_id: user }
    const back = { trigger_id: sink.trigger(user), response_url: sink.responseUrl() }
    return new URLSearchParams({ command: '/defender', text, ...place, ...back }).toString()
  }

  function payload(value: object): string {
    return new URLSearchParams({ payload: JSON.stringify(value) }).toString()
  }

  function pressBody(
    on: { message: SinkMessage } | { view: SinkView; entered?: Entered } | { home: true },
    button: SinkButton,
  ): string {
    const back = { trigger_id: sink.trigger(user), response_url: sink.responseUrl() }
    const where =
      'message' in on
        ? {
            channel: { id: on.message.channel, name: 'main' },
            container: {
              type: 'message',
              message_ts: on.message.ts,
              channel_id: on.message.channel,
              is_ephemeral: on.message.onlyFor !== undefined,
            },
            message: { ts: on.message.ts, ...(on.message.threadTs !== undefined && { thread_ts: on.message.threadTs }) },
            ...back,
          }
        : 'view' in on
          ? {
              container: { type: 'view', view_id: on.view.id },
              view: { ...on.view.view, id: on.view.id, hash: on.view.hash, state: stateOf(on.view, on.entered) },
              trigger_id: back.trigger_id,
            }
          : { container: { type: 'view', view_id: 'VHOME' }, view: { id: 'VHOME', type: 'home' }, trigger_id: back.trigger_id }
    const action = { ...button, action_ts: `${(now().getTime() / 1000).toFixed(3)}${String(presses++).padStart(6, '0')}` }
    return payload({ type: 'block_actions', user: who, team, ...where, actions: [action] })
  }

  function submitBody(shown: SinkView, entered: Entered): string {
    const { id, hash, view } = shown
    const { private_metadata, title } = view
    const sent = { id, hash, type: 'modal', callback_id: 'form', title, private_metadata, state: stateOf(shown, entered) }
    return payload({ type: 'view_submission', user: who, team, trigger_id: sink.trigger(user), view: sent })
  }

  function searchBody(view: SinkView, field: string, value: string): string {
    const at = { action_id: field, block_id: field, value }
    return payload({
      type: 'block_suggestion',
      user: who,
      team,
      ...at,
      view: { id: view.id, hash: view.hash, private_metadata: view.view.private_metadata },
    })
  }

  function event(parts: Record<string, unknown>, id = `Ev${randomBytes(6).toString('hex')}`): string {
    return JSON.stringify({
      type: 'event_callback',
      team_id: sink.team,
      api_app_id: 'A1',
      event_id: id,
      event_time: 1,
      event: parts,
    })
  }

  function sendEvent(parts: Record<string, unknown>, id?: string, signing: Signing = {}): Promise<Response> {
    return send(event(parts, id), { contentType: 'application/json', ...signing })
  }

  return {
    send,
    sendEvent,
    slashBody,
    pressBody,
    submitBody,
    payload,
    slash: (text: string) => send(slashBody(text)),
    press: (message: SinkMessage, label: string) => send(pressBody({ message }, buttonOf(message.blocks, label))),
    pressInView: (view: SinkView, label: string, entered: Entered = {}) =>
      send(pressBody({ view, entered }, buttonOf(view.view.blocks, label))),
    pressAtHome: (label: string) => send(pressBody({ home: true }, buttonOf(sink.homes.get(user)?.blocks ?? [], label))),
    submit: (view: SinkView, entered: Entered) => send(submitBody(view, entered)),
    search: (view: SinkView, field: string, value: string) => send(searchBody(view, field, value)),
    mention: (text: string, ts = '1700000000.000100') =>
      sendEvent({ type: 'app_mention', user, channel, ts, text, user_team: who.team_id }),
    say: (text: string, id?: string) =>
      sendEvent({ type: 'message', channel_type: 'im', user, channel: 'D0000DIRECT', ts: '1700000000.000200', text }, id),
    /** Says something with files attached. */
    sayWith: (text: string, files: { name: string; url_private: string }[]) => {
      const said = { type: 'message', subtype: 'file_share', channel_type: 'im', user, channel: 'D0000DIRECT', text, files }
      return sendEvent({ ...said, ts: '1700000000.000300' })
    },
    openHome: () => sendEvent({ type: 'app_home_opened', user, channel: 'D0000DIRECT', tab: 'home' }),
  }
}

export interface SinkButton {
  type: string
  action_id: string
  block_id: string
  value?: string
  selected_option?: { value: string }
}

/** The button or menu entry of that label, as Slack reports it pressed. */
export function buttonOf(blocks: SinkBlock[], label: string): SinkButton {
  const found = blocks.flatMap((block, index) =>
    elementsOf(block).flatMap(element => pressedAs(element, label, block.block_id ?? `b${index}`)),
  )[0]
  if (found === undefined) throw new Error(`no button "${label}" among ${labelsOf(blocks).join(', ')}`)
  return found
}

export function labelsOf(blocks: SinkBlock[]): string[] {
  return blocks
    .flatMap(elementsOf)
    .flatMap(element => [textOf(element.text), ...optionsOf(element).map(option => textOf(option.text))])
    .filter(label => label !== '')
}

type Part = Record<string, unknown>

function elementsOf(block: SinkBlock): Part[] {
  const elements: unknown = block.elements
  const many: Part[] = block.type === 'actions' && Array.isArray(elements) ? elements : []
  return isPart(block.accessory) ? [...many, block.accessory] : many
}

function optionsOf(element: Part): Part[] {
  return Array.isArray(element.options) ? element.options.filter(isPart) : []
}

function pressedAs(element: Part, label: string, blockId: string): SinkButton[] {
  const common = { action_id: String(element.action_id), block_id: blockId }
  if (element.type === 'button' && textOf(element.text) === label)
    return [{ type: 'button', ...common, value: String(element.value) }]
  const option = optionsOf(element).find(({ text }) => textOf(text) === label)
  return option === undefined ? [] : [{ type: String(element.type), ...common, selected_option: { value: String(option.value) } }]
}

/** What a person put into fields, by name. */
export type Entered = Record<string, string | boolean>

function stateOf({ view }: SinkView, entered: Entered = {}) {
  const fields = inputsOf(view.blocks).map(({ block, name, type, initial }) => [
    block,
    { [name]: fieldState(type, entered[name] ?? initial) },
  ])
  return { values: Object.fromEntries(fields) }
}

/** What stands in the fields after an update: Slack keeps what was entered in a block whose id it knows from before. */
export function standsIn(after: SinkView['view'], before: SinkView['view'], entered: Entered): Entered {
  const known = new Set(inputsOf(before.blocks).map(({ block }) => block))
  const fields = inputsOf(after.blocks).map(({ block, name, initial }) => [
    name,
    (known.has(block) ? entered[name] : undefined) ?? initial,
  ])
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined))
}

export interface SinkInput {
  block: string
  name: string
  type: string
  /** What stands in it when the form opens. */
  initial?: string | boolean
}

/** The fields of a form; boxes to tick stand among its buttons. */
export function inputsOf(blocks: SinkBlock[]): SinkInput[] {
  return blocks.flatMap(block =>
    fieldsIn(block).map(part => ({
      block: block.block_id ?? '',
      name: String(part.action_id),
      type: String(part.type),
      ...initialOf(part),
    })),
  )
}

function fieldsIn(block: SinkBlock): Part[] {
  if (block.type === 'input') return [isPart(block.element) ? block.element : {}]
  return elementsOf(block).filter(({ type }) => type === 'checkboxes')
}

function initialOf({ initial_value, initial_option, initial_options }: Part): { initial?: string | boolean } {
  if (typeof initial_value === 'string') return { initial: initial_value }
  if (Array.isArray(initial_options)) return { initial: initial_options.length > 0 }
  return isPart(initial_option) ? { initial: String(initial_option.value) } : {}
}

function fieldState(type: string, value: string | boolean | undefined): object {
  if (type === 'checkboxes') return { type, selected_options: value === true ? [{ value: 'true' }] : [] }
  if (type === 'plain_text_input') return { type, value: value ?? null }
  return { type, selected_option: value === undefined ? null : { value } }
}

function textOf(value: unknown): string {
  return isPart(value) && typeof value.text === 'string' ? value.text : ''
}

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null
}
