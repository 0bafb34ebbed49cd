import type { ActionRequest, Answer, Desk } from '../../src/actions/action.ts'
import type { Asked } from '../../src/chat/slack/asks.ts'
import { connectSlack, type SlackSettings } from '../../src/chat/slack/bot.ts'
import { sharedDialogs } from '../../src/chat/slack/dialogs.ts'
import { Problem } from '../../src/errors.ts'
import { silent } from '../../src/log.ts'
import { type Feed, feedKey } from '../../src/model/feed.ts'
import type { LedgerDraft } from '../../src/model/ledger.ts'
import type { Account, Person } from '../../src/model/person.ts'
import type { Place } from '../../src/model/place.ts'
import { withoutSecrets } from '../../src/model/secret.ts'
import type { Clock, Feeds, Ledger, People, Places, Requests, Texts } from '../../src/ports.ts'
import { startServer } from '../../src/server.ts'
import { aCard } from '../contract/chat.ts'
import { type SlackSink, startSlackSink } from '../fakes/slack-api.ts'
import { slackPerson } from '../fakes/slack-person.ts'

export const signingSecret = 'test-signing-secret'
export const token = 'xoxb-test-token'
export const channel = 'C0000MAIN'

/** A port fake: records what is asked and answers as told. */
export interface RecordingDesk extends Desk {
  accepted: ActionRequest[]
  performed: ActionRequest[]
  answerWith(answer: (request: ActionRequest) => Answer | Promise<Answer>): void
  acceptWith(accept: () => Promise<void>): void
  chooseFrom(choices: (field: string, typed: string) => { value: string; title: string; note?: string }[]): void
}

export function said(text: string, parts: Partial<Answer> = {}): Answer {
  return { card: aCard(text), changed: [], personal: true, ...parts }
}

export function recordingDesk(): RecordingDesk {
  let answer: (request: ActionRequest) => Answer | Promise<Answer> = request => said(`did ${request.action}`)
  let acceptNow = async () => {}
  let choices = (_field: string, _typed: string): { value: string; title: string; note?: string }[] => []
  const accepted: ActionRequest[] = []
  const performed: ActionRequest[] = []
  return {
    accepted,
    performed,
    keepable: async request => ({ ...request, input: withoutSecrets(request.input) }),
    accept: async request => {
      await acceptNow()
      accepted.push(request)
    },
    perform: async request => {
      performed.push(request)
      return answer(request)
    },
    look: async request => answer(request),
    choices: async (_request, field, typed) => choices(field, typed),
    answerWith: next => {
      answer = next
    },
    acceptWith: next => {
      acceptNow = next
    },
    chooseFrom: next => {
      choices = next
    },
  }
}

export function memoryPlaces(): Places {
  const kept = new Map<string, Place>()
  return {
    save: async place => void kept.set(place.id, place),
    get: async id => kept.get(id),
    list: async () => [...kept.values()],
    block: async (id, blocked) => {
      const place = kept.get(id)
      if (place !== undefined) kept.set(id, { ...place, blocked })
    },
  }
}

export function memoryFeeds(): Feeds {
  const kept = new Map<string, Feed>()
  return {
    list: async () => [...kept.values()],
    add: async feed => {
      const there = [...kept.values()].find(one => feedKey(one) === feedKey(feed)) ?? feed
      kept.set(there.id, there)
      return there
    },
    delete: async id => kept.delete(id),
  }
}

export function memoryPeople(): People {
  const kept = new Map<string, Person>()
  const keyOf = ({ chat, tenant, user }: Account) => `${chat}:${tenant}:${user}`
  return {
    link: async (account, person) => void kept.set(keyOf(account), person),
    of: async account => kept.get(keyOf(account)),
    unlink: async account => void kept.delete(keyOf(account)),
    list: async () => [...kept.values()],
  }
}

export function memoryLedger(): Pick<Ledger, 'append'> & { kept: LedgerDraft[] } {
  const kept: LedgerDraft[] = []
  return {
    kept,
    append: async draft => {
      kept.push(draft)
      return { ...draft, seq: kept.length, prev: '', hash: '' }
    },
  }
}

