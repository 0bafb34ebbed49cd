import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { scopes } from '../../src/chat/slack/install.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { type Entra, startEntra } from '../fakes/entra.ts'
import { type SlackSink, startSlackSink } from '../fakes/slack-api.ts'
import { startTeamsConnector, type TeamsConnector } from '../fakes/teams-connector.ts'
import { type FreshDatabase, freshDatabase } from '../jest/database.ts'
import { openStory, type Story } from '../story/ground.ts'
import { runCli } from './run.ts'

/** Doctor as a process, against a simulated Azure and servers that play Slack, Teams and Entra; the bot itself runs beside it. */

const tenant = '22222222-2222-4222-8222-222222222222'
const [clientId, clientSecret] = ['app-1', 'client-secret']
const token = 'xoxb-doctor'

let simulator: Simulator
let sink: SlackSink
let connector: TeamsConnector
let entra: Entra
let database: FreshDatabase
let story: Story
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'))
  simulator = await startSimulator()
  sink = await startSlackSink({ token, scopes })
  connector = await startTeamsConnector()
  entra = await startEntra({ tenant, clientId, clientSecret, person: { oid: tenant, name: 'Analyst' } })
  database = await freshDatabase()
  story = await openStory({ DATABASE_URL: database.url })
  await writeFile(join(folder, 'people.yaml'), `- { chat: slack, tenant: T1, user: U1, person: ${tenant}, name: Analyst }\n`)
})
afterAll(async () => {
  await story.close()
  await database.drop()
  await Promise.all([simulator.stop(), sink.close(), connector.stop(), entra.close(), rm(folder, { recursive: true })])
})

const doctor = (more: Record<string, string> = {}, args: string[] = []) =>
  runCli(
    'doctor',
    args,
    {
      DATABASE_URL: database.url,
      AZURE_ARM_ENDPOINT: simulator.origin,
      AZURE_STATIC_TOKEN: simulator.tokens.bot,
      AZURE_TENANT_ID: simulator.tenantId,
      SLACK_BOT_TOKEN: token,
      SLACK_SIGNING_SECRET: 's',
      SLACK_API_URL: sink.apiUrl,
      ...connector.settings,
      ...connector.identity,
      SIGN_IN_ENTRA_TENANT: tenant,
      SIGN_IN_ENTRA_CLIENT_ID: clientId,
      SIGN_IN_ENTRA_CLIENT_SECRET: clientSecret,
      SIGN_IN_ENTRA_AUTHORITY: entra.authority,
      PUBLIC_URL: 'https://bot.example.invalid',
      PEOPLE_MAP: join(folder, 'people.yaml'),
      ...more,
    },
    folder,
  )

/** What is told with nothing missing but what a test machine can't have: https from outside. */
test('everything in place is ok, one line each', async () => {
  const { code, out, err } = await doctor()
  expect(err).toBe('')
  for (const line of [
    /^ok {7}Node: 24/m,
    /^ok {7}Settings: nothing contradicts$/m,
    /^ok {7}Database: the one of DATABASE_URL, with \d+ findings/m,
    /^ok {7}Azure: signed in; looks after Production, Staging$/m,
    /^ok {7}Azure: Production: all rights that are needed$/m,
    /^off {6}Azure: Production: Microsoft.Authorization\/roleAssignments\/write, only needed to give/m,
    /^ok {7}Teams: Entra gives the bot a token/m,
    /^ok {7}Slack: Test takes the token, and it has every scope$/m,
    /^ok {7}Signing in: Entra knows the app/m,
    /^ok {7}Map of people: 1 accounts/m,
    /^missing {2}Public address: nothing answers at https:\/\/bot\.example\.invalid\/healthz$/m,
    /^ok {7}Events: POST \/api\/events takes callers on this machine$/m,
    /^ok {7}Clock: within 1 s of 127\.0\.0\.1/m,
  ])
    expect(out).toMatch(line)
  expect(out.match(/^missing/gm)).toHaveLength(1)
  expect(code).toBe(1)
})

test('the running bot is found at its public address, and then nothing is missing', async () => {
  const noSignIn = { SIGN_IN_ENTRA_TENANT: '', SIGN_IN_ENTRA_CLIENT_ID: '', SIGN_IN_ENTRA_CLIENT_SECRET: '' }
  const { code, out } = await doctor({ ...noSignIn, PUBLIC_URL: story.app.address })
  expect(out).toContain(`ok       Public address: the bot answers at ${story.app.address}`)
  expect(out).toMatch(/\n\d+ ok, 0 missing, \d+ off\n$/)
  expect(code).toBe(0)
})

