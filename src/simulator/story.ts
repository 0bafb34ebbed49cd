import { tableOf } from '../table.ts'
import type { Dice } from './dice.ts'
import type { Inventory } from './state.ts'

interface Told {
  dice: Dice
  /** Where it came from. */
  source: string
  resource: Inventory
  type: { alertType: string; intent: string; resourceType: string }
}

const accounts = ['svc-deploy', 'svc-backup', 'svc-reports', 'app-runtime', 'ops-runner'] as const
const processes = ['powershell.exe', 'cmd.exe', 'bash', 'python3', 'rundll32.exe', 'curl'] as const
const files = ['update.ps1', 'install.sh', 'report.xlsm', 'setup.exe'] as const
const domains = ['cdn.bad.example', 'files.example.net', 'login.example.org'] as const
const networks = ['192.0.2', '198.51.100', '203.0.113'] as const

/** One technique of MITRE ATT&CK for each tactic, enough to look right on a card. */
const techniques = tableOf<string[]>({
  Execution: ['T1059.001'],
  Persistence: ['T1098'],
  PrivilegeEscalation: ['T1068'],
  DefenseEvasion: ['T1562.001'],
  CredentialAccess: ['T1110'],
  Discovery: ['T1087'],
  LateralMovement: ['T1021'],
  Exfiltration: ['T1567'],
  InitialAccess: ['T1190', 'T1078'],
  Impact: ['T1496'],
  CommandAndControl: ['T1071'],
  Collection: ['T1530'],
  PreAttack: ['T1595'],
})

export function techniquesFor(intent: string): string[] {
  return intent.split(',').flatMap(tactic => techniques.get(tactic.trim()) ?? [])
}

export function thrownAddress(dice: Dice): string {
  return `${dice.pick(networks)}.${1 + dice.int(250)}`
}

/** Linked by `$id` and `$ref`, as Azure links them. */
export function entitiesFor({ dice, source, resource, type }: Told): Record<string, unknown>[] {
  const own = { $id: '1', resourceId: resource.id, type: 'azure-resource' }
  const ip = { $id: '2', address: source, location: { countryCode: 'ZZ', city: 'Unknown' }, type: 'ip' }
  if (type.resourceType === 'Microsoft.ContainerService/managedClusters')
    return [
      own,
      ip,
      { $id: '3', name: 'payments', namespace: { name: 'shop' }, type: 'K8s-pod' },
      { $id: '4', imageId: 'registry.example/shop/payments:1.4', type: 'container-image' },
    ]
  if (type.resourceType === 'Microsoft.Storage/storageAccounts')
    return [
      own,
      ip,
      { $id: '3', name: `exports/${dice.pick(files)}`, url: `https://${dice.pick(domains)}/exports`, type: 'blob' },
    ]
  if (type.resourceType !== 'Microsoft.Compute/virtualMachines')
    return [own, ip, { $id: '3', name: dice.pick(accounts), upnSuffix: 'example.com', type: 'account' }]
  const process = dice.pick(processes)
  return [
    own,
    ip,
    { $id: '3', hostName: resource.name, azureID: resource.id, osFamily: 'Windows', type: 'host' },
    { $id: '4', name: dice.pick(accounts), ntDomain: 'EXAMPLE', host: { $ref: '3' }, type: 'account' },
    { $id: '5', directory: 'C:\\Windows\\Temp', name: dice.pick(files), host: { $ref: '3' }, type: 'file' },
    {
      $id: '6',
      processId: `0x${(256 + dice.int(8000)).toString(16)}`,
      commandLine: `${process} -nop -w hidden -enc ${Buffer.from(`run ${dice.digits(6)}`).toString('base64')}`,
      imageFile: { $ref: '5' },
      account: { $ref: '4' },
      host: { $ref: '3' },
      type: 'process',
    },
  ]
}

export function propertiesFor({ dice, source, resource, type }: Told): Record<string, string> {
  return {
    resourceType: resource.type,
    'Attack source': source,
    'Number of attempts': String(1 + dice.int(60)),
    'Alert Id': dice.guid(),
    ...(type.intent !== 'Unknown' && { 'Effective tactics': type.intent }),
  }
}

export function remediationFor({ resource, type }: Told): string[] {
  return [
    `Find out whether the activity on ${resource.name} was planned: ask its owner, and look at the change calendar.`,
    type.intent.includes('CredentialAccess')
      ? 'Reset the credentials of the account and sign it out everywhere.'
      : 'If it was not planned, isolate the resource and keep its logs.',
    'Close the way in: review network rules, exposed endpoints and role assignments of the resource.',
  ]
}
