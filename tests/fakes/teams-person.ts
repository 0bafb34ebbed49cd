import { baseOf, type CardNode, isNode, type TeamsConnector, type TeamsMessage } from './teams-connector.ts'

/** A person at Teams' end: what Teams sends to the bot when someone installs it, types, presses or submits, signed as Teams signs. */

export interface TeamsConversation {
  id: string
  conversationType: 'personal' | 'channel' | 'groupChat'
  team?: { id: string; name: string }
  channel?: { id: string; name: string }
  name?: string
}

export interface TeamsPersonSettings {
  /** The bot's address, `http://127.0.0.1:3978`. */
  botUrl: string
  connector: TeamsConnector
  /** Entra object id; undefined: Teams does not tell it. */
  objectId: string | undefined
  name: string
  conversation: TeamsConversation
  /** Another tenant's person. */
  tenantId?: string
  /** When Teams takes what they do. */
  now?: () => Date
}

export interface BotReply {
  status: number
  text: string
  /** The parsed body, or an empty object. */
  body: CardNode
}

/** A window opened by a button: its card, and what stands in its title. */
export interface TeamsDialog {
  title: string
  card: CardNode
}

export const botAccount = { id: '28:defender', name: 'Defender' }
const ids = { next: 1 }

export function channel(name: string, team = 'Security'): TeamsConversation {
  const id = `19:${name.toLowerCase()}@thread.tacv2`
  return {
    id,
    conversationType: 'channel',
    team: { id: `19:${team.toLowerCase()}@thread.tacv2`, name: team },
    channel: { id, name },
  }
}

export function personalChat(name: string): TeamsConversation {
  return { id: `a:chat-29:${name}`, conversationType: 'personal' }
}

/** Sends any body as Teams does; `authorization` replaces the signed token, an empty one leaves it out. */
export async function sendActivity(botUrl: string, body: unknown, authorization: string): Promise<BotReply> {
  const headers = { 'content-type': 'application/json; charset=utf-8', ...(authorization === '' ? {} : { authorization }) }
  const response = await fetch(`${botUrl}/api/messages`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, text, body: objectIn(text) }
}

export function teamsPerson(settings: TeamsPersonSettings) {
  const { botUrl, connector, conversation } = settings
  const activity = (parts: object) => activityOf(settings, parts)
  const spoken = (text: string, thread?: string) => spokenOf(settings, text, thread)

  async function deliver(body: CardNode): Promise<BotReply> {
    return sendActivity(botUrl, body, `Bearer ${await connector.token()}`)
  }

  function invoke(of: string, value: object, message?: { id: string }): Promise<BotReply> {
    return deliver(activity({ type: 'invoke', name: of, value, ...(message === undefined ? {} : { replyToId: message.id }) }))
  }

  /** Presses a button of a posted card; inputs take their values from `values`, then from the card. */
  function press(message: TeamsMessage, label: string, values: Record<string, string> = {}): Promise<BotReply> {
    return act(actionOn(message.card, label), message.card, values, message)
  }

  function act(action: CardNode, card: CardNode, values: Record<string, string>, message: { id: string }): Promise<BotReply> {
    const data = dataOf(action, card, values)
    if (action.type === 'Action.Execute')
      return invoke(
        'adaptiveCard/action',
        { action: { type: action.type, id: action.id, verb: action.verb, data }, trigger: 'manual' },
        message,
      )
    const { msteams } = data
    if (isNode(msteams) && msteams.type === 'task/fetch')
      return invoke('task/fetch', { data, context: { theme: 'default' } }, message)
    return deliver(activity({ type: 'message', value: data, replyToId: message.id }))
  }

  return {
    from: accountOf(settings),
    activity,
    deliver,
    invoke,
    spoken,
    press,
    act,
    /** The card comes into view, and Teams asks for the one that this person sees. */
    view: (message: TeamsMessage): Promise<BotReply> => invoke('adaptiveCard/action', refreshOf(message.card), message),
    say: (text: string, thread?: string) => deliver(spoken(text, thread)),
    install: () => deliver(activity({ type: 'installationUpdate', action: 'add' })),
    uninstall: () => deliver(activity({ type: 'installationUpdate', action: 'remove' })),
    /** The window that a button opens. */
    open: async (message: TeamsMessage, label: string): Promise<TeamsDialog> => dialogIn(await press(message, label)),
    submit: (dialog: TeamsDialog, values: Record<string, string>, label?: string): Promise<BotReply> =>
      invoke('task/submit', { data: dataOf(actionOn(dialog.card, label), dialog.card, values), context: { theme: 'default' } }),
    /** What the bot has said here, threads included, oldest first. */
    sees: () => connector.messages.filter(message => baseOf(message.conversation) === conversation.id),
  }
}

