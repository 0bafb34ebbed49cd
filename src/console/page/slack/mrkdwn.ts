import { tableOf } from '../../../table.ts'
import { h } from '../dom.ts'

/** Slack's own markup as elements. Text between the marks is text, whatever it holds. */
export function mrkdwn(text: string): Node[] {
  return text
    .split(/(```[\s\S]*?```)/)
    .flatMap(piece => (/^```[\s\S]*```$/.test(piece) ? [h('pre', {}, entities(piece.slice(3, -3)))] : inlines(piece)))
}

const mark =
  /`([^`\n]+)`|<([^>|\s]+)(?:\|([^>]*))?>|(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<![\w_])_([^_\n]+)_(?![\w_])|(?<![\w~])~([^~\n]+)~(?![\w~])|:([a-z0-9_+-]+):/g

function inlines(text: string): Node[] {
  const nodes: Node[] = []
  let from = 0
  for (const match of text.matchAll(mark)) {
    nodes.push(document.createTextNode(entities(text.slice(from, match.index))), marked(match))
    from = match.index + match[0].length
  }
  nodes.push(document.createTextNode(entities(text.slice(from))))
  return nodes
}

function marked([whole, code, target, label, bold, italic, struck, emoji]: RegExpMatchArray): Node {
  if (code !== undefined) return h('code', {}, entities(code))
  if (target !== undefined) return linked(target, label)
  if (bold !== undefined) return h('strong', {}, ...inlines(bold))
  if (italic !== undefined) return h('em', {}, ...inlines(italic))
  if (struck !== undefined) return h('s', {}, ...inlines(struck))
  return document.createTextNode(emojiFor(emoji ?? '') ?? whole)
}

function linked(target: string, label: string | undefined): Node {
  const date = /^!date\^(\d+)\^([^^]*)/.exec(target)
  if (date !== null) return document.createTextNode(entities(label ?? ''))
  if (/^https?:/.test(target))
    return h('a', { href: entities(target), target: '_blank', rel: 'noopener noreferrer' }, entities(label ?? target))
  return h('span', { class: 'slack-mention' }, entities(label ?? target))
}

export function entities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

const emojis = tableOf<string>({
  red_circle: '🔴',
  large_orange_circle: '🟠',
  large_yellow_circle: '🟡',
  large_blue_circle: '🔵',
  large_green_circle: '🟢',
  white_circle: '⚪',
  black_circle: '⚫',
  large_purple_circle: '🟣',
  rotating_light: '🚨',
  warning: '⚠️',
  information_source: 'ℹ️',
  white_check_mark: '✅',
  heavy_check_mark: '✔️',
  x: '❌',
  hourglass_flowing_sand: '⏳',
  hourglass: '⌛',
  no_entry: '⛔',
  no_entry_sign: '🚫',
  shield: '🛡️',
  bell: '🔔',
  lock: '🔒',
})

export function emojiFor(name: string): string | undefined {
  return emojis.get(name)
}

const dots = tableOf<string>({ '🔴': 'red', '🟠': 'orange', '🟡': 'yellow', '🔵': 'blue', '🟢': 'green', '⚪': 'white' })

/** Slack draws emoji as pictures of its own; so the marks of severity look the same here on every machine. */
export function drawn(text: string): Node {
  const nodes = text.split(/(🔴|🟠|🟡|🔵|🟢|⚪)/u).map(piece => {
    const colour = dots.get(piece)
    return colour === undefined
      ? document.createTextNode(piece)
      : h('span', { class: `slack-dot ${colour}`, role: 'img', 'aria-label': `${colour} circle` })
  })
  return nodes.length === 1 ? (nodes[0] ?? document.createTextNode('')) : h('span', {}, ...nodes)
}

/** A text object: `plain_text` or `mrkdwn`. */
export function texted({ type, text }: { type: string; text: string }): Node[] {
  if (type === 'mrkdwn') return mrkdwn(text)
  return [drawn(text)]
}
