import { readKept } from '../../src/intake/body.ts'
import { silent } from '../../src/log.ts'
import { placeId } from '../../src/model/place.ts'
import type { Store } from '../../src/ports.ts'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts'
import { type PrivateServer, startPrivateServer } from '../../src/store/private-server.ts'
import { openStore } from '../../src/store/store.ts'
import { type SlackSink, startSlackSink } from '../fakes/slack-api.ts'
import { temporaryFolder } from './folder.ts'
import { type Program, startProgram } from './program.ts'

/** All that outlives the program: its database, Azure, and Slack, which keeps what was posted. */
export interface Ground {
  simulator: Simulator
  slack: SlackSink
  dataDir: string
  database: string
  /** Another process's view of what is kept; does no jobs. */
  store: Store
  /** Channels of these names, each following what holds `word(index)`; without a word, everything. */
  follow(channels: string[], word?: (index: number) => string): Promise<void>
  start(more?: Record<string, string>): Promise<Program>
  /** The programs must have ended. */
  close(): Promise<void>
}

/** `latency`: the simulated Azure answers as slowly, and lists as late, as the real one on a small scale. */
export async function openGround(azure: Pick<SimulatorOptions, 'latency' | 'pageSize'> = {}): Promise<Ground> {
  const [folder, simulator, slack] = await Promise.all([temporaryFolder(), startSimulator(azure), startSlackSink()])
  const server = await startPrivateServer({ dataDir: folder.path, log: silent })
  const store = await openStore({ url: server.url, tenant: simulator.tenantId, log: silent, read: readKept })
  return {
    simulator,
    slack,
    dataDir: folder.path,
    database: server.url,
    store,
    follow: async (channels, word) => {
      for (const [index, channel] of channels.entries()) await follow(store, slack.team, channel, word?.(index))
    },
    start: more => startProgram({ ...environmentOf(server, simulator, slack), ...more }),
    async close() {
      await store.close()
      await server.stop()
      await Promise.all([simulator.stop(), slack.close(), folder.remove()])
    },
  }
}

function environmentOf(server: PrivateServer, simulator: Simulator, slack: SlackSink): Record<string, string> {
  return {
    DATABASE_URL: server.url,
    AZURE_ARM_ENDPOINT: simulator.origin,
    AZURE_STATIC_TOKEN: simulator.tokens.bot,
    AZURE_TENANT_ID: simulator.tenantId,
    AZURE_SUBSCRIPTION_IDS: simulator.subscriptionIds.join(),
    CONSOLE: '1',
    SLACK_BOT_TOKEN: 'xoxb-bench',
    SLACK_SIGNING_SECRET: 'bench',
    SLACK_API_URL: slack.apiUrl,
  }
}

async function follow(store: Store, team: string, channel: string, word: string | undefined): Promise<void> {
  const id = placeId('slack', team, channel)
  await store.places.save({ id, chat: 'slack', tenant: team, channel, name: channel })
  await store.feeds.add({
    id: `follow-${channel}`,
    placeId: id,
    filter: word === undefined ? {} : { words: [word] },
    audience: 'act',
    createdAt: new Date().toISOString(),
  })
}

/** `C0001`, `C0002` …: names as Slack gives them. */
export function channels(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `C${String(index + 1).padStart(4, '0')}`)
}
