import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { expect, test } from '@jest/globals'
import { ConfigError, readConfig, variables } from '../../src/config.ts'

type Raw = Record<string, string>

function linesOf(raw: Raw): string[] {
  try {
    readConfig(raw)
    return []
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.lines
    throw thrown
  }
}

const slack = { SLACK_SIGNING_SECRET: 's' }
const oauth = { ...slack, SLACK_CLIENT_ID: '1.2', SLACK_CLIENT_SECRET: 'c', SLACK_STATE_SECRET: 't' }
const signIn = { SIGN_IN_ENTRA_CLIENT_ID: 'a', SIGN_IN_ENTRA_CLIENT_SECRET: 'b' }
const tenant = { SIGN_IN_ENTRA_TENANT: '22222222-2222-4222-8222-222222222222' }
const home = { PUBLIC_URL: 'https://bot.example.com/' }

test.each<[string, Raw, string[]]>([
  ['nothing', {}, []],
  [
    'prices of logic apps that are none',
    { LOGIC_APP_PRICES: '0.1' },
    ['LOGIC_APP_PRICES: takes two numbers, US dollars for a built-in action and for a connector call: 0.000025,0.000125'],
  ],
  ['an empty variable', { SLACK_BOT_TOKEN: ' ' }, []],
  ['Teams without authentication, here alone', { TEAMS_WITHOUT_AUTH: '1' }, []],
  [
    'Teams without authentication, open to others',
    { TEAMS_WITHOUT_AUTH: '1', HOST: '0.0.0.0', CONSOLE: '0' },
    ['TEAMS_WITHOUT_AUTH: only with a loopback HOST'],
  ],
  ['one workspace', { ...slack, SLACK_BOT_TOKEN: 'xoxb-1', SLACK_CHANNEL: '#soc' }, []],
  ['a token without the signing secret', { SLACK_BOT_TOKEN: 'xoxb-1' }, ['SLACK_SIGNING_SECRET: needed with SLACK_BOT_TOKEN']],
  ['many workspaces', { ...oauth, ...home }, []],
  [
    'many workspaces, half set',
    { SLACK_CLIENT_ID: '1.2' },
    ['SLACK_CLIENT_SECRET, SLACK_STATE_SECRET, SLACK_SIGNING_SECRET, PUBLIC_URL: needed with SLACK_CLIENT_ID'],
  ],
  [
    'both forms of Slack, and a first channel of none',
    { ...oauth, ...home, SLACK_BOT_TOKEN: 'xoxb-1', SLACK_CHANNEL: '#soc' },
    [
      'SLACK_CLIENT_ID: not with SLACK_BOT_TOKEN; either one workspace by its token, or many that install the app',
      'SLACK_CHANNEL: only with SLACK_BOT_TOKEN; where the app is installed, type /defender follow in the channel',
    ],
  ],
  ['signing in', { ...signIn, ...tenant, ...home }, []],
  [
    'signing in, half set',
    { SIGN_IN_ENTRA_CLIENT_ID: 'a' },
    [
      'SIGN_IN_ENTRA_CLIENT_SECRET, PUBLIC_URL: needed with SIGN_IN_ENTRA_CLIENT_ID',
      'SIGN_IN_ENTRA_TENANT: needed with SIGN_IN_ENTRA_CLIENT_ID',
    ],
  ],
  ['signing in with the tenant of Azure', { ...signIn, ...home, AZURE_TENANT_ID: '22222222-2222-4222-8222-222222222222' }, []],
  [
    'signing in without https',
    { ...signIn, ...tenant, PUBLIC_URL: 'http://127.0.0.1:3978' },
    ['PUBLIC_URL: must be https with SIGN_IN_ENTRA_CLIENT_ID; cards carry no other links'],
  ],
  ['http elsewhere', { PUBLIC_URL: 'http://bot.example.com' }, ['PUBLIC_URL: must be https, except on this machine']],
  ['an address that is none', { PUBLIC_URL: 'bot.example.com' }, ['PUBLIC_URL: must be an address like https://bot.example.com']],
  ['Entra for events, one half', { EVENTS_ENTRA_TENANT: 't' }, ['EVENTS_ENTRA_AUDIENCE: needed with EVENTS_ENTRA_TENANT']],
  ['Entra for events, the other', { EVENTS_ENTRA_AUDIENCE: 'a' }, ['EVENTS_ENTRA_TENANT: needed with EVENTS_ENTRA_AUDIENCE']],
  [
    'callers of nothing',
    { EVENTS_ENTRA_CALLERS: 'a' },
    ['EVENTS_ENTRA_TENANT, EVENTS_ENTRA_AUDIENCE: needed with EVENTS_ENTRA_CALLERS'],
  ],
  [
    'real Azure without its tenant',
    { AZURE_ARM_ENDPOINT: 'https://management.azure.com' },
    ['AZURE_TENANT_ID: needed with real Azure'],
  ],
  [
    'several at once',
    { PORT: 'x', EVENTS_KEYS: 'a,b,c', HOST: '0.0.0.0', TEAMS_WITHOUT_AUTH: '1', SLACK_BOT_TOKEN: 'xoxb-1' },
    [
      'PORT: must be a whole number from 0 to 65535',
      'EVENTS_KEYS: takes one or two keys',
      'SLACK_SIGNING_SECRET: needed with SLACK_BOT_TOKEN',
      'TEAMS_WITHOUT_AUTH: only with a loopback HOST',
      'CONSOLE: it has no sign-in, so it needs a loopback HOST; set CONSOLE=0 for another',
    ],
  ],
])('%s', (_name, raw, lines) => {
  expect(linesOf(raw)).toEqual(lines)
})

test('the public address is kept without the slash at its end', () => {
  expect(readConfig(home).PUBLIC_URL).toBe('https://bot.example.com')
})

test('.env.sample names every variable, none set, and none that there is not', () => {
  const text = readFileSync(new URL('../../.env.sample', import.meta.url), 'utf8')
  expect(parseEnv(text)).toEqual({})
  const named = [...text.matchAll(/^#(\w+)=/gm)].map(([, name]) => name)
  const botbuilder = ['MicrosoftAppType', 'MicrosoftAppPassword']
  expect(named.filter(name => !botbuilder.includes(name ?? '')).sort()).toEqual([...variables].sort())
})

test('prices of logic apps: the list’s, or those that are set', () => {
  expect(readConfig({}).LOGIC_APP_PRICES).toMatchObject({ builtIn: 0.000025, connector: 0.000125 })
  expect(readConfig({ LOGIC_APP_PRICES: '0, 0.5' }).LOGIC_APP_PRICES).toEqual({
    builtIn: 0,
    connector: 0.5,
    source: 'the prices set for this bot',
  })
})
