import type { Card } from '../../../cards/card.ts'
import { Problem, toProblem } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { Place } from '../../model/place.ts'
import type { Chat, Clock } from '../../ports.ts'
import type { Adapter } from './adapter.ts'
import { type Address, readAddress } from './address.ts'
import { isMessageGone } from './failures.ts'
import { limits, openLimiter } from './limits.ts'
import { messageOf } from './stamp.ts'

interface Deps {
  adapter: Adapter
  clock: Clock
  log: Log
  /** How long a post is waited for. */
  postMs: number
}

const rememberedAtMost = 5000
/** An update begins only when its thread can be told too: else a busy conversation would be updated again and again for a reply that never fits. */
const updateAndReply = 2

/** Cards in Teams: in a channel each begins a thread. A message's id is its activity's. */
export function teamsChat({ adapter, clock, log, postMs }: Deps): Chat {
  const limiter = openLimiter(clock)
  /** Teams cannot be asked which message carries a key: what this process sent is remembered, also while its answer is still to come. */
  const sent = new Map<string, Promise<string | undefined>>()

  async function post(place: Place, card: Card, key: string): Promise<string> {
    const address = readAddress(place)
    spare(address)
    return send(address, card, key)
  }

  async function send(to: Address, card: Card, key: string): Promise<string> {
    const sending = adapter.send(to, messageOf(card))
    remember(key, sending)
    const id = await Promise.race([sending, after(postMs)])
    if (id !== undefined) return id
    throw new Problem('ChatUncertain', 'Teams has not answered whether it took the message.')
  }

  async function update(place: Place, messageId: string, card: Card): Promise<boolean> {
    const address = readAddress(place)
    spare(address, address.kind === 'channel' ? updateAndReply : 1)
    try {
      await adapter.update(address, messageId, messageOf(card))
      return true
    } catch (thrown) {
      if (!isMessageGone(toProblem(thrown))) throw thrown
      log.info({ place: place.id, messageId }, 'a message is no longer there to update')
      return false
    }
  }

  async function find(_place: Place, key: string): Promise<string | undefined> {
    return sent.get(key)
  }

  /** In a channel each message begins a thread, whose address is that of the channel and the message. Chats have none. */
  async function reply(place: Place, messageId: string, card: Card, key: string): Promise<void> {
    const address = readAddress(place)
    if (address.kind !== 'channel') return
    spare(address)
    try {
      await send({ ...address, conversationId: `${address.conversationId};messageid=${messageId}` }, card, key)
    } catch (thrown) {
      if (!isMessageGone(toProblem(thrown))) throw thrown
      log.info({ place: place.id, messageId }, 'a message has no thread any more')
    }
  }

  async function hasReply(_place: Place, _messageId: string, key: string): Promise<boolean> {
    return (await sent.get(key)) !== undefined
  }

  /** Better not to call than to be refused. */
  function spare({ tenantId, conversationId }: Address, room = 1): void {
    const waitMs = limiter.take(tenantId, conversationId, room)
    if (waitMs > 0)
      throw new Problem('RateLimited', 'This conversation has had as many messages as Teams allows.', {
        retryAfterS: waitMs / 1000,
      })
  }

  function remember(key: string, sending: Promise<string>): void {
    sent.set(
      key,
      sending.catch(() => undefined),
    )
    const [oldest] = sent.keys()
    if (sent.size > rememberedAtMost && oldest !== undefined) sent.delete(oldest)
  }

  return { name: 'teams', paceMs: limits.paceMs, post, update, find, reply, hasReply }
}

function after(ms: number): Promise<undefined> {
  return new Promise(resolve => setTimeout(() => resolve(undefined), ms).unref())
}
