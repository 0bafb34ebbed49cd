import { z } from 'zod'
import { whichAppCard } from '../../../cards/apps.ts'
import { deploymentCard } from '../../../cards/deployment.ts'
import type { Deployment } from '../../model/deployment.ts'
import type { LogicApp } from '../../model/logic-app.ts'
import type { Typed } from '../../model/typed.ts'
import type { World } from '../../ports.ts'
import { type Answer, type Context, personal, verb } from '../action.ts'
import { cardOfApp } from './app-view.ts'
import { appsNamed } from './find.ts'
import { readRight } from './rights.ts'

export const appWord = z
  .string('Say which logic app; "apps" lists them.')
  .trim()
  .min(1, 'Say which logic app; "apps" lists them.')
  .max(500)

/** Everything after the verb is the name. */
export function readApp(typed: Typed) {
  const logicApp = typed.all().join(' ')
  return { input: logicApp === '' ? {} : { logicApp } }
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
  needs: async ({ logicApp }, { world }) => (await meant(world, logicApp)).map(readRight),
  run: async (context, { logicApp }) => shown(context, logicApp, await meant(context.world, logicApp)),
})

async function shown(context: Context, word: string, [only, ...others]: (LogicApp | Making)[]): Promise<Answer> {
  if (only !== undefined && 'making' in only) return personal(deploymentCard(only.making, context.now))
  const apps = [only, ...others].filter(one => one !== undefined && 'name' in one)
  const [app] = apps
  return personal(app !== undefined && apps.length === 1 ? await cardOfApp(context, app) : whichAppCard(word, apps))
}

/** A logic app that is not there yet, or never came to be. */
interface Making {
  id: string
  plan: 'consumption'
  making: Deployment
}

/** The apps of that name; else the newest deployment from here that was to make one. */
async function meant(world: World, word: string): Promise<(LogicApp | Making)[]> {
  try {
    return await appsNamed(world, word)
  } catch (thrown) {
    const making = await deploymentOf(world, word)
    if (making === undefined) throw thrown
    return [{ id: making.appId, plan: 'consumption', making }]
  }
}

async function deploymentOf({ store }: World, word: string): Promise<Deployment | undefined> {
  const wanted = word.toLowerCase()
  const all = (await store.notices.list('deployment')).flatMap(({ content }) => (content.type === 'deployment' ? [content] : []))
  const fitting = all.filter(({ appName, appId }) => [appName, appId].some(name => name.toLowerCase() === wanted))
  return fitting.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt)).at(-1)
}
