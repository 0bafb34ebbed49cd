import { built } from './build.ts'
import type { Template } from './template.ts'
import { keyParameter, keyRole, readKey, theKey } from './vault-key.ts'

/** The way by which this bot hears of events within seconds. Its door takes an event as it is, and a key in the header named here. */
export const bringEvents: Template = {
  name: 'bring-events',
  title: 'Bring events to this bot',
  help: 'Sends each event to this bot within seconds; without it the bot asks Azure every minute. Make a rule for each kind that starts it.',
  powers: 'Its identity needs Key Vault Secrets User on the secret; it reads that secret and nothing else.',
  kinds: ['alert', 'recommendation', 'compliance'],
  parameters: [
    {
      name: 'address',
      label: 'Address of this bot',
      type: 'url',
      required: true,
      example: 'https://bot.example.com/api/events',
      hint: 'PUBLIC_URL of this bot, then /api/events.',
    },
    {
      ...keyParameter,
      required: true,
      example: 'https://my-vault.vault.azure.net/secrets/events-key',
      hint: 'The address of a secret that holds one of the EVENTS_KEYS. Never write a key itself here.',
    },
  ],
  build: values => {
    const { address = '', secret = '' } = values.parameters
    return built(values, {
      settings: { address, secret },
      roles: [keyRole(String(secret))],
      actions: {
        ...readKey(String(secret)),
        Bring: {
          type: 'Http',
          inputs: { method: 'POST', uri: "@parameters('address')", headers: { 'x-api-key': theKey }, body: '@triggerBody()' },
          runtimeConfiguration: { secureData: { properties: ['inputs'] } },
        },
      },
    })
  },
}
