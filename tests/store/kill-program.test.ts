import { expect, test } from '@jest/globals'
import { killProgram } from './kill-program.ts'

test.each(['program', 'database'] as const)(
  'kill -9 of the %s while events come in, cards go out and people start logic apps: nothing is lost, nothing happens twice',
  async victim => {
    const toll = await killProgram({ kills: 2, victim })
    expect(toll).toMatchObject({ kills: 2, lost: [], doubled: [], unstarted: [], startedTwice: [] })
    expect(toll.acknowledged).toBeGreaterThan(0)
    expect(toll.clicks).toBeGreaterThan(0)
  },
  120_000,
)
