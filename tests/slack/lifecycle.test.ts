import { expect, test } from '@jest/globals'
import { connectSlack } from '../../src/chat/slack/bot.ts'
import { channelId } from '../../src/chat/slack/channels.ts'
import { sharedDialogs } from '../../src/chat/slack/dialogs.ts'
import { sealedInstallations } from '../../src/chat/slack/installations.ts'
import { oneWorkspace } from '../../src/chat/slack/workspaces.ts'
import { silent } from '../../src/log.ts'
import { startServer } from '../../src/server.ts'
import { aCard } from '../contract/chat.ts'
import { startSlackSink } from '../fakes/slack-api.ts'
import { slackPerson } from '../fakes/slack-person.ts'
import {
  memoryFeeds,
  memoryPeople,
  memoryPlaces,
  openStage,
  read,
  recordingDesk,
  said,
  signingSecret,
  token,
  until,
} from './stage.ts'

/** The comings and goings: Slack down at start, uninstalled, invited, many workspaces. */

test('the first channel is kept with a feed of everything', async () => {
  const stage = await openStage()
  expect(await stage.places.list()).toEqual([
    { id: 'slack:T0000TEST:C0000MAIN', chat: 'slack', tenant: 'T0000TEST', channel: 'C0000MAIN', name: 'C0000MAIN' },
  ])
  expect(await stage.feeds.list()).toMatchObject([{ placeId: 'slack:T0000TEST:C0000MAIN', filter: {}, audience: 'act' }])
  expect(stage.bot.wrong()).toBeUndefined()
  await stage.close()
})

test('Slack being down at start: the process starts, keeps what comes for its channel, and recovers', async () => {
  const stage = await openStage({ before: sink => sink.down() })
  expect(stage.bot.wrong()).toBe('Slack: unreachable')
  const [place] = await stage.places.list()
  if (place === undefined) throw new Error('the channel was not kept')
  expect(await stage.feeds.list()).toHaveLength(1)
  await expect(stage.bot.chat.post(place, aCard('x'), 'k')).rejects.toMatchObject({ code: 'ChatUnavailable' })
  expect((await stage.analyst.slash('rules')).status).toBe(200)
  await stage.sink.up()
  await until(() => stage.bot.wrong() === undefined)
  await stage.bot.chat.post(place, aCard('x'), 'k')
  expect(stage.sink.channelMessages('C0000MAIN')).toHaveLength(1)
  await stage.analyst.slash('after')
  await until(() => stage.desk.performed.some(({ action }) => action === 'after'))
  expect(stage.desk.performed.at(-1)?.placeId).toBe(place.id)
  expect(await stage.places.list()).toHaveLength(1)
  expect(await stage.feeds.list()).toHaveLength(1)
  await stage.close()
})

test('Slack hanging at start does not hold the process up', async () => {
  const startedAt = performance.now()
  const stage = await openStage({ before: async sink => sink.failAlways('auth.test', { hangMs: 4000 }) })
  expect(performance.now() - startedAt).toBeLessThan(3500)
  expect(await stage.places.list()).toHaveLength(1)
  await stage.close()
})

test('a token that Slack does not accept is named, and a new start with a good one opens the places again', async () => {
  const stage = await openStage({ before: async sink => sink.failAlways('auth.test', { error: 'token_revoked' }) })
  expect(stage.bot.wrong()).toBe('Slack: token_revoked')
  stage.sink.failAlways('auth.test', undefined)
  await until(() => stage.bot.wrong() === undefined)
  await stage.close()
})

test('whoever stops following the first channel is not overruled by a restart', async () => {
  const [places, feeds] = [memoryPlaces(), memoryFeeds()]
  const first = await openStage({ places, feeds })
  await first.close()
  for (const { id } of await feeds.list()) await feeds.delete(id)
  const second = await openStage({ places, feeds })
  await second.close()
  expect(await feeds.list()).toEqual([])
})

test('an uninstalled app blocks its places with a sentence; being invited again opens one', async () => {
  const stage = await openStage()
  await stage.analyst.sendEvent({ type: 'app_uninstalled' })
  const places = () => stage.places.get('slack:T0000TEST:C0000MAIN')
  let place = await places()
  await until(() => {
    void places().then(now => {
      place = now
    })
    return place?.blocked !== undefined
  })
  expect(place?.blocked).toMatch(/uninstalled/)
  await stage.close()
  const restarted = await openStage({ places: stage.places, feeds: stage.feeds })
  expect((await places())?.blocked).toBeUndefined()
  await stage.places.block('slack:T0000TEST:C0000MAIN', 'The bot is not in this channel. Invite it with /invite.')
  await restarted.analyst.sendEvent({ type: 'member_joined_channel', user: 'U0ANALYST', channel: 'C0000MAIN' })
  await restarted.analyst.sendEvent({ type: 'tokens_revoked', tokens: { oauth: ['U1'] } })
  expect((await places())?.blocked).toBeDefined()
  await restarted.analyst.sendEvent({ type: 'member_joined_channel', user: 'U00000BOT', channel: 'C0000MAIN' })
  await restarted.bot.stop()
  expect((await places())?.blocked).toBeUndefined()
  await restarted.close()
})

