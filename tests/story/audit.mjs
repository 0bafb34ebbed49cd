/*
 * Runs in the page, by hand what accessibility checkers look for: names, labels, ids, one main heading, contrast of every visible text.
 * Its value is the list of what is wrong.
 */
;(() => {
  const wrong = []
  const visible = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  const all = selector => [...document.querySelectorAll(selector)].filter(visible)

  function nameOf(element) {
    const by = (element.getAttribute('aria-labelledby') ?? '')
      .split(/\s+/)
      .flatMap(id => document.getElementById(id)?.textContent ?? [])
    const label = element.labels?.[0]?.textContent ?? ''
    return (
      by.join(' ') ||
      element.getAttribute('aria-label') ||
      label ||
      element.textContent ||
      element.getAttribute('alt') ||
      element.title ||
      ''
    ).trim()
  }

  for (const element of all(
    'button, a[href], [role="button"], [role="menuitem"], [role="option"], input, select, textarea, dialog, [role="menu"], [role="feed"], section, nav, img:not([alt=""])',
  ))
    if (nameOf(element) === '') wrong.push(`no name: ${element.outerHTML.slice(0, 120)}`)

  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id)
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index))) wrong.push(`id twice: ${id}`)
  for (const element of all('[aria-controls], [aria-activedescendant]'))
    for (const id of (element.getAttribute('aria-activedescendant') ?? element.getAttribute('aria-controls') ?? '').split(/\s+/))
      if (id !== '' && document.getElementById(id) === null) wrong.push(`points at nothing: ${id}`)
  if (all('h1').length !== 1) wrong.push(`${all('h1').length} main headings`)
  if (all('main').length !== 1) wrong.push(`${all('main').length} main parts`)
  if (document.documentElement.lang === '') wrong.push('no language')
  if (document.title === '') wrong.push('no title')

  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  function rgba(colour) {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data
    return [r, g, b, a / 255]
  }
  const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a)]
  function groundOf(element) {
    const layers = []
    for (let at = element; at !== null; at = at.parentElement) {
      const layer = rgba(getComputedStyle(at).backgroundColor)
      layers.push(layer)
      if (layer[3] === 1) break
    }
    return layers.reverse().reduce((ground, layer) => over(layer, ground), [255, 255, 255])
  }
  const channel = value => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4)
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b)
  function contrast(element) {
    const ground = groundOf(element)
    const text = over(rgba(getComputedStyle(element).color), ground)
    const [high, low] = [light(text), light(ground)].sort((a, b) => b - a)
    return (high + 0.05) / (low + 0.05)
  }

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const seen = new Set()
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const element = node.parentElement
    if (
      node.data.trim() === '' ||
      element === null ||
      !visible(element) ||
      seen.has(element) ||
      element.closest('.spoken, .skip, script, style, [inert]')
    )
      continue
    seen.add(element)
    const { fontSize, fontWeight } = getComputedStyle(element)
    const isLarge = Number.parseFloat(fontSize) >= 24 || (Number.parseFloat(fontSize) >= 18.66 && Number(fontWeight) >= 700)
    const ratio = contrast(element)
    if (ratio < (isLarge ? 3 : 4.5))
      wrong.push(`contrast ${ratio.toFixed(2)}: "${node.data.trim().slice(0, 40)}" in ${element.className}`)
  }

  if (document.documentElement.scrollWidth > innerWidth)
    wrong.push(`the page is ${document.documentElement.scrollWidth} wide in ${innerWidth}`)
  for (const element of all('.post *, .top *, .composer *'))
    if (element.getBoundingClientRect().right > innerWidth + 1 && element.closest('.spoken') === null)
      wrong.push(`reaches out: ${element.outerHTML.slice(0, 100)}`)
  return wrong
})()
