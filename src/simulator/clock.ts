/** The simulator's one clock: what it is based on plus what was added, with everything that is to happen later. */
export interface Clock {
  now(): Date
  /** Does something once the clock has gone on by so much. */
  after(ms: number, task: () => void): void
  /** Puts the clock forward; what falls due on the way happens in its order, each at its own time. */
  advance(ms: number): void
  /** Puts the clock to a time; what lies before it and is due happens at once. */
  set(time: Date): void
  clear(): void
  stop(): void
}

interface Task {
  at: number
  work: () => void
}

/** The base may run faster than this process, or stand still and be moved by others: look again this often. */
const longestNapMs = 250

export function createClock(base: () => Date): Clock {
  let offset = 0
  let tasks: Task[] = []
  let timer: NodeJS.Timeout | undefined

  function now(): number {
    return base().getTime() + offset
  }

  function doDue(): void {
    for (let next = tasks[0]; next !== undefined && next.at <= now(); next = tasks[0]) {
      tasks = tasks.slice(1)
      next.work()
    }
    nap()
  }

  function nap(): void {
    clearTimeout(timer)
    const [next] = tasks
    if (next === undefined) return
    timer = setTimeout(doDue, Math.min(Math.max(next.at - now(), 1), longestNapMs))
    timer.unref()
  }

  return {
    now: () => new Date(now()),
    after(ms, work) {
      const at = now() + ms
      const place = tasks.findIndex(task => task.at > at)
      tasks = tasks.toSpliced(place === -1 ? tasks.length : place, 0, { at, work })
      nap()
    },
    advance(ms) {
      const end = now() + ms
      for (let next = tasks[0]; next !== undefined && next.at <= end; next = tasks[0]) {
        offset += Math.max(0, next.at - now())
        tasks = tasks.slice(1)
        next.work()
      }
      offset += Math.max(0, end - now())
      nap()
    },
    set(time) {
      offset += time.getTime() - now()
      doDue()
    },
    clear() {
      tasks = []
      clearTimeout(timer)
    },
    stop() {
      tasks = []
      clearTimeout(timer)
    },
  }
}