test('stopping lets clicks in flight end and takes no new ones', async () => {
  const stage = await openStage()
  const { promise, resolve } = Promise.withResolvers<void>()
  stage.desk.answerWith(async () => {
    await promise
    return said('late')
  })
  await stage.analyst.slash('slow')
  const stopped = stage.bot.stop()
  expect((await stage.analyst.slash('next')).status).toBe(503)
  resolve()
  await stopped
  expect(stage.sink.responses.map(({ body }) => body.text)).toEqual(['late'])
  await stage.close()
})

test.each([
  ['#main', 'C0000MAIN'],
  ['main', 'C0000MAIN'],
  ['C0123456789', 'C0123456789'],
  ['#nowhere', '#nowhere'],
])('the channel %s of the settings is %s', async (written, id) => {
  const sink = await startSlackSink({ token, channels: [{ id: 'C0000MAIN', name: 'main' }] })
  const web = await oneWorkspace(token, [], { apiUrl: sink.apiUrl, log: silent }).webOf('T1')
  expect(await channelId(web, written)).toBe(id)
  await sink.close()
})

function memoryTexts() {
  const kept = new Map<string, string>()
  return {
    kept,
    get: async (name: string) => kept.get(name),
    put: async (name: string, text: string) => void kept.set(name, text),
    names: async (prefix: string) => [...kept.keys()].filter(name => name.startsWith(prefix)).sort(),
    remove: async (name: string) => void kept.delete(name),
  }
}

test('installations are unreadable at rest, and cannot be moved to another workspace or read with another secret', async () => {
  const texts = memoryTexts()
  const installations = sealedInstallations(texts, 'state-secret')
  const installation = { token: 'xoxb-very-secret', bot: { team: 'T1', botId: 'B1', botUserId: 'U1' } }
  await installations.save(installation)
  expect(await installations.get('T1')).toEqual(installation)
  const sealed = texts.kept.get('slack/installation/T1') ?? ''
  expect(`${sealed}${Buffer.from(sealed, 'base64')}`).not.toContain('very-secret')
  texts.kept.set('slack/installation/T2', sealed)
  await expect(installations.get('T2')).rejects.toMatchObject({ code: 'PlaceGone' })
  await expect(sealedInstallations(texts, 'other-secret').get('T1')).rejects.toThrow()
  const bytes = Buffer.from(sealed, 'base64')
  bytes.writeUInt8(bytes.readUInt8(30) ^ 1, 30)
  texts.kept.set('slack/installation/T1', bytes.toString('base64'))
  await expect(installations.get('T1')).rejects.toThrow()
  await installations.remove('T1')
  expect(await installations.get('T1')).toBeUndefined()
})

test('many workspaces: installed by OAuth, served with their own tokens, honoured when they leave', async () => {
  const sink = await startSlackSink({ team: 'T0ACME' })
  const [texts, desk, places] = [memoryTexts(), recordingDesk(), memoryPlaces()]
  const installations = sealedInstallations(texts, 'state-secret')
  const oauth = {
    clientId: '1.2',
    clientSecret: 'client-secret',
    stateSecret: 'state-secret',
    publicUrl: 'https://bot.example.com',
    authorizeUrl: `${sink.apiUrl}consent`,
  }
  const ports = {
    desk,
    read,
    people: memoryPeople(),
    places,
    feeds: memoryFeeds(),
    clock: { now: () => new Date() },
    log: silent,
  }
  const bot = connectSlack({
    access: { installations, oauth },
    signingSecret,
    apiUrl: sink.apiUrl,
    dialogs: sharedDialogs({ texts: memoryTexts(), prefix: 'dialog/', ...ports }),
    ...ports,
  })
  await bot.start()
  const server = await startServer(bot.doors, { host: '127.0.0.1', port: 0, log: silent })
  const analyst = slackPerson({ botUrl: server.address, signingSecret, sink, user: 'U0ANALYST' })

  try {
    await analyst.slash('before')
    expect(desk.accepted).toEqual([])

    const install = await fetch(`${server.address}/slack/install`, { redirect: 'manual' })
    const consent = new URL(install.headers.get('location') ?? '')
    expect(consent.searchParams.get('redirect_uri')).toBe('https://bot.example.com/slack/oauth_redirect')
    const cookie = (install.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const back = `${server.address}/slack/oauth_redirect?code=c1&state=${encodeURIComponent(consent.searchParams.get('state') ?? '')}`
    expect((await fetch(back)).status).toBeGreaterThanOrEqual(400)
    const done = await fetch(back, { headers: { cookie } })
    expect(done.status).toBe(200)
    expect(await installations.get('T0ACME')).toMatchObject({
      token: 'xoxb-installed',
      bot: { team: 'T0ACME', botUserId: 'U00000BOT' },
    })

    await analyst.slash('after')
    await until(() => sink.responses.length === 1)
    const place = await places.get('slack:T0ACME:C0000MAIN')
    if (place === undefined) throw new Error('no place')
    await bot.chat.post(place, aCard('x'), 'k')
    expect(sink.calls.at(-1)).toMatchObject({ method: 'chat.postMessage', token: 'xoxb-installed' })

    await analyst.sendEvent({ type: 'app_uninstalled' })
    await bot.stop()
    expect(await installations.get('T0ACME')).toBeUndefined()
    expect((await places.get('slack:T0ACME:C0000MAIN'))?.blocked).toMatch(/uninstalled/)
    await expect(bot.chat.post(place, aCard('x'), 'k')).rejects.toMatchObject({ code: 'PlaceGone' })
    expect(texts.kept.size).toBe(0)
  } finally {
    await server.stop()
    await sink.close()
  }
})
