/** How one call of a group came out. */
export type Outcome<Answer> = { answer: Answer } | { failed: unknown }

interface Waiting<Call, Answer> {
  call: Call
  done(answer: Answer): void
  failed(error: unknown): void
}

export interface Grouping<Call> {
  /** How much one call weighs, and how much one run may carry. */
  weigh(call: Call): number
  atMost: number
  /** How many runs may be under way at once. */
  lanes: number
  /** Whether a failed run may be the fault of one of its calls: then each gets a run of its own, so that none fails for another. */
  isFaultOfOne(thrown: unknown): boolean
}

/**
 * Calls that come while a run is under way share the next one: many concurrent writes cost one commit. `run` answers its calls in their
 * order.
 */
export function grouped<Call, Answer>(
  { weigh, atMost, lanes, isFaultOfOne }: Grouping<Call>,
  run: (calls: Call[]) => Promise<Outcome<Answer>[]>,
): (call: Call) => Promise<Answer> {
  let waiting: Waiting<Call, Answer>[] = []
  let running = 0

  function take(): Waiting<Call, Answer>[] {
    let weight = 0
    const until = waiting.findIndex(({ call }, index) => {
      weight += weigh(call)
      return index > 0 && weight > atMost
    })
    const taken = until < 0 ? waiting : waiting.slice(0, until)
    waiting = waiting.slice(taken.length)
    return taken
  }

  async function work(): Promise<void> {
    running += 1
    await Promise.resolve()
    while (waiting.length > 0) await settle(take())
    running -= 1
  }

  async function settle(group: Waiting<Call, Answer>[]): Promise<void> {
    try {
      const outcomes = await run(group.map(({ call }) => call))
      group.forEach((member, index) => void tell(member, outcomes[index]))
    } catch (thrown) {
      if (group.length > 1 && isFaultOfOne(thrown)) for (const member of group) await settle([member])
      else group.forEach(({ failed }) => void failed(thrown))
    }
  }

  function tell({ done, failed }: Waiting<Call, Answer>, outcome: Outcome<Answer> | undefined): void {
    if (outcome !== undefined && 'answer' in outcome) done(outcome.answer)
    else failed(outcome?.failed)
  }

  return call =>
    new Promise((done, failed) => {
      waiting.push({ call, done, failed })
      if (running < lanes) void work()
    })
}
