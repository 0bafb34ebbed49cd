import { built, teams } from './build.ts'
import { anchor, escaped } from './event-words.ts'
import type { Template } from './template.ts'
import { call } from './workflow.ts'

const path = "/beta/teams/conversation/message/poster/@{encodeURIComponent('Flow bot')}/location/@{encodeURIComponent('Channel')}"

const message = [
  `<p><strong>@{${escaped("outputs('Event')?['severity']")}}: @{${escaped("outputs('Event')?['title']")}}</strong></p>`,
  `<p>@{${escaped("outputs('Event')?['resource']")}}<br>@{${escaped("outputs('Event')?['about']")}}</p>`,
  `<p>${anchor}</p>`,
].join('')

export const postToTeams: Template = {
  name: 'post-to-teams',
  title: 'Post to Teams',
  help: 'Posts each event to a Teams channel, for people who are not in a channel with this bot.',
  powers: 'Someone signs in to Microsoft Teams for it, who must be in that team; it posts there as Flow bot.',
  kinds: ['alert', 'recommendation', 'compliance'],
  parameters: [
    {
      name: 'team',
      label: 'Team',
      type: 'text',
      required: true,
      pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
      example: '1b2c3d4e-0000-4000-8000-000000000000',
      hint: 'The id after "groupId=" in the link to the team.',
    },
    {
      name: 'channel',
      label: 'Channel',
      type: 'text',
      required: true,
      pattern: '^19:[^\\s]+@thread\\.(tacv2|skype)$',
      example: '19:abc@thread.tacv2',
      hint: 'The part that begins with "19:" in the link to the channel, with %3A written as ":" and %40 as "@".',
    },
  ],
  build: values => {
    const recipient = { groupId: "@parameters('team')", channelId: "@parameters('channel')" }
    return built(values, {
      settings: values.parameters,
      connectors: [teams],
      actions: { Post_message: call('teams', path, { recipient, messageBody: message }) },
    })
  },
}
