import type { Action } from '../actions/action.ts'
import { type Call, calledBy, calls } from '../chat/command.ts'
import type { Log } from '../log.ts'
import type { Findings, LogicApps, Rules } from '../ports.ts'

export interface Completion {
  /** The whole line with this choice made. */
  text: string
  /** What is chosen. */
  title: string
  hint: string
}

/** Where the words to suggest come from. */
export interface Known {
  store: { findings: Pick<Findings, 'list'> }
  azure: { logicApps: Pick<LogicApps, 'list'>; rules: Pick<Rules, 'list'> }
  log: Log
}

const atMost = 12

/** What could be meant by a line typed so far: verbs first, then what a verb's usage asks for next. */
export async function complete(text: string, verbs: ReadonlyMap<string, Action>, world: Known): Promise<Completion[]> {
  const line = text.replace(/^\s+/, '')
  const started = verbsLike(line, verbs)
  const verb = verbOf(line, verbs)
  const next = verb === undefined ? [] : await wordsAfter(verb, line, world)
  return [...next, ...started].slice(0, atMost)
}

function verbsLike(line: string, verbs: ReadonlyMap<string, Action>): Completion[] {
  const typed = line.toLowerCase()
  return calls(verbs)
    .filter(({ name, action }) => action.help !== '' && name !== 'home' && name.startsWith(typed) && typed.trim() !== name)
    .map(({ name, usage, action }) => ({ text: usage === name ? name : `${name} `, title: usage, hint: action.help }))
}

function verbOf(line: string, verbs: ReadonlyMap<string, Action>): Call | undefined {
  return /\s/.test(line) ? calledBy(line.split(/\s+/), verbs) : undefined
}

async function wordsAfter(verb: Call, line: string, world: Known): Promise<Completion[]> {
  const at = line.lastIndexOf(' ') + 1
  const before = line.slice(0, at)
  const typed = line.slice(at).toLowerCase()
  const wanted = await wantedWords(verb, before, world)
  return wanted
    .filter(({ word, hint }) => word.toLowerCase().startsWith(typed) || (typed.length > 1 && hint.toLowerCase().includes(typed)))
    .map(({ word, hint }) => ({ text: `${before}${word}`, title: word, hint }))
}

interface Word {
  word: string
  hint: string
}

async function wantedWords(verb: Call, before: string, world: Known): Promise<Word[]> {
  const said = before.slice(verb.name.length).trim().toLowerCase()
  const usage = verb.usage.slice(verb.name.length).trim()
  if (/^<logic app>/.test(usage) && said === '') return logicApps(world, /<logic app> on/.test(usage) ? ' on ' : '')
  if (/^<logic app> on <id>/.test(usage) && !/\bon\b/.test(said)) return [{ word: 'on ', hint: 'which finding' }]
  if (/^<name>/.test(usage) && said === '') return rules(world)
  if (/^<id>/.test(usage)) return said === '' ? openFindings(world) : choicesIn(usage)
  if (/<id>/.test(usage) && /\bon$/.test(said)) return openFindings(world)
  return choicesIn(usage).filter(({ word }) => !said.split(/\s+/).includes(word))
}

/** What stands for words of one's own. */
const placeholders = ['words', 'reason', 'why', 'topic']

/** `in-progress|resolved`, `[mine]`, `[high…]`, `<entities|runs>` in a usage are words to choose from; `[words of the name]` is not. */
function choicesIn(usage: string): Word[] {
  const words = usage
    .replace(/<[^>|]*>|\S+=\S+/g, ' ')
    .replace(/\[[^\]|]*\s[^\]|]*\]/g, ' ')
    .split(/[\s|<>[\]]+/)
  const known = words.filter(word => /^[a-z][\w-]*…?$/i.test(word)).map(word => word.replace('…', ''))
  return [...new Set(known)].filter(word => !placeholders.includes(word)).map(word => ({ word, hint: '' }))
}

async function openFindings({ store }: Known): Promise<Word[]> {
  const { items } = await store.findings.list({ status: ['active', 'in-progress'] }, 8)
  return items.map(({ id, event }) => ({ word: id, hint: `${event.severity} · ${event.title} on ${event.resource.name}` }))
}

async function logicApps(world: Known, then: string): Promise<Word[]> {
  const apps = await ifAnswered(world, () => world.azure.logicApps.list())
  return apps.map(({ name, group }) => ({ word: `${inOne(name)}${then}`, hint: group }))
}

async function rules(world: Known): Promise<Word[]> {
  const all = await ifAnswered(world, () => world.azure.rules.list())
  return all.map(({ name, group }) => ({ word: inOne(name), hint: group }))
}

function inOne(name: string): string {
  return /\s/.test(name) ? `"${name}"` : name
}

/** Azure not answering costs the suggestion, not the line. */
async function ifAnswered<Item>({ log }: Known, ask: () => Promise<Item[]>): Promise<Item[]> {
  try {
    return await ask()
  } catch (error) {
    log.debug({ error }, 'nothing to suggest')
    return []
  }
}
