import type { CloudAddresses } from '../model/cloud.ts'
import type { Kind } from '../model/event.ts'

/** What every template wants to know of an event, as expressions of the workflow language; none is ever null. */
export interface EventWords {
  title: string
  severity: string
  about: string
  /** What was attacked or found wanting, in words. */
  resource: string
  /** Its ARM id; the subscription's for compliance. */
  resourceId: string
  /** Always https. */
  link: string
  at: string
}

/** What an event says as the logic app reads it, in one cloud. */
export function eventWords(kind: Kind, { portal }: Pick<CloudAddresses, 'portal'>): EventWords {
  const { link, ...words } = paths[kind]
  return { ...words, link: `if(startsWith(toLower(string(${link})), 'https://'), ${link}, '${portal}')` }
}

/** Paths as Defender for Cloud's connectors send them. Source: its published schemas for alerts and recommendations, samples for compliance. */
const paths: Record<Kind, EventWords> = {
  alert: {
    title: text("triggerBody()?['AlertDisplayName']"),
    severity: text("triggerBody()?['Severity']"),
    about: text("triggerBody()?['Description']"),
    resource: text("triggerBody()?['CompromisedEntity']"),
    resourceId: text("triggerBody()?['AzureResourceId']", "triggerBody()?['ResourceIdentifiers']?[0]?['AzureResourceId']"),
    link: text("triggerBody()?['AlertUri']"),
    at: text("triggerBody()?['TimeGenerated']"),
  },
  recommendation: {
    title: text("triggerBody()?['properties']?['displayName']"),
    severity: text("triggerBody()?['properties']?['metadata']?['severity']", "triggerBody()?['properties']?['status']?['code']"),
    about: text("triggerBody()?['properties']?['metadata']?['description']"),
    resource: text("last(split(coalesce(triggerBody()?['properties']?['resourceDetails']?['id'], ''), '/'))"),
    resourceId: text("triggerBody()?['properties']?['resourceDetails']?['id']"),
    link: "concat('https://', coalesce(triggerBody()?['properties']?['links']?['azurePortal'], ''))",
    at: text("triggerBody()?['properties']?['status']?['statusChangeDate']", 'utcNow()'),
  },
  compliance: {
    title: text("triggerBody()?['properties']?['description']"),
    severity: text("triggerBody()?['properties']?['state']"),
    about: "concat(string(coalesce(triggerBody()?['properties']?['failedResources'], 0)), ' resources fail')",
    resource: "concat(split(string(triggerBody()?['id']), '/')?[6], ' ', split(string(triggerBody()?['id']), '/')?[8])",
    resourceId: "concat('/subscriptions/', split(string(triggerBody()?['id']), '/')?[2])",
    link: text("triggerBody()?['properties']?['assessmentDetailsLink']"),
    at: 'utcNow()',
  },
}

function text(...expressions: string[]): string {
  return `coalesce(${expressions.join(', ')}, '')`
}

/** The same with `&`, `<` and `>` made harmless for HTML and for Slack's markup: an event's text comes from anywhere. */
export function escaped(expression: string): string {
  return `replace(replace(replace(string(${expression}), '&', '&amp;'), '<', '&lt;'), '>', '&gt;')`
}

/** The event's link as an HTML anchor that nothing in it can leave. */
export const anchor = `<a href="@{replace(${escaped("outputs('Event')?['link']")}, '"', '%22')}">Open in Defender for Cloud</a>`
