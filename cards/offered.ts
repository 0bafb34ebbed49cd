import type { Choice, ChoiceInput } from './card.ts'

/** Hosts show no more at once; the rest is searched while typing. */
const choicesAtMost = 100

/** What a choice shows, what is chosen first among it; where that is not all, how many there are and that typing finds them. */
export function offered(all: Choice[], value = '', hint?: string): Pick<ChoiceInput, 'options' | 'search' | 'hint'> {
  const isAll = all.length <= choicesAtMost
  const chosen = all.filter(option => option.value === value)
  const shown = isAll ? all : [...chosen, ...all.filter(option => option.value !== value)].slice(0, choicesAtMost)
  const more = isAll ? undefined : `There are ${all.length.toLocaleString('en-US')}: type a part of the name.`
  const told = [hint, more].filter(part => part !== undefined)
  return { options: shown, search: !isAll, ...(told.length > 0 && { hint: told.join(' ') }) }
}
