/** An ARM id as it is compared: lower case, without slashes at its ends. */
export function scopeKey(id: string): string {
  let [start, end] = [0, id.length]
  while (id.charAt(start) === '/') start++
  while (end > start && id.charAt(end - 1) === '/') end--
  return id.slice(start, end).toLowerCase()
}

/** Whether a thing lies in a scope: is it, or stands below it. ARM ids, with or without leading slash, case ignored; `/` covers everything. */
export function covers(scope: string, id: string): boolean {
  const [outer, inner] = [scopeKey(scope), scopeKey(id)]
  return outer === '' || inner === outer || inner.startsWith(`${outer}/`)
}

/** `/subscriptions/{guid}` of an ARM id → its guid, lower case; undefined for any other text. */
export function subscriptionOf(id: string): string | undefined {
  return /^subscriptions\/([^/]+)/.exec(scopeKey(id))?.[1]
}
