import { expect } from '@jest/globals'
import { z } from 'zod'

/**
 * Block Kit's limits, asserted over any message, dialog or home view. Source: the doc comments of @slack/types 3.2 and
 * docs.slack.dev/reference/block-kit; the whole of a message by measurements in slackapi/bolt-js issues 2509 and 2867.
 */
const Text = z.object({ type: z.enum(['plain_text', 'mrkdwn']), text: z.string().min(1) })

function text(max: number, type: 'plain_text' | 'any' = 'plain_text') {
  const sized = Text.refine(({ text: shown }) => shown.length <= max, `longer than ${max}`)
  return type === 'any' ? sized : sized.refine(one => one.type === 'plain_text', 'only plain_text')
}

const id = z.string().min(1).max(255)
const url = z.string().max(3000).startsWith('https://')
const Option = z.object({
  text: text(75),
  value: z.string().min(1).max(150),
  description: text(75).optional(),
  url: url.optional(),
})
const placeholder = text(150).optional()
const Button = z.object({
  type: z.literal('button'),
  action_id: id,
  text: text(75),
  value: z.string().max(2000).optional(),
  url: url.optional(),
})
const Overflow = z.object({ type: z.literal('overflow'), action_id: id, options: z.array(Option).min(1).max(5) })
const StaticSelect = z.object({
  type: z.literal('static_select'),
  action_id: id,
  placeholder,
  options: z.array(Option).min(1).max(100),
  initial_option: Option.optional(),
})
const ExternalSelect = z.object({ type: z.literal('external_select'), action_id: id, placeholder })
const TextInput = z.object({
  type: z.literal('plain_text_input'),
  action_id: id,
  placeholder,
  max_length: z.number().min(1).max(3000).optional(),
  initial_value: z.string().max(3000).optional(),
})
const Checkboxes = z.object({ type: z.literal('checkboxes'), action_id: id, options: z.array(Option).min(1).max(10) })

const RichPiece = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string().min(1) }),
  z.object({ type: z.literal('link'), url, text: z.string().optional() }),
])
const RichLine = z.object({
  type: z.enum(['rich_text_section', 'rich_text_preformatted']),
  elements: z.array(RichPiece).min(1),
})
const RichList = z.object({
  type: z.literal('rich_text_list'),
  style: z.enum(['bullet', 'ordered']),
  elements: z.array(RichLine).min(1),
})

const block_id = id.optional()
/** Mentions, channels and broadcasts have no place in the union: whatever would ping somebody fails to parse. */
const Block = z.discriminatedUnion('type', [
  z.object({ type: z.literal('header'), block_id, text: text(150) }),
  z.object({ type: z.literal('section'), block_id, text: text(3000), accessory: Button.optional() }),
  z.object({ type: z.literal('context'), block_id, elements: z.array(text(2000)).min(1).max(10) }),
  z.object({
    type: z.literal('actions'),
    block_id,
    elements: z
      .array(z.discriminatedUnion('type', [Button, Overflow, Checkboxes]))
      .min(1)
      .max(25)
      .refine(all => new Set(all.map(({ action_id }) => action_id)).size === all.length, 'action_id twice in a block'),
  }),
  z.object({ type: z.literal('rich_text'), block_id, elements: z.array(z.union([RichLine, RichList])).min(1) }),
  z.object({ type: z.literal('divider'), block_id }),
  z.object({
    type: z.literal('input'),
    block_id,
    label: text(2000),
    hint: text(2000).optional(),
    element: z.discriminatedUnion('type', [StaticSelect, ExternalSelect, TextInput, Checkboxes]),
  }),
])
const uniqueIds = (blocks: { block_id?: string | undefined }[]) => {
  const ids = blocks.flatMap(({ block_id: one }) => (one === undefined ? [] : [one]))
  return new Set(ids).size === ids.length
}
const Message = z.object({ text: z.string().min(1).max(4000), blocks: z.array(Block).max(50).refine(uniqueIds) })
const View = z.object({
  type: z.enum(['modal', 'home']),
  title: text(24).optional(),
  submit: text(24).optional(),
  close: text(24).optional(),
  private_metadata: z.string().max(3000).optional(),
  callback_id: id.optional(),
  blocks: z.array(Block).max(100).refine(uniqueIds),
})
const messageJson = 11_300
const viewJson = 250_000

export function expectWithinMessageLimits(message: object): void {
  expect(Message.safeParse(message).error).toBeUndefined()
  const { text: line, blocks } = z.object({ text: z.string(), blocks: z.unknown() }).parse(message)
  expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(messageJson)
  expectNoMarkup(line)
  expectPlain(message)
}

export function expectWithinViewLimits(view: object): void {
  const read = View.safeParse(view)
  expect(read.error).toBeUndefined()
  const asks = read.data?.blocks.some(({ type }) => type === 'input') ?? false
  expect(!asks || read.data?.submit !== undefined).toBe(true)
  if (read.data?.type === 'modal') expect(read.data.title).toBeDefined()
  expect(JSON.stringify(view).length).toBeLessThanOrEqual(viewJson)
  expectPlain(view)
}

/** The one text that Slack reads as markup. */
function expectNoMarkup(shown: string): void {
  expect(shown).not.toMatch(/[<>*~`]|:\/\/|&(?!(?:amp|lt|gt);)/)
}

function expectPlain(thing: object): void {
  const json = JSON.stringify(thing, (key, value) => (key === 'value' || key === 'private_metadata' ? undefined : value))
  expect(json.match(/"type":"mrkdwn"|"emoji":true/)).toBeNull()
  expect(json.match(/[\u202A-\u202E\u2066-\u2069\u200B-\u200F\uFEFF]/)).toBeNull()
}