export function memoryTexts(): Pick<Texts, 'put' | 'names'> {
  const kept = new Set<string>()
  return {
    put: async name => void kept.add(name),
    names: async prefix => [...kept].filter(name => name.startsWith(prefix)).sort(),
  }
}

export function memoryRequests(): Pick<Requests, 'open' | 'get'> {
  const kept = new Map<string, string>()
  return {
    open: async (id, request) => {
      const fresh = !kept.has(id)
      if (fresh) kept.set(id, request)
      return { fresh }
    },
    get: async id => {
      const request = kept.get(id)
      return request === undefined ? undefined : { request }
    },
  }
}

/** Words → verb, as the table of verbs would: `run <app> on <id>`, else the first word. */
export function read(text: string): Asked {
  const [action = '', ...words] = text.split(/\s+/).filter(word => word !== '')
  if (action === '') return { action: 'home', input: {} }
  if (action === 'rulse') throw new Problem('UnknownCommand', 'There is no command "rulse". Did you mean "rules"?')
  return { action, input: { words: words.join(' ') } }
}

export interface Stage {
  sink: SlackSink
  desk: RecordingDesk
  places: Places
  feeds: Feeds
  people: People
  clock: Clock & { move(ms: number): void }
  url: string
  bot: ReturnType<typeof connectSlack>
  analyst: ReturnType<typeof slackPerson>
  person(parts: { user: string; userTeam?: string }): ReturnType<typeof slackPerson>
  /** A second process beside the first. */
  another(): Promise<{ analyst: ReturnType<typeof slackPerson>; close(): Promise<void> }>
  close(): Promise<void>
}

/** The real adapter behind the real server, with the programmable Slack at its other end. */
export async function openStage(
  parts: Partial<SlackSettings> & { before?: (sink: SlackSink) => Promise<void> } = {},
): Promise<Stage> {
  const { before, ...settings } = parts
  const sink = await startSlackSink({ token, channels: [{ id: channel, name: 'main' }] })
  await before?.(sink)
  const desk = recordingDesk()
  const [places, feeds, people] = [memoryPlaces(), memoryFeeds(), memoryPeople()]
  let aheadMs = 0
  const clock = {
    now: () => new Date(Date.now() + aheadMs),
    move: (ms: number) => {
      aheadMs += ms
    },
  }
  const access = { token }
  const dialogs = sharedDialogs({ texts: memoryTexts(), prefix: 'dialog/', clock, log: silent })
  const launch = async () => {
    const bot = connectSlack({
      access,
      signingSecret,
      apiUrl: sink.apiUrl,
      channel,
      desk,
      read,
      dialogs,
      people,
      places,
      feeds,
      clock,
      log: silent,
      ...settings,
    })
    await bot.start()
    const server = await startServer(bot.doors, { host: '127.0.0.1', port: 0, log: silent })
    return { bot, server }
  }
  const { bot, server } = await launch()
  const person = (who: { user: string; userTeam?: string }) =>
    slackPerson({ botUrl: server.address, signingSecret, sink, channel, now: clock.now, ...who })
  return {
    sink,
    desk,
    places,
    feeds,
    people,
    clock,
    url: server.address,
    bot,
    analyst: person({ user: 'U0ANALYST' }),
    person,
    another: async () => {
      const second = await launch()
      return {
        analyst: slackPerson({ botUrl: second.server.address, signingSecret, sink, channel, now: clock.now, user: 'U0ANALYST' }),
        close: async () => {
          await second.bot.stop()
          await second.server.stop()
        },
      }
    },
    close: async () => {
      await bot.stop()
      await server.stop()
      await sink.close()
    },
  }
}

/** Waits until the condition gives something. */
export async function until<Result>(look: () => Result | undefined | false, ms = 5000): Promise<Result> {
  const end = performance.now() + ms
  for (;;) {
    const found = look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(`waited ${ms} ms in vain for ${look.toString()}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}
