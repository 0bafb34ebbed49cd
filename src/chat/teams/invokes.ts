import { toProblem } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { own } from '../../table.ts'
import type { Activity } from './activity.ts'
import type { InvokeReply } from './incoming.ts'

/** One kind of invoke: how it is answered, and how it says something that is not its usual answer. */
export interface InvokeKind {
  answer(activity: Activity): Promise<InvokeReply>
  said(sentence: string): InvokeReply
}

/** What fails is said to the person in the shape that their client shows; a bare HTTP error would only read "unable to reach app". */
export async function onInvoke(kinds: Readonly<Record<string, InvokeKind>>, activity: Activity, log: Log): Promise<InvokeReply> {
  const kind = kindOf(kinds, activity)
  if (kind === undefined) return { status: 501 }
  try {
    return await kind.answer(activity)
  } catch (thrown) {
    const problem = toProblem(thrown)
    if (problem.code === 'Internal') log.error({ invoke: activity.name, error: thrown }, 'an invoke could not be answered')
    return kind.said(problem.message)
  }
}

export function kindOf(kinds: Readonly<Record<string, InvokeKind>>, { name = '' }: Activity): InvokeKind | undefined {
  return own(kinds, name)
}
