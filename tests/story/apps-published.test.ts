import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { takes, whyNot } from '../../src/model/logic-app.ts'
import { publishedApps, publishedFiles, publishedVerdicts } from '../fakes/published-apps.ts'
import { openStory, type Story, until } from './ground.ts'

/**
 * Logic apps enter the product in one way: as Azure answers them. So each published definition is given to Azure whole, and judged as it comes
 * back from there, by the official client. Encodings and comments of the files end where Azure takes them.
 */

let story: Story
const ids = new Map<string, string[]>()
beforeAll(async () => {
  story = await openStory()
  for (const file of publishedFiles)
    ids.set(file, await Promise.all(publishedApps(file).map((app, index) => put(`P${index}-${file}`.slice(0, 60), app))))
  const all = [...ids.values()].flat()
  await until('all in the list', async () => {
    const listed = (await story.app.world.azure.logicApps.list()).map(({ id }) => id)
    return all.every(id => listed.includes(id)) ? true : undefined
  })
}, 40_000)
afterAll(() => story.close())

const group = '/subscriptions/11111111-5eed-4000-8000-000000000001/resourceGroups/rg-soc'

async function put(name: string, app: ReturnType<typeof publishedApps>[number]): Promise<string> {
  const id = `${group}/providers/Microsoft.Logic/workflows/${name}`
  const { definition, parameters, tags } = app
  const { origin, tokens } = story.simulator()
  const answer = await fetch(`${origin}${id}?api-version=2019-05-01`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${tokens.admin}`, 'content-type': 'application/json' },
    body: JSON.stringify({ location: 'westeurope', tags, properties: { state: 'Enabled', definition, parameters } }),
  })
  expect([answer.status, answer.ok ? '' : await answer.text()]).toEqual([201, ''])
  return id
}

test('the table holds every published file', () => {
  expect([...publishedFiles].sort()).toEqual(Object.keys(publishedVerdicts).sort())
})

test.each(Object.entries(publishedVerdicts))('%s', async (file, [taken, reason]) => {
  const apps = await Promise.all((ids.get(file) ?? []).map(id => story.app.world.azure.logicApps.get(id)))
  expect(apps.flatMap(app => app.triggers.map(takes))).toEqual(taken)
  expect(apps.map(app => whyNot(app, 'alert'))).toEqual(apps.map(() => reason))
  for (const { name } of apps) {
    const card = JSON.stringify(await story.say(`app show ${name}`, 'admin'))
    expect(card).toContain(`Logic app ${name}`)
    if (taken.includes('legacy')) expect(card).toContain(reason ?? '')
    if (['http', 'other'].includes(taken[0] ?? '')) expect(card).toContain('It has no Defender for Cloud trigger.')
  }
})
