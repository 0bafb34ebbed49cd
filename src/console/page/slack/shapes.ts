import * as z from 'zod/mini'

/** The parts of Block Kit that the renderer uses, as Slack names them. */
export const Text = z.object({ type: z.string(), text: z.string() })
export const Option = z.object({
  text: Text,
  value: z.optional(z.string()),
  description: z.optional(Text),
  url: z.optional(z.string()),
})
export type Option = z.infer<typeof Option>

const named = { action_id: z.optional(z.string()) }

export const Element = z.discriminatedUnion('type', [
  z.object({
    ...named,
    type: z.literal('button'),
    text: Text,
    value: z.optional(z.string()),
    url: z.optional(z.string()),
    style: z.optional(z.string()),
  }),
  z.object({ ...named, type: z.literal('overflow'), options: z.array(Option) }),
  z.object({
    ...named,
    type: z.enum(['static_select', 'external_select']),
    placeholder: z.optional(Text),
    options: z.optional(z.array(Option)),
    option_groups: z.optional(z.array(z.object({ label: Text, options: z.array(Option) }))),
    initial_option: z.optional(Option),
  }),
  z.object({
    ...named,
    type: z.literal('plain_text_input'),
    multiline: z.optional(z.boolean()),
    initial_value: z.optional(z.string()),
    placeholder: z.optional(Text),
    max_length: z.optional(z.number()),
  }),
  z.object({
    ...named,
    type: z.enum(['checkboxes', 'radio_buttons']),
    options: z.array(Option),
    initial_options: z.optional(z.array(Option)),
    initial_option: z.optional(Option),
  }),
  z.object({ type: z.literal('mrkdwn'), text: z.string() }),
  z.object({ type: z.literal('plain_text'), text: z.string() }),
])
export type Element = z.infer<typeof Element>

export const RichPiece: z.ZodMiniType<RichPiece> = z.lazy(() =>
  z.object({
    type: z.string(),
    text: z.optional(z.string()),
    url: z.optional(z.string()),
    name: z.optional(z.string()),
    style: z.optional(z.union([z.string(), z.record(z.string(), z.boolean())])),
    offset: z.optional(z.number()),
    elements: z.optional(z.array(RichPiece)),
  }),
)
export interface RichPiece {
  type: string
  text?: string | undefined
  url?: string | undefined
  name?: string | undefined
  style?: string | Record<string, boolean> | undefined
  offset?: number | undefined
  elements?: RichPiece[] | undefined
}

const block = { block_id: z.optional(z.string()) }

export const Block = z.discriminatedUnion('type', [
  z.object({ ...block, type: z.literal('header'), text: Text }),
  z.object({
    ...block,
    type: z.literal('section'),
    text: z.optional(Text),
    fields: z.optional(z.array(Text)),
    accessory: z.optional(Element),
  }),
  z.object({ ...block, type: z.enum(['context', 'actions']), elements: z.array(Element) }),
  z.object({ ...block, type: z.literal('divider') }),
  z.object({
    ...block,
    type: z.literal('input'),
    label: Text,
    element: Element,
    hint: z.optional(Text),
    optional: z.optional(z.boolean()),
  }),
  z.object({ ...block, type: z.literal('rich_text'), elements: z.array(RichPiece) }),
  z.object({ ...block, type: z.literal('markdown'), text: z.string() }),
  z.object({ ...block, type: z.literal('alert'), text: Text }),
])
export type Block = z.infer<typeof Block>

const Attachment = z.object({
  color: z.optional(z.string()),
  blocks: z.optional(z.array(z.unknown())),
  fallback: z.optional(z.string()),
})

export const Message = z.object({
  text: z.optional(z.string()),
  blocks: z.optional(z.array(z.unknown())),
  attachments: z.optional(z.array(Attachment)),
})

export const Modal = z.object({
  type: z.literal('modal'),
  title: Text,
  submit: z.optional(Text),
  close: z.optional(Text),
  private_metadata: z.optional(z.string()),
  blocks: z.array(z.unknown()),
})
