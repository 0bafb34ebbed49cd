import { built } from './build.ts'
import type { Template } from './template.ts'
import { asIdentity, type WorkflowActions } from './workflow.ts'

const vault = 'https://vault.azure.net'
const body = { summary: "@outputs('Event')", event: '@triggerBody()', run: '@workflow().run.name' }

/** The key stays in the vault: read by the logic app's own identity, and hidden in the run's history. */
const readKey: WorkflowActions = {
  Read_key: {
    ...asIdentity('GET', "@{parameters('secret')}?api-version=7.4", vault),
    runtimeConfiguration: { secureData: { properties: ['inputs', 'outputs'] } },
  },
}

export const openTicket: Template = {
  name: 'open-ticket',
  title: 'Open a ticket by HTTP',
  help: 'Posts each event as JSON to an address of yours: a ticket system, a queue, a script. A key for it comes from Key Vault.',
  kinds: ['alert', 'recommendation', 'compliance'],
  parameters: [
    { name: 'address', label: 'Address', type: 'url', required: true, hint: 'Gets a POST with summary, event and run.' },
    {
      name: 'secret',
      label: 'Secret in Key Vault',
      type: 'text',
      required: false,
      pattern: '^https://[a-z0-9-]{3,24}\\.vault\\.(azure\\.net|azure\\.cn|usgovcloudapi\\.net)/secrets/[a-z0-9-]{1,127}$',
      example: 'https://my-vault.vault.azure.net/secrets/ticket-key',
      hint: 'The address of a secret with the key; leave it empty when none is needed. Never write a key itself here.',
    },
    {
      name: 'header',
      label: 'Header for the key',
      type: 'text',
      required: false,
      default: 'Authorization',
      pattern: '^[a-z][a-z0-9-]{0,60}$',
      example: 'x-api-key',
      hint: 'Which header carries the key.',
    },
  ],
  build: values => {
    const { address = '', secret, header = 'Authorization' } = values.parameters
    const inputs = { method: 'POST', uri: "@parameters('address')", body }
    if (secret === undefined) return built(values, { settings: { address }, actions: { Open_ticket: { type: 'Http', inputs } } })
    const headers = { [String(header)]: "@{body('Read_key')?['value']}" }
    return built(values, {
      settings: { address, secret },
      roles: [{ role: 'Key Vault Secrets User', on: String(secret) }],
      actions: {
        ...readKey,
        Open_ticket: {
          type: 'Http',
          inputs: { ...inputs, headers },
          runtimeConfiguration: { secureData: { properties: ['inputs'] } },
        },
      },
    })
  },
}
