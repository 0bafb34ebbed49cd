import { ArmError } from './arm-error.ts'
import { complianceBody } from './assessments.ts'
import { type Call, type Operation, page, param, type Reply } from './call.ts'
import type { ComplianceState } from './state.ts'

const versions = ['2019-01-01-preview'] as const
const action = 'Microsoft.Security/regulatoryComplianceStandards/read'
const root = '/subscriptions/{subscription}/providers/Microsoft.Security/regulatoryComplianceStandards'

export const compliance: Operation[] = [
  {
    method: 'GET',
    pattern: root,
    versions,
    action,
    handle: call =>
      page(
        call,
        standards(call).map(name => standardBody(call, name)),
      ),
  },
  {
    method: 'GET',
    pattern: `${root}/{standard}`,
    versions,
    action,
    handle: call => single(standards(call).find(same(call, 'standard')), name => standardBody(call, name)),
  },
  {
    method: 'GET',
    pattern: `${root}/{standard}/regulatoryComplianceControls`,
    versions,
    action,
    handle: call =>
      page(
        call,
        controls(call).map(name => controlBody(call, name)),
      ),
  },
  {
    method: 'GET',
    pattern: `${root}/{standard}/regulatoryComplianceControls/{control}`,
    versions,
    action,
    handle: call => single(controls(call).find(same(call, 'control')), name => controlBody(call, name)),
  },
  {
    method: 'GET',
    pattern: `${root}/{standard}/regulatoryComplianceControls/{control}/regulatoryComplianceAssessments`,
    versions,
    action,
    handle: call =>
      page(
        call,
        under(call).map(result => complianceBody(call.state, result)),
      ),
  },
  {
    method: 'GET',
    pattern: `${root}/{standard}/regulatoryComplianceControls/{control}/regulatoryComplianceAssessments/{assessment}`,
    versions,
    action,
    handle: call =>
      single(
        under(call).find(({ key }) => key === param(call, 'assessment').toLowerCase()),
        result => complianceBody(call.state, result),
      ),
  },
]

function same(call: Call, name: string) {
  return (item: string) => item.toLowerCase() === param(call, name).toLowerCase()
}

function single<Item>(item: Item | undefined, body: (item: Item) => object): Reply {
  if (item === undefined)
    throw new ArmError(
      404,
      'ResourceNotFound',
      'The Resource was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix',
    )
  return { status: 200, body: body(item) }
}

function results(call: Call): ComplianceState[] {
  return [...call.state.compliance.values()].filter(
    ({ subscription }) => subscription === param(call, 'subscription').toLowerCase(),
  )
}

function standards(call: Call): string[] {
  return [...new Set(results(call).map(({ standard }) => standard))]
}

function controls(call: Call): string[] {
  return [
    ...new Set(
      results(call)
        .filter(({ standard }) => same(call, 'standard')(standard))
        .map(({ control }) => control),
    ),
  ]
}

function under(call: Call): ComplianceState[] {
  return results(call).filter(({ standard, control }) => same(call, 'standard')(standard) && same(call, 'control')(control))
}

function tally(found: ComplianceState[]): { state: string; failed: number; passed: number; skipped: number } {
  const count = (state: ComplianceState['state']) => found.filter(result => result.state === state).length
  const [failed, passed, skipped] = [count('Failed'), count('Passed'), count('Skipped')]
  const state = failed > 0 ? 'Failed' : passed > 0 ? 'Passed' : skipped > 0 ? 'Skipped' : 'Unsupported'
  return { state, failed, passed, skipped }
}

function standardBody(call: Call, standard: string): object {
  const of = results(call).filter(result => result.standard === standard)
  const byControl = [...new Set(of.map(({ control }) => control))].map(
    control => tally(of.filter(result => result.control === control)).state,
  )
  const count = (state: string) => byControl.filter(at => at === state).length
  return {
    id: `/subscriptions/${param(call, 'subscription')}/providers/Microsoft.Security/regulatoryComplianceStandards/${standard}`,
    name: standard,
    type: 'Microsoft.Security/regulatoryComplianceStandards',
    properties: {
      state: tally(of).state,
      passedControls: count('Passed'),
      failedControls: count('Failed'),
      skippedControls: count('Skipped'),
      unsupportedControls: count('Unsupported'),
    },
  }
}

function controlBody(call: Call, control: string): object {
  const standard = standards(call).find(same(call, 'standard')) ?? ''
  const { state, failed, passed, skipped } = tally(
    results(call).filter(result => result.standard === standard && result.control === control),
  )
  return {
    id: `/subscriptions/${param(call, 'subscription')}/providers/Microsoft.Security/regulatoryComplianceStandards/${standard}/regulatoryComplianceControls/${control}`,
    name: control,
    type: 'Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls',
    properties: {
      description: `Control ${control}`,
      state,
      passedAssessments: passed,
      failedAssessments: failed,
      skippedAssessments: skipped,
    },
  }
}
