import type { Action, Words } from '../actions/action.ts'
import { Problem } from '../errors.ts'
import { nearest } from '../model/nearest.ts'

/** A typed line as a verb of the table with its words. */
export interface Command extends Words {
  action: string
}

/** Reads what people type, wherever they type it. An unknown verb is the Problem UnknownCommand, naming the nearest ones. */
export function readCommand(text: string, verbs: ReadonlyMap<string, Action>): Command {
  const words = wordsOf(text)
  if (words.length === 0) return { action: 'home', input: {} }
  const action = longestVerb(words, verbs)
  if (action === undefined) throw unknown(words[0] ?? '', verbs)
  const taken = action.name.split(' ').length
  return { action: action.name, ...(action.read?.(words.slice(taken), after(text, taken)) ?? { input: {} }) }
}

/** The text behind the first words, as it came. */
function after(text: string, words: number): string {
  return text.replace(new RegExp(`^\\s*(?:\\S+(?:\\s+|$)){${words}}`), '')
}

/** Splits at spaces of any kind, keeps quoted parts together; an unclosed quote runs to the end. */
export function wordsOf(text: string): string[] {
  const clean = text.normalize('NFKC').replace(/\p{Cf}|(?!\s)\p{Cc}/gu, '')
  const parts = clean.matchAll(/["“”„]([^"“”„]*)(?:["“”„]|$)|[^\s"“”„]+/gu)
  return [...parts].map(([whole, quoted]) => quoted ?? whole).filter(word => word !== '')
}

function longestVerb(words: string[], verbs: ReadonlyMap<string, Action>): Action | undefined {
  const two = verbs.get(words.slice(0, 2).join(' ').toLowerCase())
  return two ?? verbs.get((words[0] ?? '').toLowerCase())
}

function unknown(word: string, verbs: ReadonlyMap<string, Action>): Problem {
  const near = nearest(
    word.toLowerCase(),
    [...verbs.values()].filter(action => action.help !== '').map(action => action.name),
  )
  const hint = near.length === 0 ? '"help" lists what there is.' : `Did you mean ${near.map(name => `"${name}"`).join(' or ')}?`
  return new Problem('UnknownCommand', `There is no command "${word.slice(0, 40)}". ${hint}`, { field: 'text' })
}
