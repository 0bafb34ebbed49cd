import type { Card } from '../../cards/card.ts'
import { findingCard } from '../../cards/finding.ts'
import type { Finding } from '../model/finding.ts'
import type { Subscription, World } from '../ports.ts'

const relatedAtMost = 5
const patienceMs = 300

/** What a finding's card shows now; `without` the buttons of verbs that whoever looks lacks the rights for. */
export async function cardOf(
  world: World,
  finding: Finding,
  audience: 'act' | 'read',
  without: readonly string[] = [],
): Promise<Card> {
  const [related, subscriptionName] = await Promise.all([
    relatedTo(world, finding),
    nameOfSubscription(world, finding.event.subscription),
  ])
  const view = {
    finding: withPortalPage(world, placed(finding, subscriptionName)),
    related,
    now: world.clock.now(),
    audience,
    without,
  }
  return findingCard(subscriptionName === undefined ? view : { ...view, subscriptionName })
}

/** What is about a whole subscription carries its name, where Azure tells it, instead of its guid. */
export async function named(world: World, finding: Finding): Promise<Finding> {
  return isOfSubscription(finding) ? placed(finding, await nameOfSubscription(world, finding.event.subscription)) : finding
}

function placed(finding: Finding, subscriptionName: string | undefined): Finding {
  if (subscriptionName === undefined || !isOfSubscription(finding)) return finding
  const { event } = finding
  return { ...finding, event: { ...event, resource: { ...event.resource, name: subscriptionName } } }
}

function isOfSubscription({ event: { resource, subscription } }: Finding): boolean {
  return subscription !== '' && resource.name.toLowerCase() === subscription.toLowerCase()
}

/** A card goes without the name that Azure does not give soon: it never waits for an Azure that is away. */
async function nameOfSubscription(world: World, id: string): Promise<string | undefined> {
  const late = new Promise<Subscription[]>(resolve => setTimeout(resolve, patienceMs, []).unref())
  const known = await Promise.race([world.azure.subscriptions().catch(() => []), late])
  return known.find(subscription => subscription.id.toLowerCase() === id.toLowerCase())?.name
}

/** Azure's own link where the event has one, else the page of the thing itself. */
function withPortalPage(world: World, finding: Finding): Finding {
  const { event } = finding
  const armId = event.kind === 'alert' ? event.armId : event.id
  if (event.portalUrl !== undefined || armId === undefined || armId === '') return finding
  return { ...finding, event: { ...event, portalUrl: world.azure.portalLink(armId) } }
}

export async function relatedTo(world: World, finding: Finding): Promise<Finding[]> {
  const related = await world.store.findings.related(finding, relatedAtMost)
  return Promise.all(related.map(other => named(world, other)))
}
