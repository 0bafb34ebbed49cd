import { h } from '../dom.ts'
import { drawn, emojiFor } from './mrkdwn.ts'
import type { RichPiece } from './shapes.ts'

/** A rich_text block's parts. */
export function rich(pieces: RichPiece[]): Node[] {
  return pieces.map(part)
}

function part(piece: RichPiece): Node {
  const inside = piece.elements ?? []
  switch (piece.type) {
    case 'rich_text_section':
      return h('div', { class: 'slack-line' }, ...inside.map(part))
    case 'rich_text_preformatted':
      return h('pre', {}, ...inside.map(part))
    case 'rich_text_quote':
      return h('blockquote', {}, ...inside.map(part))
    case 'rich_text_list':
      return h(
        piece.style === 'ordered' ? 'ol' : 'ul',
        { start: (piece.offset ?? 0) + 1 },
        ...inside.map(item => h('li', {}, part(item))),
      )
    case 'link':
      return styled(h('a', { href: piece.url, target: '_blank', rel: 'noopener noreferrer' }, piece.text ?? piece.url), piece)
    case 'emoji':
      return document.createTextNode(emojiFor(piece.name ?? '') ?? `:${piece.name}:`)
    default:
      return styled(drawn(piece.text ?? ''), piece)
  }
}

const tags = { code: 'code', bold: 'strong', italic: 'em', strike: 's' } as const

function styled(node: Node, { style }: RichPiece): Node {
  if (typeof style !== 'object') return node
  let wrapped = node
  for (const name of ['code', 'bold', 'italic', 'strike'] as const) if (style[name] === true) wrapped = h(tags[name], {}, wrapped)
  return wrapped
}
