import type { Choice } from '../../cards/card.ts'

/** No chat takes more at once. */
const atMost = 100

/** Of many choices those in which every typed word occurs, the one that is called so first, so that none is out of reach. */
export function near(choices: Choice[], typed: string): Choice[] {
  const wanted = typed.trim().toLowerCase()
  const words = wanted.split(/\s+/)
  const fitting = choices.filter(({ title, note = '', value }) => {
    const text = `${title} ${note} ${value}`.toLowerCase()
    return words.every(word => text.includes(word))
  })
  return fitting.toSorted((a, b) => rank(a, wanted) - rank(b, wanted)).slice(0, atMost)
}

function rank({ title }: Choice, wanted: string): number {
  const name = title.toLowerCase()
  if (name === wanted) return 0
  return name.startsWith(wanted) ? 1 : name.includes(wanted) ? 2 : 3
}
