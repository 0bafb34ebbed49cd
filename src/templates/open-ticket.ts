import { built } from './build.ts'
import type { Template } from './template.ts'
import { keyParameter, keyRole, readKey, theKey } from './vault-key.ts'

const body = { summary: "@outputs('Event')", event: '@triggerBody()', run: '@workflow().run.name' }

export const openTicket: Template = {
  name: 'open-ticket',
  title: 'Open a ticket by HTTP',
  help: 'Posts each event as JSON to an address of yours: a ticket system, a queue, a script. A key for it comes from Key Vault.',
  powers:
    'With a key, its identity needs Key Vault Secrets User on the secret; it reads that secret and nothing else. An attempt that got no answer is repeated: "run" in the body tells it from a new ticket.',
  kinds: ['alert', 'recommendation', 'compliance'],
  parameters: [
    {
      name: 'address',
      label: 'Address',
      type: 'url',
      required: true,
      hint: 'Gets a POST with summary, event and run. No key in it: whoever may read the logic app reads this.',
    },
    keyParameter,
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
    const headers = { [String(header)]: theKey }
    return built(values, {
      settings: { address, secret },
      roles: [keyRole(String(secret))],
      actions: {
        ...readKey(String(secret)),
        Open_ticket: {
          type: 'Http',
          inputs: { ...inputs, headers },
          runtimeConfiguration: { secureData: { properties: ['inputs'] } },
        },
      },
    })
  },
}
