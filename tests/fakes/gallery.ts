import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Card } from '../../cards/card.ts'
import { renderSlackMessage } from '../../src/chat/slack/render.ts'
import { renderTeams } from '../../src/chat/teams/render.ts'
import { openBrowser } from '../story/browser.ts'
import { goldenCards } from './golden-cards.ts'

/**
 * Pictures of every card that has a golden file, as the console shows it: Teams by the official renderer beside Slack's preview, wide and narrow,
 * light and dark. `node tests/fakes/gallery.ts [folder] [names that begin so]` says where they are.
 */
const [folder = await mkdtemp(join(tmpdir(), 'gallery-')), prefix = ''] = process.argv.slice(2)
const looks = [
  { width: 1440, scheme: 'light' },
  { width: 1440, scheme: 'dark' },
  { width: 400, scheme: 'light' },
  { width: 400, scheme: 'dark' },
] as const

const page = fileURLToPath(new URL('../../src/console/page/', import.meta.url))
const entry = `
  import './style/main.css'
  import { message } from './message.ts'
  window.draw = cards => {
    for (const { name, card } of cards) {
      const { element, show } = message(new Date(), () => undefined)
      show(card)
      element.id = name
      document.body.append(element)
    }
  }`

const { outputFiles } = await build({
  stdin: { contents: entry, resolveDir: page, loader: 'ts' },
  outdir: folder,
  bundle: true,
  write: false,
  format: 'iife',
  logLevel: 'error',
})
const text = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? ''

function rendered(card: Card) {
  return { tone: card.tone, text: card.fallback, teams: renderTeams(card), slack: renderSlackMessage(card) }
}

await mkdir(folder, { recursive: true })
const cards = Object.entries(goldenCards).filter(([name]) => name.startsWith(prefix))
const browser = await openBrowser()
for (const { width, scheme } of looks) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, reducedMotion: 'reduce' })
  const tab = await context.newPage()
  await tab.setContent(`<!doctype html><style>${text('.css')}body{display:block;overflow:auto;height:auto;padding:8px}</style>`)
  await tab.addScriptTag({ content: text('.js') })
  await tab.evaluate(`draw(${JSON.stringify(cards.map(([name, card]) => ({ name, card: rendered(card) })))})`)
  for (const [name] of cards)
    await tab.locator(`[id="${name}"]`).screenshot({ path: join(folder, `${name}.${width}.${scheme}.png`) })
  await context.close()
}
await browser.close()
process.stdout.write(`${cards.length * looks.length} pictures in ${folder}\n`)
