import type { CloudAdapter, TurnContext } from 'botbuilder'
import { Problem } from '../../errors.ts'
import type { Address } from './address.ts'
import type { Checked } from './settings.ts'

/** What Teams shows: one card with the line that notifications read. */
export interface Message {
  summary: string
  card: object
}

/** Failures of sending are Problems. */
export interface Outgoing {
  /** Returns the activity's id. */
  send(to: Address, message: Message): Promise<string>
  update(to: Address, activityId: string, message: Message): Promise<void>
  /** The one-to-one chat with a person seen at `to`; Teams gives the same each time. */
  chatWith(to: Address, userId: string): Promise<Address>
  /** Why the last call did not get through; undefined when it did, or when Teams itself had an answer. */
  trouble(): string | undefined
}

const conversationTypes = { personal: 'personal', channel: 'channel', group: 'groupChat' } as const
const adaptiveCard = 'application/vnd.microsoft.card.adaptive'

/** `signedIn`: resolves once the bot's own token is there. */
export function outgoing(adapter: CloudAdapter, { appId, scope }: Checked, signedIn: () => Promise<void>): Outgoing {
  let trouble: string | undefined

  async function send(to: Address, message: Message): Promise<string> {
    let id: string | undefined
    await inConversation(to, async context => {
      id = (await context.sendActivity(activityOf(message)))?.id
    })
    if (id === undefined || id === '') throw new Problem('ChatUncertain', 'Teams took the message without telling its id.')
    return id
  }

  async function update(to: Address, activityId: string, message: Message): Promise<void> {
    await inConversation(to, async context => {
      await context.updateActivity({ ...activityOf(message), id: activityId })
    })
  }

  async function chatWith(to: Address, userId: string): Promise<Address> {
    const { channelId, serviceUrl, tenantId, bot } = to
    let conversationId = ''
    const members = [{ id: userId, name: '' }]
    const wanted = { bot, members, tenantId, isGroup: false, channelData: { tenant: { id: tenantId } } }
    await guarded(() =>
      adapter.createConversationAsync(appId, channelId, serviceUrl, scope, wanted, async context => {
        conversationId = context.activity.conversation.id
      }),
    )
    return { channelId, serviceUrl, tenantId, bot, conversationId, kind: 'personal' }
  }

  /** Replies carry no id of what they reply to: the thread stands in the conversation's id. */
  function inConversation(
    { serviceUrl, channelId, bot, ...to }: Address,
    work: (context: TurnContext) => Promise<void>,
  ): Promise<void> {
    const conversation = {
      id: to.conversationId,
      name: '',
      isGroup: to.kind !== 'personal',
      conversationType: conversationTypes[to.kind],
      tenantId: to.tenantId,
    }
    return guarded(() =>
      adapter.continueConversationAsync(appId, { serviceUrl, channelId, bot, conversation }, async context => {
        context.activity.id = ''
        await work(context)
      }),
    )
  }

  /** Everything before the line, like fetching the bot's own token, has sent nothing. */
  async function guarded(work: () => Promise<void>): Promise<void> {
    try {
      await signedIn()
      await work()
      trouble = undefined
    } catch (thrown) {
      const problem =
        thrown instanceof Problem
          ? thrown
          : new Problem('ChatUnavailable', 'The bot could not sign in to Teams.', { cause: thrown })
      trouble = problem.code === 'ChatUnavailable' ? problem.message : undefined
      throw problem
    }
  }

  return { send, update, chatWith, trouble: () => trouble }
}

function activityOf({ summary, card }: Message) {
  return { type: 'message', summary, attachments: [{ contentType: adaptiveCard, content: card }] }
}
