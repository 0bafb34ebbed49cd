import { built } from './build.ts'
import type { Template } from './template.ts'
import { ends, graphCall, type WorkflowActions } from './workflow.ts'

const graph = { on: 'Microsoft Graph', by: 'a Privileged Role Administrator' }
const user = '/users/@{encodeURIComponent(item())}'

const accounts: WorkflowActions = {
  Named: {
    type: 'Query',
    inputs: {
      from: "@coalesce(triggerBody()?['Entities'], json('[]'))",
      where:
        "@and(equals(toLower(string(item()?['Type'])), 'account'), not(and(empty(item()?['AadUserId']), empty(item()?['UPNSuffix']))))",
    },
  },
  Accounts: {
    type: 'Select',
    inputs: {
      from: "@body('Named')",
      select: "@if(empty(item()?['AadUserId']), concat(item()?['Name'], '@', item()?['UPNSuffix']), item()?['AadUserId'])",
    },
  },
  To_disable: {
    type: 'Query',
    inputs: {
      from: "@union(body('Accounts'), json('[]'))",
      where: "@not(contains(split(toLower(parameters('never')), ';'), toLower(string(item()))))",
    },
  },
}

export const disableUser: Template = {
  name: 'disable-user',
  title: 'Disable a user',
  help: 'Disables the Entra accounts an alert names and ends their sessions. Accounts of a machine or of an on-premises domain are left alone; one that is synchronised from there comes back with the next synchronisation. Undo: enable the account in Entra.',
  powers:
    'Its identity needs three permissions of Microsoft Graph, and can then disable every account of the tenant but administrators. A Privileged Role Administrator grants them by PowerShell or Graph: the portal has no page for it.',
  kinds: ['alert'],
  parameters: [
    {
      name: 'never',
      label: 'Never disable',
      type: 'text',
      required: false,
      pattern: '^[^\\s]*$',
      example: 'break-glass@contoso.example;1b2c3d4e-0000-4000-8000-000000000000',
      hint: 'Sign-in names and object ids with semicolons between: emergency accounts belong here, by both.',
    },
  ],
  build: values =>
    built(values, {
      settings: { never: '', ...values.parameters },
      roles: [
        { role: 'User.EnableDisableAccount.All', ...graph, to: 'disable accounts' },
        { role: 'User.Read.All', ...graph, to: 'find them' },
        { role: 'User.RevokeSessions.All', ...graph, to: 'end their sessions' },
      ],
      actions: {
        ...accounts,
        Any: {
          type: 'If',
          expression: { and: [{ greater: ["@length(body('To_disable'))", 0] }] },
          actions: {
            Each: {
              type: 'Foreach',
              foreach: "@body('To_disable')",
              actions: {
                Disable: graphCall(values.cloud, 'PATCH', user, { accountEnabled: false }),
                End_sessions: graphCall(values.cloud, 'POST', `${user}/revokeSignInSessions`),
              },
            },
          },
          else: { actions: { Nobody: ends('Failed', 'NoAccount', 'The alert names no Entra account that may be disabled.') } },
        },
      },
    }),
}
