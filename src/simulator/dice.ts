/** Chance with a memory: the same seed throws the same dice in the same order. */
export interface Dice {
  /** 0 ≤ x < 1 */
  next(): number
  int(below: number): number
  pick<Item>(items: readonly [Item, ...Item[]]): Item
  some<Item>(items: readonly Item[]): Item | undefined
  guid(): string
  digits(count: number): string
}

export function createDice(seed: number): Dice {
  let state = seed >>> 0

  /** mulberry32 */
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  const int = (below: number) => Math.floor(next() * below)
  const hex = (count: number) => Array.from({ length: count }, () => int(16).toString(16)).join('')
  return {
    next,
    int,
    pick: items => items[int(items.length)] ?? items[0],
    some: items => items[int(items.length)],
    guid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
    digits: count => Array.from({ length: count }, () => int(10)).join(''),
  }
}

/** A guid that belongs to a name for ever. */
export function guidOf(name: string): string {
  const dice = createDice([...name].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, 7))
  return dice.guid()
}