test('a missing right is named with its subscription, its use, and the role that has it', async () => {
  const { roleAssignments } = simulator.state
  const bot = simulator.people.find(({ role }) => role === 'bot')?.objectId
  const taken = roleAssignments.filter(
    ({ principalId, scope }) => principalId === bot && scope.includes(simulator.subscriptionIds[0] ?? ''),
  )
  const kept = roleAssignments.splice(0)
  roleAssignments.push(
    ...kept.filter(one => !taken.includes(one) || one.roleDefinition === 'acdd72a7-3385-48ef-bd42-f606fba81ae7'),
  )
  const { code, out } = await doctor()
  roleAssignments.splice(0, roleAssignments.length, ...kept)
  expect(code).toBe(1)
  expect(out).toContain(
    'missing  Azure: Production: Microsoft.Logic/workflows/triggers/listCallbackUrl/action, needed to run logic apps',
  )
  expect(out).toContain('Logic App Contributor has it: az role assignment create --role "Logic App Contributor"')
  expect(out).toContain('missing  Azure: Production: Microsoft.Security/automations/write, needed to read and write rules')
  expect(out).not.toContain('Production: Microsoft.Security/alerts/read,')
  expect(out).toContain('ok       Azure: Staging: all rights that are needed')
})

test('everything that is not right is told at once, and no secret', async () => {
  const { code, out, err } = await doctor({
    DATABASE_URL: 'postgres://bot:secret-word@127.0.0.1:1/x',
    AZURE_STATIC_TOKEN: 'other-token',
    SLACK_BOT_TOKEN: 'xoxb-other',
    SIGN_IN_ENTRA_CLIENT_SECRET: 'old-secret',
    PEOPLE_MAP: '/dev/null/people.yaml',
  })
  for (const said of [
    "missing  Database: The database that DATABASE_URL names can't be used: connect ECONNREFUSED 127.0.0.1:1.",
    'missing  Azure: ',
    "missing  Slack: Slack does not accept the bot's token",
    'missing  Signing in: Entra does not take SIGN_IN_ENTRA_CLIENT_ID and its secret: invalid_client',
    "missing  Map of people: PEOPLE_MAP: /dev/null/people.yaml can't be read.",
  ])
    expect(out).toContain(said)
  expect(`${out}${err}`).not.toMatch(/secret-word|other-token|xoxb-other|old-secret/)
  expect(code).toBe(1)
})

test.each<[string, Record<string, string>, string]>([
  ['a subscription out of reach', { AZURE_SUBSCRIPTION_IDS: tenant }, 'missing  Azure: signed in, but no enabled subscription'],
  [
    'a management group and a tenant that are not there',
    { AZURE_MANAGEMENT_GROUP: 'mg-none', SIGN_IN_ENTRA_TENANT: '33333333-3333-4333-8333-333333333333' },
    'missing  Azure: The management group "mg-none" is not there',
  ],
  [
    'settings that contradict',
    { SLACK_SIGNING_SECRET: '' },
    'missing  Settings: SLACK_SIGNING_SECRET: needed with SLACK_BOT_TOKEN',
  ],
])('%s: told', async (_name, env, said) => {
  const { code, out } = await doctor(env)
  expect(out).toContain(said)
  expect(code).toBe(1)
})

test('a scope that the Slack app lacks is named', async () => {
  const lesser = await startSlackSink({ token, scopes: scopes.filter(scope => scope !== 'groups:read') })
  const { out } = await doctor({ SLACK_API_URL: lesser.apiUrl })
  await lesser.close()
  expect(out).toContain('missing  Slack: Test: the scope groups:read')
  expect(out).toContain('npm run manifest -- slack')
})

test('credentials that Teams does not take are told', async () => {
  connector.failAlways('token', { status: 400, code: 'invalid_client' })
  const { out } = await doctor()
  connector.failAlways('token', undefined)
  expect(out).toContain('missing  Teams: Entra gives the bot no token')
})

test('arguments show the usage', async () => {
  expect(await doctor({}, ['slack'])).toMatchObject({ code: 2, out: '', err: expect.stringContaining('npm run doctor') })
})
