import { derived } from './compliance-body.ts'
import recommendations from './data/recommendations.json' with { type: 'json' }
import { deprecatedSoon } from './leaving.ts'
import { standards } from './standards.ts'
import type { Assessment, Metadata, State } from './state.ts'

const perResource = 6
const dayMs = 86_400_000

/** Which recommendations concern a type of resource, told by their titles: the reference does not say. */
const concerns: [string, RegExp, RegExp?][] = [
  ['Microsoft.Compute/virtualMachines', /\bmachines?\b|system updates|SSH keys/i, /scale set|Arc|SQL|workspace|Databricks/i],
  ['Microsoft.Storage/storageAccounts', /storage account/i],
  ['Microsoft.Sql/servers/databases', /SQL (server|database)/i, /managed instance|MySQL|Arc/i],
  ['Microsoft.Sql/managedInstances', /SQL managed instance/i],
  ['Microsoft.KeyVault/vaults', /key vault/i],
  ['Microsoft.ContainerService/managedClusters', /kubernetes|\bcontainers? /i, /registr|Arc/i],
  ['Microsoft.Web/sites', /web app|function app|API app|App Service/i],
  ['Microsoft.DocumentDB/databaseAccounts', /Cosmos/i],
  ['Microsoft.ApiManagement/service', /API Management/i],
  ['Microsoft.Resources/subscriptions', /subscription|Microsoft Defender for .* should be enabled|accounts with owner/i],
]

/** Recommendations that the reference calls deprecated are still there and go in some months. */
const goesAfterMs = 120 * dayMs

export function seedMetadata(now: Date): Metadata[] {
  const goes = new Date(now.getTime() + goesAfterMs).toISOString()
  const month = `${goes.slice(5, 7)}/${goes.slice(0, 4)}`
  return recommendations.map(({ key, displayName, severity, category, preview, deprecated, policyDefinitionId }) => ({
    key,
    displayName,
    severity: severityOf(severity),
    category: category ?? 'Compute',
    preview,
    plannedDeprecation: deprecated ? month : undefined,
    policyDefinitionId: policyDefinitionId ?? undefined,
  }))
}

/** The reference names no severity for some; Azure's API requires one. */
function severityOf(word: string | null): Metadata['severity'] {
  return word === 'High' || word === 'Low' ? word : 'Medium'
}

function fitting(metadata: Metadata[], type: string): Metadata[] {
  const [, told, unless] = concerns.find(([kind]) => kind === type) ?? []
  return metadata.filter(
    ({ displayName, plannedDeprecation }) =>
      plannedDeprecation === undefined && told?.test(displayName) === true && unless?.test(displayName) !== true,
  )
}

export function seedAssessments(state: State): void {
  const now = state.clock.now().getTime()
  for (const [order, resource] of state.resources.entries()) {
    const known = fitting(state.metadata, resource.type)
    const chosen = new Set(Array.from({ length: perResource }, (_, index) => known[(order * 5 + index * 7) % known.length]))
    for (const data of chosen) {
      if (data === undefined) continue
      const id = `${resource.id}/providers/Microsoft.Security/assessments/${data.key}`
      const since = new Date(now - (1 + state.dice.int(60)) * dayMs)
      const first = new Date(since.getTime() - state.dice.int(90) * dayMs)
      state.assessments.set(id.toLowerCase(), { id, key: data.key, resource, status: thrownStatus(state), since, first })
    }
  }
}

/** One that Defender is going to withdraw, still found on two machines; a rule of the seed hangs on it. */
export function seedLeaving(state: State): void {
  const machines = state.resources.filter(({ type }) => type === 'Microsoft.Compute/virtualMachines')
  for (const [order, resource] of machines.slice(0, 2).entries()) {
    const id = `${resource.id}/providers/Microsoft.Security/assessments/${deprecatedSoon}`
    const since = new Date(state.clock.now().getTime() - (order + 3) * dayMs)
    const status = order === 0 ? 'Unhealthy' : 'Healthy'
    state.assessments.set(id.toLowerCase(), { id, key: deprecatedSoon, resource, status, since, first: since })
  }
}

function thrownStatus({ dice }: State): Assessment['status'] {
  const chance = dice.next()
  return chance < 0.7 ? 'Healthy' : chance < 0.95 ? 'Unhealthy' : 'NotApplicable'
}

/** Up to three recommendations under each control that can be judged automatically. */
export function seedCompliance(state: State): void {
  for (const { id: subscription } of state.subscriptions) {
    const here = [...state.assessments.values()].filter(({ resource }) => resource.subscription === subscription)
    const keys = [...new Set(here.map(({ key }) => key))]
    let next = 0
    for (const { name: standard, controls } of standards)
      for (const { name: control, manual } of controls)
        for (let index = 0; index < (manual ? 0 : 3); index++) {
          const key = keys[next++ % keys.length]
          if (key === undefined) continue
          const at = derived(state, { key, subscription })
          state.compliance.set(`${subscription} ${standard} ${control} ${key}`, {
            subscription,
            standard,
            control,
            key,
            state: at,
          })
        }
  }
}