function accountOf({ name, objectId }: TeamsPersonSettings) {
  return { id: `29:${name}`, name, ...(objectId === undefined ? {} : { aadObjectId: objectId }) }
}

/** Parts of an activity as Teams fills them. */
function activityOf(settings: TeamsPersonSettings, parts: object): CardNode {
  const { connector, conversation, tenantId = connector.tenantId, now = () => new Date() } = settings
  const { id, conversationType, team, channel: place, name } = conversation
  const isGroup = conversationType !== 'personal'
  return {
    id: `act-${ids.next++}`,
    timestamp: now().toISOString(),
    channelId: 'msteams',
    serviceUrl: connector.serviceUrl,
    from: accountOf(settings),
    recipient: botAccount,
    conversation: { id, conversationType, tenantId, isGroup, ...(name === undefined ? {} : { name }) },
    channelData: {
      tenant: { id: tenantId },
      ...(team === undefined ? {} : { team }),
      ...(place === undefined ? {} : { channel: place }),
    },
    ...parts,
  }
}

/** In channels and group chats with the mention that Teams needs there. */
function spokenOf(settings: TeamsPersonSettings, text: string, thread?: string): CardNode {
  const { id, conversationType } = settings.conversation
  const mention = { type: 'mention', text: '<at>Defender</at>', mentioned: botAccount }
  const words = conversationType === 'personal' ? { text } : { text: `<at>Defender</at>&nbsp;${text}\n`, entities: [mention] }
  const base = activityOf(settings, { type: 'message', textFormat: 'plain', ...words })
  if (conversationType !== 'channel' || !isNode(base.conversation)) return base
  return { ...base, conversation: { ...base.conversation, id: `${id};messageid=${thread ?? String(base.id)}` } }
}

function refreshOf({ refresh }: CardNode): object {
  if (!isNode(refresh) || !isNode(refresh.action)) throw new Error('the card is the same for everybody')
  return { action: refresh.action, trigger: 'automatic' }
}

/** The button with this label, or the first that sends something. */
export function actionOn(card: CardNode, label?: string): CardNode {
  const all = actionsIn(card)
  const found = label === undefined ? all.find(({ data }) => data !== undefined) : all.find(({ title }) => title === label)
  if (found === undefined) throw new Error(`no button "${label}" among ${all.map(({ title }) => `"${title}"`).join(', ')}`)
  return found
}

export function actionsIn(node: unknown): CardNode[] {
  if (Array.isArray(node)) return node.flatMap(actionsIn)
  if (!isNode(node)) return []
  const own = typeof node.type === 'string' && node.type.startsWith('Action.') ? [node] : []
  return [...own, ...Object.values(node).flatMap(actionsIn)]
}

/** All letters of a card, in order. */
export function textOf(node: unknown): string {
  if (Array.isArray(node)) return node.map(textOf).filter(Boolean).join('\n')
  if (!isNode(node)) return ''
  const own = [node.text, node.title, node.label].filter(word => typeof word === 'string')
  return [...own, ...Object.values(node).map(textOf)].filter(Boolean).join('\n')
}

export function dialogIn({ status, text, body }: BotReply): TeamsDialog {
  const { task } = body
  const value = isNode(task) && task.type === 'continue' ? task.value : undefined
  const card = isNode(value) && isNode(value.card) ? value.card.content : undefined
  if (!isNode(value) || !isNode(card)) throw new Error(`no dialog but ${status} ${text}`)
  return { title: String(value.title), card }
}

function dataOf(action: CardNode, card: CardNode, values: Record<string, string>): CardNode {
  const inputs = action.associatedInputs === 'none' ? {} : inputsIn(card)
  const named = Object.fromEntries(Object.entries(values).map(([id, value]) => [`field_${id}`, value]))
  return { ...(isNode(action.data) ? action.data : {}), ...inputs, ...named }
}

function inputsIn(node: unknown): Record<string, string> {
  if (Array.isArray(node)) return Object.assign({}, ...node.map(inputsIn))
  if (!isNode(node)) return {}
  if (typeof node.type === 'string' && node.type.startsWith('Input.')) return { [String(node.id)]: String(node.value ?? '') }
  return Object.assign({}, ...Object.values(node).map(inputsIn))
}

function objectIn(text: string): CardNode {
  try {
    const value: unknown = JSON.parse(text)
    return isNode(value) ? value : {}
  } catch {
    return {}
  }
}
