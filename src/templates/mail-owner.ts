import { built, office365 } from './build.ts'
import { anchor, escaped } from './event-words.ts'
import type { Template } from './template.ts'
import { azure, call, whateverBecomesOf } from './workflow.ts'

const tagged = "string(coalesce(body('Read_tags')?['properties']?['tags']?[parameters('ownerTag')], ''))"

/** Whoever may write tags must not choose who reads alerts: one address, and of the domain when one is given. */
const isOwner = `and(equals(length(split(${tagged}, '@')), 2), not(contains(${tagged}, ';')), not(contains(${tagged}, ',')), endsWith(toLower(${tagged}), toLower(parameters('domain'))))`

const body = [
  `<p>@{${escaped("outputs('Event')?['title']")}}</p>`,
  `<p>Severity: @{${escaped("outputs('Event')?['severity']")}}<br>`,
  `Resource: @{${escaped("outputs('Event')?['resource']")}}<br>`,
  `Seen: @{${escaped("outputs('Event')?['at']")}}</p>`,
  `<p>@{${escaped("outputs('Event')?['about']")}}</p>`,
  `<p>${anchor}</p>`,
].join('')

export const mailOwner: Template = {
  name: 'mail-owner',
  title: 'Mail the resource owner',
  help: 'Reads who owns the resource from a tag and mails them; a resource without an address in the tag goes to the address you give.',
  powers:
    'Someone signs in to Office 365 Outlook for it, and mails go out from their mailbox. Its identity needs Reader where it looks up tags.',
  kinds: ['recommendation', 'alert'],
  parameters: [
    {
      name: 'ownerTag',
      label: 'Tag with the owner',
      type: 'text',
      required: true,
      default: 'owner',
      pattern: '^[^<>%&\\\\?/]{1,100}$',
      example: 'owner',
      hint: 'The tag on the resource that holds an e-mail address.',
    },
    {
      name: 'domain',
      label: 'Only to addresses in',
      type: 'text',
      required: false,
      pattern: '^@[a-z0-9.-]+\\.[a-z]{2,}$',
      example: '@contoso.example',
      hint: 'Whoever may write tags could have mail sent anywhere else; an address elsewhere counts as none.',
    },
    { name: 'otherwise', label: 'Otherwise mail', type: 'mail', required: true, hint: 'Who gets it when there is no such tag.' },
  ],
  build: values =>
    built(values, {
      settings: { domain: '', ...values.parameters },
      connectors: [office365],
      roles: [{ role: 'Reader', on: 'the subscriptions whose resources it looks up', to: 'read tags' }],
      actions: {
        Read_tags: azure(
          values.cloud,
          'GET',
          "outputs('Event')?['resourceId']",
          '/providers/Microsoft.Resources/tags/default?api-version=2021-04-01',
        ),
        Send_mail: {
          ...call('office365', '/v2/Mail', {
            To: `@{if(${isOwner}, ${tagged}, parameters('otherwise'))}`,
            Subject: "@{outputs('Event')?['severity']}: @{outputs('Event')?['title']}",
            Body: body,
            Importance: 'High',
          }),
          runAfter: whateverBecomesOf('Read_tags'),
        },
      },
    }),
}
