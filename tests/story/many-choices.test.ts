import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import type { SinkView } from '../fakes/slack-api.ts'
import { type Chats, openChats } from './chats.ts'
import { formIn } from './form.ts'
import { until } from './ground.ts'
import { group } from './make-app.ts'
import { dialogIn as slackDialog } from './slack-dialog.ts'

/** More logic apps and resource groups than a chat shows at once: each can be found by typing, and the form says how many there are. */

const long = `Respond-${'slowly-'.repeat(9)}`

let chats: Chats
beforeAll(async () => {
  chats = await openChats({ inTeams: 'following' })
  for (let index = 0; index < 240; index++) add(`Respond-${index}`)
  add(long)
  const { groups } = chats.story.simulator().state
  const [one] = groups
  if (one === undefined) throw new Error('no group')
  for (let index = 0; index < 120; index++) groups.push({ ...one, name: `rg-team-${index}` })
  // What a program asks of Azure at first takes longer than a dialog of Slack's waits to be opened.
  await chats.story.act('rule new', { kind: 'alert' }, undefined, 'admin')
}, 20_000)
afterAll(() => chats.close())

function add(name: string) {
  const { workflows } = chats.story.simulator().state
  const model = [...workflows.values()].find(one => one.name === 'Block-IP')
  if (model === undefined) throw new Error('no Block-IP')
  const id = model.id.replace('Block-IP', name)
  workflows.set(id.toLowerCase(), { ...model, name, id })
}

const Options = z.object({ options: z.array(z.object({ text: z.object({ text: z.string() }), value: z.string() })) })

async function found(view: SinkView, field: string, typed: string): Promise<string[]> {
  const answer = await chats.inSlack('admin').search(view, field, typed)
  return Options.parse(await answer.json()).options.map(({ text }) => text.text)
}

async function newRule(): Promise<SinkView> {
  chats.sink.views.clear()
  await chats.inSlack('admin').slash('rule new alert')
  return slackDialog(chats.sink, 'the form', shown => JSON.stringify(shown).includes('For security alerts'))
}

test('in Slack: the form says how many there are, and typing finds any app and any group', async () => {
  const form = await newRule()
  const shown = JSON.stringify(form.view)
  expect(shown).toMatch(/There are 2\d\d: type a part of the name\./)
  expect(shown).toMatch(/There are 1\d\d: type a part of the name\./)
  for (const [field, typed, first] of [
    ['logicApp', 'respond-239', 'Respond-239'],
    ['logicApp', 'Respond-2', 'Respond-2'],
    ['logicApp', 'soc respond-17', 'Respond-17'],
    ['home', 'rg-team-119', 'rg-team-119'],
    ['home', 'rg-team-1', 'rg-team-1'],
    ['scope', 'team-118', 'Only rg-team-118'],
  ] as const)
    expect((await found(form, field, typed))[0]).toBe(first)
  expect(await found(form, 'logicApp', 'respond')).toHaveLength(100)
})

test('in Teams: nothing of the form is left out for want of room', async () => {
  const { answer } = await chats.story.act('rule new', { kind: 'alert' }, undefined, 'admin')
  const form = JSON.stringify(answer.card.teams)
  expect(form).not.toContain('not shown')
  for (const field of ['home', 'scope', 'logicApp']) expect(form).toContain(`"id":"field_${field}"`)
})

test('Refresh names what is new among more than two hundred, and what is gone', async () => {
  const act = (input: Record<string, string>) => chats.story.act('rule new', input, undefined, 'admin')
  const opened = formIn((await act({ kind: 'alert' })).answer.card)
  const refresh = async (card: object) => {
    const known = /known[\\": ]+(offer\/[\w-]+)/.exec(JSON.stringify(card))?.[1] ?? ''
    expect(known).not.toBe('')
    return (await act({ ...opened.input, home: group, step: 'refresh', known })).answer.card
  }
  const first = (await act({ kind: 'alert' })).answer.card
  add('Brand-New')
  const second = await refresh(first)
  expect(JSON.stringify(second)).toMatch(/2\d\d logic apps can be chosen now, new: Brand-New\./)
  const { workflows } = chats.story.simulator().state
  for (const [id, { name }] of workflows) if (name === 'Respond-7') workflows.delete(id)
  expect(JSON.stringify(await refresh(second))).toContain('1 of those before is gone.')
})

test('an app whose id is longer than a choice of Slack’s may be is found and run all the same', async () => {
  const { findingId } = await chats.alert()
  chats.sink.views.clear()
  await chats.inSlack('analyst').slash(`run on ${findingId}`)
  const form = await slackDialog(chats.sink, 'the form', shown => JSON.stringify(shown).includes('type a part of the name'))
  const answer = await chats.inSlack('analyst').search(form, 'logicApp', long)
  const [found, ...others] = Options.parse(await answer.json()).options
  expect([found?.text.text, others]).toEqual([expect.stringContaining('Respond-slowly'), []])
  await chats.inSlack('analyst').submit(form, { logicApp: found?.value ?? '' })
  await until('the run', async () => JSON.stringify((await chats.story.finding(findingId)).runs).includes(long) || undefined)
})
