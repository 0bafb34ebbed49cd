import { z } from 'zod'

/** What Slack sends, as far as it is read here; the rest of each payload is dropped. */

const Id = z.string().min(1).max(64)
const Team = z.object({ id: Id })
const User = z.object({ id: Id, team_id: z.string().optional() })

export const Command = z.object({
  command: z.string(),
  text: z.string().default(''),
  trigger_id: z.string(),
  response_url: z.string().optional(),
  user_id: Id,
  team_id: Id,
  channel_id: Id,
  channel_name: z.string().optional(),
})
export type Command = z.infer<typeof Command>

const Chosen = z.object({ value: z.string() })

const Press = z.object({
  action_id: z.string(),
  block_id: z.string().default(''),
  type: z.string(),
  value: z.string().optional(),
  selected_option: Chosen.nullish(),
  action_ts: z.string(),
})
export type Press = z.infer<typeof Press>

const Field = z.object({
  type: z.string(),
  value: z.string().nullish(),
  selected_option: Chosen.nullish(),
  selected_options: z.array(Chosen).nullish(),
})
export type Field = z.infer<typeof Field>

/** What stands in a dialog's fields: block → field → value. */
const State = z.object({ values: z.record(z.string(), z.record(z.string(), Field)) })
export type Entered = z.infer<typeof State>['values']

const View = z.object({
  id: z.string(),
  hash: z.string().default(''),
  private_metadata: z.string().optional(),
  title: z.object({ text: z.string() }).optional(),
})

export const BlockActions = z.object({
  type: z.literal('block_actions'),
  trigger_id: z.string().optional(),
  user: User,
  team: Team,
  channel: z.object({ id: Id, name: z.string().optional() }).optional(),
  container: z
    .object({ type: z.string().optional(), message_ts: z.string().optional(), is_ephemeral: z.boolean().optional() })
    .default({}),
  message: z.object({ ts: z.string().optional(), thread_ts: z.string().optional() }).optional(),
  view: View.extend({ type: z.string(), state: State.optional() }).optional(),
  response_url: z.string().optional(),
  actions: z.array(Press).min(1),
})
export type BlockActions = z.infer<typeof BlockActions>

export const ViewSubmission = z.object({
  type: z.literal('view_submission'),
  user: User,
  team: Team,
  view: View.extend({ state: State }),
})
export type ViewSubmission = z.infer<typeof ViewSubmission>

export const Suggestion = z.object({
  type: z.literal('block_suggestion'),
  user: User,
  team: Team,
  action_id: z.string(),
  value: z.string().default(''),
  view: View.optional(),
})
export type Suggestion = z.infer<typeof Suggestion>

const common = {
  channel: Id,
  user: Id,
  ts: z.string(),
  thread_ts: z.string().optional(),
  user_team: z.string().optional(),
  source_team: z.string().optional(),
}
/** Without an address where the file belongs to another workspace. */
const File = z.object({
  name: z.string().default('the file'),
  url_private_download: z.string().optional(),
  url_private: z.string().optional(),
})
const Said = {
  ...common,
  files: z.array(File).default([]),
  text: z.string().default(''),
  bot_id: z.string().optional(),
  subtype: z.string().optional(),
}

export const SlackEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('app_mention'), ...Said }),
  z.object({ type: z.literal('message'), ...Said, channel_type: z.string().optional() }),
  z.object({ type: z.literal('app_home_opened'), user: Id, tab: z.string().optional() }),
  z.object({ type: z.literal('member_joined_channel'), user: Id, channel: Id }),
  z.object({ type: z.literal('app_uninstalled') }),
  z.object({ type: z.literal('tokens_revoked'), tokens: z.object({ bot: z.array(z.string()).optional() }) }),
])
export type SlackEvent = z.infer<typeof SlackEvent>

export const EventCallback = z.object({
  type: z.literal('event_callback'),
  team_id: Id,
  event_id: z.string().min(1),
  event: SlackEvent,
})
export type EventCallback = z.infer<typeof EventCallback>
