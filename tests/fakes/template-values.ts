import type { ParameterValues } from '../../src/model/parameter.ts'
import { subscription } from './findings.ts'

const group = `/subscriptions/${subscription}/resourceGroups/rg-soc/providers`
const nsg = `${group}/Microsoft.Network/networkSecurityGroups/nsg-quarantine`

/** What somebody could fill in for each template, by its name. */
export const templateValues: Record<string, ParameterValues> = {
  'post-to-teams': { team: '1b2c3d4e-0000-4000-8000-000000000000', channel: '19:abc@thread.tacv2' },
  'post-to-slack': { channel: '#soc' },
  'mail-owner': { ownerTag: 'owner', otherwise: 'soc@contoso.example' },
  'open-ticket': {
    address: 'https://tickets.contoso.example/api/tickets',
    secret: 'https://kv-soc.vault.azure.net/secrets/ticket-key',
    header: 'x-api-key',
  },
  'ask-approval': {
    deed: 'isolating the machine',
    approvers: 'lead@contoso.example;duty@contoso.example',
    hours: 4,
    next: `${group}/Microsoft.Logic/workflows/Open-Ticket`,
  },
  'block-ip': { nsg, priority: 100, never: '198.51.100.7' },
  'isolate-vm': { nsg },
  'disable-user': { never: 'break-glass@contoso.example' },
  'bring-events': {
    address: 'https://bot.contoso.example/api/events',
    secret: 'https://kv-soc.vault.azure.net/secrets/events-key',
  },
  blank: {},
}
