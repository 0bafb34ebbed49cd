import { z } from 'zod'
import type { Desk } from '../../actions/action.ts'
import { Problem } from '../../errors.ts'
import { SearchedField } from '../button.ts'
import type { Activity } from './activity.ts'
import type { Asks } from './asks.ts'
import type { InvokeReply } from './incoming.ts'
import type { InvokeKind } from './invokes.ts'
import { limits } from './limits.ts'
import { askingRequestId } from './presses.ts'

const Search = z.object({
  queryText: z.string().max(200).catch(''),
  queryOptions: z
    .object({ skip: z.number().int().min(0).catch(0), top: z.number().int().min(1).catch(limits.searchResults) })
    .optional()
    .catch(undefined),
  dataset: z.string().max(10_000),
})

/** `application/search`: a choice with more than a hundred options, narrowed while a person types. */
export function search(asks: Asks, desk: Desk): InvokeKind {
  async function answer(activity: Activity): Promise<InvokeReply> {
    const { queryText, queryOptions, dataset } = Search.parse(activity.value)
    const { field, ...button } = fieldIn(dataset)
    const request = await asks.request(activity, { requestId: askingRequestId(activity), ...button })
    const choices = await desk.choices(request, field, queryText)
    const { skip = 0, top = limits.searchResults } = queryOptions ?? {}
    return found(choices.slice(skip, skip + Math.min(top, limits.searchResults)))
  }

  return { answer, said: sentence => found([{ title: sentence, value: '' }]) }
}

function fieldIn(dataset: string): SearchedField {
  try {
    return SearchedField.parse(JSON.parse(dataset))
  } catch {
    throw new Problem('NotOffered', 'This form belongs to an older version. Open it again.')
  }
}

function found(choices: { value: string; title: string; note?: string }[]): InvokeReply {
  const results = choices.map(({ value, title, note }) => ({ value, title: note === undefined ? title : `${title} · ${note}` }))
  return { status: 200, body: { statusCode: 200, type: 'application/vnd.microsoft.search.searchResponse', value: { results } } }
}
