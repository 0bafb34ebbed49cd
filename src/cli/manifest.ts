import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { slackManifest } from '../../manifest/slack/fill.ts'
import { type TeamsPackage, teamsPackage } from '../../manifest/teams/fill.ts'
import type { Config } from '../config.ts'
import { Failure, type Given, noMore, print, runCommand, settings, unknownWord } from './command.ts'

const usage = `npm run manifest -- teams [--version 1.0.0] [--developer NAME] [--privacy URL] [--terms URL] [--id GUID] [--out FILE]
npm run manifest -- slack [--out FILE]

Writes what Teams or Slack takes to install the app, filled in from the settings: PUBLIC_URL, and MicrosoftAppId for Teams.
Teams takes an update only with a higher version.`

async function main({ words, options }: Given): Promise<number> {
  const [platform, ...more] = words
  if (platform !== 'teams' && platform !== 'slack') throw unknownWord(platform, 'platform', ['teams', 'slack'])
  noMore(more)
  const config = settings()
  const publicUrl = publicUrlOf(config)
  await (platform === 'teams' ? teams(config, publicUrl, options) : slack(config, publicUrl, options))
  return 0
}

function publicUrlOf({ PUBLIC_URL }: Config): string {
  if (PUBLIC_URL?.startsWith('https://')) return PUBLIC_URL
  throw new Failure(
    'PUBLIC_URL: needed, the https address under which the bot is reached from outside, like https://bot.example.com.',
  )
}

async function teams({ MicrosoftAppId: botId }: Config, publicUrl: string, options: Given['options']): Promise<void> {
  if (botId === undefined) throw new Failure('MicrosoftAppId: needed, the app id of the Azure Bot registration.')
  const { version, developer, privacy: privacyUrl, terms: termsOfUseUrl, id: appId } = options
  const values: TeamsPackage = {
    botId,
    publicHost: new URL(publicUrl).host,
    ...(version !== undefined && { version }),
    ...(developer !== undefined && { developer }),
    ...(privacyUrl !== undefined && { privacyUrl }),
    ...(termsOfUseUrl !== undefined && { termsOfUseUrl }),
    ...(appId !== undefined && { appId }),
  }
  const file = await written(options.out ?? built('teams/build/defender-teams.zip'), teamsPackage(values))
  print(`Written: ${file}

1. Azure Bot registration → Configuration → Messaging endpoint: ${publicUrl}/api/messages; Channels → Microsoft Teams.
2. Teams → Apps → Manage your apps → Upload an app (for everybody: Teams admin center → Manage apps → Upload new app).
3. Add it to a team; in the channel where cards should go, write: @Defender follow`)
}

async function slack(config: Config, publicUrl: string, options: Given['options']): Promise<void> {
  const file = await written(options.out ?? built('slack/build/manifest.yaml'), slackManifest({ publicUrl }))
  print(`Written: ${file}

1. api.slack.com/apps → Create New App → From a manifest → YAML: paste the file. (An app that exists: App Manifest, then install it again.)
2. Basic Information → Signing Secret is SLACK_SIGNING_SECRET.
${config.SLACK_CLIENT_ID === undefined ? oneWorkspace : manyWorkspaces(publicUrl)}`)
}

const verify =
  'Start the bot, then App Manifest → verify the request URL: Slack asks the bot, whose answer takes the signing secret.'
const oneWorkspace = `3. Install App → Bot User OAuth Token (xoxb-…) is SLACK_BOT_TOKEN; SLACK_CHANNEL is the first channel.
4. ${verify}`

function manyWorkspaces(publicUrl: string): string {
  return `3. Basic Information → Client ID and Client Secret are SLACK_CLIENT_ID and SLACK_CLIENT_SECRET; Manage Distribution → activate.
4. ${verify}
5. Each workspace installs at ${publicUrl}/slack/install; in the channel where cards should go: /defender follow`
}

function built(path: string): string {
  return fileURLToPath(new URL(`../../manifest/${path}`, import.meta.url))
}

async function written(file: string, content: string | Buffer): Promise<string> {
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  } catch {
    throw new Failure(`${file} can't be written.`)
  }
  return relative(process.cwd(), file)
}

await runCommand(usage, ['version', 'developer', 'privacy', 'terms', 'id', 'out'], main)
