import type { LogicApp } from '../../model/logic-app.ts'
import type { Right } from '../../model/person.ts'
import { groupScope, scopeOf } from '../scope.ts'

/** What Azure asks for, by the resource provider's own operation names. */

export function readRight(app: Pick<LogicApp, 'id' | 'plan'>): Right {
  const action = app.plan === 'standard' ? 'Microsoft.Web/sites/read' : 'Microsoft.Logic/workflows/read'
  return { action, scope: scopeOf(app) }
}

export function turnRight(app: LogicApp, to: 'enable' | 'disable'): Right {
  return { action: `Microsoft.Logic/workflows/${to}/action`, scope: scopeOf(app) }
}

/** For a deployment from a template: each is needed, and each is named when it is missing. */
export function deployRights(subscription: string, group: string): Right[] {
  const actions = ['Microsoft.Resources/deployments/write', 'Microsoft.Logic/workflows/write', 'Microsoft.Web/connections/write']
  return actions.map(action => ({ action, scope: groupScope({ subscription, group }) }))
}
