import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openStory, type Story, until } from './ground.ts'

let story: Story
beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

const shown = (answer: unknown) => JSON.stringify(answer)

/** Fires an alert in Azure and waits for its card in the channel. */
async function alertArrives(): Promise<string> {
  const before = new Set((await story.posts()).map(({ findingId }) => findingId))
  story.simulator().fire({ type: 'VM_AmDisablementAndCodeExecution', subscription: '11111111-5eed-4000-8000-000000000001' })
  return until(
    'the card of the alert',
    async () => (await story.posts()).find(post => !before.has(post.findingId) && post.state === 'shown')?.findingId,
  )
}

function app(name: string) {
  const found = [...story.simulator().state.workflows.values()].find(one => one.name.toLowerCase() === name)
  if (found === undefined) throw new Error(`no ${name}`)
  return found
}

function runsOf(name: string) {
  return story.simulator().state.runs.get(app(name).id.toLowerCase()) ?? []
}

test('apps lists what can be run first, and says of the others why not', async () => {
  const list = shown(await story.say('apps'))
  for (const word of ['Notify-SOC', 'Isolate-VM', 'Block-IP', 'Ready']) expect(list).toContain(word)
  const rest = shown(await story.say('apps responder'))
  expect(rest).toContain('It is a Standard logic app')
  expect(rest).toContain('It has the legacy alert trigger')
  expect(shown(await story.say('apps old'))).toContain('It is disabled.')
  expect(shown(await story.say('apps weekly'))).toContain('It has no Defender for Cloud trigger.')
  expect(shown(await story.say('apps rotate'))).toContain('You lack Microsoft.Logic/workflows/triggers/listCallbackUrl/action.')
  const eligible = shown(await story.say('apps eligible'))
  expect(eligible).toContain('Block-IP')
  expect(eligible).not.toContain('Legacy-Responder')
})

test('whoever may see no logic app is shown none', async () => {
  expect(shown(await story.say('apps', 'nobody'))).toContain('There are no logic apps that you can see.')
  expect(shown(await story.say('apps', 'nobody'))).not.toContain('Notify-SOC')
})

test('app show tells what starts it, how it has done and which rules rely on it', async () => {
  const id = await alertArrives()
  for (const count of [1, 2]) {
    await story.act('run', { logicApp: 'Notify-SOC' }, id)
    const succeeded = async () => (await story.finding(id)).runs.filter(({ state }) => state === 'succeeded')
    await until('the run to end', async () => (await succeeded()).length >= count || undefined)
  }
  const card = shown(await story.say('app show Notify-SOC'))
  expect(card).toContain('Alerts')
  expect(card).toMatch(/[1-9]\d* of [1-9]\d* runs? succeeded \(\d+ %\), half of them within \d/)
  expect(card).toContain('Use in a rule')
  expect(card).not.toContain('sig=')
  expect(shown(await story.say('app show Send-To-ChatOps', 'admin'))).toContain('Alerts-To-ChatOps')
  expect((await story.act('app show', { logicApp: 'Notify-SOC' }, undefined, 'nobody')).error).toMatchObject({
    code: 'Forbidden',
    message: expect.stringContaining('Microsoft.Logic/workflows/read on Notify-SOC'),
  })
})

/** What changed in Azure beside us is seen at once; the list is kept for some seconds otherwise. */
async function listedAnew(): Promise<void> {
  await story.app.world.azure.logicApps.list({ anew: true })
}

test('a mistyped app names the nearest; of several with one name the group decides', async () => {
  expect((await story.act('app show', { logicApp: 'Notfy-SOC' })).error?.message).toContain('Did you mean "Notify-SOC"')
  const { workflows } = story.simulator().state
  const app = workflows.get([...workflows.keys()].find(key => key.endsWith('/rotate-keys')) ?? '')
  if (app === undefined) throw new Error('no Rotate-Keys')
  const twin = { ...app, id: app.id.replace('/rg-platform/', '/rg-soc/'), group: 'rg-soc' }
  workflows.set(twin.id.toLowerCase(), twin)
  await listedAnew()
  const both = shown(await story.say('app show rotate-keys', 'admin'))
  expect(both).toContain('2 logic apps called rotate-keys')
  expect(both).toContain('rg-platform')
  const id = await alertArrives()
  const { error } = await story.act('run', { logicApp: 'Rotate-Keys' }, id)
  expect(error).toMatchObject({
    code: 'BadInput',
    field: 'logicApp',
    message: expect.stringContaining('rg-platform/Rotate-Keys'),
  })
  expect((await story.act('run', { logicApp: 'rg-soc/rotate-keys' }, id)).error).toBeUndefined()
  workflows.delete(twin.id.toLowerCase())
})

