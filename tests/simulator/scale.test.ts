import { expect, test } from '@jest/globals'
import { type Answer, ask, simulate, subscriptionOf } from './ground.ts'

const many = 20_000
/** Of the specification of the simulator: each page of a list, also of a long one. */
const limitMs = 300

test('lists of many thousands stay right and quick, page by page, while more come', async () => {
  const simulator = await simulate()
  const subscription = subscriptionOf(simulator)
  simulator.state.automations.clear()
  for (let count = 0; count < many; count++) simulator.fire({ subscription })
  const path = `/subscriptions/${subscription}/providers/Microsoft.Security/alerts`
  const before = [...simulator.state.alerts.values()].filter(alert => alert.subscription === subscription)
  const seen: string[] = []
  const times: number[] = []
  for (let token: string | null | undefined = ''; token !== undefined && token !== null && seen.length < 1000; ) {
    const started = performance.now()
    const answer: Answer = await ask(simulator, path, { query: token === '' ? {} : { $skiptoken: token } })
    times.push(performance.now() - started)
    const { value, nextLink } = answer.list()
    seen.push(...value.map(({ name }) => name))
    token = nextLink === undefined ? undefined : new URL(nextLink).searchParams.get('$skiptoken')
    simulator.advance(1000)
    simulator.fire({ subscription })
  }
  expect(seen).toEqual(
    before
      .map(({ name }) => name)
      .sort()
      .slice(0, 1000),
  )
  expect(times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]).toBeLessThan(limitMs)
})
