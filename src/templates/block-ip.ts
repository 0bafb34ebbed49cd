import type { CloudAddresses } from '../model/cloud.ts'
import { built } from './build.ts'
import type { Template } from './template.ts'
import { azure, ends, type WorkflowAction, type WorkflowActions, whateverBecomesOf } from './workflow.ts'

const rule = '/securityRules/chatops-blocked?api-version=2023-11-01'
const nsg = "parameters('nsg')"
const earlier = "body('Read_rule')?['properties']"

/** Where Azure itself speaks to its machines from: health probes, DHCP, DNS. */
const platform = '168.63.129.16'

const isOne = "and(equals(length(split(string(item()), '.')), 4), not(contains(string(item()), '/')))"

/**
 * An address typed at the click goes before those of the alert. Single IPv4 addresses only: a rule of a network security group holds one
 * family, and a range or a word like Internet would shut out everybody.
 */
const addresses: WorkflowActions = {
  Named: {
    type: 'Query',
    inputs: {
      from: "@coalesce(triggerBody()?['Entities'], json('[]'))",
      where: "@and(equals(toLower(string(item()?['Type'])), 'ip'), not(contains(string(item()?['Address']), ':')))",
    },
  },
  Addresses: { type: 'Select', inputs: { from: "@body('Named')", select: "@item()?['Address']" } },
  Wanted: {
    type: 'Compose',
    inputs:
      "@if(empty(triggerBody()?['ChatOpsParameters']?['address']), body('Addresses'), createArray(triggerBody()?['ChatOpsParameters']?['address']))",
  },
  To_block: {
    type: 'Query',
    inputs: {
      from: "@outputs('Wanted')",
      where: `@and(${isOne}, not(contains(split(concat(replace(parameters('never'), ' ', ''), ';${platform}'), ';'), string(item()))))`,
    },
  },
}

/** What was blocked before stays blocked: only an answer that tells what that is, or that there is none yet, leads on. */
const write = (cloud: CloudAddresses): WorkflowAction => ({
  type: 'If',
  expression: { and: [{ contains: ['@createArray(200, 404)', "@outputs('Read_rule')?['statusCode']"] }] },
  actions: {
    Write_rule: azure(cloud, 'PUT', nsg, rule, {
      properties: {
        description: 'Addresses blocked by logic app @{workflow().name}.',
        priority: "@parameters('priority')",
        direction: 'Inbound',
        access: 'Deny',
        protocol: '*',
        sourcePortRange: '*',
        destinationPortRange: '*',
        destinationAddressPrefix: '*',
        sourceAddressPrefixes: `@union(body('To_block'), coalesce(${earlier}?['sourceAddressPrefixes'], json('[]')), if(empty(${earlier}?['sourceAddressPrefix']), json('[]'), createArray(${earlier}?['sourceAddressPrefix'])))`,
      },
    }),
  },
  else: { actions: { Give_up: ends('Failed', 'RuleNotRead', 'The rule with the blocked addresses could not be read.') } },
  runAfter: whateverBecomesOf('Read_rule'),
})

export const blockIp: Template = {
  name: 'block-ip',
  title: 'Block an IP address',
  help: 'Adds the IPv4 addresses an alert names to one deny rule of a network security group. Connections that are open already may go on until they end. Undo: take the address out of the rule chatops-blocked.',
  powers:
    'Its identity needs Network Contributor on the group, and can then change every rule of it; a role of your own with read and write on its securityRules is enough.',
  kinds: ['alert'],
  parameters: [
    {
      name: 'nsg',
      label: 'Network security group',
      type: 'resource',
      required: true,
      of: 'Microsoft.Network/networkSecurityGroups',
      hint: 'Its resource id.',
    },
    {
      name: 'priority',
      label: 'Priority of the rule',
      type: 'whole',
      required: true,
      default: '100',
      from: 100,
      to: 4096,
      hint: 'Lower goes first; no other inbound rule may have it.',
    },
    {
      name: 'never',
      label: 'Never block',
      type: 'text',
      required: false,
      pattern: '^[0-9.;\\s]*$',
      example: '198.51.100.7;203.0.113.9',
      hint: 'Addresses that stay open, with semicolons between: your own offices, a scanner.',
    },
  ],
  build: values =>
    built(values, {
      settings: { never: '', ...values.parameters },
      oneAtATime: true,
      tags: { 'chatops-parameters': 'address:string' },
      roles: [{ role: 'Network Contributor', on: String(values.parameters.nsg), to: 'read and write its rules' }],
      actions: {
        ...addresses,
        Any: {
          type: 'If',
          expression: { and: [{ greater: ["@length(body('To_block'))", 0] }] },
          actions: { Read_rule: azure(values.cloud, 'GET', nsg, rule), Write: write(values.cloud) },
          else: { actions: { Nothing: ends('Failed', 'NoAddress', 'There is no IPv4 address that may be blocked.') } },
        },
      },
    }),
}
