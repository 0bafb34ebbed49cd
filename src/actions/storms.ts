import { z } from 'zod'
import { stormListCard } from '../../cards/list.ts'
import { Problem } from '../errors.ts'
import { type Action, type Context, personal, verb } from './action.ts'
import { named } from './finding-view.ts'
import { allReadable } from './scope.ts'

const perPage = 10

const StormInput = z.object({ storm: z.string('Say which storm.').max(60), cursor: z.string().max(500).optional() })
type StormInput = z.infer<typeof StormInput>

/** Everything that a storm's card counts, as far as the asker may read it. */
const storm = verb<StormInput>({
  name: 'storm',
  title: 'Storm',
  help: '',
  usage: 'storm <storm>',
  topic: 'Findings',
  input: StormInput,
  read(typed) {
    const id = typed.next()
    return { input: id === undefined ? {} : { storm: id } }
  },
  effect: false,
  needs: () => [],
  async run(context, { storm: id, cursor }) {
    const notice = await context.world.store.notices.get(id)
    if (notice?.content.type !== 'storm') throw new Problem('NotFound', 'There is no such storm.', { field: 'storm' })
    return personal(stormListCard({ storm: id, page: await pageOf(context, id, cursor), now: context.now }))
  },
})

async function pageOf({ world, person }: Context, id: string, cursor: string | undefined) {
  const readable = await allReadable(world, person.id)
  const page = await world.store.findings.list({ storm: id, readable }, perPage, cursor, 'severe')
  return { ...page, items: await Promise.all(page.items.map(finding => named(world, finding))) }
}

export const storming: Action[] = [storm]
