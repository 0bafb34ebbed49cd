/**
 * What belongs to each word. A plain object would also answer for `constructor` and `__proto__`, and words that are looked up come from bodies,
 * commands and forms.
 */
export function tableOf<T>(entries: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  return new Map(Object.entries(entries))
}

/** The same for an object that came from outside: only what it has itself. */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}
