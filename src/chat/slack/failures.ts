import { Problem } from '../../errors.ts'
import { tableOf } from '../../table.ts'
import { SlackFailure } from './web.ts'

/** What the owner of a place reads when posting there is over, by Slack's code. */
const gone = tableOf<string>({
  channel_not_found:
    'Slack does not know this channel, or it is private and the bot is not in it. Invite the bot, or choose another channel.',
  not_in_channel: 'The bot is not in this channel. Invite it with /invite.',
  is_archived: 'This channel is archived. Unarchive it, or choose another.',
  restricted_action: 'The workspace does not let the bot post in this channel. Ask a workspace admin.',
  restricted_action_read_only_channel:
    'The workspace does not let the bot post in this read-only channel. Ask a workspace admin.',
  posting_to_channel_denied: 'The workspace does not let the bot post in this channel. Ask a workspace admin.',
  cannot_dm_bot: 'This is a bot: it cannot be written to.',
  user_not_found: 'Slack does not know this person any more.',
  user_disabled: 'This person is deactivated in Slack.',
  messages_tab_disabled: 'The app takes no direct messages: turn its messages tab on.',
})

/** The same for a whole workspace: every place there is over until the app is installed again or its token replaced. */
const workspaceGone = tableOf<string>({
  token_revoked: "The bot's Slack token was revoked. Install the app again, or set the new token.",
  token_expired: "The bot's Slack token has expired. Set a new one.",
  account_inactive: 'The app was removed from this Slack workspace, or its bot user is deactivated. Install it again.',
  invalid_auth: "Slack does not accept the bot's token. Check SLACK_BOT_TOKEN.",
  not_authed: "Slack does not accept the bot's token. Check SLACK_BOT_TOKEN.",
  missing_scope: 'The Slack app lacks a permission. Install it again with the present manifest.',
  no_permission: 'The Slack app lacks a permission. Install it again with the present manifest.',
  not_allowed_token_type: 'SLACK_BOT_TOKEN is not a bot token. It begins with xoxb-.',
  org_login_required: 'The Slack organisation is being migrated; sign in there and install the app again.',
  team_access_not_granted: 'The app has no access to this workspace. Ask an organisation admin.',
  ekm_access_denied: 'The Slack organisation has suspended access by its encryption keys.',
  access_denied: 'Slack denies the app access to this workspace.',
})

const refused = [
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_attachments',
  'msg_too_long',
  'msg_blocks_too_long',
  'no_text',
  'invalid_metadata_format',
  'metadata_too_large',
]
const unavailable = ['service_unavailable', 'team_added_to_org', 'unreachable', 'accesslimited']

/** Sentences of places that open again when the workspace does. */
export function endsWithWorkspace(sentence: string): boolean {
  return [uninstalled, unreadable].includes(sentence) || [...workspaceGone.values()].includes(sentence)
}

export const uninstalled = 'The app was uninstalled from this Slack workspace. Install it again.'

export const unreadable =
  'The installation in this Slack workspace can no longer be read: SLACK_STATE_SECRET was changed. Install the app again.'

export function isRefusedCard(thrown: unknown): boolean {
  return thrown instanceof SlackFailure && refused.includes(thrown.code)
}

export function isWorkspaceGone(thrown: unknown): boolean {
  return thrown instanceof SlackFailure && workspaceGone.has(thrown.code)
}

/** Anything thrown by a call → the Problem the port promises. `once`: repeating the call would do it twice. */
export function chatProblem(thrown: unknown, once: boolean): Problem {
  if (!(thrown instanceof SlackFailure))
    return thrown instanceof Problem ? thrown : new Problem('Internal', undefined, { cause: thrown })
  const { code, retryAfterS } = thrown
  const sentence = gone.get(code) ?? workspaceGone.get(code)
  if (code === 'ratelimited')
    return new Problem('RateLimited', 'Slack asks to wait.', retryAfterS === undefined ? {} : { retryAfterS })
  if (sentence !== undefined) return new Problem('PlaceGone', sentence)
  if (refused.includes(code)) return new Problem('CardRefused', `Slack refused the card: ${code}.`)
  if (thrown.uncertain) return new Problem(once ? 'ChatUncertain' : 'ChatUnavailable', `Slack did not answer clearly: ${code}.`)
  if (unavailable.includes(code)) return new Problem('ChatUnavailable', `Slack does not answer at the moment: ${code}.`)
  return new Problem('NotFound', `Slack refused: ${code}.`)
}
