import type { Card } from '../../../cards/card.ts'
import type { Address } from './address.ts'

const lines: Record<Address['kind'], string> = {
  personal: 'Type a command here, or press a button. What you may do is what Azure lets you do.',
  channel:
    'Mention me with a command. "follow" lets findings come to this channel; everybody acts on them with their own rights in Azure.',
  group:
    'Mention me with a command. "follow" lets findings come to this chat; everybody acts on them with their own rights in Azure.',
}

/** Said once where the app was added. */
export function welcomeCard(kind: Address['kind']): Card {
  return {
    fallback: 'Defender for Cloud is here. Type "help" to see what there is.',
    tone: 'info',
    body: [
      { type: 'title', text: 'Defender for Cloud is here' },
      { type: 'text', text: lines[kind] },
      {
        type: 'facts',
        facts: [
          { label: 'follow high', value: 'High and critical findings come here' },
          { label: 'alerts', value: 'What is open now' },
          { label: 'whoami', value: 'Who you are and what you may do' },
          { label: 'help', value: 'Everything else' },
        ],
      },
    ],
    buttons: [
      { type: 'do', label: 'What needs me', action: 'home', input: {}, style: 'primary' },
      { type: 'do', label: 'Help', action: 'help', input: {} },
    ],
    more: [],
  }
}
