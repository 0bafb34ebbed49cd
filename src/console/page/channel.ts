import { post, postsOf } from './api.ts'
import { fill, h } from './dom.ts'
import type { Post, Press, Rendered } from './shapes.ts'
import { slackMessage } from './slack/blocks.ts'
import { type CardView, teamsCard } from './teams/card.ts'

const pageSize = 30

interface Shown {
  row: HTMLElement
  version: number
  teams: CardView
}

/** The messages of one place, oldest first; each card is replaced where it stands when it changes. */
export function createChannel(onPress: (press: Press, title: string) => void) {
  const list = h('ol', { class: 'posts', 'aria-label': 'Messages' })
  const scroller = h('div', { class: 'scroller', tabindex: '0', 'aria-label': 'Channel' }, list)
  const shown = new Map<string, Shown>()
  let place = ''

  async function open(placeId: string): Promise<void> {
    place = placeId
    shown.clear()
    fill(list)
    for (const one of await postsOf(placeId, { limit: pageSize })) put(one)
    if (shown.size === 0)
      fill(list, h('li', { class: 'empty' }, 'Nothing has happened yet. The first event arrives in a moment.'))
    scroller.scrollTop = scroller.scrollHeight
  }

  async function changed(postId: string, placeId: string): Promise<void> {
    if (placeId === place) put(await post(postId))
  }

  function put(next: Post): void {
    const before = shown.get(next.postId)
    if (before !== undefined && before.version > next.version) return
    const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 120
    const { row, teams } = draw(next.card, next.at, onPress, before?.teams.folds())
    if (before === undefined) {
      list.querySelector('.empty')?.remove()
      list.append(row)
    } else {
      row.classList.add('changed')
      before.row.replaceWith(row)
    }
    shown.set(next.postId, { row, version: next.version, teams })
    if (atEnd) scroller.scrollTop = scroller.scrollHeight
  }

  /** An answer that only the asker sees. */
  function whisper(card: Rendered): void {
    const { row } = draw(card, new Date().toISOString(), onPress)
    row.classList.add('whisper')
    row.prepend(h('p', { class: 'only-you' }, 'Only you see this'))
    list.querySelector('.empty')?.remove()
    list.append(row)
    scroller.scrollTop = scroller.scrollHeight
  }

  return { element: scroller, open, changed, whisper }
}

function draw(
  card: Rendered,
  at: string,
  onPress: (press: Press, title: string) => void,
  folds?: Map<string, boolean>,
): { row: HTMLElement; teams: CardView } {
  const teams = teamsCard(card.teams, (press, from) => onPress(press, from.textContent ?? ''), folds)
  const slack = slackMessage(card.slack, (press: Press) => onPress(press, 'Defender'))
  const time = h('time', { datetime: at }, `${at.slice(11, 16)} UTC`)
  const row = h(
    'li',
    { class: `post tone-${card.tone}` },
    h(
      'div',
      { class: 'side side-teams' },
      h('p', { class: 'from' }, h('strong', {}, 'Defender'), h('span', { class: 'app' }, 'Teams'), time),
      h('div', { class: 'card-frame' }, teams.element),
    ),
    h(
      'div',
      { class: 'side side-slack' },
      h('p', { class: 'from' }, h('strong', {}, 'Defender'), h('span', { class: 'app' }, 'Slack')),
      slack,
    ),
  )
  return { row, teams }
}
