import type { Log } from '../../log.ts'
import { type Channels, channelId } from './channels.ts'
import { isWorkspaceGone } from './failures.ts'
import { SlackFailure } from './web.ts'
import type { Workspaces } from './workspaces.ts'

const firstPauseMs = 500
const longestPauseMs = 30_000

export interface IdentityDeps {
  workspaces: Workspaces
  channels: Channels
  /** From the settings: name or id. */
  channel: string | undefined
  log: Log
}

export interface IdentityWatch {
  /** Resolves after the first try, however it ends, and at the latest after `patienceMs`; goes on trying until Slack answers. */
  start(patienceMs: number): Promise<void>
  stop(): void
  /** What keeps Slack from working; undefined when it works. */
  wrong(): string | undefined
}

/** Asks Slack who the bot is until it says so: Slack being down when the process starts only postpones it. */
export function watchIdentity({ workspaces, channels, channel, log }: IdentityDeps): IdentityWatch {
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let problem: string | undefined = 'Slack was not asked yet'

  async function attempt(pauseMs: number): Promise<void> {
    try {
      await identify()
      problem = undefined
    } catch (thrown) {
      await failed(thrown, pauseMs)
    }
  }

  async function identify(): Promise<void> {
    const identity = await workspaces.identify()
    if (identity === undefined) return
    log.info({ team: identity.team }, 'connected to Slack')
    await channels.reopenAll(identity.team)
    if (channel === undefined) return
    const web = await workspaces.webOf(identity.team)
    await channels.reopen(await channels.first(identity.team, await channelId(web, channel).catch(() => channel)))
  }

  async function failed(thrown: unknown, pauseMs: number): Promise<void> {
    problem = thrown instanceof SlackFailure ? `Slack: ${thrown.code}` : 'the database does not answer'
    log.warn({ error: thrown, againInMs: pauseMs }, 'Slack does not say who the bot is; trying again')
    if (channel !== undefined && !isWorkspaceGone(thrown)) await keepChannel(channel)
    if (isStopped) return
    timer = setTimeout(() => void attempt(Math.min(longestPauseMs, pauseMs * 2)), pauseMs * (0.5 + Math.random() / 2))
    timer.unref()
  }

  /** What arrives while Slack is down is kept for its channel. A name says nothing without Slack. */
  async function keepChannel(id: string): Promise<void> {
    if (!/^[CDG][A-Z0-9]{7,}$/.test(id)) return
    await channels.first(undefined, id).catch(error => log.warn({ error }, 'the first Slack channel could not be kept'))
  }

  async function start(patienceMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const patience = setTimeout(resolve, patienceMs)
    const first = attempt(firstPauseMs).finally(resolve)
    await promise
    clearTimeout(patience)
    if (problem !== undefined && channel !== undefined) await keepChannel(channel)
    first.catch(() => {})
  }

  function stop(): void {
    isStopped = true
    clearTimeout(timer)
  }

  return { start, stop, wrong: () => problem }
}
