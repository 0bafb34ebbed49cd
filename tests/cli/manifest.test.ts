import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { z } from 'zod'
import { Manifest } from '../../manifest/teams/rules.ts'
import { runCli } from './run.ts'

const botId = '00000000-0000-4000-8000-00000000000b'
const settings = { PUBLIC_URL: 'https://bot.example.com', MicrosoftAppId: botId }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifest-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('teams: the package, filled in, and what to do with it', async () => {
  const file = join(folder, 'new', 'app.zip')
  const { code, out } = await runCli(
    'manifest',
    ['teams', '--out', file, '--version', '1.2.3', '--developer', 'Example'],
    settings,
    folder,
  )
  expect(code).toBe(0)
  expect(out).toContain('Written: new/app.zip')
  expect(out).toContain('https://bot.example.com/api/messages')
  const manifest = Manifest.parse(JSON.parse(firstEntry(await readFile(file))))
  expect(manifest).toMatchObject({ version: '1.2.3', developer: { name: 'Example' }, bots: [{ botId }] })
})

test('slack: the manifest, filled in, and where the settings come from', async () => {
  const file = join(folder, 'slack.yaml')
  const one = await runCli('manifest', ['slack', '--out', file], settings)
  expect(one).toMatchObject({ code: 0, out: expect.stringContaining('SLACK_BOT_TOKEN') })
  const read = z.object({ settings: z.object({ event_subscriptions: z.object({ request_url: z.string() }) }) })
  const { settings: filled } = read.parse(parse(await readFile(file, 'utf8')))
  expect(filled.event_subscriptions.request_url).toBe('https://bot.example.com/slack/events')
  const oauth = { SLACK_CLIENT_ID: '1.2', SLACK_CLIENT_SECRET: 'c', SLACK_STATE_SECRET: 's', SLACK_SIGNING_SECRET: 'x' }
  const many = await runCli('manifest', ['slack', '--out', file], { ...settings, ...oauth })
  expect(many).toMatchObject({ code: 0, out: expect.stringContaining('https://bot.example.com/slack/install') })
})

test.each([
  ['no platform', [], settings, 2, 'Say which platform: teams, slack.\n\nnpm run manifest -- teams'],
  [
    'an unknown platform',
    ['irc'],
    settings,
    2,
    'There is no platform "irc". There are teams, slack.\n\nnpm run manifest -- teams',
  ],
  ['an unknown option', ['teams', '--colour', 'red'], settings, 2, 'There is no option "--colour". There are --version, '],
  ['a word too many', ['teams', 'slack'], settings, 2, '"slack" is one word too many.'],
  ['no address', ['slack'], {}, 1, 'PUBLIC_URL: needed'],
  ['an address without https', ['slack'], { PUBLIC_URL: 'http://127.0.0.1:1' }, 1, 'PUBLIC_URL: needed'],
  ['no bot', ['teams'], { PUBLIC_URL: 'https://bot.example.com' }, 1, 'MicrosoftAppId: needed'],
  ['a bot id that is none', ['teams'], { ...settings, MicrosoftAppId: 'bot' }, 1, 'bots.0.botId'],
  ['a version of two parts', ['teams', '--version', '1.0'], settings, 1, 'version'],
  ['settings that are not right', ['teams'], { ...settings, PORT: 'x' }, 1, 'PORT: '],
  ['a place where nothing can be written', ['slack', '--out', '/dev/null/manifest.yaml'], settings, 1, "can't be written"],
])('%s is refused with what is needed', async (_name, args, env, code, said) => {
  expect(await runCli('manifest', args, env)).toEqual({ code, out: '', err: expect.stringContaining(said) })
})

test('help is shown when it is asked for', async () => {
  const help = expect.stringContaining('Teams takes an update only with a higher version.')
  expect(await runCli('manifest', ['--help'])).toEqual({ code: 0, out: help, err: '' })
})

/** The first file of a zip whose files are stored as they are. */
function firstEntry(bytes: Buffer): string {
  const start = 30 + bytes.readUInt16LE(26)
  return bytes.toString('utf8', start, start + bytes.readUInt32LE(18))
}
