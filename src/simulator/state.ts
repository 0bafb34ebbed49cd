import type { ArmError } from './arm-error.ts'
import type { Clock } from './clock.ts'
import type { Deployment } from './deployment.ts'
import type { Dice } from './dice.ts'
import type { Connection, Run, Workflow } from './logic.ts'
import type { Principal } from './principal.ts'
import type { Tracked } from './tracked.ts'

/** What the simulated Azure knows. Maps are keyed by the lower-case ARM id; ids keep the case of creation. */
export interface State {
  tenantId: string
  clock: Clock
  /** What happens in the company: the same seed gives the same events, whoever asks what in between. */
  dice: Dice
  /** Everything else that is left to chance: ids of requests, etags, waiting times. */
  noise: Dice
  /** Where callbacks are answered: `http://127.0.0.1:…`. */
  origin: string
  /** Items on a page of a list. */
  pageSize: number
  /** Lists and new roles lag behind writes, as they do in Azure. */
  lags: boolean
  /** Lower-case ids of what is not in lists yet, and from when it will be. */
  unlisted: Map<string, Date>
  subscriptions: Subscription[]
  groups: Group[]
  /** `subscription namespace`, lower case: providers that refuse writes until they are registered. */
  unregistered: Set<string>
  resources: Inventory[]
  principals: Principal[]
  roleDefinitions: RoleDefinition[]
  roleAssignments: RoleAssignment[]
  denyAssignments: DenyAssignment[]
  locks: Lock[]
  denials: Denial[]
  policyAssignments: PolicyAssignment[]
  policySets: PolicySet[]
  workflows: Map<string, Workflow>
  sites: Site[]
  connections: Map<string, Connection>
  deployments: Map<string, Deployment>
  runs: Map<string, Run[]>
  automations: Map<string, Automation>
  alerts: Map<string, Alert>
  assessments: Map<string, Assessment>
  metadata: Metadata[]
  compliance: Map<string, ComplianceState>
  suppressions: Map<string, Suppression>
  /** Tells what reads Defender's events: the automations. */
  emit(event: Emitted): void
  /** Starts what a run really does outside, if anything. */
  carryOut(app: Workflow, run: Run): void
  /** Asks another part of the management API in somebody's name; throws its refusal. */
  perform(asked: Asked): { status: number; body?: object }
  /** What would stop such a request before its provider sees it. */
  refusal(asked: Asked): ArmError | undefined
}

export interface PolicyAssignment {
  name: string
  scope: string
  location?: string
  /** Of its managed identity. */
  principalId?: string
  displayName: string
  description: string
  policyDefinitionId: string
  parameters: Record<string, unknown>
  enforcementMode?: 'Default' | 'DoNotEnforce'
  created: Date
}

/** An initiative; what Azure brings along has no scope. */
export interface PolicySet {
  scope: string
  name: string
  displayName: string
  description: string
  parameters: Record<string, { type?: string | undefined; defaultValue?: unknown }>
  policyDefinitions: {
    policyDefinitionId: string
    policyDefinitionReferenceId?: string | undefined
    parameters: Record<string, { value?: unknown }>
  }[]
}

/** A request of the management API that one part of it makes to another. */
export interface Asked {
  caller: Principal
  method: 'GET' | 'PUT' | 'POST'
  path: string
  version: string
  body?: unknown
}

export interface Emitted {
  source: 'Alerts' | 'Assessments' | 'RegulatoryComplianceAssessment'
  /** ARM id of what it is about; scopes are judged by it. */
  subject: string
  body: unknown
}

export interface Subscription {
  id: string
  name: string
  state: 'Enabled' | 'Disabled'
  /** Region of Defender's storage, of the subscription and not of its resources. */
  ascLocation: string
}

export interface Group {
  subscription: string
  name: string
  location: string
}

export interface Inventory {
  id: string
  name: string
  type: string
  group: string
  subscription: string
  location: string
}

export interface RoleDefinition {
  name: string
  roleName: string
  description: string
  permissions: { actions: string[]; notActions: string[]; dataActions: string[]; notDataActions: string[] }[]
}

export interface RoleAssignment {
  name: string
  scope: string
  principalId: string
  roleDefinition: string
  /** A new one takes its time. */
  actsFrom?: Date
}

export interface DenyAssignment {
  name: string
  scope: string
  principalId: string
  actions: string[]
}

export interface Lock {
  scope: string
  level: 'ReadOnly' | 'CanNotDelete'
}

/** An assigned policy that refuses what would be made or changed. */
export interface Denial {
  scope: string
  /** Of one type of resource; of all when absent: `Microsoft.Logic/workflows`. */
  type?: string | undefined
  /** What the policy is called. */
  policy: string
}

interface Site {
  id: string
  name: string
  group: string
  subscription: string
  location: string
}

export interface Automation extends Tracked {
  kind?: string | null | undefined
  metadata?: unknown
  etag: string
  properties: {
    description?: string | null | undefined
    isEnabled: boolean
    scopes: { description?: string | null | undefined; scopePath: string; [more: string]: unknown }[]
    sources: Source[]
    actions: AutomationAction[]
    [more: string]: unknown
  }
  counts: { matches: number; deliveries: number; failures: number; lastError?: string }
}

export interface AutomationAction {
  actionType: string
  logicAppResourceId?: string | undefined
  eventHubResourceId?: string | undefined
  sasPolicyName?: string | undefined
  workspaceResourceId?: string | undefined
  /** Write-only, never returned. */
  uri?: string | undefined
  /** Write-only, never returned. */
  connectionString?: string | undefined
  [more: string]: unknown
}

export interface Source {
  eventSource: string
  ruleSets?: { rules: RuleCondition[]; [more: string]: unknown }[] | null | undefined
  [more: string]: unknown
}

export interface RuleCondition {
  propertyJPath: string
  propertyType: string
  expectedValue: string
  operator: string
  [more: string]: unknown
}

/** New alerts of a type are born Dismissed. */
export interface Suppression {
  id: string
  name: string
  subscription: string
  modified: Date
  properties: {
    alertType: string
    reason: string
    state: 'Enabled' | 'Disabled' | 'Expired'
    expirationDateUtc?: string | undefined
    comment?: string | undefined
  }
}

export interface Alert {
  name: string
  subscription: string
  group: string | undefined
  ascLocation: string
  alertType: string
  displayName: string
  description: string
  /** Name of the plan that found it: Servers, StorageAccounts … */
  plan: string
  severity: string
  status: 'Active' | 'InProgress' | 'Resolved' | 'Dismissed'
  intent: string
  at: Date
  compromised: string
  resourceId: string
  entities: Record<string, unknown>[]
  remediation: string[]
  properties: Record<string, string>
  techniques: string[]
  incident: boolean
  correlationKey: string | undefined
}

export interface Metadata {
  key: string
  displayName: string
  severity: 'High' | 'Medium' | 'Low'
  category: string
  preview: boolean
  /** `MM/YYYY`, when Defender has said that it goes. */
  plannedDeprecation: string | undefined
  policyDefinitionId: string | undefined
}

export interface Assessment {
  id: string
  key: string
  resource: Inventory
  status: 'Healthy' | 'Unhealthy' | 'NotApplicable'
  since: Date
  first: Date
}

export interface ComplianceState {
  subscription: string
  standard: string
  control: string
  key: string
  state: 'Passed' | 'Failed' | 'Skipped' | 'Unsupported'
}
