import type { Desk } from '../../actions/action.ts'
import type { Log } from '../../log.ts'
import type { Chat, Clock, People, Places } from '../../ports.ts'
import type { Door } from '../../route.ts'
import { openAdapter } from './adapter.ts'
import { openAsks } from './asks.ts'
import { cardActions } from './card-actions.ts'
import { teamsChat } from './chat.ts'
import { dialogs } from './dialogs.ts'
import { messagesDoor } from './door.ts'
import { filesOf } from './files.ts'
import { openInstalls } from './installs.ts'
import { limits, type Timing, usual } from './limits.ts'
import { type MessagesDeps, openMessages } from './messages.ts'
import { openPresses } from './presses.ts'
import { openReplies } from './replies.ts'
import { search } from './search.ts'
import { type BotSettings, checked } from './settings.ts'
import { openTasks } from './tasks.ts'
import { openTurns } from './turns.ts'
import { openRegister } from './who.ts'

export interface TeamsDeps {
  /** botbuilder's own settings as they are (`MicrosoftAppId` …); what else is in there is ignored. */
  settings: BotSettings
  /** Unsigned activities from this machine are believed, and only this machine is called. */
  withoutAuth: boolean
  /** Entra tenants whose people are served; without it the bot's own (`MicrosoftAppTenantId`). */
  tenants?: string[]
  desk: Desk
  places: Places
  people: People
  log: Log
  clock: Clock
  /** Typed text → verb. Throws the Problem UnknownCommand. */
  read: MessagesDeps['read']
  /** Other than the usual waits. */
  timing?: Timing
}

export interface Teams {
  chat: Chat
  doors: Door[]
  start(): Promise<void>
  /** Takes nothing new, lets what is under way end. */
  stop(): Promise<void>
  /** What keeps Teams from working, as far as the last call tells; undefined when it works. */
  wrong(): string | undefined
}

/** Microsoft Teams as a chat. Settings with which the bot would believe anybody are the Problem BadInput. */
export function connectTeams({
  settings,
  withoutAuth,
  tenants,
  desk,
  places,
  people,
  log,
  clock,
  read,
  timing = usual,
}: TeamsDeps): Teams {
  const { patienceMs, postMs, signInMs, replyWaitsMs } = timing
  const safe = checked(settings, withoutAuth, tenants)
  const adapter = openAdapter(safe, withoutAuth, signInMs)
  const tasks = openTasks(thrown => log.error({ error: thrown }, 'work after an answer failed'))
  const replies = openReplies(adapter, log, replyWaitsMs)
  const installs = openInstalls(places, replies, tasks)
  const asks = openAsks({ desk, installs, whoSent: openRegister(people) })
  const presses = openPresses(clock)
  const onMessage = openMessages({ asks, replies, presses, tasks, patienceMs, clock, log, read, isTheirs: filesOf(withoutAuth) })
  const { fetch, submit } = dialogs({ asks, replies, presses, tasks, patienceMs })
  const kinds = {
    'adaptiveCard/action': cardActions({ asks, replies, presses, tasks, patienceMs }),
    'task/fetch': fetch,
    'task/submit': submit,
    'application/search': search(asks, desk),
  }
  const turn = openTurns({ kinds, onMessage, installs, replies, tasks, tenants: safe.tenants, log })
  const state = { stopping: false }

  async function start(): Promise<void> {
    const { MicrosoftAppType = 'MultiTenant' } = safe.settings
    log.info({ withoutAuth, type: withoutAuth ? 'none' : MicrosoftAppType, tenants: safe.tenants ?? 'any' }, 'Teams is connected')
  }

  async function stop(): Promise<void> {
    state.stopping = true
    await tasks.drain(limits.drainMs)
  }

  function wrong(): string | undefined {
    const trouble = adapter.trouble()
    return trouble && `Teams: ${trouble}`
  }

  const door = messagesDoor({ adapter, withoutAuth, stopping: () => state.stopping, turn })
  return { chat: teamsChat({ adapter, clock, log, postMs }), doors: [door], start, stop, wrong }
}
