import type { SinkView } from '../fakes/slack-api.ts'
import { inputsOf } from '../fakes/slack-person.ts'
import { type BotReply, dialogIn, textOf } from '../fakes/teams-person.ts'
import type { Chats } from './chats.ts'
import { until } from './ground.ts'
import { dialogIn as slackDialog } from './slack-dialog.ts'

/** `{subscription}/{group}`, as forms send it. */
export const group = '11111111-5eed-4000-8000-000000000001/rg-soc'

/** The form in Slack in which a field of that name stands now, after a submit or later. */
export function formWith({ sink }: Chats, field: string, view?: SinkView, submitted?: Promise<Response>): Promise<SinkView> {
  const isIt = ({ blocks }: SinkView['view']) => inputsOf(blocks).some(({ name }) => name === field)
  return slackDialog(sink, `the form with ${field}`, isIt, { ...(view && { view }), ...(submitted && { submitted }) })
}

/** An admin makes a logic app by the two steps of the dialog. */
export async function makeInSlack(chats: Chats, template: string, name: string, values: Record<string, string>) {
  const admin = chats.inSlack('admin')
  chats.sink.views.clear()
  await admin.slash('app new')
  const first = await formWith(chats, 'template')
  const [field = ''] = Object.keys(values)
  const second = await formWith(chats, field, first, admin.submit(first, { template, name, group }))
  await admin.submit(second, values)
}

/** The same from the button of the list. */
export async function makeInTeams(
  chats: Chats,
  template: string,
  name: string,
  values: Record<string, string>,
): Promise<BotReply> {
  const admin = chats.inTeams('admin')
  await admin.say('apps')
  const list = await until('the list', async () => admin.sees().find(({ card }) => textOf(card).includes('New logic app')))
  const first = await admin.open(list, 'New logic app')
  const second = dialogIn(await admin.submit(first, { template, name, group }, 'Next'))
  return admin.submit(second, values, `Create ${name}`)
}
