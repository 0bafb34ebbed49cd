import { expect, test } from '@jest/globals'
import { openStory, until } from './ground.ts'

/** Somebody stops the program and starts it again on the same folder: the simulated Azure is still the company that the cards tell of. */
test('after a restart an older card can still be dismissed and run, and no alert stands twice', async () => {
  const story = await openStory({ AZURE_POLL_EVERY_S: '1' })
  const alerts = async () => (await story.app.world.store.findings.list({ kind: 'alert' }, 200)).items
  const named = async (name: string) => (await alerts()).find(({ event }) => event.id === name)

  /** One that no rule hears of: whoever knows it has read Azure's list. */
  async function untilRead(): Promise<void> {
    const { state } = story.simulator()
    const { emit } = state
    state.emit = () => undefined
    const { name } = story.simulator().fire()
    state.emit = emit
    state.unlisted.clear()
    await until('Azure is read', () => named(name))
  }

  try {
    await untilRead()
    const { name } = story.simulator().fire({ type: 'VM_AmDisablementAndCodeExecution' })
    const { id } = await until('the alert', () => named(name))
    const before = story.simulator().state.alerts.size
    await story.restart()
    await untilRead()
    const inAzure = [...story.simulator().state.alerts.values()]
    expect(inAzure).toHaveLength(before + 1)
    expect(inAzure.map(one => one.name)).toEqual(expect.arrayContaining((await alerts()).map(({ event }) => event.id)))
    const dismissed = await story.act('status', { to: 'dismissed', reason: 'planned work' }, id)
    expect(dismissed.error).toBeUndefined()
    expect(story.simulator().state.alerts.get(name.toLowerCase())?.status).toBe('Dismissed')
    expect((await story.act('run', { logicApp: 'Notify-SOC' }, id)).error).toBeUndefined()
    await until('succeeded', async () => (await story.finding(id)).runs.find(({ state }) => state === 'succeeded'))
  } finally {
    await story.close()
  }
}, 60_000)
