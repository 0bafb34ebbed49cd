import { z } from 'zod'
import { type AppRunView, appCard } from '../../../cards/app.ts'
import { appListCard } from '../../../cards/apps.ts'
import type { Card } from '../../../cards/card.ts'
import { statisticsOf } from '../../model/app-statistics.ts'
import type { LogicApp } from '../../model/logic-app.ts'
import type { AppRun, World } from '../../ports.ts'
import { type Context, personal, verb } from '../action.ts'
import { runRight } from '../eligible.ts'
import { appsNamed } from './find.ts'
import { whyOf } from './list.ts'
import { readRight } from './rights.ts'
import { usersOf } from './users.ts'

/** Of so many runs the rate and the median are made. */
const runsRead = 50

export const appWord = z
  .string('Say which logic app; "apps" lists them.')
  .trim()
  .min(1, 'Say which logic app; "apps" lists them.')
  .max(500)

/** Everything after the verb is the name. */
export function readApp(words: string[]) {
  return { input: words.length === 0 ? {} : { logicApp: words.join(' ') } }
}

export const show = verb<{ logicApp: string }>({
  name: 'app show',
  title: 'Show logic app',
  help: 'Shows one logic app: what starts it, its last runs, the rules that use it, what it asks for.',
  usage: 'app show <logic app>',
  topic: 'Logic apps',
  input: z.object({ logicApp: appWord }),
  read: readApp,
  effect: false,
  needs: async ({ logicApp }, { world }) => (await appsNamed(world, logicApp)).map(readRight),
  async run(context, { logicApp }) {
    const [only, ...others] = await appsNamed(context.world, logicApp)
    if (only !== undefined && others.length === 0) return personal(await cardOfApp(context, only))
    return personal(whichCard(logicApp, only === undefined ? others : [only, ...others]))
  },
})

/** Several have the name: their groups tell them apart. */
function whichCard(name: string, apps: LogicApp[]): Card {
  return appListCard({ rows: apps.map(app => ({ app })), total: apps.length, usable: apps.length, filter: name })
}

export async function cardOfApp({ world, person, now }: Context, app: LogicApp): Promise<Card> {
  const { azure } = world
  const [recent, users, subscriptions, lacking] = await Promise.all([
    app.plan === 'consumption' ? azure.logicApps.recentRuns(app.id, runsRead) : [],
    usersOf(world, person.id, app.id),
    azure.subscriptions(),
    azure.access.missing(person.id, [runRight(app)]),
  ])
  const subscription = subscriptions.find(({ id }) => id === app.subscription)
  return appCard({
    app,
    ...whyOf(app, lacking.length > 0),
    ...(subscription !== undefined && { subscriptionName: subscription.name }),
    runs: recent.map(run => runView(world, app, run)),
    statistics: statisticsOf(recent),
    rules: users.rules,
    hiddenRules: users.hidden.length,
    link: azure.portalLink(app.id.replace(/^\//, '')),
    now,
  })
}

function runView({ azure }: World, app: LogicApp, { state, startedAt, endedAt, error, workflowRunId }: AppRun): AppRunView {
  return {
    state,
    startedAt,
    ...(endedAt !== undefined && { endedAt }),
    ...(error !== undefined && { error }),
    link: azure.portalLink(`${app.id.replace(/^\//, '')}/runs/${workflowRunId}`),
  }
}
