import { z } from 'zod'
import type { SinkView, SlackSink } from '../fakes/slack-api.ts'
import { until } from './ground.ts'

const Updated = z.object({ view: z.looseObject({ type: z.string(), blocks: z.array(z.looseObject({ type: z.string() })) }) })

/** The dialog in Slack that is the one looked for: the view that came with the answer to a submit, or one filled in later. */
export async function dialogIn(
  sink: SlackSink,
  what: string,
  isIt: (view: SinkView['view']) => boolean,
  { view, submitted }: { view?: SinkView; submitted?: Promise<Response> } = {},
): Promise<SinkView> {
  const next = submitted && Updated.safeParse(await (await submitted).json()).data?.view
  if (view !== undefined && next !== undefined && isIt(next)) return { ...view, view: next }
  return until(what, async () => [...sink.views.values()].find(one => isIt(one.view)))
}
