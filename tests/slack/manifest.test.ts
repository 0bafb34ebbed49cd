import { expect, test } from '@jest/globals'
import type { AppsManifestValidateArguments } from '@slack/web-api'
import { parse } from 'yaml'
import { z } from 'zod'
import { slackManifest } from '../../manifest/slack/fill.ts'
import { installCallbackPath, scopes } from '../../src/chat/slack/install.ts'
import { SlackEvent } from '../../src/chat/slack/payloads.ts'

/**
 * No package carries Slack's schema. What is published: the types of @slack/web-api, which `published` below holds the names of fields,
 * scopes and events against, and github.com/slackapi/manifest-schema (2.0.0), which the limits and patterns are from.
 */
const Url = z.url({ protocol: /^https$/ }).max(3000)
const text = (max: number) => z.string().min(1).max(max)
const events = [
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'member_joined_channel',
  'message.im',
  'tokens_revoked',
] as const
const Manifest = z.strictObject({
  _metadata: z.strictObject({ major_version: z.literal(2) }),
  display_information: z.strictObject({
    name: text(35),
    description: text(140),
    background_color: z.string().regex(/^#([0-9a-f]{3}){1,2}$/),
  }),
  features: z.strictObject({
    bot_user: z.strictObject({ display_name: text(80).regex(/^[a-z0-9._-]+$/), always_online: z.boolean() }),
    app_home: z.strictObject({
      home_tab_enabled: z.literal(true),
      messages_tab_enabled: z.literal(true),
      messages_tab_read_only_enabled: z.literal(false),
    }),
    slash_commands: z
      .array(
        z.strictObject({
          command: z
            .string()
            .regex(/^\/\S+$/)
            .max(32),
          url: Url,
          description: text(2000),
          usage_hint: text(1000),
          should_escape: z.boolean(),
        }),
      )
      .min(1)
      .max(50),
  }),
  oauth_config: z.strictObject({
    redirect_urls: z.array(Url).max(1000),
    scopes: z.strictObject({ bot: z.array(z.enum(scopes)).max(255) }),
  }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ request_url: Url, bot_events: z.array(z.enum(events)).max(100) }),
    interactivity: z.strictObject({ is_enabled: z.literal(true), request_url: Url, message_menu_options_url: Url }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.literal(false),
    token_rotation_enabled: z.literal(false),
  }),
})

const filled = slackManifest({ publicUrl: 'https://bot.example.com/' })
const manifest = Manifest.parse(parse(filled))
const published = manifest satisfies AppsManifestValidateArguments['manifest']

test('the manifest has only what Slack knows, and every address is the bot’s', () => {
  expect(filled).not.toContain('{{')
  const urls = [
    manifest.features.slash_commands[0]?.url,
    manifest.settings.event_subscriptions.request_url,
    manifest.settings.interactivity.request_url,
    manifest.settings.interactivity.message_menu_options_url,
  ]
  expect(new Set(urls)).toEqual(new Set(['https://bot.example.com/slack/events']))
  expect(manifest.oauth_config.redirect_urls).toEqual([`https://bot.example.com${installCallbackPath}`])
})

test('scopes are those that installing asks for, each explained', () => {
  expect(published.oauth_config.scopes.bot).toEqual(scopes)
  const lines = filled.split('\n').map(line => line.trim())
  for (const scope of scopes.filter(name => name !== 'groups:read'))
    expect(lines[lines.indexOf(`- ${scope}`) - 1]).toMatch(/^# [A-Z].+\.$/)
})

test('events are those that are handled', () => {
  const handled = SlackEvent.options.map(({ shape }) => shape.type.value)
  const subscribed = manifest.settings.event_subscriptions.bot_events.map(name => name.replace(/\.im$/, ''))
  expect(subscribed.sort()).toEqual([...handled].sort())
})

test.each(['', 'http://bot.example.com', 'bot.example.com', 'https://user@bot.example.com', 'https://bot.example.com/?a=1'])(
  'the address "%s" is refused with a sentence',
  publicUrl => {
    expect(() => slackManifest({ publicUrl })).toThrow(/needs an https address/)
  },
)
