import { describe, expect, test } from '@jest/globals'
import { opened } from '../../src/model/finding.ts'
import { bearable, beginning, counted, isTouched, nextStep, type Storm, told } from '../../src/model/storm.ts'
import { alertEvent, analyst, runOf } from '../fakes/sample-findings.ts'

const start = new Date('2026-11-24T12:04:30.000Z')
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000)

/** So many findings, opened at that second. */
function findings(count: number, seconds = 0, parts: Parameters<typeof alertEvent>[1] = {}) {
  return Array.from({ length: count }, (_, index) =>
    opened(alertEvent(`${seconds}-${index}-${parts.severity ?? ''}`, { severity: 'Medium', ...parts }), 'd', after(seconds)),
  )
}

function storm(count: number, at = 0): Storm {
  return told(counted(beginning('p', after(at)), findings(count, at)), after(at))
}

describe('what to do at a place that shows one a second', () => {
  const grown = counted(storm(20), findings(5, 3))
  test.each([
    ['nothing waits', undefined, 0, 0, 'calm'],
    ['what is shown within ten seconds waits', undefined, 10, 0, 'calm'],
    ['more than that waits', undefined, 11, 0, 'begin'],
    ['more comes in a storm', storm(20), 3, 5, 'count'],
    ['a single one comes in a storm', storm(20), 1, 20, 'count'],
    ['all is told', storm(20), 0, 10, 'wait'],
    ['some is not told yet, too soon', grown, 0, 2, 'wait'],
    ['some is not told yet', grown, 0, 6, 'tell'],
    ['a minute of quiet', storm(20), 0, 90, 'end'],
    ['one after a minute of quiet', storm(20), 1, 90, 'end'],
    ['as many again after a minute of quiet', storm(20), 30, 90, 'count'],
    ['a place that was away catches up with old ones', storm(300, -7200), 0, 1, 'end'],
  ] as const)('%s', (_name, under, waiting, seconds, step) => {
    expect(nextStep({ storm: under, waiting, paceMs: 1000, now: after(seconds) })).toMatchObject({ do: step })
  })

  test.each([
    ['at its beginning', 0, 1000, 2000],
    ['after ten seconds', 10, 11_000, 4000],
    ['after half an hour', 1800, 1_801_000, 59_000],
  ])('%s the card waits as long as fits its age', (_name, toldAfter, nowMs, ms) => {
    const older = { ...counted(storm(20), findings(20, nowMs / 1000)), toldAt: after(toldAfter).toISOString() }
    expect(nextStep({ storm: older, waiting: 0, paceMs: 1000, now: after(nowMs / 1000) })).toEqual({ do: 'wait', ms })
  })

  test('after an hour it has a new card', () => {
    const long = counted(storm(20), findings(500, 3601))
    expect(nextStep({ storm: long, waiting: 0, paceMs: 1000, now: after(3602) })).toEqual({ do: 'end' })
  })

  test.each([
    [1000, 10],
    [500, 20],
    [20, 500],
  ])('a pause of %i ms bears %i', (paceMs, most) => expect(bearable(paceMs)).toBe(most))
})

describe('what a storm counts', () => {
  test('by kind, severity, type, resource and minute, and the worst three by name', () => {
    const all = [
      ...findings(5, 0, { title: 'Port scan' }),
      ...findings(2, 40, { severity: 'High' }),
      ...findings(1, 45, { severity: 'Critical' }),
      ...findings(1, 50, { severity: 'High' }),
    ]
    const now = counted(beginning('p', start), all)
    expect(now).toMatchObject({
      total: 9,
      kinds: { alert: 9 },
      severities: { Medium: 5, High: 3, Critical: 1 },
      minutes: { '2026-11-24T12:04': 5, '2026-11-24T12:05': 4 },
      from: after(0).toISOString(),
      to: after(50).toISOString(),
    })
    expect(now.types['Port scan']).toBe(5)
    expect(now.worst.map(({ severity }) => severity)).toEqual(['Critical', 'High', 'High'])
  })

  test.each(['constructor', '__proto__', 'toString'])('a finding named %s counts as any other', title => {
    const { types } = counted(beginning('p', start), findings(3, 0, { title }))
    expect(Object.entries(types)).toEqual([[title, 3]])
  })

  test('in parts the same as at once, in any order of parts', () => {
    const parts = [findings(5, 0), findings(7, 61, { severity: 'High' }), findings(2, 10, { severity: 'Low' })]
    const begun = beginning('p', start)
    const inParts = parts.toReversed().reduce(counted, begun)
    expect(inParts).toEqual(counted(begun, parts.flat()))
  })

  test('stays small however many names there are, and loses none of the number', () => {
    const many = Array.from({ length: 50 }, (_, minute) => findings(30, minute * 120)).reduce(counted, beginning('p', start))
    const sum = (tally: Record<string, number>) => Object.values(tally).reduce((all, n) => all + n, 0)
    expect([sum(many.types), sum(many.resources), sum(many.minutes), many.total]).toEqual([1500, 1500, 1500, 1500])
    expect(Object.keys(many.resources).length).toBeLessThanOrEqual(201)
    const days = Array.from({ length: 100 }, (_, hour) => findings(1, hour * 3600)).reduce(counted, beginning('p', start))
    expect([sum(days.minutes), Object.keys(days.minutes).length]).toEqual([100, 60])
  })
})

test.each([
  ['what nobody touched', {}, false],
  ['what Azure changed', { history: [{ at: '', what: 'set to resolved in Azure' }] }, false],
  ['what somebody changed', { history: [{ at: '', by: analyst, what: 'took it' }] }, true],
  ['what was run on', { runs: [runOf('a-1', 1)] }, true],
])('%s', (_name, parts, touched) => {
  expect(isTouched({ ...opened(alertEvent('x'), 'd', start), ...parts })).toBe(touched)
})
