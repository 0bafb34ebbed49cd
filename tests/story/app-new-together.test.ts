import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Chats } from './chats.ts'
import { type Story, until } from './ground.ts'
import { formWith, group } from './make-app.ts'
import { openTwoProcesses, type TwoProcesses } from './two-processes.ts'

/** Two people make a logic app of one name at the same moment, each through a process of its own. */

let both: TwoProcesses
let chats: Chats
let other: Story
beforeAll(async () => {
  both = await openTwoProcesses()
  chats = both.chats
  other = both.other
}, 30_000)
afterAll(() => both.close())

/** The second step of the form, one click before the end. */
async function ready(at: Story, name: string) {
  chats.sink.views.clear()
  const admin = chats.inSlack('admin', at)
  await admin.slash('app new')
  const first = await formWith(chats, 'template')
  const form = await formWith(chats, 'channel', first, admin.submit(first, { template: 'post-to-slack', name, group }))
  return (channel: string) => admin.submit(form, { channel })
}

test.each(['Tell-Once', 'Tell-Twice', 'Tell-Thrice'])(
  '%s is made by one of the two; the other is told, and nothing is overwritten',
  async name => {
    const [here, there] = [await ready(chats.story, name), await ready(other, name)]
    const from = chats.sink.responses.length
    const submitted = await Promise.all([here('#here'), there('#there')])
    const answers = await Promise.all(submitted.map(answer => answer.text()))
    await until('the refusal', async () => {
      const told = JSON.stringify([answers, chats.sink.responses.slice(from), [...chats.sink.views.values()]])
      return told.includes('is being made in rg-soc right now; choose another name') ? true : undefined
    })
    const { deployments } = chats.story.simulator().state
    const makers = [...deployments.values()].filter(({ steps }) => steps.some(step => step.name === name))
    expect(makers).toHaveLength(1)
    const notices = await chats.story.app.world.store.notices.list('deployment')
    expect(notices.filter(({ content }) => content.type === 'deployment' && content.appName === name)).toHaveLength(1)
  },
  40_000,
)
