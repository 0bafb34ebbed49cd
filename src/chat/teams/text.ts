import { tableOf } from '../../table.ts'
import type { Activity, Mention } from './activity.ts'
import { limits } from './limits.ts'

/** The words typed, without the mention of the bot and without what editors and Teams put between them. */
export function typedText({ text = '', entities, recipient }: Activity): string {
  const names = [
    recipient?.name,
    ...entities.filter(({ mentioned }) => mentioned.id === recipient?.id).map(({ mentioned }) => mentioned.name),
  ]
  const bots = names.filter(name => name !== undefined).map(name => clean(name).toLowerCase())
  const first = { passed: false }
  const spoken = text
    .slice(0, limits.maxText)
    .replace(/<at(?:\s[^>]{0,200})?>([\s\S]{0,300}?)<\/at\s{0,9}>/gi, (_whole, inner: string) =>
      mentionWords(clean(inner), bots, entities, first),
    )
  return withoutName(inLines(spoken.replace(/<\/?at(?:\s[^>]{0,200})?>/gi, ' ')), bots)
}

/** The bot's own mention vanishes; a person's becomes their object id where Teams tells it, their name else. */
function mentionWords(name: string, bots: string[], entities: Mention[], first: { passed: boolean }): string {
  const isFirst = !first.passed
  first.passed = true
  if (bots.includes(name.toLowerCase()) || (bots.length === 0 && isFirst)) return ' '
  const mention = entities.find(({ mentioned }) => clean(mentioned.name ?? '').toLowerCase() === name.toLowerCase())
  return ` ${mention?.mentioned.aadObjectId ?? `@${name}`} `
}

/** Clients without markup send the name as it is: `Defender alerts`, `@Defender alerts`. */
function withoutName(text: string, bots: string[]): string {
  const bare = text.replace(/^@/, '')
  const bot =
    bots.find(name => name !== '' && bare.toLowerCase().startsWith(`${name} `)) ?? bots.find(name => bare.toLowerCase() === name)
  return bot === undefined ? text : bare.slice(bot.length).trim()
}

const entities = tableOf<string>({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' })

/** One line, plain spaces, no invisible marks. */
function clean(text: string): string {
  return inLines(text).replace(/\s+/g, ' ').trim()
}

/** Lines and their indent as they were typed (a pasted file lives by them), plain spaces, no invisible marks. */
function inLines(text: string): string {
  const plain = text
    .replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,6});/gi, decoded)
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(/\p{Cf}|(?!\s)\p{Cc}/gu, '')
    .replace(/(?!\n)[\s\p{Z}]/gu, ' ')
  const [first = '', ...rest] = plain.trim().split('\n')
  return [first.replace(/ +/g, ' '), ...rest].map(line => line.trimEnd()).join('\n')
}

function decoded(whole: string, name: string): string {
  if (!name.startsWith('#')) return entities.get(name.toLowerCase()) ?? whole
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10)
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
}
