import { built, office365 } from './build.ts'
import { escaped } from './event-words.ts'
import type { Template } from './template.ts'
import { azure, call, whateverBecomesOf } from './workflow.ts'

const owner = "coalesce(body('Read_tags')?['properties']?['tags']?[parameters('ownerTag')], parameters('otherwise'))"

const body = [
  `<p>@{${escaped("outputs('Event')?['title']")}}</p>`,
  `<p>Severity: @{${escaped("outputs('Event')?['severity']")}}<br>`,
  `Resource: @{${escaped("outputs('Event')?['resource']")}}<br>`,
  `Seen: @{outputs('Event')?['at']}</p>`,
  `<p>@{${escaped("outputs('Event')?['about']")}}</p>`,
  `<p><a href="@{outputs('Event')?['link']}">Open in Defender for Cloud</a></p>`,
].join('')

export const mailOwner: Template = {
  name: 'mail-owner',
  title: 'Mail the resource owner',
  help: 'Reads who owns the resource from a tag and mails them; a resource without the tag goes to the address you give.',
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
    { name: 'otherwise', label: 'Otherwise mail', type: 'mail', required: true, hint: 'Who gets it when there is no such tag.' },
  ],
  build: values =>
    built(values, {
      settings: values.parameters,
      connectors: [office365],
      roles: [{ role: 'Reader', on: 'the subscriptions whose resources it looks up' }],
      actions: {
        Read_tags: azure(
          'GET',
          "outputs('Event')?['resourceId']",
          '/providers/Microsoft.Resources/tags/default?api-version=2021-04-01',
        ),
        Send_mail: {
          ...call('office365', '/v2/Mail', {
            To: `@{${owner}}`,
            Subject: "@{outputs('Event')?['severity']}: @{outputs('Event')?['title']}",
            Body: body,
            Importance: 'High',
          }),
          runAfter: whateverBecomesOf('Read_tags'),
        },
      },
    }),
}
