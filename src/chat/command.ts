import type { Action, Words } from '../actions/action.ts'
import { Problem } from '../errors.ts'
import { nearest } from '../model/nearest.ts'
import { behind, typedAfter, wordsOf } from '../model/typed.ts'

/** A typed line as a verb of the table with its words. */
export interface Command extends Words {
  action: string
}

type Verbs = ReadonlyMap<string, Action>

/**
 * Reads what people type, wherever they type it. An unknown verb is the Problem UnknownCommand, naming the nearest ones; words that mean nothing
 * to the verb are the Problem BadInput, naming them.
 */
export function readCommand(text: string, verbs: Verbs): Command {
  const words = wordsOf(text)
  if (words.length === 0) return { action: 'home', input: {} }
  const call = calledBy(words, verbs)
  if (call === undefined) throw unknown(words[0] ?? '', verbs)
  const { name, action, says } = call
  const taken = words[0]?.toLowerCase() === name ? 1 : name.split(' ').length
  const typed = typedAfter(behind(text, taken), words.slice(taken))
  const command = { action: action.name, ...(action.read?.(typed, says) ?? { input: {} }) }
  const left = typed.left().join(' ')
  if (left === '') return command
  throw new Problem('BadInput', `"${name}" makes nothing of "${left.slice(0, 40)}". Usage: ${call.usage}`, { field: 'text' })
}

/** A verb by one of its names. */
export interface Call {
  name: string
  action: Action
  usage: string
  /** What the name says beside. */
  says?: string
}

/** Every way in which a verb may be called. */
export function calls(verbs: Verbs): Call[] {
  return [...verbs.values()].flatMap(action => {
    const others = [...(action.also ?? [])].map(([name, says]) => ({ name, action, says, usage: usageAs(name, action, says) }))
    return [{ name: action.name, action, usage: action.usage }, ...others]
  })
}

/** What is said already need not be typed: `resolve <id> [reason]`. */
function usageAs(name: string, action: Action, says: string): string {
  const words = action.usage.slice(action.name.length).trim().split(' ')
  return [name, ...words.filter(word => says === '' || !word.split('|').includes(says))].join(' ')
}

/** The call that a line begins with; of two the one with more words. */
export function calledBy(words: string[], verbs: Verbs): Call | undefined {
  const all = calls(verbs)
  const [two, one] = [2, 1].map(count => all.find(({ name }) => name === words.slice(0, count).join(' ').toLowerCase()))
  return two ?? one
}

function unknown(word: string, verbs: Verbs): Problem {
  const near = meant(word.toLowerCase(), verbs)
  const hint = near.length === 0 ? '"help" lists what there is.' : `Did you mean ${near.map(name => `"${name}"`).join(' or ')}?`
  return new Problem('UnknownCommand', `There is no command "${word.slice(0, 40)}". ${hint}`, { field: 'text' })
}

/** The verbs that people mean by this word, else those that are written like it. */
function meant(word: string, verbs: Verbs): string[] {
  const listed = calls(verbs).filter(({ action }) => action.help !== '')
  const tried = [...verbs.values()].filter(action => action.tried?.includes(word)).map(({ name }) => name)
  return tried.length > 0
    ? tried
    : nearest(
        word,
        listed.map(({ name }) => name),
      )
}
