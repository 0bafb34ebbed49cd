import { expect, test } from '@jest/globals'
import { type Grouping, grouped, type Outcome } from '../../src/store/grouped.ts'

const one: Grouping<number> = { weigh: () => 1, atMost: 3, lanes: 1, isFaultOfOne: () => false }

/** Runs that end when they are told to. */
function runs() {
  const begun: { calls: number[]; end(): void; fail(error: unknown): void }[] = []
  const run = (calls: number[]) =>
    new Promise<Outcome<number>[]>((done, fail) => {
      begun.push({
        calls,
        end: () => done(calls.map(call => (call < 0 ? { failed: `no ${call}` } : { answer: call * 10 }))),
        fail,
      })
    })
  return { begun, run }
}

async function ticks(): Promise<void> {
  for (let tick = 0; tick < 10; tick++) await Promise.resolve()
}

test('calls of one moment share a run, those that come meanwhile the next, at most as many as it carries', async () => {
  const { begun, run } = runs()
  const ask = grouped(one, run)
  const first = [1, 2].map(ask)
  await ticks()
  const second = [3, 4, 5, 6].map(ask)
  await ticks()
  expect(begun.map(({ calls }) => calls)).toEqual([[1, 2]])
  begun[0]?.end()
  expect(await Promise.all(first)).toEqual([10, 20])
  await ticks()
  expect(begun.map(({ calls }) => calls)).toEqual([
    [1, 2],
    [3, 4, 5],
  ])
  begun[1]?.end()
  await ticks()
  begun[2]?.end()
  expect(await Promise.all(second)).toEqual([30, 40, 50, 60])
})

test('a call heavier than a run may carry has one of its own', async () => {
  const { begun, run } = runs()
  const ask = grouped({ ...one, weigh: call => call }, run)
  const all = [5, 1, 1].map(ask)
  await ticks()
  begun[0]?.end()
  await ticks()
  begun[1]?.end()
  await Promise.all(all)
  expect(begun.map(({ calls }) => calls)).toEqual([[5], [1, 1]])
})

test('a call that fails fails alone', async () => {
  const { begun, run } = runs()
  const ask = grouped(one, run)
  const all = Promise.allSettled([1, -2, 3].map(ask))
  await ticks()
  begun[0]?.end()
  expect(await all).toEqual([
    { status: 'fulfilled', value: 10 },
    { status: 'rejected', reason: 'no -2' },
    { status: 'fulfilled', value: 30 },
  ])
})

test('a run that fails fails all its calls, and the next begins', async () => {
  const { begun, run } = runs()
  const ask = grouped(one, run)
  const all = Promise.allSettled([1, 2].map(ask))
  await ticks()
  const next = ask(3)
  begun[0]?.fail('down')
  expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await ticks()
  begun[1]?.end()
  expect(await next).toBe(30)
})

test('where one call may be at fault, each is tried alone', async () => {
  const tried: number[][] = []
  const ask = grouped({ ...one, isFaultOfOne: thrown => thrown === 'bad data' }, async (calls: number[]) => {
    tried.push(calls)
    if (calls.includes(2)) throw 'bad data'
    return calls.map((answer): Outcome<number> => ({ answer }))
  })
  const all = await Promise.allSettled([1, 2, 3].map(ask))
  expect(tried).toEqual([[1, 2, 3], [1], [2], [3]])
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

test('lanes: a second run begins while the first is under way, not a third', async () => {
  const { begun, run } = runs()
  const ask = grouped({ ...one, lanes: 2 }, run)
  const all = [ask(1)]
  await ticks()
  all.push(ask(2))
  await ticks()
  all.push(ask(3))
  await ticks()
  expect(begun.map(({ calls }) => calls)).toEqual([[1], [2]])
  begun[1]?.end()
  await ticks()
  expect(begun.map(({ calls }) => calls)).toEqual([[1], [2], [3]])
  for (const { end } of begun) end()
  expect(await Promise.all(all)).toEqual([10, 20, 30])
})
