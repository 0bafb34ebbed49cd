import { h, sign } from './dom.ts'
import { remember, remembered } from './session.ts'

/** What somebody new does first, above the cards until they have done it or close it; this browser then keeps it away. */
export function firstSteps(leave: () => void): { element: HTMLElement; done(): void } {
  const close = h('button', { type: 'button', class: 'quiet icon-only', 'aria-label': 'Close' }, sign('close'))
  const words = h(
    'p',
    {},
    'New here? Press ',
    h('b', {}, 'Trigger logic app'),
    ' on a card, choose one, and the card tells how it went. Type ',
    h('b', {}, 'help'),
    ' below for all commands. At the top right you change who you are.',
  )
  const isKnown = remembered('first-steps', ['done'], '') === 'done'
  const element = h('div', { class: 'first-steps', role: 'note', 'aria-label': 'First steps', hidden: isKnown }, words, close)

  function done(): void {
    element.hidden = true
    remember('first-steps', 'done')
  }

  close.addEventListener('click', () => {
    done()
    leave()
  })
  return { element, done }
}
