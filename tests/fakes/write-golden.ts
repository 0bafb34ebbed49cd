import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { goldenCards, goldenFiles } from './golden-cards.ts'

/** Writes every golden file anew: `node tests/fakes/write-golden.ts`; then read the difference before committing it. */
const folder = new URL('../../cards/golden/', import.meta.url)
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder)
for (const [name, card] of Object.entries(goldenCards))
  for (const [platform, rendered] of Object.entries(goldenFiles(card)))
    writeFileSync(new URL(`${name}.${platform}.json`, folder), `${JSON.stringify(rendered, undefined, 1)}\n`)
