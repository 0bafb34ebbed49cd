import type { OnPress } from './dialog.ts'
import { fill, h, sign } from './dom.ts'
import { refocus } from './refocus.ts'
import type { Post, Rendered } from './shapes.ts'
import { slackMessage } from './slack/blocks.ts'
import { type CardView, teamsCard } from './teams/card.ts'
import { type Thread, thread } from './thread.ts'

/** One card, as Teams and as Slack show it. */
export interface Message {
  element: HTMLElement
  show(card: Rendered): void
}

export interface PostMessage extends Message {
  post: Post
  update(post: Post): void
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

export function message(at: Date, onPress: OnPress): Message {
  const bubble = h('div', { class: 'bubble' })
  const slack = h('div', { class: 'slack-message' })
  const time = h('time', { datetime: at.toISOString(), class: 'time' }, (isToday(at) ? clock : day).format(at))
  const sides = h('div', { class: 'sides' }, teamsSide(bubble, time), slackSide(slack, time))
  const element = h('article', { class: 'post', tabindex: 0 }, sides)
  let view: CardView | undefined

  function show(card: Rendered): void {
    const drawn = teamsCard(card.teams, onPress, view?.folds())
    view = drawn
    keepingFocus(element, () => {
      bubble.className = `bubble tone-${card.tone}`
      fill(bubble, drawn.element)
      fill(slack, slackMessage(card.slack, onPress))
      element.setAttribute('aria-label', card.text)
    })
  }

  return { element, show }
}

export function postMessage(first: Post, onPress: OnPress): PostMessage {
  const { element, show } = message(new Date(first.at), onPress)
  const threads = [
    threadUnder(element, '.teams-side', ({ teams }) => teamsCard(teams, onPress).element),
    threadUnder(element, '.slack-side', ({ slack }) => slackMessage(slack, onPress)),
  ]
  const state = h('p', { class: 'post-state' })
  element.append(state)
  element.dataset.post = first.postId
  const drawn: PostMessage = { element, post: first, show, update }

  function update(post: Post): void {
    drawn.post = post
    show(post.card)
    keepingFocus(element, () => {
      for (const thread of threads) thread.show(post.thread)
    })
    tellState(post)
  }

  function tellState({ state: is, error }: Post): void {
    const words = { shown: '', waiting: 'On its way…', updating: 'Being updated…', failing: `Not delivered yet. ${error ?? ''}` }
    state.textContent = words[is]
    state.dataset.state = is
  }

  update(first)
  return drawn
}

function threadUnder(post: HTMLElement, side: string, draw: (reply: Rendered) => HTMLElement): Thread {
  const drawn = thread(draw)
  post.querySelector(`${side} .said`)?.append(drawn.element)
  return drawn
}

function isToday(at: Date): boolean {
  return at.toDateString() === new Date().toDateString()
}

function teamsSide(bubble: HTMLElement, time: HTMLElement): HTMLElement {
  const byline = h('div', { class: 'byline' }, h('span', { class: 'name' }, 'Defender'), time)
  return h(
    'section',
    { class: 'teams-side', 'aria-label': 'In Teams' },
    h('span', { class: 'avatar', 'aria-hidden': 'true' }),
    h('div', { class: 'said' }, byline, bubble),
  )
}

function slackSide(content: HTMLElement, time: HTMLElement): HTMLElement {
  const byline = h(
    'div',
    { class: 'byline' },
    h('span', { class: 'name' }, 'Defender'),
    h('span', { class: 'app-tag' }, 'APP'),
    time.cloneNode(true),
  )
  return h(
    'section',
    { class: 'slack-side', 'aria-label': 'In Slack' },
    h('span', { class: 'avatar', 'aria-hidden': 'true' }),
    h('div', { class: 'said' }, byline, content),
  )
}

/** Gives the focus back when what had it is drawn anew. */
function keepingFocus(element: HTMLElement, draw: () => void): void {
  const active = document.activeElement
  const back =
    active instanceof HTMLElement && active !== element && element.contains(active) ? refocus(element, active) : undefined
  draw()
  if (back !== undefined && active?.isConnected === false) back()
}

const notes = new WeakMap<Element, Message>()

/** The answer that a control stands in. */
export function noteAround(control: Element): Message | undefined {
  const element = control.closest('.note')
  return element === null ? undefined : notes.get(element)
}

/** An answer that only the asker sees, with what was typed above it. */
export function note(card: Rendered, onPress: OnPress, { typed, isPersonal }: { typed?: string; isPersonal: boolean }): Message {
  const { element, show } = message(new Date(), onPress)
  const dismiss = h('button', { type: 'button', class: 'quiet small' }, 'Dismiss')
  const remark = h(
    'div',
    { class: 'remark' },
    sign('eye'),
    h('span', {}, isPersonal ? 'Only you can see this' : 'Your answer'),
    dismiss,
  )
  dismiss.addEventListener('click', () => {
    const neighbour = element.previousElementSibling ?? element.nextElementSibling
    element.remove()
    if (neighbour instanceof HTMLElement) neighbour.focus({ preventScroll: true })
  })
  element.classList.add('note')
  element.prepend(...(typed === undefined ? [] : [h('p', { class: 'echo' }, typed)]), remark)
  show(card)
  const drawn = { element, show }
  notes.set(element, drawn)
  return drawn
}
