import type { RequestListener } from 'node:http'
import { App, type Authorize, HTTPReceiver, type ReceiverEvent, type ViewSubmitAction } from '@slack/bolt'
import type { z } from 'zod'
import type { Log } from '../../log.ts'
import type { Ack, Told, ViewOutcome } from './interactions.ts'
import { limits } from './limits.ts'
import { slackLogger } from './logger.ts'
import { BlockActions, Command, EventCallback, Suggestion, ViewSubmission } from './payloads.ts'
import type { Found } from './suggestions.ts'
import { webOptions } from './web.ts'
import type { Workspaces } from './workspaces.ts'

export interface BoltHandlers {
  command(body: Command, ack: Ack<Told>): Promise<void>
  press(body: BlockActions, ack: Ack): Promise<void>
  submit(body: ViewSubmission, ack: Ack<ViewOutcome>): Promise<void>
  suggest(body: Suggestion, ack: Ack<Found>): Promise<void>
  /** Before the acknowledgement; the work it returns comes after. */
  take(body: EventCallback): Promise<(() => Promise<void>) | undefined>
  later(work: () => Promise<void>): void
}

export interface BoltSettings {
  signingSecret: string
  path: string
  workspaces: Workspaces
  apiUrl?: string | undefined
  log: Log
}

/** Bolt behind an HTTP server of ours: it verifies, parses and dispatches; it neither listens nor asks Slack anything by itself. */
export function boltListener(settings: BoltSettings, handlers: BoltHandlers): RequestListener {
  const { signingSecret, path, workspaces, apiUrl, log } = settings
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: [path],
    bodyLimit: limits.maxBodyBytes,
    logger: slackLogger(log),
    processEventErrorHandler: async ({ error, response }) => {
      log.warn({ error }, 'a Slack request was not taken')
      if (response.headersSent) return false
      response.writeHead(503)
      response.end()
      return false
    },
  })
  const app = new App({
    receiver,
    authorize: authorizeBy(workspaces),
    convoStore: false,
    clientOptions: webOptions(apiUrl, log),
    logger: slackLogger(log),
  })
  app.error(async error => log.error({ error }, 'a Slack request failed'))
  app.command(/.*/, ({ body, ack }) => parsed(Command, body, ack, handlers.command))
  app.action({ type: 'block_actions' }, ({ body, ack }) => parsed(BlockActions, body, ack, handlers.press))
  app.view<ViewSubmitAction>({ type: 'view_submission' }, ({ body, ack }) => parsed(ViewSubmission, body, ack, handlers.submit))
  app.options<'block_suggestion'>({ type: 'block_suggestion' }, ({ body, ack }) =>
    parsed(Suggestion, body, ack, handlers.suggest),
  )
  aroundEveryRequest(app, handlers)
  return receiver.requestListener
}

/** Never calls Slack: a token by settings or installation is all that Bolt needs to go on. */
function authorizeBy(workspaces: Workspaces): Authorize<boolean> {
  return async ({ teamId = '' }) => {
    const [botToken, { botId, botUserId }] = await Promise.all([workspaces.tokenOf(teamId), workspaces.identityOf(teamId)])
    return { botToken, teamId, ...(botId !== undefined && { botId }), ...(botUserId !== undefined && { botUserId }) }
  }
}

/** A payload of another shape than Slack documents is acknowledged and dropped; Bolt's wrapper below does the former. */
async function parsed<Shape extends z.ZodType, Answered>(
  shape: Shape,
  body: unknown,
  ack: Answered,
  handle: (body: z.output<Shape>, ack: Answered) => Promise<void>,
): Promise<void> {
  const read = shape.safeParse(body)
  if (read.success) await handle(read.data, ack)
}

/** Events are stored before Bolt acknowledges them, and whatever no listener acknowledged is, instead of a 404 after three seconds. */
function aroundEveryRequest(app: App, { take, later }: BoltHandlers): void {
  const processEvent = app.processEvent.bind(app)
  app.processEvent = async (event: ReceiverEvent) => {
    let isAcked = false
    const ack: ReceiverEvent['ack'] = async response => {
      isAcked = true
      await event.ack(response)
    }
    const callback = EventCallback.safeParse(event.body)
    const after = callback.success ? await take(callback.data) : undefined
    await processEvent({ ...event, ack })
    if (!isAcked) await ack()
    if (after !== undefined) later(after)
  }
}
