import { createHash } from 'node:crypto'
import { z } from 'zod'
import { saidCard } from '../../../cards/answer.ts'
import { disableCard } from '../../../cards/app-disable.ts'
import { Problem } from '../../errors.ts'
import type { LogicApp } from '../../model/logic-app.ts'
import { type Context, type FieldError, personal, verb } from '../action.ts'
import { appNamed } from './find.ts'
import { turnRight } from './rights.ts'
import { appWord, readApp } from './show.ts'
import { type Users, usersOf } from './users.ts'

export const enable = verb<{ logicApp: string }>({
  name: 'app enable',
  title: 'Enable logic app',
  help: 'Enables a logic app, so that rules and people can start it again.',
  usage: 'app enable <logic app>',
  topic: 'Logic apps',
  input: z.object({ logicApp: appWord }),
  read: readApp,
  effect: true,
  needs: async ({ logicApp }, { world }) => [turnRight(await turnable(world, logicApp), 'enable')],
  async run({ world }, { logicApp }) {
    const app = await turnable(world, logicApp)
    await world.azure.logicApps.setEnabled(app.id, true)
    return personal(saidCard(`${app.name} is enabled.`))
  },
})

interface DisableInput {
  logicApp: string
  confirm?: string | undefined
}

export const disable = verb<DisableInput>({
  name: 'app disable',
  title: 'Disable logic app',
  help: 'Disables a logic app; when rules depend on it they are named first, and you confirm.',
  usage: 'app disable <logic app>',
  topic: 'Logic apps',
  input: z.object({ logicApp: appWord, confirm: z.string().max(100).optional() }),
  read: readApp,
  effect: true,
  needs: async ({ logicApp }, { world }) => [turnRight(await turnable(world, logicApp), 'disable')],
  check: unconfirmed,
  async form(context, { logicApp }) {
    const word = appWord.safeParse(logicApp)
    if (!word.success) throw new Problem('BadInput', 'Say which logic app; "apps" lists them.', { field: 'logicApp' })
    const app = await turnable(context.world, word.data)
    const users = await dependents(context, app)
    return disableCard({ app, rules: users.rules, hidden: users.hidden.length, confirm: confirmation(users) })
  },
  async run({ world }, { logicApp }) {
    const app = await turnable(world, logicApp)
    await world.azure.logicApps.setEnabled(app.id, false)
    return personal(saidCard(`${app.name} is disabled. Nothing starts it until it is enabled again.`))
  },
})

/** A confirmation counts for the rules it named: one that came meanwhile is told of first. */
async function unconfirmed({ logicApp, confirm }: DisableInput, context: Context): Promise<FieldError[]> {
  const users = await dependents(context, await turnable(context.world, logicApp))
  if (users.rules.length + users.hidden.length === 0 || confirm === confirmation(users)) return []
  return [{ field: 'confirm', message: 'Rules depend on it: look at them once more.' }]
}

/** Enabled rules that start it; also those that the person may not see break. */
async function dependents({ world, person }: Context, { id }: LogicApp): Promise<Users> {
  const { rules, hidden } = await usersOf(world, person.id, id)
  return { rules: rules.filter(({ enabled }) => enabled), hidden: hidden.filter(({ enabled }) => enabled) }
}

function confirmation({ rules, hidden }: Users): string {
  return createHash('sha256')
    .update(JSON.stringify([...rules, ...hidden].map(({ id }) => id).sort()))
    .digest('hex')
    .slice(0, 12)
}

async function turnable(world: Context['world'], word: string): Promise<LogicApp> {
  const app = await appNamed(world, word)
  if (app.plan === 'standard')
    throw new Problem('NotOffered', `${app.name} is a Standard logic app: it is stopped and started with its site.`, {
      field: 'logicApp',
    })
  return app
}
