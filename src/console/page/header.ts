import { tableOf } from '../../table.ts'
import { fill, h, sign } from './dom.ts'
import { openMenu } from './menu.ts'
import { toggleRail } from './rail.ts'
import { change, onSession, session, type View, views } from './session.ts'
import type { Player } from './shapes.ts'
import { say } from './toast.ts'

const viewNames: Record<View, string> = { both: 'Side by side', teams: 'Teams', slack: 'Slack' }

/** The line above the cards: where, in which rendering, and as whom. */
export function createHeader(players: Player[]): HTMLElement {
  const name = h('h1', { class: 'here' })
  const opener = h(
    'button',
    {
      type: 'button',
      class: 'quiet icon-only open-rail',
      'aria-label': 'Places and status',
      'aria-expanded': 'false',
      'aria-controls': 'rail',
    },
    sign('menu'),
  )
  opener.addEventListener('click', () => toggleRail(document.body.dataset.rail !== 'open'))
  const who = h('button', { type: 'button', class: 'who', 'aria-haspopup': 'menu', 'aria-expanded': 'false' })
  who.addEventListener('click', () => openMenu(who, 'Act as', players.map(choice)))
  onSession(draw)
  draw()

  function draw(): void {
    fill(name, sign('hash'), session.place?.name ?? '')
    const player = session.player
    who.setAttribute('aria-label', `Acting as ${player?.name ?? 'nobody in particular'}; change`)
    fill(who, badge(player), h('span', { class: 'who-name' }, player?.name ?? ''), sign('down'))
    document.body.dataset.view = session.view
  }

  return h('header', { class: 'top' }, opener, name, viewSwitch(), who)
}

const rights = tableOf<string>({
  analyst: 'Security Admin, may run logic apps',
  admin: 'Owner: rules, apps and policies',
  stakeholder: 'Security Reader: looks on',
  nobody: 'No rights in Azure',
})

function choice(player: Player) {
  return {
    title: player.name,
    note: rights.get(player.as) ?? '',
    checked: player.as === session.player?.as,
    choose: () => {
      change({ player })
      say(`You now act as ${player.name}.`)
    },
  }
}

function badge(player: Player | undefined): HTMLElement {
  return h('span', { class: `initial seat-${player?.as ?? 'nobody'}`, 'aria-hidden': 'true' }, (player?.name ?? '?').charAt(0))
}

function viewSwitch(): HTMLElement {
  const group = h('div', { class: 'segments', role: 'radiogroup', 'aria-label': 'Rendering' })
  const buttons = views.map(view => {
    const button = h('button', { type: 'button', role: 'radio', class: `segment segment-${view}` }, viewNames[view])
    button.addEventListener('click', () => change({ view }))
    return button
  })
  group.addEventListener('keydown', event => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    const view = views[(views.indexOf(session.view) + by + views.length) % views.length]
    if (view === undefined) return
    change({ view })
    buttons[views.indexOf(view)]?.focus()
  })
  const draw = (): void =>
    buttons.forEach((button, index) => {
      const isHere = views[index] === session.view
      button.setAttribute('aria-checked', String(isHere))
      button.tabIndex = isHere ? 0 : -1
    })
  onSession(draw)
  draw()
  fill(group, ...buttons)
  return group
}
