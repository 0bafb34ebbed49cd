import { tableOf } from '../table.ts'
import type { State } from './state.ts'

/** Managed APIs that somebody has to sign in to before they work; the others are connected at once. Source: their connector pages on Microsoft Learn. */
const signIn = /^(teams|slack|office365|office365users|outlook|azuread|arm|azurevm|servicenow|jira|github)$/i

const titles = tableOf<string>({
  ascalert: 'Microsoft Defender for Cloud Alert',
  ascassessment: 'Microsoft Defender for Cloud Recommendation',
  ascregulatorycomplianceassessment: 'Microsoft Defender for Cloud Regulatory Compliance Assessment',
  office365: 'Office 365 Outlook',
  teams: 'Microsoft Teams',
  slack: 'Slack',
})

export function titleOf(api: string): string {
  return titles.get(api.toLowerCase()) ?? api
}

export function needsSignIn(api: string): boolean {
  return signIn.test(api)
}

/** What somebody does in the portal: signs in to every connection of this name or id, or out again; how many were meant. */
export function authorise({ connections }: State, named: string, authorised: boolean): number {
  const wanted = named.toLowerCase()
  const found = [...connections.values()].filter(({ id, name }) => id.toLowerCase() === wanted || name.toLowerCase() === wanted)
  for (const connection of found) connection.authorised = authorised
  return found.length
}
