import type { Card } from '../../cards/card.ts'

/** Cards that stand for those of the product, small enough to read in a test. */
export const findingLike: Card = {
  fallback: 'High alert: Suspicious PowerShell activity on vm-web-03.',
  tone: 'bad',
  body: [
    { type: 'heading', badge: 'HIGH', tone: 'bad', left: 'Alert', right: 'New' },
    { type: 'title', text: 'Suspicious PowerShell activity <script>&' },
  ],
  buttons: [
    { type: 'do', label: 'Trigger logic app', action: 'run', findingId: 'a-1', input: {}, style: 'primary', dialog: true },
    { type: 'do', label: 'Assign to me', action: 'assign', findingId: 'a-1', input: { to: 'me' } },
    { type: 'do', label: 'Resolve', action: 'status', findingId: 'a-1', input: { to: 'resolved' } },
  ],
  more: [],
}

export function formCard(error?: string): Card {
  return {
    fallback: 'Choose a logic app.',
    tone: 'neutral',
    body: [
      {
        type: 'input',
        as: 'choice',
        id: 'logicApp',
        label: 'Logic app',
        required: true,
        search: false,
        options: [{ value: 'app-1', title: 'Notify-SOC' }],
        ...(error === undefined ? {} : { error }),
      },
      { type: 'input', as: 'toggle', id: 'quiet', label: 'Quietly', required: false, value: true },
    ],
    buttons: [],
    more: [],
    form: { title: 'Trigger logic app', action: 'run', findingId: 'a-1', submit: 'Run' },
  }
}

/** With more choices than a card can hold: Teams searches while a person types. */
export function searchingForm(): Card {
  const options = Array.from({ length: 150 }, (_, index) => ({ value: `app-${index}`, title: `Logic app ${index}` }))
  const form = formCard()
  return {
    ...form,
    body: [{ type: 'input', as: 'choice', id: 'logicApp', label: 'Logic app', required: true, search: true, options }],
  }
}
