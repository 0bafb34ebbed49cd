import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { Door } from '../route.ts'
import { guarded } from './guard.ts'
import { icon, shell } from './shell.ts'

interface Asset {
  name: string
  type: string
  body: string
}

interface Built {
  html: string
  assets: Asset[]
}

const entries = ['page/main.ts', 'page/style/main.css'].map(file => fileURLToPath(new URL(file, import.meta.url)))
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The page and its two files, built at the first request; their names carry their content, so browsers keep them. */
export function pageDoors(): Door[] {
  let built: Promise<Built> | undefined

  function page(): Promise<Built> {
    built ??= build().catch(thrown => {
      built = undefined
      throw thrown
    })
    return built
  }

  return [
    guarded({
      method: 'get',
      path: '/',
      maxBytes: 0,
      async handle() {
        const headers = {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': policy,
          'referrer-policy': 'no-referrer',
        }
        return { status: 200, headers, body: (await page()).html }
      },
    }),
    guarded({
      method: 'get',
      path: '/console/page/:name',
      maxBytes: 0,
      async handle({ params }) {
        const asset = (await page()).assets.find(({ name }) => name === params.name)
        if (asset === undefined)
          return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'There is nothing at this address.' }
        return {
          status: 200,
          headers: { 'content-type': asset.type, 'cache-control': 'max-age=31536000, immutable' },
          body: asset.body,
        }
      },
    }),
  ]
}

async function build(): Promise<Built> {
  const { build: bundle } = await import('esbuild')
  const { outputFiles } = await bundle({
    entryPoints: entries,
    outdir: '/page',
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
  })
  const scripts = outputFiles.map(({ path, text }) => asset(path.endsWith('.css') ? 'css' : 'js', text))
  const assets = [...scripts, asset('svg', icon)]
  return { html: shell(nameOf(assets, 'js'), nameOf(assets, 'css'), nameOf(assets, 'svg')), assets }
}

const types = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml' } as const

function asset(ending: keyof typeof types, body: string): Asset {
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 12)
  return { name: `console-${digest}.${ending}`, type: types[ending], body }
}

function nameOf(assets: Asset[], ending: string): string {
  return assets.find(({ name }) => name.endsWith(ending))?.name ?? ''
}
