import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { toProblem } from './errors.ts'
import type { Store } from './ports.ts'
import type { Door } from './route.ts'

/** Alive, able to work, and figures for Prometheus. */
export function operationDoors(store: Store, troubles: () => Promise<string[]>): Door[] {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const kept = new Gauge({
    name: 'defender_kept',
    help: 'Rows kept, by what they are',
    labelNames: ['what'],
    registers: [registry],
  })
  return [
    { method: 'get', path: '/healthz', maxBytes: 0, handle: async () => ({ status: 200, body: { ok: true } }) },
    {
      method: 'get',
      path: '/readyz',
      maxBytes: 0,
      async handle() {
        const refused = store.ready().then(
          () => undefined,
          (thrown: unknown) => toProblem(thrown).message,
        )
        const [database, others] = await Promise.all([refused, troubles()])
        const ready = database === undefined
        const broken = ready ? [] : ['database']
        return { status: ready ? 200 : 503, body: { ready, broken, troubles: ready ? others : [database, ...others] } }
      },
    },
    {
      method: 'get',
      path: '/metrics',
      maxBytes: 0,
      async handle() {
        const { events, findings, behind, deadLetters } = await store.status()
        for (const [what, count] of Object.entries({ events, findings, behind, dead_letters: deadLetters }))
          kept.set({ what }, count)
        return { status: 200, headers: { 'content-type': registry.contentType }, body: await registry.metrics() }
      },
    },
  ]
}
