import { inTurn } from '../actions/turn.ts'
import type { Azure, Store } from '../ports.ts'

/**
 * One save of a rule at a time, over all processes. Azure takes a new rule for a change when one of its name is there (specification of the PUT;
 * no precondition is offered), so of two people who make the same name at once the second would win silently. In turn, the second is refused.
 */
export function oneSaveAtATime(azure: Azure, store: Pick<Store, 'requests'>): Azure {
  const { rules } = azure
  return {
    ...azure,
    rules: {
      ...rules,
      save: (draft, replacing) =>
        inTurn(
          store,
          `rule ${draft.subscription}/${draft.group}/${draft.name}`,
          'Someone else is saving this rule right now.',
          () => rules.save(draft, replacing),
        ),
    },
  }
}
