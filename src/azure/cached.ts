/**
 * Keeps what `load` answered for a while, per key. Callers who ask meanwhile share one load; a failure is not kept. At most `limit` keys,
 * the oldest go first.
 */
export function cached<Value>(forMs: number, now: () => number, load: (key: string) => Promise<Value>, limit = 1000) {
  const kept = new Map<string, { value: Promise<Value>; until: number }>()

  function get(key: string): Promise<Value> {
    const entry = kept.get(key)
    if (entry !== undefined && entry.until > now()) return entry.value
    const value = load(key)
    keep(key, { value, until: now() + forMs })
    value.catch(() => kept.get(key)?.value === value && kept.delete(key))
    return value
  }

  function keep(key: string, entry: { value: Promise<Value>; until: number }): void {
    kept.delete(key)
    kept.set(key, entry)
    const [oldest] = kept.keys()
    if (kept.size > limit && oldest !== undefined) kept.delete(oldest)
  }

  return { get, forget: (key: string) => void kept.delete(key) }
}
