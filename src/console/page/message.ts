import type { OnPress } from './dialog.ts'
import { fill, h, sign } from './dom.ts'
import { refocus } from './refocus.ts'
import type { Post, Rendered } from './shapes.ts'
import { slackMessage } from './slack/blocks.ts'
import { type CardView, teamsCard } from './teams/card.ts'

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
    const focus = focused(element)
    view = teamsCard(card.teams, onPress, view?.folds())
    bubble.className = `bubble tone-${card.tone}`
    fill(bubble, view.element)
    fill(slack, slackMessage(card.slack, onPress))
    element.setAttribute('aria-label', card.text)
    focus?.()
  }

  return { element, show }
}

export function postMessage(first: Post, onPress: OnPress): PostMessage {
  const { element, show } = message(new Date(first.at), onPress)
  const state = h('p', { class: 'post-state' })
  element.append(state)
  element.dataset.post = first.postId
  const drawn: PostMessage = { element, post: first, show, update }

  function update(post: Post): void {
    drawn.post = post
    show(post.card)
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

/** When the focus is inside: how to give it back once the content is drawn anew. */
function focused(element: HTMLElement): (() => void) | undefined {
  const active = document.activeElement
  if (!(active instanceof HTMLElement) || active === element || !element.contains(active)) return undefined
  return refocus(element, active)
}

/** An answer that only the asker sees, with what was typed above it. */
export function note(
  card: Rendered,
  onPress: OnPress,
  { typed, isPersonal }: { typed?: string; isPersonal: boolean },
): HTMLElement {
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
  return element
}
