import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { barText, lyingBars, standingBars } from '../../cards/bars.ts'

const bars = (...values: number[]) => values.map((value, index) => ({ label: `${index + 1} Nov`, value }))

test('few bars lie, each with its name and number', () => {
  expect(barText(bars(4, 0, 2))).toBe('1 Nov  ████████████████████ 4\n2 Nov   0\n3 Nov  ██████████ 2')
})

test('many bars stand in a row, with where it begins and ends', () => {
  expect(barText(bars(0, 1, 2, 3, 4, 5, 6, 7, 0))).toBe('▁▂▃▄▅▆▇█▁\n1 Nov … 9 Nov')
})

test('a long name does not push the others aside', () => {
  const [first = ''] = barText([{ label: 'x'.repeat(200), value: 1 }]).split('\n')
  expect(first.length).toBeLessThan(50)
})

test('whatever the numbers, the greatest is the longest, zero is none and what is there shows', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1e9), { minLength: 1, maxLength: 60 }), values => {
      const lying = lyingBars(bars(...values))
      const most = Math.max(...values)
      values.forEach((value, index) => {
        expect((lying[index] ?? '').length > 0).toBe(value > 0)
        expect((lying[index] ?? '').length).toBeLessThanOrEqual(20)
        if (value === most && value > 0) expect(lying[index]).toBe('█'.repeat(20))
      })
      expect([...standingBars(bars(...values))]).toHaveLength(values.length)
    }),
  )
})
