/** What exists in Azure that rules can speak of. */

export interface KnownRecommendation {
  /** Assessment key: what rules hold. */
  key: string
  name: string
  severity: string
  preview: boolean
  /** `MM/YYYY`, when Azure plans to withdraw it. */
  deprecatedFrom?: string
}

/** One assignment of a built-in policy that deploys a rule. */
export interface PolicyRule {
  assignment: string
  /** Where the rule that it makes lives: matched by name and group in every subscription of the scope. */
  ruleName: string
  group: string
  /** ARM id without leading slash. */
  scope: string
  /** Definition guid of the policy, and the assignment's parameter values. */
  definition: string
  parameters: Record<string, unknown>
}
