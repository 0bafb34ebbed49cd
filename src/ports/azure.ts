import type { KnownRecommendation, PolicyRule } from '../model/catalogue.ts'
import type { CloudAddresses } from '../model/cloud.ts'
import type { DeployedResource, DeploymentState } from '../model/deployment.ts'
import type { Kind } from '../model/event.ts'
import type { Status } from '../model/finding.ts'
import type { LogicApp } from '../model/logic-app.ts'
import type { Right } from '../model/person.ts'
import type { Rule, RuleDraft } from '../model/rule.ts'
import type { RunState } from '../model/run.ts'

/** Failures are Problems: AzureRefused, AzureUnavailable, RateLimited, Forbidden, NotFound, Conflict, Locked. */
export interface Azure {
  subscriptions(): Promise<Subscription[]>
  /** Everything of a kind in a subscription, page by page, each item the JSON text as Azure wrote it. */
  listEvents(subscription: string, kind: Kind): AsyncIterable<string[]>
  /** Alerts only; `armId` without leading slash. Setting what is already set succeeds. */
  setAlertStatus(armId: string, status: Status): Promise<void>
  /** Asks Azure for sample alerts of these bundles; they arrive like any other within a minute. */
  simulateAlerts(subscription: string, bundles: string[]): Promise<void>
  logicApps: LogicApps
  rules: Rules
  catalogue: Catalogue
  deployments: Deployments
  access: Access
  cloud: CloudAddresses
  /** Portal page of any resource; the id with or without its leading slash. */
  portalLink(armId: string): string
}

export interface Subscription {
  id: string
  name: string
  tenantId: string
}

export interface LogicApps {
  /**
   * Consumption and Standard, over all subscriptions looked after. Kept for some seconds, unless they are wanted `anew`. `including`: ids that are
   * asked for by themselves where the list lacks them, since Azure lists what was made minutes later; what is found so stays in the list.
   */
  list(how?: { anew?: boolean; including?: string[] }): Promise<LogicApp[]>
  get(id: string): Promise<LogicApp>
  /**
   * Fetches the trigger's callback address, posts the body there once, forgets the address. AzureUnavailable: the run may have begun, look with
   * findRun before repeating; every other Problem: it did not.
   */
  start(app: LogicApp, trigger: string, body: string, trackingId: string): Promise<{ workflowRunId: string }>
  /** The run that carries this tracking id, begun at or after `since`. */
  findRun(appId: string, trackingId: string, since: Date): Promise<string | undefined>
  getRun(appId: string, workflowRunId: string): Promise<RunProgress>
  /** The newest runs, whoever started them. */
  recentRuns(appId: string, limit: number): Promise<AppRun[]>
  /**
   * Runs begun at or after `since` whose trigger got an event that `which` recognises (undefined: it does not), each with what it was recognised
   * as; read from the runs' own records, newest first, at most a page of them.
   */
  runsOf<Known>(appId: string, since: Date, which: (body: unknown) => Known | undefined): Promise<RunOf<Known>[]>
  /** Whether a run begun at or after `since` is it, by what its trigger got; at most the newest 1,000 are looked into. */
  anyRunOf(appId: string, since: Date, isIt: (body: unknown, run: AppRun) => boolean): Promise<LookBack>
  /** Services that its connections need a sign-in to and nobody is signed in to, by name: its runs fail there. */
  signedOut(app: LogicApp): Promise<string[]>
  setEnabled(appId: string, enabled: boolean): Promise<void>
}

export interface LookBack {
  found: boolean
  /** ISO: how far back was looked; later than asked when there were too many runs. */
  back: string
}

export interface RunOf<Known> extends AppRun {
  of: Known
}

/** A run as the app's history tells it. */
export interface AppRun extends RunProgress {
  workflowRunId: string
  trigger: string
  startedAt: string
  /** What its starter sent along; ours are ids of runs. */
  trackingId?: string
}

/** Automations that start logic apps; exports to other targets are left out. */
export interface Rules {
  /** Over all subscriptions looked after; one in which the bot may not read them hides none of the others. */
  list(): Promise<Rule[]>
  get(id: string): Promise<Rule>
  /**
   * Creates, or replaces the rule given, and returns it as Azure has it then. Fetches each target's callback address, sends it along and
   * forgets it. Conflict when `replacing` is no longer what Azure has, or when a new one's name is taken.
   */
  save(draft: RuleDraft, replacing?: Rule): Promise<Rule>
  /** Deleting what is gone succeeds. */
  delete(id: string): Promise<void>
  /** Azure's own check: its reason when it would refuse, undefined when it would not. */
  validate(draft: RuleDraft, replacing?: Rule): Promise<string | undefined>
}

/** What exists to choose from, for forms and checks. Kept for some minutes. */
export interface Catalogue {
  recommendations(): Promise<KnownRecommendation[]>
  /** Names of the compliance standards of a subscription. */
  standards(subscription: string): Promise<string[]>
  groups(): Promise<ResourceGroup[]>
  /** Rules that Azure Policy makes, as far as its assignments tell. */
  policyRules(): Promise<PolicyRule[]>
}

export interface ResourceGroup {
  subscription: string
  name: string
  location: string
}

/** Template deployments into a resource group. */
export interface Deployments {
  /** Begins one; the same name while it runs or after it ended well is not begun again. */
  start(target: DeploymentTarget, template: object, parameters: Record<string, unknown>): Promise<void>
  /** NotFound when it never began. */
  progress(target: DeploymentTarget): Promise<DeploymentProgress>
}

export interface DeploymentTarget {
  subscription: string
  group: string
  name: string
}

export interface DeploymentProgress {
  state: DeploymentState
  resources: DeployedResource[]
  error?: string
}

export interface RunProgress {
  state: RunState
  endedAt?: string
  error?: string
}

export interface Access {
  /** Those of the rights that the person lacks in Azure now. */
  missing(personId: string, rights: Right[]): Promise<Right[]>
  /** Those of the actions that the person may do somewhere: on, above or below one of these subscriptions. */
  heldSomewhere(personId: string, subscriptions: string[], actions: string[]): Promise<string[]>
  /** Those of the rights that the bot's own identity lacks. */
  missingItself(rights: Right[]): Promise<Right[]>
  /** Names of built-in roles that hold an action, the narrowest first. */
  rolesWith(action: string): string[]
}
