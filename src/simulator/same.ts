/** Azure compares names, words and ids without case. */
export function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
