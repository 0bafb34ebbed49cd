import { type Config, ConfigError, environment, readConfig } from '../config.ts'
import { startStore } from '../open-store.ts'
import { openPeopleMap } from '../people/map.ts'
import type { Store } from '../ports.ts'
import { checkAzure } from './checks/azure.ts'
import { type Line, lines, missing, off, ok } from './checks/line.ts'
import { checkAddress, checkClock, checkEvents, checkSignIn } from './checks/network.ts'
import { checkSlack } from './checks/slack.ts'
import { checkTeams } from './checks/teams.ts'
import { commandLog, type Given, noMore, print, runCommand } from './command.ts'

const usage = `npm run doctor

Tries everything the settings name: each line is ok, off (not in use), or what is missing and how to get it. Nothing is sent to chats or
changed in Azure; the database's tables are brought up to date, as the bot itself does when it starts. Exit code 1 when something is missing. The bot may run meanwhile.`

const oldestNode = 24
const log = commandLog()

async function main({ words }: Given): Promise<number> {
  noMore(words)
  const undo: (() => Promise<void>)[] = []
  try {
    const found = await examine(undo)
    const count = (state: Line['state']) => found.filter(line => line.state === state).length
    print(`\n${count('ok')} ok, ${count('missing')} missing, ${count('off')} off`)
    return count('missing') > 0 ? 1 : 0
  } finally {
    for (const step of undo.reverse()) await step()
  }
}

async function examine(undo: (() => Promise<void>)[]): Promise<Line[]> {
  const found = [...told('Node', checkNode())]
  const config = checkEnvironment()
  if (Array.isArray(config)) return [...found, ...told('Settings', config)]
  found.push(...told('Settings', [ok('nothing contradicts')]))
  const store = await openForCheck(config, undo)
  found.push(...told('Database', store.found))
  const checks: [string, () => Promise<Line[]>][] = [
    ['Azure', () => checkAzure(config, log)],
    ['Teams', () => checkTeams(config)],
    ['Slack', () => checkSlack(config, store.store, log)],
    ['Signing in', () => checkSignIn(config)],
    ['Map of people', () => checkPeopleMap(config)],
    ['Public address', () => checkAddress(config)],
    ['Events', () => checkEvents(config)],
    ['Clock', () => checkClock(config)],
  ]
  for (const [name, check] of checks) found.push(...told(name, await check()))
  return found
}

function told(name: string, found: Line[]): Line[] {
  for (const { state, what, how } of found) {
    print(`${state.padEnd(8)} ${name}: ${what}`)
    if (how !== undefined) print(`         ${how}`)
  }
  return found
}

function checkNode(): Line[] {
  const { node } = process.versions
  if (Number(node.split('.')[0]) >= oldestNode) return [ok(node)]
  return [missing(`${node}; ${oldestNode} or newer is needed`, 'npm run brings its own after npm ci.')]
}

function checkEnvironment(): Config | Line[] {
  try {
    return readConfig(environment('.env'))
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown
    return thrown.lines.map(line => missing(line, '.env.sample says what each variable is for.'))
  }
}

async function openForCheck(config: Config, undo: (() => Promise<void>)[]): Promise<{ store?: Store; found: Line[] }> {
  let store: Store | undefined
  const where = config.DATABASE_URL === undefined ? `its own, under ${config.DATA_DIR}` : 'the one of DATABASE_URL'
  const found = await lines(async () => {
    store = await startStore(config, log, undo)
    const { findings, deadLetters } = await store.status()
    return [ok(`${where}, with ${findings} findings and ${deadLetters} bodies that were not understood`)]
  }, 'DATABASE_URL is postgres://user:password@host:5432/name, of PostgreSQL 15 or newer; the user may create tables there.')
  return { found, ...(store && { store }) }
}

async function checkPeopleMap({ PEOPLE_MAP: file }: Config): Promise<Line[]> {
  if (file === undefined) return [off('PEOPLE_MAP is not set')]
  return lines(async () => {
    const map = await openPeopleMap(file, log)
    await map.stop()
    return [ok(`${map.people().length} accounts in ${file}`)]
  }, 'A list in YAML or JSON: - { chat: slack, tenant: T…, user: U…, person: <Entra object id>, name: … }')
}

await runCommand(usage, [], main)
