import { fill, h } from './dom.ts'
import type { Rendered } from './shapes.ts'

export interface Thread {
  element: HTMLElement
  show(replies: Rendered[]): void
}

/** The replies under a card, folded away as both chats do; drawn once somebody opens them, and kept true while they are open. */
export function thread(draw: (reply: Rendered) => Node): Thread {
  const count = h('summary', {})
  const list = h('ol', {})
  const element = h('details', { class: 'thread', hidden: true }, count, list)
  let replies: Rendered[] = []

  function drawOpen(): void {
    fill(list, ...(element.open ? replies.map(reply => h('li', {}, draw(reply))) : []))
  }
  element.addEventListener('toggle', drawOpen)

  return {
    element,
    show(next) {
      replies = next
      element.hidden = next.length === 0
      count.textContent = `${next.length} ${next.length === 1 ? 'reply' : 'replies'}`
      drawOpen()
    },
  }
}
