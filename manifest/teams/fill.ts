import { readFileSync } from 'node:fs'
import { Manifest } from './rules.ts'
import { zip } from './zip.ts'

export interface TeamsPackage {
  /** Id of the app in Teams; the bot's own when absent. */
  appId?: string
  /** `MicrosoftAppId`. */
  botId: string
  /** Where the bot is reached, `bot.example.com`: its page stands for the website where no other is given. */
  publicHost: string
  /** `1.2.3`; Teams takes an update only with a higher one. */
  version?: string
  developer?: string
  websiteUrl?: string
  privacyUrl?: string
  termsOfUseUrl?: string
}

const here = new URL('.', import.meta.url)

/** The app package for Teams, ready to be uploaded. What does not fit is an Error that names each field. */
export function teamsPackage(values: TeamsPackage): Buffer {
  const manifest = `${JSON.stringify(teamsManifest(values), undefined, 2)}\n`
  return zip([
    { name: 'manifest.json', content: Buffer.from(manifest) },
    { name: 'color.png', content: readFileSync(new URL('color.png', here)) },
    { name: 'outline.png', content: readFileSync(new URL('outline.png', here)) },
  ])
}

export function teamsManifest(values: TeamsPackage): Manifest {
  const template: unknown = JSON.parse(readFileSync(new URL('manifest.json', here), 'utf8'))
  const read = Manifest.safeParse(filled(template, allOf(values)))
  if (read.success) return read.data
  throw new Error(
    `The Teams manifest is not right:\n${read.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`).join('\n')}`,
  )
}

function allOf(values: TeamsPackage): Record<string, string> {
  const website = values.websiteUrl ?? `https://${values.publicHost}/`
  return {
    appId: values.appId ?? values.botId,
    botId: values.botId,
    version: values.version ?? '1.0.0',
    developer: values.developer ?? 'Self-hosted',
    websiteUrl: website,
    privacyUrl: values.privacyUrl ?? website,
    termsOfUseUrl: values.termsOfUseUrl ?? website,
  }
}

function filled(node: unknown, values: Record<string, string>): unknown {
  if (typeof node === 'string') return node.replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => valueNamed(values, name))
  if (Array.isArray(node)) return node.map((item: unknown) => filled(item, values))
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, filled(value, values)]))
}

function valueNamed(values: Record<string, string>, name: string): string {
  const value = values[name]
  if (value === undefined) throw new Error(`The Teams manifest asks for "${name}", which nothing fills in.`)
  return value
}
