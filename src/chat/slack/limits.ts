/** Slack's limits and the times built on them, in one table (docs.slack.dev: Rate limits, Handling user interaction, Block Kit). */
export const limits = {
  /** `chat.postMessage`: about one a second and channel. */
  paceMs: 1000,
  /** No answer of the Web API is waited for longer. */
  callMs: 10_000,
  /** Requests must be answered within 3 s; what is not stored by then is answered all the same and goes on. */
  acceptMs: 700,
  /** Slack's word on who somebody is is not waited for longer. */
  askMs: 750,
  /** A submitted view or a search is answered by then, with what there is. */
  answerMs: 2200,
  /** A command that leads to a form must open it while its trigger (3 s) lives. */
  triggerMs: 1200,
  /** Requests dated further off than this are refused, both ways. */
  clockSkewS: 300,
  /** Slack's own requests stay far below. */
  maxBodyBytes: 1_048_576,
  /** A `response_url` takes five messages within 30 minutes. */
  responseUses: 5,
  responseMs: 30 * 60_000,
  /** An answer that Slack does not take now is tried so often in all. */
  answerTries: 4,
  /** Two presses of one button by one person within this time are one press. */
  doubleClickMs: 2000,
  /** A repeated delivery is recognised for this long, in this process; afterwards the store's record of requests does it. */
  repeatMs: 10 * 60_000,
  /** Messages looked through for an uncertain post. */
  historyPage: 100,
  historyPages: 3,
  metadata: 3000,
  options: 100,
  optionText: 75,
  optionValue: 150,
  /** What is known of a member is asked again after this. */
  memberMs: 5 * 60_000,
  /** Clicks in flight get this long when the bot stops. */
  drainMs: 8000,
} as const
