import { built, slack } from './build.ts'
import { escaped } from './event-words.ts'
import type { Template } from './template.ts'
import { call } from './workflow.ts'

const text = [
  `*@{${escaped("outputs('Event')?['severity']")}}: @{${escaped("outputs('Event')?['title']")}}*`,
  `@{${escaped("outputs('Event')?['resource']")}}`,
  `<@{replace(${escaped("outputs('Event')?['link']")}, '|', '%7C')}|Open in Defender for Cloud>`,
].join('\n')

export const postToSlack: Template = {
  name: 'post-to-slack',
  title: 'Post to Slack',
  help: 'Posts each event to a Slack channel, for people who are not in a channel with this bot.',
  powers: 'Someone signs in to Slack for it, and it posts with what they may do there.',
  kinds: ['alert', 'recommendation', 'compliance'],
  parameters: [
    {
      name: 'channel',
      label: 'Channel',
      type: 'text',
      required: true,
      pattern: '^(#[^\\s#]{1,80}|[CG][A-Z0-9]{6,20})$',
      example: '#soc or C0123456789',
      hint: 'Its name with #, or its id.',
    },
  ],
  build: values =>
    built(values, {
      settings: values.parameters,
      connectors: [slack],
      actions: { Post_message: call('slack', '/v2/chat.postMessage', { channel: "@parameters('channel')", text }) },
    }),
}
