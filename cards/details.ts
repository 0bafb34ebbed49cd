import type { Finding } from '../src/model/finding.ts'
import type { Card } from './card.ts'
import { findingFallback } from './finding.ts'
import { type PartName, part, titleLength, unfold } from './parts.ts'
import { inline, short } from './text.ts'
import { findingTone } from './words.ts'

export interface DetailsView {
  finding: Finding
  related: Finding[]
  part: PartName
  /** From 1. */
  page: number
  now: Date
}

const unitsPerPage = 20

/** One part of a finding in full, page by page, for hosts that cannot fold and for parts too long for a card. */
export function detailsCard({ finding, related, part: name, page, now }: DetailsView): Card {
  const { title, units } = part(name, finding, related, now)
  const pages = Math.max(1, Math.ceil(units.length / unitsPerPage))
  const at = Math.min(page, pages)
  const shown = units.slice((at - 1) * unitsPerPage, at * unitsPerPage)
  const next = at < pages ? [unfold(finding, name, `Next (${at + 1} of ${pages})`, at + 1)] : []
  return {
    fallback: `${title} of ${findingFallback(finding, now)}`,
    tone: findingTone(finding),
    body: [
      { type: 'title', text: title },
      { type: 'text', text: short(inline(finding.event.title), titleLength), subtle: true },
      ...(shown.length === 0 ? [{ type: 'text' as const, text: 'There is nothing here.' }] : shown),
    ],
    buttons: next,
    more: [],
  }
}
