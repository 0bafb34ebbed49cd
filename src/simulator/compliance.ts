import { ArmError } from './arm-error.ts'
import { type Call, type Operation, page, param, type Reply, subscriptionOf } from './call.ts'
import { complianceBody } from './compliance-body.ts'
import { same } from './same.ts'
import { type Standard, standards } from './standards.ts'
import type { ComplianceState } from './state.ts'

const versions = ['2019-01-01-preview'] as const
const type = 'Microsoft.Security/regulatoryComplianceStandards'
const action = `${type}/read`
const root = `/subscriptions/{subscription}/providers/${type}`
const controlRoot = `${root}/{standard}/regulatoryComplianceControls`
const assessmentRoot = `${controlRoot}/{control}/regulatoryComplianceAssessments`

export const compliance: Operation[] = [
  { method: 'GET', pattern: root, versions, action, handle: listStandards },
  { method: 'GET', pattern: `${root}/{standard}`, versions, action, handle: getStandard },
  { method: 'GET', pattern: controlRoot, versions, action, handle: listControls },
  { method: 'GET', pattern: `${controlRoot}/{control}`, versions, action, handle: getControl },
  { method: 'GET', pattern: assessmentRoot, versions, action, handle: listAssessments },
  { method: 'GET', pattern: `${assessmentRoot}/{assessment}`, versions, action, handle: getAssessment },
]

type Control = Standard['controls'][number]

function found<Item>(item: Item | undefined, what: string): Item {
  if (item !== undefined) return item
  const message = `The Resource '${type}/${what}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`
  throw new ArmError(404, 'ResourceNotFound', message)
}

/** A standard without relevant resources is not listed. */
function standardsHere(call: Call): Standard[] {
  return standards.filter(({ name }) => results(call, name).length > 0)
}

function results(call: Call, standard: string, control?: string): ComplianceState[] {
  return [...call.state.compliance.values()].filter(
    one =>
      one.subscription === subscriptionOf(call) &&
      one.standard === standard &&
      (control === undefined || one.control === control),
  )
}

function standardOf(call: Call): Standard {
  const wanted = param(call, 'standard')
  return found(
    standardsHere(call).find(({ name }) => same(name, wanted)),
    wanted,
  )
}

function controlOf(call: Call): Control {
  const wanted = param(call, 'control')
  return found(
    standardOf(call).controls.find(({ name }) => same(name, wanted)),
    wanted,
  )
}

function tally(states: string[]): { state: string; failed: number; passed: number; skipped: number; unsupported: number } {
  const count = (state: string) => states.filter(one => one === state).length
  const [failed, passed, skipped, unsupported] = [count('Failed'), count('Passed'), count('Skipped'), count('Unsupported')]
  const state = failed > 0 ? 'Failed' : passed > 0 ? 'Passed' : skipped > 0 ? 'Skipped' : 'Unsupported'
  return { state, failed, passed, skipped, unsupported }
}

function ofControl(call: Call, standard: Standard, control: Control) {
  return tally(results(call, standard.name, control.name).map(({ state }) => state))
}

function standardBody(call: Call, standard: Standard): object {
  const { state, failed, passed, skipped, unsupported } = tally(
    standard.controls.map(control => ofControl(call, standard, control).state),
  )
  return {
    id: `/subscriptions/${param(call, 'subscription')}/providers/${type}/${standard.name}`,
    name: standard.name,
    type,
    properties: {
      state,
      passedControls: passed,
      failedControls: failed,
      skippedControls: skipped,
      unsupportedControls: unsupported,
    },
  }
}

function controlBody(call: Call, standard: Standard, control: Control): object {
  const { state, failed, passed, skipped } = ofControl(call, standard, control)
  return {
    id: `/subscriptions/${param(call, 'subscription')}/providers/${type}/${standard.name}/regulatoryComplianceControls/${control.name}`,
    name: control.name,
    type: `${type}/regulatoryComplianceControls`,
    properties: {
      description: control.title,
      state,
      passedAssessments: passed,
      failedAssessments: failed,
      skippedAssessments: skipped,
    },
  }
}

function listStandards(call: Call): Reply {
  return page(call, standardsHere(call), { idOf: ({ name }) => name, body: one => standardBody(call, one) })
}

function getStandard(call: Call): Reply {
  return { status: 200, body: standardBody(call, standardOf(call)) }
}

function listControls(call: Call): Reply {
  const standard = standardOf(call)
  return page(call, standard.controls, { idOf: ({ name }) => name, body: one => controlBody(call, standard, one) })
}

function getControl(call: Call): Reply {
  return { status: 200, body: controlBody(call, standardOf(call), controlOf(call)) }
}

function listAssessments(call: Call): Reply {
  const under = results(call, standardOf(call).name, controlOf(call).name)
  return page(call, under, { idOf: ({ key }) => key, body: one => complianceBody(call.state, one) })
}

function getAssessment(call: Call): Reply {
  const wanted = param(call, 'assessment')
  const under = results(call, standardOf(call).name, controlOf(call).name)
  const one = found(
    under.find(({ key }) => same(key, wanted)),
    wanted,
  )
  return { status: 200, body: complianceBody(call.state, one) }
}
