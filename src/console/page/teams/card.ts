import { AdaptiveCard, ExecuteAction, GlobalRegistry, OpenUrlAction, Strings, SubmitAction } from 'adaptivecards'
import { freshId, h } from '../dom.ts'
import { openMenu } from '../menu.ts'
import { type Press, pressOf } from '../shapes.ts'
import { SearchingChoice } from './choice.ts'
import { hostConfig } from './host-config.ts'

export type OnPress = (press: Press, from: HTMLElement) => void

export interface CardView {
  element: HTMLElement
  /** Which folds are open, to carry over to the card's next version. */
  folds(): Map<string, boolean>
}

GlobalRegistry.elements.register('Input.ChoiceSet', SearchingChoice)
Strings.defaults.overflowButtonText = () => '•••'
Strings.defaults.overflowButtonTooltip = () => 'More actions'
AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = unescaped(text)
  result.didProcess = true
}

/** Renderers escape Markdown; here only the escapes are taken back, and nothing ever becomes markup. */
function unescaped(text: string): string {
  const span = document.createElement('span')
  span.textContent = text.replace(/\\([\\`*_[\]()<>~|#!])/g, '$1')
  return span.innerHTML
}

/** Draws an Adaptive Card as Teams does. */
export function teamsCard(json: object, onPress: OnPress, open: Map<string, boolean> = new Map()): CardView {
  const prefix = `${freshId('card')}-`
  const ids: string[] = []
  const card = new AdaptiveCard()
  card.hostConfig = hostConfig
  card.parse(renamed(json, prefix, ids))
  const folds = ids.flatMap(id => card.getElementById(prefix + id) ?? [])
  for (const [id, isVisible] of open) {
    const element = card.getElementById(prefix + id)
    if (element) element.isVisible = isVisible
  }
  wire(card, onPress)
  const element = card.render() ?? document.createElement('div')
  // The message or dialog around it has the name and takes the focus.
  element.removeAttribute('tabindex')
  element.removeAttribute('aria-label')
  for (const label of element.querySelectorAll('label')) markRequired(label)
  const tellFolds = (): void => {
    for (const id of ids) expanded(card, prefix + id)
  }
  card.onElementVisibilityChanged = tellFolds
  tellFolds()
  return { element, folds: () => new Map(folds.map(({ id, isVisible }) => [(id ?? '').slice(prefix.length), isVisible])) }
}

/** A star that stands in the label's own words looks like the one that is put behind the others. */
function markRequired(label: HTMLElement): void {
  const words = label.querySelector('span')
  const [, before] = /^(.+) \*$/s.exec(words?.textContent ?? '') ?? []
  if (before !== undefined) words?.replaceChildren(before, h('span', { class: 'required-mark' }, ' *'))
}

function wire(card: AdaptiveCard, onPress: OnPress): void {
  /** What is chosen from a menu is drawn nowhere else. */
  let menuButton: HTMLElement | undefined
  card.onExecuteAction = action => {
    if (action instanceof OpenUrlAction && action.url !== undefined) window.open(action.url, '_blank', 'noopener,noreferrer')
    if (!(action instanceof ExecuteAction) && !(action instanceof SubmitAction)) return
    const press = pressOf(action.data)
    if (press !== undefined) onPress(press, action.renderedElement ?? menuButton ?? document.body)
  }
  card.onDisplayOverflowActionMenu = (actions, target) => {
    if (target === undefined) return false
    menuButton = target
    openMenu(
      target,
      'More actions',
      actions.map(action => ({ title: action.title ?? '', choose: () => action.execute() })),
    )
    return true
  }
}

/** Ids are one card's own; the page holds many cards. Names of inputs stay: they are the form's words. */
function renamed(json: unknown, prefix: string, ids: string[]): unknown {
  if (Array.isArray(json)) return json.map(item => renamed(item, prefix, ids))
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, renamedPart(key, value, prefix, ids)]))
}

function renamedPart(key: string, value: unknown, prefix: string, ids: string[]): unknown {
  if (key === 'data') return value
  if (key === 'targetElements' && Array.isArray(value)) return value.map(id => `${prefix}${String(id)}`)
  if (key !== 'id' || typeof value !== 'string' || value.startsWith('field_')) return renamed(value, prefix, ids)
  ids.push(value)
  return prefix + value
}

/** The line that opens a fold says whether it is open. */
function expanded(card: AdaptiveCard, id: string): void {
  if (!id.endsWith('-body')) return
  const toggle = card.getElementById(`${id.slice(0, -'-body'.length)}-closed`)?.parent?.renderedElement
  toggle?.setAttribute('aria-expanded', String(card.getElementById(id)?.isVisible ?? false))
}
