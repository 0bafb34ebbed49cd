import { fill, h, sign } from './dom.ts'
import { change, onSession, session } from './session.ts'
import type { Place } from './shapes.ts'

const platforms = { teams: 'Teams', slack: 'Slack', console: 'Console' } as const

export interface Rail {
  element: HTMLElement
  show(places: Place[]): void
  /** Marks places that have something new and are not looked at. */
  unread(placeIds: string[]): void
  line(state: 'live' | 'broken'): void
}

/** The side with places and the status board; on small screens it slides in. */
export function createRail(signUrl: string, board: HTMLElement): Rail {
  const list = h('ul', { class: 'places' })
  const status = h('p', { class: 'line' }, 'Connecting…')
  const shut = h(
    'button',
    { type: 'button', class: 'quiet icon-only shut', 'aria-label': 'Close places and status' },
    sign('close'),
  )
  const brand = h(
    'div',
    { class: 'brand' },
    h('img', { src: signUrl, alt: '', width: 28, height: 28 }),
    h('span', {}, 'Defender ChatOps'),
    shut,
  )
  const nav = h('nav', { 'aria-label': 'Places' }, h('h2', { class: 'rail-title' }, 'Places'), list)
  const element = h('aside', { class: 'rail', id: 'rail' }, brand, h('div', { class: 'rail-scroll' }, nav, board), status)
  const news = new Map<string, number>()
  let places: Place[] = []

  shut.addEventListener('click', () => toggleRail(false))
  onSession(draw)

  function draw(): void {
    if (session.place !== undefined) news.delete(session.place.id)
    fill(list, ...places.map(row))
  }

  function row(place: Place): HTMLElement {
    const isHere = place.id === session.place?.id
    const n = news.get(place.id)
    const badge =
      n === undefined ? undefined : h('span', { class: 'count', 'aria-label': `${n} new` }, n > 99 ? '99+' : String(n))
    const button = h(
      'button',
      { type: 'button', class: 'place', 'aria-current': isHere ? 'page' : undefined },
      sign('hash'),
      h('span', { class: 'place-name' }, place.name),
      badge,
      h('span', { class: 'platform' }, platforms[place.platform]),
    )
    button.addEventListener('click', () => {
      change({ place })
      toggleRail(false)
    })
    return h('li', {}, button)
  }

  return {
    element,
    show(next) {
      places = next
      draw()
    },
    unread(ids) {
      for (const id of ids) if (id !== session.place?.id) news.set(id, (news.get(id) ?? 0) + 1)
      draw()
    },
    line(state) {
      status.dataset.line = state
      status.textContent = state === 'live' ? 'Live' : 'Connection lost, trying again…'
    },
  }
}

export function toggleRail(open: boolean): void {
  const wasOpen = document.body.dataset.rail === 'open'
  document.body.dataset.rail = open ? 'open' : 'closed'
  const opener = document.querySelector<HTMLElement>('.open-rail')
  opener?.setAttribute('aria-expanded', String(open))
  if (open) document.querySelector<HTMLElement>('.rail .place, .rail .shut')?.focus()
  else if (wasOpen) opener?.focus()
}
