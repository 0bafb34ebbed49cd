import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import type { Card } from '../../cards/card.ts'
import { audit, openBrowser } from '../story/browser.ts'
import { goldenCards, goldenFiles } from './golden-cards.ts'

/**
 * Pictures of every card that has a golden file, drawn as the console draws it for Teams and for Slack, wide and narrow, light, dark and in high
 * contrast: `node tests/fakes/gallery.ts [folder] [names that begin so]`. What the accessibility check finds in a picture is told under its name.
 */
const looks = [
  { theme: 'light', colorScheme: 'light', forcedColors: 'none' },
  { theme: 'dark', colorScheme: 'dark', forcedColors: 'none' },
  { theme: 'contrast', colorScheme: 'dark', forcedColors: 'active' },
] as const
const widths = [1440, 400]
const [folder = mkdtempSync(join(tmpdir(), 'gallery-')), prefix = ''] = process.argv.slice(2)
const wanted = Object.entries(goldenCards).filter(([name]) => name.startsWith(prefix))
mkdirSync(folder, { recursive: true })

const stage = `
import { openDialog } from './dialog.ts'
import { message } from './message.ts'
const none = () => {}
const draw = (...drawn) => {
  document.querySelector('dialog[open]')?.close()
  document.querySelector('main').replaceChildren(...drawn)
}
globalThis.stage = {
  message: card => {
    const { element, show } = message(new Date('2026-11-03T12:10:00Z'), none)
    show(card)
    draw(element)
  },
  dialog: (card, look) => {
    draw()
    openDialog(look, '', none, async () => []).show(card)
  },
}`
const flat = `
body { display: block; overflow: visible; height: auto; padding: 16px 12px; background: var(--canvas) }
.dialog[open] { position: static; max-height: none; animation: none }`

async function bundled(entry: string, loader: 'ts' | 'css'): Promise<string> {
  const resolveDir = fileURLToPath(new URL('../../src/console/page/', import.meta.url))
  const { outputFiles } = await build({
    stdin: { contents: entry, loader, resolveDir },
    bundle: true,
    write: false,
    format: 'iife',
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}

async function draw(page: Page, name: string, card: Card, suffix: string): Promise<void> {
  const rendered = JSON.stringify({ text: card.fallback, tone: card.tone, form: card.form, ...goldenFiles(card) })
  const shots = card.form === undefined ? ['message'] : ['teams', 'slack']
  for (const look of shots) {
    const isDialog = look !== 'message'
    await page.evaluate(`stage.${isDialog ? 'dialog' : 'message'}(${rendered}, '${look}')`)
    await page.evaluate('document.activeElement?.blur()')
    const file = `${name}${isDialog ? `.${look}` : ''}.${suffix}.png`
    await page.locator(isDialog ? 'dialog[open]' : 'article').screenshot({ path: join(folder, file), animations: 'disabled' })
    const found = await audit(page)
    if (Array.isArray(found) && found.length > 0) process.stdout.write(`${file}\n  ${found.map(String).join('\n  ')}\n`)
  }
}

const [script, style] = [await bundled(stage, 'ts'), await bundled('@import "./style/main.css";', 'css')]
const browser = await openBrowser()
for (const { theme, ...scheme } of looks)
  for (const width of widths) {
    const page = await browser.newPage({
      viewport: { width, height: 2400 },
      reducedMotion: 'reduce',
      timezoneId: 'UTC',
      ...scheme,
    })
    await page.setContent(
      `<!doctype html><html lang="en"><title>Cards</title><style>${style}${flat}</style><body><h1 class="spoken">Cards</h1><main></main></body></html>`,
    )
    await page.addScriptTag({ content: script })
    for (const [name, card] of wanted) await draw(page, name, card, `${width}.${theme}`)
    await page.close()
  }
await browser.close()
process.stdout.write(`${folder}\n`)
