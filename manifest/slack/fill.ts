import { readFileSync } from 'node:fs'

export interface SlackManifest {
  /** Where Slack reaches the bot: https, any trailing slash is dropped. */
  publicUrl: string
}

/** The app manifest as YAML with its comments, ready to paste. Throws a TypeError with a sentence when the address is of no use to Slack. */
export function slackManifest({ publicUrl }: SlackManifest): string {
  const template = readFileSync(new URL('./manifest.yaml', import.meta.url), 'utf8')
  return template.replaceAll('{{publicUrl}}', addressOf(publicUrl))
}

function addressOf(publicUrl: string): string {
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined
  if (url?.protocol !== 'https:' || url.search !== '' || url.hash !== '' || url.username !== '')
    throw new TypeError(`Slack needs an https address to reach the bot, like https://bot.example.com; "${publicUrl}" is none.`)
  return url.href.replace(/\/+$/, '')
}
