import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Problem } from '../../src/errors.ts'
import type { Finding } from '../../src/model/finding.ts'
import { findingId } from '../../src/model/finding.ts'
import { severityRank } from '../../src/model/severity.ts'
import type { Arrival, Store } from '../../src/ports.ts'
import { alertEvent, analyst, arrival, arrivalOf, channel, noted, planFor, runOf, startOfTime } from '../fakes/sample-findings.ts'
import { changesUntil, refusal } from './waiting.ts'

export interface StoreUnderTest {
  /** An empty store, or another process's view of it when one is given. */
  open(tenant: string): Promise<Store>
}

let tenants = 0

/** What every store keeps to, whatever it is made of. */
export function storeContract(name: string, { open }: StoreUnderTest): void {
  describe(name, () => {
    const stores: Store[] = []
    let store: Store

    async function fresh(tenant = `tenant-${tenants++}`): Promise<Store> {
      const opened = await open(tenant)
      stores.push(opened)
      return opened
    }

    async function take(...arrivals: Arrival[]): Promise<string[]> {
      return (await store.accept(arrivals, planFor([channel]))).map(taken => taken.findingId)
    }

    async function takeOne(given: Arrival): Promise<string> {
      return (await take(given))[0] ?? ''
    }

    beforeAll(async () => {
      store = await fresh()
    })
    afterAll(() => Promise.all(stores.map(each => each.close())))

    describe('accept', () => {
      test('makes a finding of a new event, and keeps its body to the letter', async () => {
        const event = alertEvent('a1', { description: '\u0000 "ä" 😀' })
        const given = { ...arrivalOf(event), body: ` ${JSON.stringify(event, null, 3)},`.replace(/},$/, '  }\n') }
        const [taken] = await store.accept([given], planFor([channel]))
        const id = findingId(given.event)
        expect(taken).toEqual({ findingId: id, duplicate: false })
        const kept = await store.findings.get(id)
        expect(kept).toMatchObject({ id, version: 1, status: 'active', event: given.event, openedAt: startOfTime.toISOString() })
        expect(await store.findings.body(id)).toBe(given.body)
      })

      test('the same event again is a duplicate: in another call, in the same call, and both at once', async () => {
        await take(arrival('a2'))
        expect(await store.accept([arrival('a2')], planFor([]))).toMatchObject([{ duplicate: true }])
        expect(await store.accept([arrival('a3'), arrival('a3')], planFor([]))).toMatchObject([
          { duplicate: false },
          { duplicate: true },
        ])
        const both = await Promise.all([1, 2, 3].map(() => store.accept([arrival('a4')], planFor([]))))
        expect(both.flat().filter(({ duplicate }) => !duplicate)).toHaveLength(1)
      })

      test('the plan sees what an event before it in the same call made', async () => {
        const seen: (number | undefined)[] = []
        await store.accept(
          [arrival('a5'), arrival('a5', { title: 'Second' }), arrival('a5', { title: 'Third' })],
          (given, before) => {
            seen.push(before?.version)
            return planFor([])(given, before)
          },
        )
        expect(seen).toEqual([undefined, 1, 2])
        expect(await store.findings.get(findingId(alertEvent('a5')))).toMatchObject({ version: 3, event: { title: 'Third' } })
      })

      test('in a flood of what is new, what is there already is found: changed, unchanged, and past', async () => {
        const [there, same] = [arrival('flood-there'), arrival('flood-same')]
        await store.accept([there, same], planFor([]))
        const plan = (one: Arrival, before: Finding | undefined) =>
          before === undefined && one.event.key === 'flood-past' ? undefined : planFor([channel])(one, before)
        const taken = await Promise.all(
          [arrival('flood-there', { title: 'Another' }), same, arrival('flood-past'), arrival('flood-new')].map(one =>
            store.accept([one], plan),
          ),
        )
        expect(taken.flat().map(({ duplicate }) => duplicate)).toEqual([false, true, true, false])
        const [changed, kept, past, fresh] = await Promise.all(
          taken.flat().map(async ({ findingId }) => store.findings.get(findingId)),
        )
        expect([changed?.version, changed?.event.title]).toEqual([2, 'Another'])
        expect([kept?.version, past, fresh?.version]).toEqual([1, undefined, 1])
      })

      test('order of results is order of arrivals', async () => {
        const keys = ['z9', 'a9', 'm9', 'z9']
        const ids = await take(...keys.map(key => arrival(key)))
        expect(ids).toEqual(keys.map(key => findingId(alertEvent(key))))
      })

      test('a plan that throws fails its own call and nothing of it stays, while others at the same time are taken', async () => {
        const failing = store.accept([arrival('b1'), arrival('b2')], (given, before) => {
          if (given.event.key === 'b2') throw new Problem('NotOffered')
          return planFor([])(given, before)
        })
        const [problem] = await Promise.all([refusal(failing), take(arrival('b3'))])
        expect(problem.code).toBe('NotOffered')
        expect(await store.findings.get(findingId(alertEvent('b1')))).toBeUndefined()
        expect(await store.findings.get(findingId(alertEvent('b3')))).toBeDefined()
      })

      test('a raw NUL in a text is no reason to lose an event', async () => {
        const id = await takeOne({
          ...arrival('b4', { title: 'a\u0000b', resource: { id: '/x\u0000y', name: '\u0000' } }),
        })
        expect((await store.findings.get(id))?.event.title).toBe('a\u0000b')
      })

      test('no arrivals, no results', async () => {
        expect(await store.accept([], planFor([]))).toEqual([])
      })

      test('an event of 1 MiB is kept', async () => {
        const large = arrival('b5', { description: 'é"'.repeat(262_000) })
        expect(await store.findings.body(await takeOne(large))).toBe(large.body)
      })
    })

    describe('change', () => {
      test('makes the next version, and keeps body and event', async () => {
        const given = arrival('c1')
        const id = await takeOne(given)
        const changed = await store.change(id, noted('assigned', { owner: analyst, status: 'in-progress' }))
        expect(changed).toMatchObject({ version: 2, status: 'in-progress', owner: analyst })
        expect(await store.findings.get(id)).toEqual(changed)
        expect(await store.findings.body(id)).toBe(given.body)
      })

      test('nothing there, or nothing changed: undefined', async () => {
        expect(await store.change('a-nothing', noted('x'))).toBeUndefined()
        expect(await store.change(await takeOne(arrival('c2')), () => undefined)).toBeUndefined()
      })

      test('its plan may refuse', async () => {
        const id = await takeOne(arrival('c3'))
        const refused = await refusal(
          store.change(id, () => {
            throw new Problem('Conflict')
          }),
        )
        expect(refused.code).toBe('Conflict')
      })

      test('a change of the event keeps the body as received; the next delivery brings its own', async () => {
        const id = await takeOne(arrival('c4'))
        await store.change(id, finding => ({ ...noted('new title', { event: { ...finding.event, title: 'New' } })(finding) }))
        expect(await store.findings.get(id)).toMatchObject({ event: { title: 'New' }, version: 2 })
        expect(await store.findings.body(id)).toBe(arrival('c4').body)
        const next = arrival('c4', { title: 'Another' })
        await store.accept([next], planFor([]))
        expect([await store.findings.body(id), (await store.findings.get(id))?.event]).toEqual([next.body, next.event])
        expect(await store.findings.get(id)).toMatchObject({ version: 3 })
      })

      test('a hundred at once make a hundred versions, none lost', async () => {
        const id = await takeOne(arrival('c5'))
        await Promise.all(Array.from({ length: 100 }, (_, index) => store.change(id, noted(`note ${index}`))))
        const finding = await store.findings.get(id)
        expect(finding?.version).toBe(101)
        expect(new Set(finding?.history.map(({ what }) => what)).size).toBe(100)
      })
    })

    describe('findings', () => {
      let listed: Store
      const ids: string[] = []

      beforeAll(async () => {
        listed = await fresh()
        const at = (minute: number) => new Date(startOfTime.getTime() + minute * 60_000)
        const events = [
          alertEvent('l0', { severity: 'Low', subscription: 's1' }),
          alertEvent('l1', { severity: 'High', subscription: 'S2', resource: { id: '/Shared', name: 'Web-Server' } }),
          alertEvent('l2', {
            severity: 'high',
            subscription: '',
            resource: { id: '/shared', name: 'web' },
            alertType: 'VM_Ransom100%',
          }),
          alertEvent('l3', { severity: 'Medium', resource: { id: '/SHARED', name: 'x' } }),
        ]
        for (const [index, event] of events.entries()) {
          const [taken] = await listed.accept(
            [arrivalOf({ ...event, at: at(index).toISOString() })],
            planFor([], () => at(index)),
          )
          ids.push(taken?.findingId ?? '')
        }
        await listed.change(ids[0] ?? '', noted('mine', { owner: analyst, status: 'resolved' }))
      })

      test.each([
        ['all, newest first', {}, [3, 2, 1, 0]],
        ['kind', { kind: 'alert' as const }, [3, 2, 1, 0]],
        ['another kind', { kind: 'compliance' as const }, []],
        ['severities, case ignored', { severities: ['HIGH'] }, [2, 1]],
        ['no severity wanted', { severities: [] }, []],
        ['status', { status: ['resolved' as const] }, [0]],
        ['owner', { ownerId: analyst.id }, [0]],
        ['unassigned', { unassigned: true }, [3, 2, 1]],
        ['subscriptions, and what has none', { subscriptions: ['s2'] }, [2, 1]],
        ['what may be read, kind by kind', { readable: { alert: ['S1'], recommendation: ['s2'] } }, [3, 2, 0]],
        ['nothing that may be read', { readable: {} }, []],
        ['since', { since: '2026-01-01T01:02:00+01:00' }, [3, 2]],
        ['all words, case ignored', { words: ['WEB', 'sign-in'] }, [2, 1]],
        ['a word with a wildcard is that word', { words: ['100%'] }, [2]],
        ['several at once', { severities: ['high'], words: ['server'] }, [1]],
      ])('lists by %s', async (_name, filter, expected) => {
        const { items, total } = await listed.findings.list(filter, 10)
        expect(items.map(({ id }) => id)).toEqual(expected.map(index => ids[index]))
        expect(total).toBe(expected.length)
      })

      test.each([
        ['newest', [3, 2, 1, 0]],
        ['severe', [2, 1, 3, 0]],
      ] as const)('pages by cursor, each finding once: %s first', async (order, expected) => {
        for (const size of [1, 3]) {
          const seen: Finding[] = []
          let cursor: string | undefined
          do {
            const page = await listed.findings.list({}, size, cursor, order)
            expect(page.total).toBe(4)
            seen.push(...page.items)
            cursor = page.next
          } while (cursor !== undefined)
          expect(seen.map(({ id }) => id)).toEqual(expected.map(index => ids[index]))
        }
      })

      test.each(['newest', 'severe'] as const)('%s first goes by when it happened, not by when it came in', async order => {
        const first = await fresh()
        const days = ['2025-11-08', '2026-01-01', '2025-11-24']
        const takenAt = (key: string, day: string) =>
          first.accept(
            [arrival(key, { at: `${day}T00:00:00.000Z` })],
            planFor([], () => new Date()),
          )
        const ids: string[] = []
        for (const [index, day] of days.entries()) ids.push((await takenAt(`day-${index}`, day))[0]?.findingId ?? '')
        const listed = async () => {
          const page = await first.findings.list({}, 2, undefined, order)
          const rest = await first.findings.list({}, 2, page.next, order)
          return [...page.items, ...rest.items].map(({ id }) => ids.indexOf(id))
        }
        expect(await listed()).toEqual([1, 2, 0])
        // Unhealthy once more: that is when it happened now.
        await first.change(ids[0] ?? '', finding =>
          noted('again', { event: { ...finding.event, at: '2026-01-02T00:00:00.000Z' } })(finding),
        )
        expect(await listed()).toEqual([0, 1, 2])
      })

      test('a severity that Azure adds later ranks as medium', async () => {
        const later = await fresh()
        for (const severity of ['Low', 'Blazing', 'High', 'Medium', 'Informational', 'Critical', 'None'])
          await later.accept([arrival(severity, { severity })], planFor([]))
        const { items } = await later.findings.list({}, 10, undefined, 'severe')
        expect(items.map(({ event }) => severityRank(event.severity))).toEqual([5, 4, 3, 3, 2, 1, 0])
      })

      test.each(['', 'x', 'e30', Buffer.from('["a"]').toString('base64url'), Buffer.from('[1,2]').toString('base64url')])(
        'a cursor that is not ours is refused: %p',
        async cursor => {
          expect(await refusal(listed.findings.list({}, 3, cursor))).toMatchObject({ code: 'BadInput', field: 'cursor' })
        },
      )

      test('a since that is no time is refused', async () => {
        expect(await refusal(listed.findings.list({ since: 'yesterday' }, 3))).toMatchObject({ code: 'BadInput', field: 'since' })
      })

      test('related: the same resource, case ignored, newest first', async () => {
        const finding = await listed.findings.get(ids[2] ?? '')
        if (finding === undefined) throw new Error('not there')
        expect((await listed.findings.related(finding, 5)).map(({ id }) => id)).toEqual([ids[3], ids[1]])
        expect(await listed.findings.related(finding, 1)).toHaveLength(1)
      })

      test('unknown: undefined', async () => {
        expect(await listed.findings.get('a-unknown')).toBeUndefined()
        expect(await listed.findings.body('a-unknown')).toBeUndefined()
      })

      test('an id that holds NUL or is endless is refused or unknown, never a failure of the store', async () => {
        const answers = await Promise.allSettled([listed.findings.get('a\u0000'), listed.findings.get('x'.repeat(100_000))])
        for (const answer of answers)
          expect(answer.status === 'fulfilled' ? answer.value : toCode(answer.reason)).toEqual(
            answer.status === 'fulfilled' ? undefined : 'BadInput',
          )
      })

      test('runs: newest first, by who and state, and on their finding in order of their beginning', async () => {
        const id = ids[1] ?? ''
        await listed.change(
          id,
          noted('ran', { runs: [runOf(id, 1), runOf(id, 2, { startedBy: { as: 'person', id: 'else', name: 'Admin' } })] }),
        )
        await listed.change(id, finding =>
          noted('went on', {
            runs: finding.runs.map(run => (run.id.endsWith('1') ? { ...run, state: 'failed' as const } : run)),
          })(finding),
        )
        expect((await listed.findings.runs({}, 10)).map(run => run.id)).toEqual([`${id}.2`, `${id}.1`])
        expect(await listed.findings.runs({ states: ['failed'] }, 10)).toMatchObject([{ id: `${id}.1`, state: 'failed' }])
        expect(await listed.findings.runs({ states: [] }, 10)).toEqual([])
        expect(await listed.findings.runs({ startedBy: 'else' }, 10)).toHaveLength(1)
        expect(await listed.findings.runs({ readable: { alert: ['s2'] } }, 10)).toHaveLength(2)
        expect(await listed.findings.runs({ readable: { alert: ['s1'], recommendation: ['s2'] } }, 10)).toEqual([])
        expect((await listed.findings.get(id))?.runs.map(run => run.state)).toEqual(['failed', 'queued'])
        expect((await listed.status()).runs).toMatchObject({ failed: 1, queued: 1, succeeded: 0 })
      })
    })

    describe('other tenants', () => {
      test('see nothing of it, and the same event is theirs as well', async () => {
        const id = await takeOne(arrival('t1'))
        await store.requests.open('t-request', '{}', false, startOfTime.toISOString())
        const other = await fresh()
        expect(await other.findings.get(id)).toBeUndefined()
        expect((await other.findings.list({}, 10)).total).toBe(0)
        expect(await other.requests.get('t-request')).toBeUndefined()
        expect(await other.accept([arrival('t1')], planFor([]))).toMatchObject([{ duplicate: false }])
      })
    })

    describe('two processes on one store', () => {
      test('a hundred overlapping calls on both: each finding once, versions without gaps', async () => {
        const [left, right] = [await fresh('shared'), await fresh('shared')]
        const calls = Array.from({ length: 100 }, (_, index) => {
          const side = index % 2 === 0 ? left : right
          const keys = Array.from({ length: 5 }, (_, offset) => `s${(index * 3 + offset * 7) % 40}`)
          return side.accept(
            keys.map(key => arrival(key, { title: `Delivery ${index % 10}` })),
            planFor([channel]),
          )
        })
        const taken = (await Promise.all(calls)).flat()
        const { items, total } = await left.findings.list({}, 100)
        expect(total).toBe(40)
        const moves = taken.filter(({ duplicate }) => !duplicate)
        for (const finding of items) {
          expect(finding.version).toBe(moves.filter(({ findingId: id }) => id === finding.id).length)
          expect(finding.history).toHaveLength(finding.version - 1)
          expect(await right.posts.of(finding.id)).toMatchObject([{ wanted: finding.version, placeId: channel.placeId }])
        }
      })

      test('each hears of changes the other makes, once they are committed', async () => {
        const [left, right] = [await fresh('heard'), await fresh('heard')]
        const heard = changesUntil(right, changes => changes.length >= 2)
        const [taken] = await left.accept([arrival('h1')], planFor([channel]))
        const changes = await heard
        expect(changes).toContainEqual({ type: 'finding', id: taken?.findingId })
        const [post] = await right.posts.of(taken?.findingId ?? '')
        expect(changes).toContainEqual({ type: 'post', placeId: channel.placeId, id: post?.id })
      })

      test('a change of thousands is told whole', async () => {
        const [left, right] = [await fresh('many'), await fresh('many')]
        const heard = changesUntil(right, changes => changes.length >= 800)
        await left.accept(
          Array.from({ length: 400 }, (_, index) => arrival(`m${index}`)),
          planFor([channel]),
        )
        expect(new Set((await heard).map(change => JSON.stringify(change))).size).toBe(800)
      })

      test('a listener that left hears no more, one that throws disturbs no other', async () => {
        const quiet = await fresh()
        const left: unknown[] = []
        quiet.onChange(change => left.push(change))()
        quiet.onChange(() => {
          throw new Error('broken listener')
        })
        const heard = changesUntil(quiet, changes => changes.length > 0)
        await quiet.accept([arrival('q1')], planFor([]))
        await heard
        expect(left).toEqual([])
      })
    })

    describe('status', () => {
      test('counts', async () => {
        const counted = await fresh()
        await counted.accept([arrival('n1'), arrival('n2'), arrival('n2', { title: 'Again' })], planFor([channel]))
        await counted.deadLetters.keep([
          { at: startOfTime.toISOString(), via: 'push', body: 'x', rejection: { path: '', message: 'no' } },
        ])
        expect(await counted.status()).toMatchObject({ events: 3, findings: 2, behind: 2, deadLetters: 1 })
      })
    })
  })
}

function toCode(thrown: unknown): string {
  return thrown instanceof Problem ? thrown.code : String(thrown)
}
