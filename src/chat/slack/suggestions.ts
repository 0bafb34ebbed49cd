import { randomUUID } from 'node:crypto'
import type { types } from '@slack/bolt'
import type { Desk } from '../../actions/action.ts'
import type { Log } from '../../log.ts'
import { askedByForm, spotInView } from './asks.ts'
import { type SlackDesk, within } from './desk.ts'
import { option } from './inputs.ts'
import type { Ack } from './interactions.ts'
import { limits } from './limits.ts'
import type { Suggestion } from './payloads.ts'

export interface Found {
  options: types.PlainTextOption[]
}

/** Type-ahead of a form's searching choice. Slack shows "no results" for whatever goes wrong. */
export function suggestions(desk: Desk, slack: SlackDesk, log: Log) {
  return async function suggest(body: Suggestion, ack: Ack<Found>): Promise<void> {
    const options = await within(found(body), limits.answerMs).catch(thrown => {
      log.info({ field: body.action_id, error: thrown }, 'a search in a Slack form gave nothing')
      return undefined
    })
    await ack({ options: options ?? [] })
  }

  async function found({ view, team, user, action_id: field, value }: Suggestion) {
    const asked = view && askedByForm(view)
    if (asked === undefined) return []
    const spot = { team: team.id, user: user.id, ...spotInView(view?.private_metadata) }
    const request = await slack.request(spot, `slack-search-${randomUUID()}`, [user.team_id], () => asked)
    const choices = await desk.choices(request, field, value)
    return choices
      .filter(choice => choice.value !== '' && choice.value.length <= limits.optionValue)
      .slice(0, limits.options)
      .map(option)
  }
}
