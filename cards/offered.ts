import type { LogicApp } from '../src/model/logic-app.ts'
import type { Choice, ChoiceInput } from './card.ts'

/** Hosts show no more at once; the rest is searched while typing. */
const choicesAtMost = 100

/** What a choice shows, what is chosen first among it; where that is not all, how many there are and that typing finds them. */
export function offered(
  all: Choice[],
  value = '',
  hint?: string,
): Pick<ChoiceInput, 'options' | 'search' | 'searchable' | 'hint'> {
  const isAll = all.length <= choicesAtMost
  return {
    options: isAll ? all : chosenFirst(all, value, choicesAtMost),
    search: !isAll,
    searchable: true,
    ...told(hint, isAll ? undefined : all.length),
  }
}

/** The same choice with no more than a few of its options. */
export function fewer(choice: ChoiceInput, atMost: number): ChoiceInput {
  const { options, value, hint, search } = choice
  return {
    ...choice,
    options: chosenFirst(options, value, atMost),
    search: true,
    ...told(hint, search ? undefined : options.length),
  }
}

function chosenFirst(all: Choice[], value: string | undefined, atMost: number): Choice[] {
  const chosen = all.filter(option => option.value === value)
  return [...chosen, ...all.filter(option => option.value !== value)].slice(0, atMost)
}

function told(hint: string | undefined, found: number | undefined): { hint?: string } {
  const more = found === undefined ? undefined : `There are ${found.toLocaleString('en-US')}: type a part of the name.`
  const words = [hint, more].filter(part => part !== undefined)
  return words.length === 0 ? {} : { hint: words.join(' ') }
}

/** Slack's; few ids are longer. */
const valueLength = 150

/** A logic app to choose: by its id, or where no chat takes that, as it can be typed. */
export function appChoice({ id, name, group }: LogicApp): Choice {
  return { value: id.length > valueLength ? `${group}/${name}` : id, title: name, note: group }
}
