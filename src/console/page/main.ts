import { acting } from './act.ts'
import * as api from './api.ts'
import { createBoard } from './board.ts'
import { composer } from './composer.ts'
import { openDeadLetters } from './dead-letters.ts'
import { fill, h } from './dom.ts'
import { createFeed } from './feed.ts'
import { firstSteps } from './first-steps.ts'
import { createHeader } from './header.ts'
import { listen } from './live.ts'
import { createRail, type Rail, toggleRail } from './rail.ts'
import { change, onSession, remembered, session } from './session.ts'
import type { Place } from './shapes.ts'
import { toast, toastRegions } from './toast.ts'

const retryMs = 1500
const openedAt = Date.now()

async function start(): Promise<void> {
  const [players, places] = await Promise.all([api.people(), api.places()])
  const acts = acting(() => feed)
  const feed = createFeed(acts.press)
  const board = createBoard(() => void openDeadLetters())
  const rail = createRail(document.body.dataset.sign ?? '', board.element)
  const box = composer(acts.type, feed.turn)
  const skip = h('a', { class: 'skip', href: '#command' }, 'Skip to the command box')
  const lost = h('p', { class: 'lost', role: 'status' })
  const steps = firstSteps(box.focus)
  const told = h('div', {}, lost, steps.element)
  const main = h('main', { class: 'middle' }, createHeader(players), told, feed.element, box.element)
  const shade = h('div', { class: 'shade', on: { click: () => toggleRail(false) } })
  fill(document.body, skip, rail.element, shade, main, ...toastRegions())
  shortcuts(box.focus)
  openPlaces(rail, places)
  change({
    player: players.find(
      ({ as }) =>
        as ===
        remembered(
          'player',
          players.map(player => player.as),
          'analyst',
        ),
    ),
  })
  follow(feed.open)
  listen(() => session.place?.id, {
    posts: ids => void feed.refresh(ids).catch(() => undefined),
    arrived: rail.unread,
    changed: acts.changed,
    anything: board.refresh,
    run({ ended, endedAt = '', state, logicAppName, startedBy }) {
      if (!ended || Date.parse(endedAt) <= openedAt || startedBy.id !== session.player?.id) return
      toast(`${logicAppName} ${state}.`, state === 'succeeded' ? 'good' : 'bad')
      steps.done()
    },
    line(state, again) {
      rail.line(state)
      lost.textContent = state === 'live' ? '' : 'The bot does not answer. Cards may be out of date; this page keeps trying.'
      if (again && session.place !== undefined) void feed.open(session.place).catch(() => undefined)
    },
  })
}

function openPlaces(rail: Rail, places: Place[]): void {
  rail.show(places)
  const id = remembered(
    'place',
    places.map(place => place.id),
    places[0]?.id ?? '',
  )
  change({ place: places.find(place => place.id === id) ?? places[0] })
}

/** Opens a place's cards whenever another is chosen. */
function follow(open: (place: Place) => Promise<void>): void {
  let shown: string | undefined
  const draw = (): void => {
    const place = session.place
    if (place === undefined || place.id === shown) return
    shown = place.id
    document.title = `${place.name} · Defender ChatOps`
    open(place).catch(() => toast('The cards could not be read; trying again when the line is back.', 'bad'))
  }
  onSession(draw)
  draw()
}

/** `/` goes to the command box from anywhere; Esc closes the side. */
function shortcuts(toBox: () => void): void {
  document.addEventListener('keydown', event => {
    const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea, select')
    if (event.key === '/' && !isTyping && document.querySelector('dialog[open]') === null) {
      event.preventDefault()
      toBox()
    } else if (event.key === 'Escape') toggleRail(false)
  })
}

function begin(): void {
  start().catch(() => {
    fill(document.body, h('p', { class: 'starting', role: 'status' }, 'The bot is starting…'))
    setTimeout(begin, retryMs)
  })
}

begin()
