import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { together } from '../../src/store/together.ts'

test('questions of one moment share a read, the same one is asked once, and each gets its own answer', async () => {
  const reads: number[][] = []
  const double = together<number, number>(async numbers => {
    reads.push(numbers)
    return numbers.map(number => number * 2)
  })
  expect(await Promise.all([1, 2, 1, 3].map(double))).toEqual([2, 4, 2, 6])
  expect(reads).toEqual([[1, 2, 3]])
})

test('a question asked after a read began is answered by the next', async () => {
  let kept = 'old'
  const read = together<string, string>(async names => names.map(() => kept))
  const first = read('a')
  await first
  kept = 'new'
  expect(await read('a')).toBe('new')
  expect(await first).toBe('old')
})

test('what one question breaks fails for none but itself; a broken database fails for all, once', async () => {
  let reads = 0
  const read = together<string, string>(async names => {
    reads += 1
    if (names.includes('gone')) throw new Error('no database')
    return names.map(name => z.string().max(5).parse(name))
  })
  const some = await Promise.allSettled(['good', 'too long', 'fine'].map(read))
  expect(some.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  reads = 0
  const none = await Promise.allSettled(['good', 'gone'].map(read))
  expect(none.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(reads).toBe(1)
})
