/** Work that outlives the request it began in. */
export interface Tasks {
  /** The outcome when it comes in time; undefined when the work goes on alone, and `late` gets it afterwards. */
  within<Result>(
    ms: number,
    work: Promise<Result>,
    late: (outcome: Promise<Result>) => Promise<void>,
  ): Promise<Result | undefined>
  /** Goes on alone from the start; a failure is told to `failed`. */
  alone(work: Promise<unknown>): void
  /** Waits for all that is under way, at most so long. */
  drain(ms: number): Promise<void>
}

export function openTasks(failed: (thrown: unknown) => void): Tasks {
  const underWay = new Set<Promise<unknown>>()

  function alone(work: Promise<unknown>): void {
    const watched: Promise<unknown> = work.catch(failed).finally(() => underWay.delete(watched))
    underWay.add(watched)
  }

  async function within<Result>(ms: number, work: Promise<Result>, late: (outcome: Promise<Result>) => Promise<void>) {
    alone(work.then(ignore, ignore))
    const outcome = await Promise.race([work.then(result => ({ result })), after(ms)])
    if (outcome === undefined) alone(late(work))
    return outcome?.result
  }

  async function drain(ms: number): Promise<void> {
    await Promise.race([settled(), after(ms)])
  }

  async function settled(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay)
  }

  return { within, alone, drain }
}

function ignore(): void {}

function after(ms: number): Promise<undefined> {
  return new Promise(resolve => setTimeout(() => resolve(undefined), ms).unref())
}
