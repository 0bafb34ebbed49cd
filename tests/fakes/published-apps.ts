import { readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Takes } from '../../src/model/logic-app.ts'

const folder = new URL('../payloads/logicapps/', import.meta.url)

/** Every published file. */
export const publishedFiles = readdirSync(folder).filter(file => file !== 'SOURCES.md')

const none = 'It has no Defender for Cloud trigger.'
const legacy = 'It has the legacy alert trigger, which Defender for Cloud no longer starts.'

/** Per file: what each trigger takes, and why it can't be run for an alert. */
export const publishedVerdicts: Record<string, [Takes[], string | undefined]> = {
  'alert-block-bruteforce-parse-body.json': [['alert'], undefined],
  'alert-delete-blob-connection-alias.json': [['alert'], undefined],
  'alert-post-slack-message.json': [['alert'], undefined],
  'alert-post-teams-message.json': [['alert'], undefined],
  'alert-servicenow-path-and-api-disagree.json': [['alert'], undefined],
  'gallery-alert-send-notification-email.json': [['alert'], undefined],
  'gallery-legacy-trigger-post-message-to-slack.json': [['legacy'], legacy],
  'gallery-legacy-trigger-send-notification-email.json': [['legacy'], legacy],
  'gallery-recommendation-send-notification-email.json': [['recommendation'], 'Its trigger takes recommendations, not alerts.'],
  'gallery-regulatory-compliance-send-notification-email.json': [
    ['compliance'],
    'Its trigger takes compliance changes, not alerts.',
  ],
  'none-compliance-export-utf16.json': [['other'], none],
  'none-plain-http-request-quickstart.json': [['http'], none],
  'none-recurrence-only.json': [['other'], none],
  'none-sentinel-incident-trigger.json': [['other'], none],
  'none-two-workflows-request-and-recurrence.json': [['http', 'other'], none],
  'recommendation-change-activity.json': [['recommendation'], 'Its trigger takes recommendations, not alerts.'],
  'recommendation-jira-current-trigger-name.json': [['recommendation'], 'Its trigger takes recommendations, not alerts.'],
  'recommendation-jira-misspelt-api-id.json': [['recommendation'], 'Its trigger takes recommendations, not alerts.'],
  'recommendation-nsg-v500-trigger-name.json': [['recommendation'], 'Its trigger takes recommendations, not alerts.'],
  'recommendation-post-slack-message.json': [['recommendation'], 'Its trigger takes recommendations, not alerts.'],
  'recommendation-post-teams-message.json': [['recommendation'], 'Its trigger takes recommendations, not alerts.'],
  'recommendation-request-exemption.json': [['recommendation'], 'Its trigger takes recommendations, not alerts.'],
  'recommendation-tls-json-with-comments.json.txt': [['recommendation'], 'Its trigger takes recommendations, not alerts.'],
}

/** What a template says of one logic app. */
export interface PublishedApp {
  tags: Record<string, string>
  definition: object
  parameters: object
}

const Resource = z.looseObject({
  type: z.string().regex(/^Microsoft\.Logic\/workflows$/i),
  tags: z.record(z.string(), z.string()).catch({}),
  properties: z.looseObject({ definition: z.looseObject({}), parameters: z.looseObject({}).catch({}) }),
})
/** An entry of the template gallery. */
const Entry = z.looseObject({
  properties: z.looseObject({ definition: z.looseObject({}), connectionReferences: z.looseObject({}).optional() }),
})
const Template = z.looseObject({ resources: z.array(z.unknown()) })

/** The logic apps of a published file, as its publisher wrote it: UTF-16, with comments, several in one. */
export function publishedApps(file: string): PublishedApp[] {
  const content: unknown = JSON.parse(withoutComments(decoded(readFileSync(new URL(file, folder)))))
  const template = Template.safeParse(content).data
  if (template === undefined) return [{ tags: {}, parameters: {}, definition: Entry.parse(content).properties.definition }]
  return template.resources.flatMap(resource => {
    const app = Resource.safeParse(resource).data
    return app === undefined ? [] : [{ tags: app.tags, ...app.properties }]
  })
}

function decoded(bytes: Buffer): string {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe
  return new TextDecoder(isWide ? 'utf-16le' : 'utf-8').decode(bytes)
}

/** Texts stay, also those in which an address stands. */
function withoutComments(text: string): string {
  return text.replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, quoted: string | undefined) => quoted ?? '')
}
