import { z } from 'zod'
import { type CardNode, isNode } from '../fakes/teams-connector.ts'
import { actionsIn } from '../fakes/teams-person.ts'
import type { Story } from './ground.ts'

const Button = z.object({
  action: z.string(),
  input: z.record(z.string(), z.string()).default({}),
  findingId: z.string().optional(),
})

/** A form as it stands in a card: what its button sends, and what stands in its fields. */
export function formIn(card: { teams: object }): {
  action: string
  input: Record<string, string>
  fields: Record<string, string>
} {
  const node: CardNode = { type: 'AdaptiveCard', ...card.teams }
  const { action, input } = Button.parse(submitOf(node).data)
  return { action, input, fields: fieldsIn(node) }
}

/** The form's own button comes before all others. */
function submitOf({ actions }: CardNode): CardNode {
  const first: unknown = Array.isArray(actions) ? actions[0] : undefined
  if (!isNode(first)) throw new Error('no form')
  return first
}

/** The labels of what can be pressed on a card. */
export function buttonsOn(card: { teams: object }): string[] {
  return actionsIn({ type: 'AdaptiveCard', ...card.teams }).flatMap(({ title }) => (typeof title === 'string' ? [title] : []))
}

/** Submits the form with these fields changed. */
export function submit(story: Story, card: { teams: object }, changed: Record<string, string>, as = 'admin', requestId?: string) {
  const { action, input, fields } = formIn(card)
  return story.act(action, { ...input, ...fields, ...changed }, undefined, as, requestId)
}

function fieldsIn(node: unknown): Record<string, string> {
  if (Array.isArray(node)) return Object.assign({}, ...node.map(fieldsIn))
  if (!isNode(node)) return {}
  if (typeof node.type === 'string' && node.type.startsWith('Input.'))
    return { [String(node.id).replace(/^field_/, '')]: String(node.value ?? '') }
  return Object.assign({}, ...Object.values(node).map(fieldsIn))
}
