import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { plainCard } from '../../../cards/answer.ts'
import type { Card } from '../../../cards/card.ts'
import type { Answer } from '../../actions/action.ts'
import type { Log } from '../../log.ts'
import type { Clock } from '../../ports.ts'
import { type Spot, withSpot } from './asks.ts'
import { over } from './entered.ts'
import { isRefusedCard } from './failures.ts'
import { limits } from './limits.ts'
import type { Entered } from './payloads.ts'
import { renderSlackMessage, renderSlackModal } from './render.ts'
import { Done, literally, SlackFailure, type SlackWeb } from './web.ts'

/** Answers to one request: to its response_url while that lasts, else as an ephemeral message, else in a direct one. */
export interface Reply {
  answer(answer: Pick<Answer, 'card' | 'personal'>): Promise<void>
  /** Shows a dialog at once; undefined when Slack does not open it (a trigger lives three seconds). */
  open(triggerId: string, card: Card | undefined): Promise<string | undefined>
  /** Puts the card in the dialog; false when the dialog is no longer there, or shows something else than when it was asked. */
  fill(dialog: Dialog, card: Card): Promise<boolean>
}

/** A dialog in Slack: the state in which it was pressed, and what was entered there, when it is known. */
export interface Dialog {
  id: string
  hash?: string
  state?: { values: Entered } | undefined
}

export interface ReplyDeps {
  webOf(team: string): Promise<SlackWeb>
  /** Answers go to Slack's own hosts only; with an API address for tests also to that machine. */
  apiUrl?: string | undefined
  clock: Clock
  log: Log
}

const Opened = z.object({ view: z.object({ id: z.string() }) })

/** Under the title of the form that was sent, when one was. */
export function loadingView(title = 'Defender') {
  return {
    type: 'modal' as const,
    title: { type: 'plain_text' as const, text: title },
    close: { type: 'plain_text' as const, text: 'Close' },
    blocks: [{ type: 'section' as const, text: { type: 'plain_text' as const, text: 'One moment …' } }],
  }
}

export function modalView(card: Card, spot: Spot, entered: Entered = {}) {
  const view = renderSlackModal(card)
  return { ...view, blocks: over(entered, view.blocks), private_metadata: withSpot(view.private_metadata, spot, limits.metadata) }
}

