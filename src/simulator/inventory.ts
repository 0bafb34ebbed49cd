import type { Group, Inventory } from './state.ts'
import { production, staging } from './subscriptions.ts'

export const groups: Group[] = [
  { subscription: production, name: 'rg-shop', location: 'westeurope' },
  { subscription: production, name: 'rg-data', location: 'northeurope' },
  { subscription: production, name: 'rg-platform', location: 'westeurope' },
  { subscription: production, name: 'rg-soc', location: 'westeurope' },
  { subscription: staging, name: 'rg-shop-stg', location: 'eastus' },
  { subscription: staging, name: 'rg-soc-stg', location: 'eastus' },
]

/** Type, group, names: what a company that sells things might run. */
const inventory: [string, string, string][] = [
  ['Microsoft.Compute/virtualMachines', 'rg-shop', 'vm-web-01 vm-web-02 vm-web-03 vm-web-04 vm-cart-01 vm-cart-02'],
  ['Microsoft.Compute/virtualMachines', 'rg-data', 'vm-etl-01 vm-etl-02 vm-reports-01'],
  ['Microsoft.Compute/virtualMachines', 'rg-platform', 'vm-jump-01 vm-build-01 vm-build-02 vm-dc-01'],
  ['Microsoft.Compute/virtualMachines', 'rg-shop-stg', 'vm-web-stg-01 vm-web-stg-02 vm-cart-stg-01'],
  ['Microsoft.Storage/storageAccounts', 'rg-shop', 'stshopimages stshoporders stshopexports'],
  ['Microsoft.Storage/storageAccounts', 'rg-platform', 'stlogs stbackup stterraform'],
  ['Microsoft.Storage/storageAccounts', 'rg-shop-stg', 'stshopstg'],
  ['Microsoft.Sql/servers/databases', 'rg-data', 'sql-shop/orders sql-shop/customers sql-shop/stock sql-finance/ledger'],
  ['Microsoft.Sql/managedInstances', 'rg-data', 'sqlmi-erp'],
  ['Microsoft.SqlVirtualMachine/sqlVirtualMachines', 'rg-data', 'sqlvm-legacy'],
  ['Microsoft.KeyVault/vaults', 'rg-shop', 'kv-shop kv-payments'],
  ['Microsoft.KeyVault/vaults', 'rg-platform', 'kv-platform kv-certs'],
  ['Microsoft.KeyVault/vaults', 'rg-shop-stg', 'kv-shop-stg'],
  ['Microsoft.ContainerService/managedClusters', 'rg-shop', 'aks-shop aks-payments'],
  ['Microsoft.ContainerService/managedClusters', 'rg-platform', 'aks-tools'],
  ['Microsoft.ContainerService/managedClusters', 'rg-shop-stg', 'aks-shop-stg'],
  ['Microsoft.Web/sites', 'rg-shop', 'app-checkout app-catalog func-invoices'],
  ['Microsoft.Web/sites', 'rg-platform', 'app-intranet app-status'],
  ['Microsoft.Web/sites', 'rg-shop-stg', 'app-checkout-stg'],
  ['Microsoft.DocumentDB/databaseAccounts', 'rg-data', 'cosmos-catalog cosmos-sessions'],
  ['Microsoft.ApiManagement/service', 'rg-platform', 'apim-partners'],
  ['Microsoft.Synapse/workspaces/sqlPools', 'rg-data', 'syn-bi/pool1'],
]

const names: [string, string][] = [
  [production, 'Production'],
  [staging, 'Staging'],
]

/** The subscriptions themselves can be attacked, too. */
export function seedResources(): Inventory[] {
  const subscriptions = names.map(([id, name]) => ({
    id: `/subscriptions/${id}`,
    name,
    type: 'Microsoft.Resources/subscriptions',
    group: '',
    subscription: id,
    location: '',
  }))
  return [...inventory.flatMap(([type, group, all]) => all.split(' ').map(name => resource(type, group, name))), ...subscriptions]
}

function resource(type: string, groupName: string, path: string): Inventory {
  const group = groups.find(({ name }) => name === groupName)
  if (group === undefined) throw new Error(`no group ${groupName}`)
  const [provider, ...kinds] = type.split('/')
  const parts = path.split('/')
  const segments = kinds.map((kind, index) => `${kind}/${parts[index]}`).join('/')
  const id = `/subscriptions/${group.subscription}/resourceGroups/${group.name}/providers/${provider}/${segments}`
  const { subscription, location, name } = group
  return { id, name: parts.at(-1) ?? path, type, group: name, subscription, location }
}
