import { built, office365 } from './build.ts'
import { anchor, escaped } from './event-words.ts'
import type { Template } from './template.ts'
import { ends, hostOf, type WorkflowAction, type WorkflowActions } from './workflow.ts'

const words = [
  `@{${escaped("outputs('Event')?['title']")}}`,
  `Severity: @{${escaped("outputs('Event')?['severity']")}}`,
  `Resource: @{${escaped("outputs('Event')?['resource']")}}`,
  anchor,
].join('<br>')

function ask(hours: number): WorkflowAction {
  return {
    type: 'ApiConnectionWebhook',
    inputs: {
      host: hostOf('office365'),
      path: '/approvalmail/$subscriptions',
      body: {
        NotificationUrl: '@{listCallbackUrl()}',
        Message: {
          To: "@parameters('approvers')",
          Subject: "Approve @{parameters('deed')}?",
          Options: 'Approve, Reject',
          Importance: 'High',
          Body: words,
        },
      },
    },
    limit: { timeout: `PT${hours}H` },
  }
}

/** The other logic app gets the event as this one got it. */
const next: WorkflowActions = {
  Start_it: {
    type: 'Workflow',
    inputs: {
      host: { triggerName: 'manual', workflow: { id: "@parameters('next')" } },
      body: '@triggerBody()',
    },
  },
}

export const askApproval: Template = {
  name: 'ask-approval',
  title: 'Ask for approval',
  help: 'Asks by mail, and only on Approve goes on: to another logic app, or to what you add in the designer. No answer in time is no approval.',
  powers:
    'Someone signs in to Office 365 Outlook for it, and mails go out from their mailbox. Whoever holds the mail can decide, also one it was forwarded to: for a second pair of eyes, not against a thief of mailboxes.',
  kinds: ['alert', 'recommendation'],
  parameters: [
    {
      name: 'deed',
      label: 'What is to be approved',
      type: 'text',
      required: true,
      hint: 'As the mail says it: "isolating the machine".',
    },
    { name: 'approvers', label: 'Approvers', type: 'mail', required: true, hint: 'Any one of them decides.' },
    { name: 'hours', label: 'Hours to wait', type: 'whole', required: true, default: '4', from: 1, to: 720 },
    {
      name: 'next',
      label: 'Then start',
      type: 'resource',
      required: false,
      of: 'Microsoft.Logic/workflows',
      hint: 'A logic app of this subscription with an HTTP request trigger named manual. Leave it empty to add the next step yourself.',
    },
  ],
  build: values => {
    const { hours, next: id, ...settings } = values.parameters
    return built(values, {
      settings: { ...settings, ...(id !== undefined && { next: id }) },
      connectors: [office365],
      actions: {
        Ask: ask(Number(hours)),
        Approved: {
          type: 'If',
          expression: { and: [{ equals: ["@body('Ask')?['SelectedOption']", 'Approve'] }] },
          actions: id === undefined ? {} : next,
          else: { actions: { Rejected: ends('Cancelled') } },
        },
      },
    })
  },
}