test('an app is enabled and disabled with the right to; rules that depend on it are named first', async () => {
  expect((await story.act('app disable', {}, undefined, 'admin')).error).toMatchObject({
    field: 'logicApp',
    message: expect.stringContaining('Say which logic app'),
  })
  const refused = await story.act('app disable', { logicApp: 'Send-To-ChatOps' })
  expect(refused.error?.message).toContain('Microsoft.Logic/workflows/disable/action')
  const asked = await story.act('app disable', { logicApp: 'Send-To-ChatOps' }, undefined, 'admin')
  expect(asked.error).toBeUndefined()
  expect(asked.answer.card.text).toMatch(/^Disable Send-To-ChatOps\? \d rules? would start nothing any more\.$/)
  expect(shown(asked.answer.card.teams)).toContain('Alerts-To-ChatOps')
  expect(app('send-to-chatops').enabled).toBe(true)

  const { confirm = '' } = /"confirm":"(?<confirm>[0-9a-f]{12})"/.exec(shown(asked.answer.card.teams))?.groups ?? {}
  const wrong = await story.act('app disable', { logicApp: 'Send-To-ChatOps', confirm: 'yes' }, undefined, 'admin')
  expect(wrong.error).toMatchObject({ code: 'BadInput', field: 'confirm' })
  expect(app('send-to-chatops').enabled).toBe(true)
  const done = await story.act('app disable', { logicApp: 'Send-To-ChatOps', confirm }, undefined, 'admin')
  expect(done.error).toBeUndefined()
  expect(app('send-to-chatops').enabled).toBe(false)
  expect((await story.act('app enable', { logicApp: 'Send-To-ChatOps' }, undefined, 'admin')).error).toBeUndefined()
  expect(app('send-to-chatops').enabled).toBe(true)
  expect((await story.act('app disable', { logicApp: 'Standard-Responder' }, undefined, 'admin')).error?.code).toBe('NotOffered')
})

test('what an app asks for is asked at the click, checked, sent along, shown and told again', async () => {
  app('block-ip').tags['chatops-parameters'] = 'address:string!;hours:integer=4'
  const id = await alertArrives()
  await listedAnew()
  expect(shown(await story.say('app show Block-IP'))).toContain('Asks for')
  const next = await story.act('run', { logicApp: 'Block-IP', step: 'app' }, id)
  expect(next.answer.card.text).toBe('Say what Block-IP needs to know.')
  const fields = { 'parameters.address': '203.0.113.7', 'parameters.hours': 'four' }
  const wrong = await story.act('run', { logicApp: 'Block-IP', step: 'parameters', ...fields }, id)
  expect(wrong.error).toMatchObject({ code: 'BadInput', field: 'parameters.hours' })
  expect(shown(wrong.answer.card.teams)).toContain('is no whole number')
  const lacking = await story.act('run', { logicApp: 'Block-IP', parameters: { hours: 2 } }, id)
  expect(lacking.answer.card.text).toBe('Say what Block-IP needs to know.')
  const strange = await story.act('run', { logicApp: 'Block-IP', parameters: { address: 'x', port: 22 } }, id)
  expect(strange.error).toMatchObject({ code: 'BadInput', field: 'parameters.port' })
  expect(runsOf('block-ip')).toEqual([])

  const said = await story.say(`run Block-IP on ${id} address=203.0.113.7 hours=8`)
  expect(said).not.toHaveProperty('error')
  const [first] = runsOf('block-ip')
  const kept = (await story.app.world.store.findings.body(id)) ?? ''
  expect(first?.body).toBe(`${kept.slice(0, kept.lastIndexOf('}'))},"ChatOpsParameters":{"address":"203.0.113.7","hours":8}}`)
  expect((await story.finding(id)).runs[0]).toMatchObject({ parameters: { address: '203.0.113.7', hours: 8 } })
  await story.act('run again', {}, id)
  expect(runsOf('block-ip').map(({ body }) => body)).toEqual([first?.body, first?.body])
  const card = await until('the card in step', async () => {
    const post = (await story.posts()).find(one => one.findingId === id)
    return shown(post).includes('(address 203.0.113.7, hours 8)') ? post : undefined
  })
  expect(card).toBeDefined()
  expect(shown(await story.app.world.store.ledger.list({ on: id }, 20))).toContain('203.0.113.7')
})

test('an app that asks for nothing gets exactly the event', async () => {
  const id = await alertArrives()
  await story.act('run', { logicApp: 'Isolate-VM' }, id)
  expect(runsOf('isolate-vm').at(-1)?.body).toBe(await story.app.world.store.findings.body(id))
  const told = await story.act('run', { logicApp: 'Isolate-VM', parameters: { x: 1 } }, id)
  expect(told.error?.message).toContain('it asks for nothing')
})
