type Child = Node | string | undefined
type Listeners = { [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void }

/** Attributes as HTML names them; `true` sets an empty one, `false` and undefined leave it out. */
interface Attributes {
  on?: Listeners
  [name: string]: string | boolean | number | undefined | Listeners
}

/** An element with its attributes and children. Strings become text, never markup. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  const { on = {}, ...plain } = attributes
  for (const [name, value] of Object.entries(plain)) set(element, name, value)
  listen(element, on)
  fill(element, ...children)
  return element
}

function set(element: Element, name: string, value: Attributes[string]): void {
  if (value === undefined || value === false || typeof value === 'object') return
  element.setAttribute(name, value === true ? '' : String(value))
}

function listen(element: HTMLElement, listeners: Listeners): void {
  for (const [name, listener] of Object.entries(listeners))
    element.addEventListener(name, event => Reflect.apply(listener, undefined, [event]))
}

/** Replaces what is in an element. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...children.filter(child => child !== undefined))
}

const signs = {
  more: 'M5 10a1.5 1.5 0 1 0 0 .01M10 10a1.5 1.5 0 1 0 0 .01M15 10a1.5 1.5 0 1 0 0 .01',
  close: 'M5.5 5.5l9 9m0-9l-9 9',
  send: 'M3.5 10h12m-5-5 5 5-5 5',
  menu: 'M3.5 5.5h13m-13 4.5h13m-13 4.5h13',
  down: 'M5.5 8l4.5 4.5L14.500 8',
  tick: 'M4.5 10.500l3.500 3.500 7.500-8',
  eye: 'M2.500 10s2.700-5 7.500-5 7.500 5 7.500 5-2.700 5-7.500 5-7.500-5-7.500-5zm7.500 2a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  hash: 'M8 3.500l-1.500 13m7-13l-1.500 13M4 7.500h12.500m-13 5H16',
  out: 'M8 5H5v10h10v-3m-4-8h5v5m0-5l-7 7',
} as const

export type Sign = keyof typeof signs

/** A line drawing beside words that say the same: hidden from screen readers. */
export function sign(name: Sign): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  for (const [key, value] of Object.entries({
    viewBox: '0 0 20 20',
    class: `sign sign-${name}`,
    'aria-hidden': 'true',
    focusable: 'false',
  }))
    svg.setAttribute(key, value)
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  path.setAttribute('d', signs[name])
  svg.append(path)
  return svg
}

let last = 0
export function freshId(of: string): string {
  last += 1
  return `${of}-${last}`
}
