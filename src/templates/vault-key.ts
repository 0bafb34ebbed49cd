import type { IdentityRole } from '../model/deployment.ts'
import type { Parameter } from '../model/parameter.ts'
import { asIdentity, type WorkflowActions } from './workflow.ts'

/** Where a key is kept; nobody types a key itself. */
export const keyParameter: Parameter = {
  name: 'secret',
  label: 'Secret in Key Vault',
  type: 'text',
  required: false,
  pattern: '^https://[a-z0-9-]{3,24}\\.vault\\.(azure\\.net|azure\\.cn|usgovcloudapi\\.net)/secrets/[a-z0-9-]{1,127}$',
  example: 'https://my-vault.vault.azure.net/secrets/ticket-key',
  hint: 'The address of a secret with the key; leave it empty when none is needed. Never write a key itself here.',
}

/** The key stays in the vault: read by the logic app's own identity, and hidden in the run's history. */
export function readKey(secret: string): WorkflowActions {
  return {
    Read_key: {
      ...asIdentity('GET', "@{parameters('secret')}?api-version=7.4", audienceOf(secret)),
      runtimeConfiguration: { secureData: { properties: ['inputs', 'outputs'] } },
    },
  }
}

/** `https://my-vault.vault.azure.cn/secrets/key` → `https://vault.azure.cn`, in whichever cloud. */
function audienceOf(secret: string): string {
  return `https://${new URL(secret).host.split('.').slice(1).join('.')}`
}

export const theKey = "@{body('Read_key')?['value']}"

/** What the logic app's identity needs to read it. */
export function keyRole(secret: string): IdentityRole {
  return { role: 'Key Vault Secrets User', on: secret, to: 'read this one secret' }
}
