import { built } from './build.ts'
import type { Template } from './template.ts'
import { azure, ends, type WorkflowActions } from './workflow.ts'

const card = "item()?['id']"
const properties = "body('Read_card')?['properties']"

/** A network card is written whole, as it was read but for its security group. */
const isolate: WorkflowActions = {
  Read_machine: azure('GET', "outputs('Event')?['resourceId']", '?api-version=2024-07-01'),
  Each_card: {
    type: 'Foreach',
    foreach: "@body('Read_machine')?['properties']?['networkProfile']?['networkInterfaces']",
    actions: {
      Read_card: azure('GET', card, '?api-version=2023-11-01'),
      Write_card: azure('PUT', card, '?api-version=2023-11-01', {
        location: "@body('Read_card')?['location']",
        tags: `@setProperty(coalesce(body('Read_card')?['tags'], json('{}')), 'isolated-from', coalesce(${properties}?['networkSecurityGroup']?['id'], 'none'))`,
        properties: `@setProperty(${properties}, 'networkSecurityGroup', setProperty(json('{}'), 'id', parameters('nsg')))`,
      }),
    },
  },
}

export const isolateVm: Template = {
  name: 'isolate-vm',
  title: 'Isolate a virtual machine',
  help: 'Puts the quarantine security group on every network card of the machine. It keeps running, so its memory stays as evidence; connections that are open already may go on until they end.',
  kinds: ['alert'],
  parameters: [
    {
      name: 'nsg',
      label: 'Quarantine security group',
      type: 'resource',
      required: true,
      of: 'Microsoft.Network/networkSecurityGroups',
      hint: 'One that denies everything in and out, in the region and subscription of the machines.',
    },
  ],
  build: values =>
    built(values, {
      settings: values.parameters,
      roles: [
        { role: 'Virtual Machine Contributor', on: 'the resource groups of the machines' },
        { role: 'Network Contributor', on: String(values.parameters.nsg) },
      ],
      actions: {
        Is_machine: {
          type: 'If',
          expression: { and: [{ contains: ["@toLower(outputs('Event')?['resourceId'])", '/virtualmachines/'] }] },
          actions: isolate,
          else: { actions: { No_machine: ends('Failed', 'NoMachine', 'The alert is not about a virtual machine of Azure.') } },
        },
      },
    }),
}
