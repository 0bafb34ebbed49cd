import { z } from 'zod'
import { helpCard } from '../../cards/about.ts'
import type { World } from '../ports.ts'
import { tableOf } from '../table.ts'
import { type Action, type Context, personal, verb } from './action.ts'
import { toRun } from './eligible.ts'
import { reading } from './scope.ts'

const findings = Object.values(reading)
const triage = ['activate', 'resolve', 'dismiss'].map(change => `Microsoft.Security/locations/alerts/${change}/action`)
const [readRules, writeRules, deleteRules] = ['read', 'write', 'delete'].map(does => [`Microsoft.Security/automations/${does}`])
const [readApps, writeApps] = ['read', 'write'].map(does => [`Microsoft.Logic/workflows/${does}`])

/** What a verb takes somewhere, any one of these, before it is worth listing; on what exactly it is asked at the click. The rest is for everybody. */
const takes = tableOf<string[] | undefined>({
  alerts: [reading.alert],
  recommendations: [reading.recommendation],
  compliance: [reading.compliance],
  ...each(['show', 'details', 'runs', 'why', 'follow', 'feeds', 'unfollow'], findings),
  ...each(['run', 'run again'], [toRun]),
  ...each(['assign', 'status'], triage),
  ...each(['apps', 'app show'], readApps),
  ...each(['app new'], writeApps),
  'app enable': ['Microsoft.Logic/workflows/enable/action'],
  'app disable': ['Microsoft.Logic/workflows/disable/action'],
  ...each(['rules', 'rule show', 'rule test', 'rule history', 'rules export', 'rules plan'], readRules),
  ...each(['rule new', 'rule edit', 'rule enable', 'rule disable', 'rule rollback', 'rule from', 'rules apply'], writeRules),
  ...each(['rule delete'], deleteRules),
  simulate: ['Microsoft.Security/locations/alerts/simulate/action'],
})

function each(names: string[], actions: string[] | undefined): Record<string, string[] | undefined> {
  return Object.fromEntries(names.map(name => [name, actions]))
}

/** Lists the table of verbs that it is part of, as far as the person may use them. */
export function helpFor(table: () => Iterable<Action>): Action {
  return verb<{ topic?: string | undefined }>({
    name: 'help',
    title: 'Help',
    help: 'Lists the commands that you may use, or those of a topic.',
    usage: 'help [topic]',
    topic: 'You',
    input: z.object({ topic: z.string().max(50).optional() }),
    read(typed) {
      const topic = typed.all().join(' ')
      return { input: topic === '' ? {} : { topic } }
    },
    effect: false,
    needs: () => [],
    async run(context, { topic }) {
      const about = [...table()].filter(action => action.help !== '' && isAbout(action, topic))
      const mine = await usable(context, about)
      const lines = mine.map(action => ({ usage: action.usage, help: inFull(action), topic: action.topic }))
      return personal(helpCard({ lines, hidden: about.length - mine.length }))
    },
  })
}

function isAbout(action: Action, topic: string | undefined): boolean {
  if (topic === undefined) return true
  const word = topic.toLowerCase()
  const { name, also, tried } = action
  if (action.topic.toLowerCase() === word || name.split(' ').includes(word)) return true
  return name === word || also?.has(word) === true || tried?.includes(word) === true
}

/** Its sentence, and what else it may be called. */
function inFull({ help, also }: Action): string {
  return also === undefined ? help : `${help} Also: ${[...also.keys()].join(', ')}.`
}

/** All of them while Azure can't say: help never fails. */
async function usable({ world, person }: Context, verbs: Action[]): Promise<Action[]> {
  const wanted = [...new Set(verbs.flatMap(({ name }) => takes.get(name) ?? []))]
  const held = await heldSomewhere(world, person.id, wanted).catch(() => wanted)
  return verbs.filter(({ name }) => takes.get(name)?.some(action => held.includes(action)) ?? true)
}

async function heldSomewhere({ azure }: World, personId: string, actions: string[]): Promise<string[]> {
  const subscriptions = (await azure.subscriptions()).map(({ id }) => id)
  return azure.access.heldSomewhere(personId, subscriptions, actions)
}
