import { type AppRunView, appCard } from '../../../cards/app.ts'
import type { Card } from '../../../cards/card.ts'
import { toProblem } from '../../errors.ts'
import { statisticsOf, stillFailing } from '../../model/app-statistics.ts'
import type { LogicApp } from '../../model/logic-app.ts'
import type { AppRun, World } from '../../ports.ts'
import type { Context } from '../action.ts'
import { runRight } from '../eligible.ts'
import { readFailing } from './failing.ts'
import { whyOf } from './list.ts'
import { usersOf } from './users.ts'

/** Of so many runs the rate and the median are made. */
const runsRead = 50

/** One app with all that is known of it: asked of Azure at once. */
export async function cardOfApp({ world, person, now }: Context, app: LogicApp): Promise<Card> {
  const { azure } = world
  const [recent, users, subscriptions, lacking, signedOut, before] = await Promise.all([
    app.plan === 'consumption' ? azure.logicApps.recentRuns(app.id, runsRead) : [],
    usersOf(world, person.id, app.id),
    azure.subscriptions(),
    azure.access.missing(person.id, [runRight(app)]),
    signedOutOf(world, app),
    readFailing(world),
  ])
  const failing = stillFailing(recent, before.get(app.id.toLowerCase()), now)
  const subscription = subscriptions.find(({ id }) => id === app.subscription)
  return appCard({
    app,
    ...whyOf(app, lacking.length > 0),
    ...(subscription !== undefined && { subscriptionName: subscription.name }),
    runs: recent.map(run => runView(world, app, run)),
    statistics: statisticsOf(recent),
    ...(failing !== undefined && { failing }),
    signedOut,
    rules: users.rules,
    hiddenRules: users.hidden.length,
    link: azure.portalLink(app.id),
    now,
  })
}

/** What can't be read now, or not by the bot, is no reason to show nothing of the app. */
async function signedOutOf({ azure, log }: World, app: LogicApp): Promise<string[]> {
  try {
    return await azure.logicApps.signedOut(app)
  } catch (thrown) {
    log.warn({ app: app.id, error: toProblem(thrown) }, 'its connections could not be read')
    return []
  }
}

function runView({ azure }: World, app: LogicApp, { state, startedAt, endedAt, error, workflowRunId }: AppRun): AppRunView {
  return {
    state,
    startedAt,
    ...(endedAt !== undefined && { endedAt }),
    ...(error !== undefined && { error }),
    link: azure.portalLink(`${app.id}/runs/${workflowRunId}`),
  }
}
