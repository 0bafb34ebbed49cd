import { expect, test } from '@jest/globals'
import { failingOf, failingWords, stillFailing } from '../../../src/model/app-statistics.ts'
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

/** One run an hour, newest first, the newest an hour ago. */
test.each<[string, number, string | undefined, boolean]>([
  ['ssfff', 1, '3 of its last 5 runs failed', true],
  ['sssff', 1, '2 of its last 5 runs failed', true],
  ['ssssf', 1, '1 of its last 5 runs failed', true],
  ['fssss', 1, '1 of its last 5 runs failed', true],
  ['sf', 1, '1 of its last 2 runs failed', true],
  ['sssssfff', 1, undefined, false],
  ['', 1, undefined, false],
  ['ssff', 24, '2 of its last 4 runs failed', true],
  ['sssff', 20, '2 of its last 5 runs failed', true],
  ['sssff', 22, undefined, false],
  ['fssss', 30, '1 of its last 5 runs failed', true],
])('%s after it failed often, %d hours on: %s', (letterRow, hours, words, often) => {
  const start = Date.parse('2026-11-03T12:00:00Z')
  const at = (index: number) => new Date(start - index * 3_600_000).toISOString()
  const runs = [...letterRow].map((letter, index) => ({
    state: letters[letter] ?? 'queued',
    startedAt: at(index),
    endedAt: at(index),
  }))
  const failing = stillFailing(runs, { failed: 3, of: 5, often: true }, new Date(start + (hours - 1) * 3_600_000))
  expect([failing && failingWords(failing), failing?.often ?? false]).toEqual([words, often])
  const fresh = stillFailing(runs, undefined, new Date(start))
  expect(fresh).toEqual(failingOf(runs))
})
