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
  link: string
  at: string
}

/** Paths as Defender for Cloud's connectors send them. Source: its published schemas for alerts and recommendations, samples for compliance. */
export const eventWords: Record<Kind, EventWords> = {
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
    link: "concat('https://', coalesce(triggerBody()?['properties']?['links']?['azurePortal'], 'portal.azure.com'))",
    at: text("triggerBody()?['properties']?['status']?['statusChangeDate']", 'utcNow()'),
  },
  compliance: {
    title: text("triggerBody()?['properties']?['description']"),
    severity: text("triggerBody()?['properties']?['state']"),
    about: "concat(string(coalesce(triggerBody()?['properties']?['failedResources'], 0)), ' resources fail')",
    resource: "concat(split(triggerBody()?['id'], '/')?[6], ' ', split(triggerBody()?['id'], '/')?[8])",
    resourceId: "concat('/subscriptions/', split(triggerBody()?['id'], '/')?[2])",
    link: text("triggerBody()?['properties']?['assessmentDetailsLink']"),
    at: 'utcNow()',
  },
}

function text(...expressions: string[]): string {
  return `coalesce(${expressions.join(', ')}, '')`
}

/** The same with `&` and `<` made harmless for HTML and for Slack's markup: an event's text comes from anywhere. */
export function escaped(expression: string): string {
  return `replace(replace(string(${expression}), '&', '&amp;'), '<', '&lt;')`
}
