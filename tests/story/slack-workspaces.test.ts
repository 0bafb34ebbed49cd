import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { people } from '../../src/simulator/people.ts'
import { type Entra, startEntra } from '../fakes/entra.ts'
import { type SlackSink, startSlackSink } from '../fakes/slack-api.ts'
import { slackPerson } from '../fakes/slack-person.ts'
import { openStory, type Story, until } from './ground.ts'

/** Slack for many workspaces, as the program joins it: installed, signed in, uninstalled. */

const publicUrl = 'https://bot.example.com'
const tenant = '22222222-2222-4222-8222-222222222222'
const signingSecret = 'signing-secret'
const oid = people.find(({ role }) => role === 'analyst')?.objectId ?? ''
const [clientId, clientSecret] = ['app-1', 'entra-secret']

let sink: SlackSink
let entra: Entra
let story: Story
let folder: string
beforeEach(async () => {
  sink = await startSlackSink({ team: 'T0ACME' })
  entra = await startEntra({ tenant, clientId, clientSecret, person: { oid, name: 'Analyst' } })
  folder = await mkdtemp(join(tmpdir(), 'map-'))
})
afterEach(async () => {
  await story.close()
  await sink.close()
  await entra.close()
  await rm(folder, { recursive: true })
})

function open(more: Record<string, string> = {}): Promise<Story> {
  return openStory({
    PUBLIC_URL: publicUrl,
    SLACK_API_URL: sink.apiUrl,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_CLIENT_ID: '1.2',
    SLACK_CLIENT_SECRET: 'slack-secret',
    SLACK_STATE_SECRET: 'a secret of this bot alone, for states and installations',
    SIGN_IN_ENTRA_AUTHORITY: entra.authority,
    SIGN_IN_ENTRA_TENANT: tenant,
    SIGN_IN_ENTRA_CLIENT_ID: clientId,
    SIGN_IN_ENTRA_CLIENT_SECRET: clientSecret,
    ...more,
  })
}

const at = (address: string) => address.replace(publicUrl, story.app.address)
const analyst = () => slackPerson({ botUrl: story.app.address, signingSecret, sink, user: 'U0ANALYST' })

async function install(status = 200): Promise<void> {
  const page = await fetch(`${story.app.address}/slack/install`, { redirect: 'manual' })
  const state = new URL(page.headers.get('location') ?? '').searchParams.get('state') ?? ''
  const cookie = (page.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const back = await fetch(`${story.app.address}/slack/oauth_redirect?code=c&state=${encodeURIComponent(state)}`, {
    headers: { cookie },
  })
  expect(back.status).toBe(status)
}

/** Types a command and waits for the answer. */
async function answerTo(text: string): Promise<string> {
  const from = sink.responses.length
  await analyst().slash(text)
  return JSON.stringify(await until(`an answer to ${text}`, async () => sink.responses[from]?.body))
}

async function signIn(answer: string): Promise<Response> {
  const [link = ''] = /https:\/\/bot\.example\.com\/link\/slack\?state=[\w.-]+/.exec(answer) ?? []
  const start = await fetch(at(link), { redirect: 'manual' })
  const page = await (await fetch(at(entra.consent(start.headers.get('location') ?? '')))).text()
  const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? ''
  return fetch(at(`${publicUrl}/link/slack/confirm`), { method: 'POST', body: new URLSearchParams({ token }) })
}

test('a workspace installs the app, a person signs in at the first command, and that command is carried out', async () => {
  story = await open()
  await install()
  const asked = await answerTo('alerts high')
  expect(asked).toContain('not linked')
  const from = sink.responses.length
  expect((await signIn(asked)).status).toBe(200)
  const resumed = JSON.stringify(await until('what was asked', async () => sink.responses[from]?.body))
  expect(resumed).toContain('None fit the filter')
  expect(await answerTo('link')).toContain('Your Slack account acts as Analyst.')

  await story.restart()
  expect(await answerTo('whoami')).toContain('You are Analyst')
  const { texts } = story.app.world.store
  const [name = ''] = await texts.names('slack/installation/')
  expect(name).toBe('slack/installation/T0ACME')
  expect(await texts.get(name)).not.toContain('xoxb')

  expect(await answerTo('unlink')).toContain('no longer linked')
  expect(await answerTo('whoami')).toContain('Link my account')

  await analyst().sendEvent({ type: 'app_uninstalled' })
  await until('the installation to be forgotten', async () =>
    (await texts.names('slack/installation/')).length === 0 ? true : undefined,
  )
  const why = await until('a word for the owner of the place', async () => {
    const [place, ...others] = (await story.app.world.store.places.list()).filter(({ chat }) => chat === 'slack')
    return others.length === 0 ? place?.blocked : undefined
  })
  expect(why).toContain('uninstalled')
})

test('a guest may not link, nor a stranger of a shared channel', async () => {
  story = await open()
  await install()
  sink.users.set('U0ANALYST', { is_restricted: true })
  expect(await (await analyst().slash('link')).text()).toContain('Guests of this workspace')
  sink.users.set('U0ANALYST', {})
  const stranger = slackPerson({ botUrl: story.app.address, signingSecret, sink, user: 'U0STRANGER', userTeam: 'T0OTHER' })
  await stranger.mention('<@U00000BOT> link')
  const refused = await until('a refusal', async () => sink.messages.find(({ text }) => text.includes('Only members')))
  expect(refused.onlyFor).toBe('U0STRANGER')
})

test('only workspaces that are listed can install', async () => {
  story = await open({ SLACK_WORKSPACES: 'T0OTHER' })
  await install(500)
  expect(await story.app.world.store.texts.names('slack/installation/')).toEqual([])
})

test('an admin’s map links without signing in, wins over it, and its mistakes are told', async () => {
  const file = join(folder, 'people.yaml')
  const entry = (person: string) => `- { chat: slack, tenant: T0ACME, user: U0ANALYST, person: ${person}, name: Mapped }\n`
  await writeFile(file, entry(oid))
  story = await open({ PEOPLE_MAP: file })
  await install()
  expect(await answerTo('link')).toContain("An admin's map of people says so")
  expect(await answerTo('unlink')).toContain('Ask an admin to take it out there')
  await writeFile(file, entry('nobody'))
  const troubles = await until('the mistake in /readyz', async () => {
    const text = JSON.stringify((await story.call('/readyz')).body)
    return text.includes('line 1') ? text : undefined
  })
  expect(troubles).toContain('line 1, person: must be a guid')
  expect(await answerTo('whoami')).toContain('You are Mapped')
})

test('without signing in and map the person is told whom to ask', async () => {
  story = await open({ SIGN_IN_ENTRA_TENANT: '', SIGN_IN_ENTRA_CLIENT_ID: '', SIGN_IN_ENTRA_CLIENT_SECRET: '' })
  await install()
  expect(await answerTo('whoami')).toContain('PEOPLE_MAP')
})
