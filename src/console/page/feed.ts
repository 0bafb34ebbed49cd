import * as api from './api.ts'
import type { OnPress } from './dialog.ts'
import { fill, h, sign } from './dom.ts'
import { type PostMessage, postMessage } from './message.ts'
import type { Place, Post } from './shapes.ts'
import { say } from './toast.ts'

const page = 30
const heldAtMost = 240
const nearBottom = 80

export interface Feed {
  element: HTMLElement
  open(place: Place): Promise<void>
  /** Reads these posts again, and whatever is new. */
  refresh(postIds: Iterable<string>): Promise<void>
  /** Puts an answer under the card it belongs to, or at the end; it is read from its beginning, so cards that arrive leave it where it is. */
  add(note: HTMLElement, under: Element | null): void
  /** A page down or up. */
  turn(by: 1 | -1): void
}

/**
 * The cards of a place, oldest first. It follows its end while the reader is there, and stays where they are otherwise: further up, at an answer,
 * or at the end but with a hand on a card.
 */
export function createFeed(onPress: OnPress): Feed {
  const held = new Map<string, PostMessage>()
  const earlier = h('button', { type: 'button', class: 'quiet earlier', hidden: true }, 'Show earlier cards')
  const posts = h('div', { class: 'posts', role: 'feed', 'aria-label': 'Cards', 'aria-busy': 'false' })
  const scroller = h('div', { class: 'feed-scroll' }, earlier, posts)
  const jump = h('button', { type: 'button', class: 'jump', hidden: true })
  const element = h('div', { class: 'feed' }, scroller, jump)
  let place: Place | undefined
  let unseen = 0

  earlier.addEventListener('click', () => void showEarlier())
  let wasAtEnd = true
  /** The reader is at a card or an answer, which new ones must not push away. */
  let isHeld = false
  let isByHand = false
  jump.addEventListener('click', toNewest)
  posts.addEventListener('keydown', event => walk(posts, event))
  for (const name of ['focusin', 'pointerdown']) posts.addEventListener(name, hold)
  for (const name of ['wheel', 'touchmove']) scroller.addEventListener(name, byHand, { passive: true })
  scroller.addEventListener('pointerdown', event => {
    if (event.target === scroller) byHand()
  })
  scroller.addEventListener('scroll', () => {
    wasAtEnd = isAtEnd()
    if (!wasAtEnd) return
    seen()
    if (isByHand) isHeld = false
  })
  new ResizeObserver(() => {
    if (follows()) toEnd()
  }).observe(posts)

  function hold(): void {
    isHeld = true
    isByHand = false
  }

  /** Who scrolls to the end wants what is new. */
  function byHand(): void {
    isByHand = true
    if (isAtEnd()) isHeld = false
  }

  function follows(): boolean {
    return wasAtEnd && !isHeld
  }

  async function open(next: Place): Promise<void> {
    place = next
    posts.setAttribute('aria-label', `Cards in ${next.name}`)
    posts.setAttribute('aria-busy', 'true')
    const latest = await api.postsOf(next.id, { limit: page })
    if (place.id !== next.id) return
    held.clear()
    fill(posts, ...(latest.length === 0 ? [empty()] : latest.map(post => keep(post).element)))
    posts.setAttribute('aria-busy', 'false')
    earlier.hidden = latest.length < page
    seen()
    isHeld = false
    toEnd()
  }

  function keep(post: Post): PostMessage {
    const drawn = postMessage(post, onPress)
    held.set(post.postId, drawn)
    return drawn
  }

  async function showEarlier(): Promise<void> {
    const first = held.values().next().value
    if (place === undefined || first === undefined) return
    const older = await api.postsOf(place.id, { before: first.post.postId, limit: page })
    const before = [...held]
    held.clear()
    const drawn = older.map(post => keep(post).element)
    for (const [id, known] of before) held.set(id, known)
    const height = scroller.scrollHeight
    posts.prepend(...drawn)
    scroller.scrollTop += scroller.scrollHeight - height
    earlier.hidden = older.length < page
    drawn.at(-1)?.focus({ preventScroll: true })
  }

  async function refresh(postIds: Iterable<string>): Promise<void> {
    const ids = [...postIds]
    if (ids.some(id => !held.has(id))) await addNew()
    const known = ids.filter(id => held.has(id))
    for (let from = 0; from < known.length; from += 4) await Promise.all(known.slice(from, from + 4).map(renew))
  }

  async function renew(id: string): Promise<void> {
    const drawn = held.get(id)
    const next = await api.post(id)
    if (drawn === undefined || next.version < drawn.post.version || isSame(drawn.post, next)) return
    const hasMoved = next.version > drawn.post.version
    const isAttended = drawn.element.contains(document.activeElement) && isEndSeen(drawn.element)
    drawn.update(next)
    if (isAttended) drawn.element.scrollIntoView({ block: 'nearest' })
    if (hasMoved) flash(drawn.element)
  }

  async function addNew(): Promise<void> {
    const here = place
    if (here === undefined) return
    for (;;) {
      const last = [...held.keys()].at(-1)
      const found = await api.postsOf(here.id, { limit: page, ...(last !== undefined && { after: last }) })
      const fresh = found.filter(post => !held.has(post.postId))
      if (place?.id !== here.id || fresh.length === 0) return
      append(fresh)
      if (found.length < page) return
    }
  }

  function append(fresh: Post[]): void {
    const stay = isAtEnd() && !isHeld
    posts.querySelector('.empty')?.remove()
    for (const post of fresh) {
      const { element: drawn } = keep(post)
      drawn.classList.add('arrived')
      posts.append(drawn)
    }
    say(fresh.length === 1 ? (fresh[0]?.card.text ?? '') : `${fresh.length} new cards`)
    if (stay) {
      trim()
      toEnd()
    } else unread(fresh.length)
  }

  function trim(): void {
    for (const [id, drawn] of held) {
      if (held.size <= heldAtMost) return
      drawn.element.remove()
      held.delete(id)
      earlier.hidden = false
    }
  }

  function unread(more: number): void {
    unseen += more
    jump.hidden = false
    fill(jump, sign('down'), `${unseen} new ${unseen === 1 ? 'card' : 'cards'}`)
  }

  function seen(): void {
    unseen = 0
    jump.hidden = true
  }

  function isAtEnd(): boolean {
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < nearBottom
  }

  function toEnd(): void {
    scroller.scrollTop = scroller.scrollHeight
    wasAtEnd = true
  }

  /** The button goes away under the focus, which goes to the newest card. */
  function toNewest(): void {
    const last = [...held.values()].at(-1)?.element
    if (document.activeElement === jump) last?.focus({ preventScroll: true })
    isHeld = false
    seen()
    toEnd()
  }

  function isEndSeen(part: HTMLElement): boolean {
    const { bottom } = part.getBoundingClientRect()
    const feed = scroller.getBoundingClientRect()
    return bottom > feed.top && bottom <= feed.bottom
  }

  function add(note: HTMLElement, under: Element | null): void {
    if (under === null || !posts.contains(under)) {
      posts.querySelector('.empty')?.remove()
      posts.append(note)
    } else under.after(note)
    hold()
    // What is higher than the view is shown from its top.
    note.scrollIntoView({ block: 'nearest' })
    say(note.getAttribute('aria-label') ?? '')
  }

  function turn(by: 1 | -1): void {
    byHand()
    scroller.scrollBy({ top: by * scroller.clientHeight * 0.9 })
  }

  return { element, open, refresh, add, turn }
}

function isSame(before: Post, next: Post): boolean {
  const asDrawn = ({ version, state, card, thread }: Post) => JSON.stringify([version, state, card, thread])
  return asDrawn(before) === asDrawn(next)
}

function empty(): HTMLElement {
  return h(
    'div',
    { class: 'empty' },
    h('p', { class: 'empty-title' }, 'Nothing here yet'),
    h('p', {}, 'Cards appear as soon as Defender for Cloud sends something this place follows.'),
  )
}

function flash(element: HTMLElement): void {
  element.classList.remove('changed')
  void element.offsetWidth
  element.classList.add('changed')
  element.addEventListener('animationend', () => element.classList.remove('changed'), { once: true })
}

/** Page Up and Page Down walk from card to card, as a feed should. */
function walk(posts: HTMLElement, event: KeyboardEvent): void {
  if (event.key !== 'PageDown' && event.key !== 'PageUp') return
  const current = event.target instanceof Element ? event.target.closest('.post') : null
  const next = event.key === 'PageDown' ? current?.nextElementSibling : current?.previousElementSibling
  if (!(next instanceof HTMLElement) || !posts.contains(next)) return
  event.preventDefault()
  next.focus()
}
