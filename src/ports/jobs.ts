/**
 * `place`: something to show there. `run`, `deployment`: look how it goes. `request`: settle one that a crash may have left open. `chore`: what
 * is done from time to time, by its name.
 */
export type JobName = 'place' | 'run' | 'deployment' | 'request' | 'chore'

/** Jobs without a handler here wait for a process that has one. */
export type JobHandlers = Partial<Record<JobName, (key: string) => Promise<number | undefined>>>

export interface Jobs {
  /** One active per name and key over all processes; more sends of a waiting key coalesce. */
  send(name: JobName, key: string, delayMs: number): Promise<void>
  /** Handlers return after how many ms the same key is due again; undefined when it is done. A throw is retried with back-off. */
  work(handlers: JobHandlers): Promise<void>
  /** Lets running handlers end, takes no new ones. */
  stop(): Promise<void>
}
