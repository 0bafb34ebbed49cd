import { z } from 'zod'
import { type AppRow, appListCard } from '../../../cards/apps.ts'
import { type LogicApp, whyNever } from '../../model/logic-app.ts'
import type { World } from '../../ports.ts'
import { type Answer, type Context, personal, verb } from '../action.ts'
import { runRight } from '../eligible.ts'
import { rightKey } from '../scope.ts'
import { askFailing } from './failing.ts'
import { readRight } from './rights.ts'

const perPage = 10

interface ListInput {
  filter: string
  page: number
}

export const list = verb<ListInput>({
  name: 'apps',
  title: 'Logic apps',
  help: 'Lists logic apps: those you can run first, then the others with what keeps them from being run.',
  usage: 'apps [eligible|all] [words]',
  tried: ['list', 'logicapps', 'playbooks', 'workflows'],
  topic: 'Logic apps',
  input: z.object({ filter: z.string().max(500).default(''), page: z.coerce.number().int().min(1).default(1) }),
  read: typed => ({ input: { filter: typed.all().join(' ') } }),
  effect: false,
  needs: () => [],
  run: listed,
})

async function listed(context: Context, { filter, page }: ListInput): Promise<Answer> {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '' && word !== 'all')
  const all = await rowsFor(context)
  const fitting = all.filter(row => fits(row, words)).toSorted(byUse)
  const usable = fitting.filter(({ why }) => why === undefined).length
  const rows = await rated(context.world, fitting.slice((page - 1) * perPage, page * perPage))
  const next = fitting.length > page * perPage ? { next: page + 1 } : {}
  return personal(appListCard({ rows, total: fitting.length, usable, filter, ...next }))
}

/** How those that can be started have done: asked for no more than are shown. */
async function rated(world: World, rows: AppRow[]): Promise<AppRow[]> {
  const usable = rows.filter(({ why }) => why === undefined)
  const failing = await askFailing(
    world,
    usable.map(({ app }) => app.id),
  )
  return rows.map(row => {
    const found = failing.get(row.app.id.toLowerCase())
    return { ...row, ...(found !== undefined && { failing: found }) }
  })
}

function fits({ app, why }: AppRow, words: string[]): boolean {
  const text = `${app.name} ${app.group}`.toLowerCase()
  return words.every(word => (word === 'eligible' ? why === undefined : text.includes(word)))
}

function byUse(a: AppRow, b: AppRow): number {
  return Number(a.why !== undefined) - Number(b.why !== undefined) || a.app.name.localeCompare(b.app.name)
}

/** What the person may see, and whether they can run it; every right is asked for at once. */
async function rowsFor({ world, person }: Context): Promise<AppRow[]> {
  const apps = await world.azure.logicApps.list()
  const lacking = await world.azure.access.missing(
    person.id,
    apps.flatMap(app => [readRight(app), runRight(app)]),
  )
  const lacks = new Set(lacking.map(rightKey))
  return apps
    .filter(app => !lacks.has(rightKey(readRight(app))))
    .map(app => ({ app, ...whyOf(app, lacks.has(rightKey(runRight(app)))) }))
}

/** What is wrong with the app itself goes before what the person lacks. */
export function whyOf(app: LogicApp, lacksRight: boolean): { why?: string } {
  const why = whyNever(app) ?? (lacksRight ? `You lack ${runRight(app).action}.` : undefined)
  return why === undefined ? {} : { why }
}
