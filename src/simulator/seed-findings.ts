import { derived } from './compliance-body.ts'
import recommendations from './data/recommendations.json' with { type: 'json' }
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

export function seedMetadata(): Metadata[] {
  return recommendations.map(({ key, displayName, severity, category, preview, deprecated, policyDefinitionId }) => ({
    key,
    displayName,
    severity: severityOf(severity),
    category: category ?? 'Compute',
    preview,
    deprecated,
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
    ({ displayName, deprecated }) => !deprecated && told?.test(displayName) === true && unless?.test(displayName) !== true,
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
