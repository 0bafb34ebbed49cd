import type { When } from '../../src/model/condition.ts'
import type { Waiting } from '../../src/model/rule-index.ts'

/** The only shape of event and rule that the bare limit knows: three fields spelt one way, subscriptions, equality and one word in the name. */
export interface BareAlert {
  AlertType: string
  AlertDisplayName: string
  Severity: string
}

interface BareRule {
  id: string
  severity: string | undefined
  word: string | undefined
}

/** Where the guid begins in `/subscriptions/…`. */
const start = '/subscriptions/'.length

/** What an index written for one kind of question does: by subscription, then by type or severity, then plain comparisons. Nothing comes out again. */
export function openBareIndex() {
  const bySubscription = new Map<string, Map<string, BareRule[]>>()

  function put({ id, scopes, when }: Waiting): void {
    for (const scope of scopes) {
      const byValue = bySubscription.get(scope.toLowerCase()) ?? new Map<string, BareRule[]>()
      bySubscription.set(scope.toLowerCase(), byValue)
      for (const set of when) {
        const key = valueIn(set, 'AlertType') ?? valueIn(set, 'Severity') ?? ''
        byValue.set(key, [
          ...(byValue.get(key) ?? []),
          { id, severity: valueIn(set, 'Severity'), word: valueIn(set, 'AlertDisplayName') },
        ])
      }
    }
  }

  function match(subject: string, alert: BareAlert): string[] {
    const lower = subject.toLowerCase()
    const byValue = bySubscription.get(lower.slice(1, lower.indexOf('/', start)))
    const fired: string[] = []
    if (byValue === undefined) return fired
    const name = alert.AlertDisplayName.toLowerCase()
    const severity = alert.Severity.toLowerCase()
    for (const key of [alert.AlertType.toLowerCase(), severity])
      for (const rule of byValue.get(key) ?? []) {
        const holds = (rule.severity ?? severity) === severity && (rule.word === undefined || name.includes(rule.word))
        if (holds && !fired.includes(rule.id)) fired.push(rule.id)
      }
    return fired
  }

  return { put, match }
}

function valueIn(set: When[number], path: string): string | undefined {
  return set.find(condition => condition.path === path)?.value.toLowerCase()
}
