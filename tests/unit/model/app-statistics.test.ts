import { expect, test } from '@jest/globals'
import { failingOf, failingWords } from '../../../src/model/app-statistics.ts'
import type { RunState } from '../../../src/model/run.ts'

const letters: Record<string, RunState> = { s: 'succeeded', f: 'failed', c: 'cancelled', r: 'running' }

/** Newest first: s(ucceeded), f(ailed), c(ancelled), r(unning). */
test.each<[string, string | undefined, boolean]>([
  ['', undefined, false],
  ['r', undefined, false],
  ['s', undefined, false],
  ['c', undefined, false],
  ['f', 'its last run failed', false],
  ['rf', 'its last run failed', false],
  ['fs', '1 of its last 2 runs failed', true],
  ['sf', '1 of its last 2 runs failed', true],
  ['ff', 'all of its last 2 runs failed', true],
  ['fsss', 'its last run failed', false],
  ['fssss', 'its last run failed', false],
  ['sfsss', undefined, false],
  ['sffss', undefined, false],
  ['ffsss', 'its last run failed', false],
  ['fffss', '3 of its last 5 runs failed', true],
  ['sffff', '4 of its last 5 runs failed', true],
  ['fffff', 'all of its last 5 runs failed', true],
  ['rrfcffs', '3 of its last 5 runs failed', true],
  ['sssssfffff', undefined, false],
])('%s: %s', (runs, words, often) => {
  const failing = failingOf([...runs].map(letter => ({ state: letters[letter] ?? 'queued' })))
  expect([failing && failingWords(failing), failing?.often ?? false]).toEqual([words, often])
})
