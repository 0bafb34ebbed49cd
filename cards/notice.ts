import type { Notice } from '../src/model/notice.ts'
import type { Card } from './card.ts'
import { deploymentCard } from './deployment.ts'
import { rulesNewsCard } from './rule-news.ts'
import { stormCard } from './storm.ts'

/** A card that is about no finding. */
export function noticeCard({ id, content }: Notice, now: Date): Card {
  switch (content.type) {
    case 'deployment':
      return deploymentCard(content, now)
    case 'rule':
      return rulesNewsCard(content)
    case 'storm':
      return stormCard(id, content, now)
  }
}
