import type { Account, Person } from '../src/model/person.ts'
import type { Place } from '../src/model/place.ts'
import type { RunState } from '../src/model/run.ts'
import type { Card, Element } from './card.ts'
import { count, inline, short } from './text.ts'

/** Help, identity and health: what the bot says of itself and of you. */

export interface HelpLine {
  usage: string
  help: string
  topic: string
}

export interface HelpView {
  lines: HelpLine[]
  /** How many more there are that the person may use nowhere. */
  hidden: number
}

/** One topic is listed; of several each is a fold, for the commands of all are more than anybody reads. */
export function helpCard({ lines, hidden }: HelpView): Card {
  const topics = [...new Set(lines.map(({ topic }) => topic))]
  const [only] = topics
  const body = topics.length > 1 ? folded(lines, topics) : listed(lines, only, hidden)
  return {
    fallback: `Help: ${count(lines.length, 'command')}.`,
    tone: 'neutral',
    body: [{ type: 'title', text: 'What you can ask for' }, ...body, ...leftOut(hidden)],
    buttons: [],
    more: [],
  }
}

function leftOut(hidden: number): Element[] {
  if (hidden === 0) return []
  const text = `${count(hidden, 'more command')} ${hidden === 1 ? 'takes a right' : 'take rights'} in Azure that you have nowhere here.`
  return [{ type: 'text', text, subtle: true }]
}

function listed(lines: HelpLine[], topic: string | undefined, hidden: number): Element[] {
  const none: Element = { type: 'text', text: 'There is no such topic. "help" alone lists everything.' }
  if (topic === undefined) return hidden > 0 ? [] : [none]
  return [{ type: 'text', text: topic, strong: true }, commands(lines)]
}

function folded(lines: HelpLine[], topics: string[]): Element[] {
  const named = topics.map(topic => `"help ${topic.toLowerCase()}"`).join(', ')
  const folds = topics.map((topic): Element => {
    const own = lines.filter(line => line.topic === topic)
    const title = `${topic} (${own.length})`
    const unfold = { type: 'do', label: title, action: 'help', input: { topic }, dialog: true } as const
    return { type: 'details', title, body: [commands(own)], unfold }
  })
  return [{ type: 'text', text: `Open a topic, or type ${named}.`, subtle: true }, ...folds]
}

function commands(lines: HelpLine[]): Element {
  return { type: 'rows', rows: lines.map(({ usage, help }) => ({ badge: '', tone: 'neutral', text: usage, subtle: help })) }
}

export interface WhoamiView {
  person: Person
  account: Account
  rights: { name: string; id: string; may: string[] }[]
}

const chatName: Record<Account['chat'], string> = { teams: 'Teams', slack: 'Slack', console: 'console' }

export function whoamiCard({ person, account, rights }: WhoamiView): Card {
  const name = short(inline(person.name), 80)
  return {
    fallback: `You are ${name}.`,
    tone: 'neutral',
    body: [
      { type: 'title', text: `You are ${name}` },
      {
        type: 'text',
        text: `Known by your ${chatName[account.chat]} account; your rights are asked of Azure each time.`,
        subtle: true,
      },
      {
        type: 'facts',
        facts: rights.map(({ name: subscription, may }) => ({
          label: short(inline(subscription), 60),
          value: may.length === 0 ? 'nothing' : may.join(', '),
        })),
      },
      {
        type: 'details',
        title: 'Ids',
        body: [
          {
            type: 'facts',
            facts: [
              { label: 'Object id', value: person.id },
              ...rights.map(({ name: subscription, id }) => ({ label: short(inline(subscription), 60), value: id })),
            ],
          },
        ],
      },
    ],
    buttons: [],
    more: [],
  }
}

/** Why this account is this person: an admin's map, a sign-in, or the chat's own word (Teams, console). */
export type LinkedBy = 'map' | 'sign-in' | 'chat'

const linkedBy: Record<LinkedBy, (chat: string) => string> = {
  map: () => "An admin's map of people says so; only an admin changes it.",
  'sign-in': () => 'You signed in and linked it.',
  chat: chat => `The ${chat} itself says who you are, each time. There is nothing to link.`,
}

export function linkedCard({ person, account, by }: { person: Person; account: Account; by: LinkedBy }): Card {
  const chat = account.chat === 'console' ? 'console' : `${chatName[account.chat]} account`
  const sentence = `Your ${chat} acts as ${short(inline(person.name), 80)}.`
  return {
    fallback: sentence,
    tone: 'good',
    body: [
      { type: 'line', tone: 'good', icon: 'ok', text: sentence },
      { type: 'text', text: linkedBy[by](account.chat === 'console' ? 'console' : chatName[account.chat]), subtle: true },
    ],
    buttons: by === 'sign-in' ? [{ type: 'do', label: 'Unlink', action: 'unlink', input: {} }] : [],
    more: [],
  }
}

export interface HealthView {
  status: { events: number; findings: number; runs: Record<RunState, number>; behind: number; deadLetters: number }
  blocked: Place[]
  /** Sentences: what else does not work. */
  troubles: string[]
}

export function healthCard({ status, blocked, troubles }: HealthView): Card {
  const { runs } = status
  const well = status.deadLetters === 0 && blocked.length === 0 && troubles.length === 0
  const closed = blocked.map(({ name, blocked: why }) => `${short(inline(name), 60)}: ${short(inline(why ?? ''), 300)}`)
  return {
    fallback: well ? 'The bot is well.' : 'The bot runs, with something to look at.',
    tone: well ? 'good' : 'warn',
    body: [
      { type: 'title', text: well ? 'All is well' : 'Something to look at' },
      {
        type: 'facts',
        facts: [
          { label: 'Events kept', value: status.events.toLocaleString('en-US') },
          { label: 'Findings', value: status.findings.toLocaleString('en-US') },
          {
            label: 'Runs',
            value: `${runs.succeeded} succeeded, ${runs.failed + runs.refused} failed, ${runs.queued + runs.running} under way`,
          },
          { label: 'Cards behind', value: String(status.behind) },
          { label: 'Dead letters', value: String(status.deadLetters) },
        ],
      },
      ...[...closed, ...troubles.map(trouble => short(inline(trouble), 400))].map(warning),
    ],
    buttons: [],
    more: [],
  }
}

function warning(text: string): Element {
  return { type: 'line', tone: 'warn', icon: 'warn', text }
}
