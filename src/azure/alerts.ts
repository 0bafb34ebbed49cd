import type { SecurityCenter } from '@azure/arm-security'
import { Problem } from '../errors.ts'
import { azureKeepsAlertsDays, type Status } from '../model/finding.ts'
import { readArmId } from './arm-id.ts'
import { cached } from './cached.ts'
import type { Connection } from './connection.ts'
import { toError } from './to-error.ts'

const inProgressVersion = '2022-01-01'
const locationForMs = 3_600_000

/** Where an alert is kept: a subscription, sometimes a group in it, and the region of Defender's store (not of the resource). */
interface AlertAddress {
  subscription: string
  group?: string
  location: string
  name: string
}

export function createAlerts(connection: Connection, now: () => number) {
  const location = cached<string>(locationForMs, now, subscription => firstLocation(connection, subscription))

  async function setStatus(armId: string, status: Status): Promise<void> {
    const address = readAlertId(armId)
    try {
      if (status === 'in-progress') return await setInProgress(connection, address)
      await setByClient((await connection.security(address.subscription)).alerts, address, status)
    } catch (thrown) {
      throw inWords(toError(thrown))
    }
  }

  async function simulate(subscription: string, bundles: string[]): Promise<void> {
    try {
      const { alerts } = await connection.security(subscription)
      await alerts.simulate(await location.get(subscription), { properties: { kind: 'Bundles', bundles } })
    } catch (thrown) {
      // The client knows only 204; Azure's newer answer, "accepted", makes it throw.
      if (!isAccepted(thrown)) throw toError(thrown)
    }
  }

  return { setStatus, simulate }
}

function inWords(problem: Problem): Problem {
  if (problem.code !== 'NotFound') return problem
  const { reference } = problem
  const sentence = `Azure no longer has this alert, so nobody can change its state any more. It keeps alerts for ${azureKeepsAlertsDays} days.`
  return new Problem('NotFound', sentence, { ...(reference !== undefined && { reference }) })
}

function readAlertId(armId: string): AlertAddress {
  const id = readArmId(armId)
  const [location, name] = id.names
  if (id.type !== 'microsoft.security/locations/alerts' || location === undefined || name === undefined)
    throw new Problem('BadInput', 'That is not the id of an alert.', { field: 'id' })
  return { subscription: id.subscription, ...(id.group === undefined ? {} : { group: id.group }), location, name }
}

/** The forms for a resource group take the group last. */
async function setByClient(
  alerts: SecurityCenter['alerts'],
  { group, location, name }: AlertAddress,
  status: Exclude<Status, 'in-progress'>,
): Promise<void> {
  if (group === undefined) {
    if (status === 'resolved') return await alerts.updateSubscriptionLevelStateToResolve(location, name)
    if (status === 'dismissed') return await alerts.updateSubscriptionLevelStateToDismiss(location, name)
    return await alerts.updateSubscriptionLevelStateToActivate(location, name)
  }
  if (status === 'resolved') return await alerts.updateResourceGroupLevelStateToResolve(location, name, group)
  if (status === 'dismissed') return await alerts.updateResourceGroupLevelStateToDismiss(location, name, group)
  return await alerts.updateResourceGroupLevelStateToActivate(location, name, group)
}

/** The client has no method for it. */
async function setInProgress(connection: Connection, { subscription, group, location, name }: AlertAddress): Promise<void> {
  const part = encodeURIComponent
  const scope = `/subscriptions/${subscription}${group === undefined ? '' : `/resourceGroups/${part(group)}`}`
  const path = `${scope}/providers/Microsoft.Security/locations/${part(location)}/alerts/${part(name)}/inProgress`
  await connection.raw.send('POST', path, inProgressVersion)
}

async function firstLocation(connection: Connection, subscription: string): Promise<string> {
  const { locations } = await connection.security(subscription)
  for await (const { name } of locations.list()) if (name !== undefined) return name
  throw new Problem('NotFound', 'Defender for Cloud has no place for alerts in this subscription yet.')
}

function isAccepted(thrown: unknown): boolean {
  return thrown instanceof Error && 'statusCode' in thrown && thrown.statusCode === 202
}
