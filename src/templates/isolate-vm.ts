import type { CloudAddresses } from '../model/cloud.ts'
import { built } from './build.ts'
import type { Template } from './template.ts'
import { azure, ends, type WorkflowActions } from './workflow.ts'

const card = "item()?['id']"
const properties = "body('Read_card')?['properties']"
const tags = "coalesce(body('Read_card')?['tags'], json('{}'))"
const before = `coalesce(${properties}?['networkSecurityGroup']?['id'], 'none')`

/** A network card is written whole, as it was read but for its security group; a second run keeps what the first one noted. */
function isolate(cloud: CloudAddresses): WorkflowActions {
  return {
    Read_machine: azure(cloud, 'GET', "outputs('Event')?['resourceId']", '?api-version=2024-07-01'),
    Each_card: {
      type: 'Foreach',
      foreach: "@body('Read_machine')?['properties']?['networkProfile']?['networkInterfaces']",
      actions: {
        Read_card: azure(cloud, 'GET', card, '?api-version=2023-11-01'),
        Write_card: azure(cloud, 'PUT', card, '?api-version=2023-11-01', {
          location: "@body('Read_card')?['location']",
          tags: `@if(equals(toLower(${before}), toLower(parameters('nsg'))), ${tags}, setProperty(${tags}, 'isolated-from', ${before}))`,
          properties: `@setProperty(${properties}, 'networkSecurityGroup', setProperty(json('{}'), 'id', parameters('nsg')))`,
        }),
      },
    },
  }
}

export const isolateVm: Template = {
  name: 'isolate-vm',
  title: 'Isolate a virtual machine',
  help: 'Puts the quarantine security group on every network card of the machine. It keeps running, so its memory stays as evidence; connections that are open already may go on until they end. Undo: put back the group that the tag isolated-from of each card names.',
  powers:
    'Its identity needs Virtual Machine Contributor where the machines and their networks are, and can then change and stop machines there: give it on few groups. What watches the machine from inside stops reporting, too.',
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
        {
          role: 'Virtual Machine Contributor',
          on: 'the resource groups of the machines and of their virtual networks',
          to: 'read machines and write their network cards',
        },
        { role: 'Network Contributor', on: String(values.parameters.nsg), to: 'put it on network cards' },
      ],
      actions: {
        Is_machine: {
          type: 'If',
          expression: { and: [{ contains: ["@toLower(outputs('Event')?['resourceId'])", '/virtualmachines/'] }] },
          actions: isolate(values.cloud),
          else: { actions: { No_machine: ends('Failed', 'NoMachine', 'The alert is not about a virtual machine of Azure.') } },
        },
      },
    }),
}
