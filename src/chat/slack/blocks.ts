import type { types } from '@slack/bolt'
import { clip, inline, plain } from '../../../cards/text.ts'

export type Block = types.KnownBlock
type RichTextSection = types.RichTextSection
type RichTextElement = types.RichTextElement

/**
 * Block Kit's limits in characters and pieces (docs.slack.dev/reference/block-kit). The whole of a message's blocks is undocumented: messages of
 * 11,341 characters of text were refused and 13,297 were the most seen (slackapi/bolt-js issues 2509 and 2867), so the JSON stays below that.
 */
export const blockLimits = {
  messageBlocks: 50,
  viewBlocks: 100,
  messageJson: 10_500,
  viewJson: 60_000,
  sectionText: 3000,
  header: 150,
  contextText: 2000,
  actions: 25,
  buttonText: 75,
  buttonValue: 2000,
  optionText: 75,
  optionValue: 150,
  optionDescription: 75,
  options: 100,
  overflow: 5,
  placeholder: 150,
  label: 2000,
  viewTitle: 24,
  privateMetadata: 3000,
  inputLength: 3000,
  id: 255,
  fallback: 3500,
} as const

/** Never read for markup, mentions or emoji names. */
export function plainText(text: string, max: number): types.PlainTextElement {
  const shown = clip(plain(text).trim(), max)
  return { type: 'plain_text', text: shown === '' ? ' ' : shown, emoji: false }
}

export function section(text: string, accessory?: types.Button): Block {
  return { type: 'section', text: plainText(text, blockLimits.sectionText), ...(accessory === undefined ? {} : { accessory }) }
}

export function context(text: string): Block {
  return { type: 'context', elements: [plainText(text, blockLimits.contextText)] }
}

/** Letters in rich text are shown as they are. */
export function words(text: string, style?: types.RichTextStyleable['style']): RichTextElement {
  return { type: 'text', text: text === '' ? ' ' : text, ...(style === undefined ? {} : { style }) }
}

export function rich(...elements: RichTextElement[]): types.RichTextBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] }
}

/** One item of a list of points. */
export function point(...elements: RichTextElement[]): types.RichTextBlock {
  const item: RichTextSection = { type: 'rich_text_section', elements }
  return { type: 'rich_text', elements: [{ type: 'rich_text_list', style: 'bullet', elements: [item] }] }
}

/** One step; `number` starts at 1. */
export function numbered(number: number, ...elements: RichTextElement[]): types.RichTextBlock {
  const item: RichTextSection = { type: 'rich_text_section', elements }
  const offset = number === 1 ? {} : { offset: number - 1 }
  return { type: 'rich_text', elements: [{ type: 'rich_text_list', style: 'ordered', ...offset, elements: [item] }] }
}

/** Neighbours of running text share a block: each section in it is a line of its own, each point one of a list. */
export function joined(blocks: Block[]): Block[] {
  const done: Block[] = []
  for (const block of blocks) {
    const together = join(done.at(-1), block)
    if (together !== undefined) done.pop()
    done.push(together ?? block)
  }
  return done
}

function join(last: Block | undefined, block: Block): Block | undefined {
  if (last?.type !== 'rich_text' || block.type !== 'rich_text' || !isRunning(last) || !isRunning(block)) return undefined
  const together: Block = { type: 'rich_text', elements: listed(last.elements, block.elements) }
  return JSON.stringify(together).length > blockLimits.sectionText ? undefined : together
}

/** Preformatted text stands apart. */
function isRunning(block: types.RichTextBlock): boolean {
  return block.elements.every(({ type }) => type === 'rich_text_section' || type === 'rich_text_list')
}

type Parts = types.RichTextBlock['elements']

/** A list that goes on is one list. */
function listed(before: Parts, after: Parts): Parts {
  const [last, first] = [before.at(-1), after[0]]
  if (last?.type !== 'rich_text_list' || first?.type !== 'rich_text_list' || last.style !== first.style)
    return [...before, ...after]
  return [...before.slice(0, -1), { ...last, elements: [...last.elements, ...first.elements] }, ...after.slice(1)]
}

/**
 * The message's `text`, which Slack reads as markup: its three signs are escaped, addresses broken, what would format is replaced by signs that
 * look alike.
 */
export function messageText(text: string): string {
  const shown = clip(inline(text), blockLimits.fallback / 5) || '…'
  return shown
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('://', '[:]//')
    .replaceAll('*', '∗')
    .replaceAll('~', '∼')
    .replaceAll('`', "'")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, 'ˍ')
}
