/** How to give the focus back to a control of a card once the card is drawn anew: to the one of the same words, else to the card. */
export function refocus(card: HTMLElement, control: HTMLElement): () => void {
  const side = control.closest('.slack-side') === null ? '.teams-side' : '.slack-side'
  const words = nameOf(control)
  return () => {
    const same = [
      ...card.querySelectorAll<HTMLElement>(`${side} button, ${side} a, ${side} [role="button"], ${side} input`),
    ].find(one => nameOf(one) === words)
    ;(same ?? card).focus({ preventScroll: true })
  }
}

/** For what opens over a card, which may be drawn anew meanwhile: how to go back to the control that opened it. */
export function returnToOpener(): () => void {
  const opener = document.activeElement
  const card = opener?.closest('.post')
  if (!(opener instanceof HTMLElement) || !(card instanceof HTMLElement)) return () => {}
  const back = refocus(card, opener)
  return () => {
    if (!opener.isConnected) back()
  }
}

function nameOf(element: HTMLElement): string {
  return element.getAttribute('aria-label') ?? element.textContent ?? ''
}
