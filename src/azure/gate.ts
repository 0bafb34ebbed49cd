/** Lets at most `width` pieces of work run at once; the others wait in order. */
export function gate(width: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = []
  let running = 0
  return async work => {
    if (running >= width) await new Promise<void>(resolve => waiting.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}

/** Results in the order of the items; the first failure fails all, and nothing more is begun. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const through = gate(width)
  const failures: unknown[] = []
  const attempt = async (item: Item) => {
    const [failure] = failures
    if (failure !== undefined) throw failure
    return await work(item)
  }
  const noted = (thrown: unknown) => {
    failures.push(thrown)
    throw thrown
  }
  return await Promise.all(items.map(item => through(() => attempt(item).catch(noted))))
}