export function replyTo(spot: Spot, { webOf, apiUrl, clock, log }: ReplyDeps): Reply {
  const startedAt = clock.now().getTime()
  let uses = 0

  /** What Slack takes later, or without its looks, is tried so: whoever pressed was promised an answer. */
  async function answer(
    { card, personal }: Pick<Answer, 'card' | 'personal'>,
    triesLeft: number = limits.answerTries,
  ): Promise<void> {
    const failures = await byAnyWay(card, personal)
    if (failures === undefined) return
    const waitMs = againAfterMs(failures)
    if (waitMs === undefined || triesLeft <= 1) {
      log.warn({ team: spot.team, channel: spot.channel }, 'an answer could not be delivered in Slack')
      return
    }
    await pause(waitMs)
    await answer({ card: failures.some(isRefusedCard) ? plainCard(card) : card, personal }, triesLeft - 1)
  }

  /** Undefined once it is told, else why each way failed. */
  async function byAnyWay(card: Card, personal: boolean): Promise<SlackFailure[] | undefined> {
    const failures: SlackFailure[] = []
    const ways = personal
      ? [respond, ephemeral, direct]
      : [spot.thread === undefined ? respond : inThread, inThread, respond, direct]
    for (const way of ways) if (await tried(() => way(card, personal), way.name, failures)) return undefined
    return failures
  }

  async function tried(way: () => Promise<boolean>, name: string, failures: SlackFailure[]): Promise<boolean> {
    try {
      return await way()
    } catch (thrown) {
      if (!(thrown instanceof SlackFailure)) throw thrown
      log.info({ way: name, code: thrown.code }, 'Slack did not take an answer this way')
      failures.push(thrown)
      return false
    }
  }

  async function respond(card: Card, personal: boolean): Promise<boolean> {
    const url = usableUrl()
    if (url === undefined) return false
    uses += 1
    const body = {
      ...literally,
      ...renderSlackMessage(card),
      response_type: personal ? 'ephemeral' : 'in_channel',
      replace_original: personal && spot.ephemeral === true,
      ...(spot.within !== undefined && spot.ephemeral !== true && { thread_ts: spot.within }),
    }
    return postJson(url, body)
  }

  function usableUrl(): string | undefined {
    const late = clock.now().getTime() - startedAt > limits.responseMs
    if (spot.responseUrl === undefined || late || uses >= limits.responseUses) return undefined
    return isSlackHost(spot.responseUrl, apiUrl) ? spot.responseUrl : undefined
  }

  async function ephemeral(card: Card): Promise<boolean> {
    if (spot.channel === undefined || spot.channel.startsWith('D')) return false
    const web = await webOf(spot.team)
    const thread = spot.within === undefined ? {} : { thread_ts: spot.within }
    await web.call(
      'chat.postEphemeral',
      { channel: spot.channel, user: spot.user, ...thread, ...literally, ...renderSlackMessage(card) },
      Done,
    )
    return true
  }

  function direct(card: Card): Promise<boolean> {
    return posted(spot.channel?.startsWith('D') === true ? spot.channel : spot.user, card)
  }

  async function inThread(card: Card): Promise<boolean> {
    return spot.channel !== undefined && posted(spot.channel, card, spot.thread)
  }

  async function posted(channel: string, card: Card, thread?: string): Promise<boolean> {
    const web = await webOf(spot.team)
    const where = { channel, unfurl_links: false, unfurl_media: false, ...(thread !== undefined && { thread_ts: thread }) }
    await web.call('chat.postMessage', { ...where, ...literally, ...renderSlackMessage(card) }, Done)
    return true
  }

  async function open(triggerId: string, card: Card | undefined): Promise<string | undefined> {
    try {
      const web = await webOf(spot.team)
      const view = card === undefined ? loadingView() : modalView(card, spot)
      return (await web.call('views.open', { trigger_id: triggerId, view }, Opened)).view.id
    } catch (thrown) {
      log.info({ code: thrown instanceof SlackFailure ? thrown.code : 'unknown' }, 'Slack did not open a dialog')
      return undefined
    }
  }

  function fill({ id, hash, state }: Dialog, card: Card): Promise<boolean> {
    const way = async () => {
      const web = await webOf(spot.team)
      const view = modalView(card, spot, state?.values)
      await web.call('views.update', { view_id: id, view, ...(hash && { hash }) }, Done)
      return true
    }
    return tried(way, 'fill', [])
  }

  return { answer: told => answer(told), open, fill }
}

const soon = ['ratelimited', 'unreachable', 'service_unavailable']

/** After how many ms Slack may take what it did not take now; undefined: never. */
function againAfterMs(failures: SlackFailure[]): number | undefined {
  const waits = failures.flatMap(failure => {
    if (isRefusedCard(failure)) return [0]
    return soon.includes(failure.code) ? [(failure.retryAfterS ?? 1) * 1000] : []
  })
  return waits.length === 0 ? undefined : Math.min(...waits)
}

async function postJson(url: string, body: object): Promise<boolean> {
  const signal = AbortSignal.timeout(limits.callMs)
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', redirect: 'error', signal, headers, body: JSON.stringify(body) }).catch(
    () => {
      throw new SlackFailure('cut', true)
    },
  )
  await response.body?.cancel()
  if (response.status === 429)
    throw new SlackFailure('ratelimited', false, Number(response.headers.get('retry-after')) || undefined)
  if (!response.ok) throw new SlackFailure(`http_${response.status}`, false)
  return true
}

/** The address comes signed by Slack; that it leads to Slack is checked all the same. */
export function isSlackHost(url: string, apiUrl: string | undefined): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  if (protocol === 'https:' && /(^|\.)slack(-gov)?\.com$/.test(hostname)) return true
  return apiUrl !== undefined && URL.canParse(apiUrl) && new URL(apiUrl).hostname === hostname
}
