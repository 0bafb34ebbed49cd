import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { type Browser, chromium, type Page } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const browserPath = places.find(path => existsSync(path))

export interface Visit {
  page: Page
  /** What the page complained about: errors, refused files, breaches of its policy. */
  complaints: string[]
}

export interface Look {
  width: number
  scheme: 'light' | 'dark'
  /** The person's own few colours instead of the page's, as Windows' contrast themes do. */
  contrast?: true
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: browserPath ?? '', args })
}

/** The console in a window of its own, with nothing remembered. */
export async function visit(browser: Browser, address: string, { width, scheme, contrast }: Look): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    forcedColors: contrast ? 'active' : 'none',
    reducedMotion: 'reduce',
    serviceWorkers: 'block',
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('request', request => {
    if (!request.url().startsWith(address) && !request.url().startsWith('data:'))
      complaints.push(`asks elsewhere: ${request.url()}`)
  })
  await page.goto(address)
  await page.getByText('Live', { exact: true }).waitFor({ state: 'attached' })
  return { page, complaints }
}

/** What an accessibility check finds on the page as it stands. */
export async function audit(page: Page): Promise<unknown> {
  return page.evaluate(await readFile(new URL('audit.mjs', import.meta.url), 'utf8'))
}
