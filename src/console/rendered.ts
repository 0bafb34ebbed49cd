import type { Card, Form, Tone } from '../../cards/card.ts'
import { renderSlackMessage, renderSlackModal } from '../chat/slack/render.ts'
import { renderTeams, renderTeamsDialog } from '../chat/teams/render.ts'

/** A card as each platform shows it, and as one line of text. */
export interface Rendered {
  teams: object
  slack: object
  text: string
  tone: Tone
  /** Present when the card asks for something: the renderings are then a dialog's. */
  form?: Form
}

export function rendered(card: Card): Rendered {
  const common = { text: card.fallback, tone: card.tone }
  if (card.form === undefined) return { ...common, teams: renderTeams(card), slack: renderSlackMessage(card) }
  return { ...common, teams: renderTeamsDialog(card), slack: renderSlackModal(card), form: card.form }
}
