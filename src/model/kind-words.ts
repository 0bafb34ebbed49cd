import type { Kind } from './event.ts'

/** What people call the three kinds of events. */
export const kindWords: Record<Kind, { one: string; a: string; many: string }> = {
  alert: { one: 'alert', a: 'an alert', many: 'alerts' },
  recommendation: { one: 'recommendation', a: 'a recommendation', many: 'recommendations' },
  compliance: { one: 'compliance change', a: 'a compliance change', many: 'compliance changes' },
}
