import { severities } from '../model/severity.ts'
import type { World } from '../ports.ts'
import type { Door } from '../route.ts'
import type { ConsoleDeps } from './deps.ts'
import { guarded } from './guard.ts'

const hourMs = 3_600_000
/** Many browsers asking cost one count. */
const freshMs = 1000

export function statusDoors({ world }: ConsoleDeps): Door[] {
  let present: { at: number; board: Promise<object> } | undefined
  return [
    guarded({
      method: 'get',
      path: '/console/api/status',
      maxBytes: 0,
      async handle() {
        const now = world.clock.now().getTime()
        if (present === undefined || Math.abs(now - present.at) >= freshMs) present = { at: now, board: boardOf(world) }
        const asked = present
        asked.board.catch(() => {
          if (present === asked) present = undefined
        })
        return { status: 200, body: await asked.board }
      },
    }),
  ]
}

async function boardOf(world: World): Promise<object> {
  const since = new Date(world.clock.now().getTime() - hourMs).toISOString()
  const [status, ...totals] = await Promise.all([
    world.store.status(),
    ...severities.map(severity => alertsSince(world, severity, since)),
  ])
  const lastHour = severities.map((severity, index) => ({ severity, alerts: totals[index] ?? 0 }))
  return { ...status, queue: status.behind, lastHour }
}

async function alertsSince(world: World, severity: string, since: string): Promise<number> {
  return (await world.store.findings.list({ kind: 'alert', severities: [severity], since }, 1)).total
}
