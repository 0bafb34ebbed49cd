import { ArmError } from './arm-error.ts'
import { assessmentBody, metadataBody } from './assessment-body.ts'
import { type Call, type Operation, page, param, type Reply, readableBy } from './call.ts'
import { covers } from './roles.ts'
import type { Assessment } from './state.ts'

const versions = ['2021-06-01'] as const
const read = 'Microsoft.Security/assessments/read'
const readMetadata = 'Microsoft.Security/assessmentMetadata/read'
const rootMetadata = '/subscriptions/{subscription}/providers/Microsoft.Security/assessmentMetadata'

export const assessments: Operation[] = [
  {
    method: 'GET',
    pattern: '/{scope+}/providers/Microsoft.Security/assessments',
    versions,
    action: read,
    list: true,
    handle: listed,
  },
  {
    method: 'GET',
    pattern: '/{scope+}/providers/Microsoft.Security/assessments/{assessment}',
    versions,
    action: read,
    handle: one,
  },
  { method: 'GET', pattern: '/providers/Microsoft.Security/assessmentMetadata', versions, action: undefined, handle: metadata },
  {
    method: 'GET',
    pattern: '/providers/Microsoft.Security/assessmentMetadata/{key}',
    versions,
    action: undefined,
    handle: metadataNamed,
  },
  { method: 'GET', pattern: rootMetadata, versions, action: readMetadata, handle: metadata },
  { method: 'GET', pattern: `${rootMetadata}/{key}`, versions, action: readMetadata, handle: metadataNamed },
]

function listed(call: Call): Reply {
  const mine = readableBy<Assessment>(call, read, ({ id }) => id)
  return page(call, [...call.state.assessments.values()], {
    idOf: ({ id }) => id,
    body: assessment => assessmentBody(call.state, assessment, false),
    keep: assessment => covers(param(call, 'scope'), assessment.resource.id) && mine(assessment),
  })
}

function one(call: Call): Reply {
  const { scope, assessment: key } = { scope: param(call, 'scope'), assessment: param(call, 'assessment') }
  const found = call.state.assessments.get(`/${scope}/providers/Microsoft.Security/assessments/${key}`.toLowerCase())
  if (found === undefined)
    throw new ArmError(
      404,
      'ResourceNotFound',
      `The Resource 'Microsoft.Security/assessments/${key}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    )
  return { status: 200, body: assessmentBody(call.state, found, call.query.get('$expand')?.toLowerCase() === 'metadata') }
}

function metadata(call: Call): Reply {
  return page(call, call.state.metadata, { idOf: ({ key }) => key, body: metadataBody })
}

function metadataNamed(call: Call): Reply {
  const found = call.state.metadata.find(({ key }) => key === param(call, 'key').toLowerCase())
  if (found === undefined)
    throw new ArmError(404, 'AssessmentMetadataNotFound', `The assessment metadata '${param(call, 'key')}' was not found.`)
  return { status: 200, body: metadataBody(found) }
}
