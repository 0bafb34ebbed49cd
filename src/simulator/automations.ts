import { ArmError, notFound } from './arm-error.ts'
import { automationBody, automationType, namesActions, readAutomation, readPatch, type Wanted } from './automation-body.ts'
import { checkAutomation } from './automation-check.ts'
import { type Call, type Operation, page, param, type Reply, readable, subscriptionOf } from './call.ts'
import { isListed, lag, listedAfterMs } from './lag.ts'
import { checkLocation } from './location.ts'
import type { Automation } from './state.ts'

const newer = '2023-12-01-preview'
const both = ['2019-01-01-preview', newer] as const
const read = `${automationType}/read`
const write = `${automationType}/write`
const one = `/subscriptions/{subscription}/resourceGroups/{group}/providers/${automationType}/{automation}`

export const automations: Operation[] = [
  ...['/subscriptions/{subscription}', '/subscriptions/{subscription}/resourceGroups/{group}'].map((root): Operation => {
    return {
      method: 'GET',
      pattern: `${root}/providers/${automationType}`,
      versions: both,
      action: read,
      list: true,
      handle: listed,
    }
  }),
  {
    method: 'GET',
    pattern: one,
    versions: both,
    action: read,
    handle: call => ({ status: 200, body: automationBody(stored(call)) }),
  },
  { method: 'PUT', pattern: one, versions: both, action: write, handle: put },
  { method: 'PATCH', pattern: one, versions: [newer], action: write, handle: patch },
  { method: 'DELETE', pattern: one, versions: both, action: `${automationType}/delete`, handle: remove },
  { method: 'POST', pattern: `${one}/validate`, versions: both, action: `${automationType}/validate/action`, handle: validate },
]

function idOf({ params: { subscription = '', group = '', automation = '' } }: Call): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/${automationType}/${automation}`
}

function stored(call: Call): Automation {
  const automation = call.state.automations.get(idOf(call).toLowerCase())
  if (automation === undefined) throw notFound(automationType, param(call, 'automation'), param(call, 'group'))
  return automation
}

function listed(call: Call): Reply {
  const group = call.params.group?.toLowerCase()
  const here = [...call.state.automations.values()].filter(
    automation =>
      automation.subscription === subscriptionOf(call) &&
      (group === undefined || automation.group.toLowerCase() === group) &&
      isListed(call.state, automation.id),
  )
  return page(
    call,
    readable(call, read, here, ({ id }) => id),
    { idOf: ({ id }) => id, body: automationBody },
  )
}

function put(call: Call): Reply {
  const wanted = readAutomation(call, call.body)
  const before = call.state.automations.get(idOf(call).toLowerCase())
  check(call, wanted, before)
  const saved = save(call, wanted, before)
  if (before === undefined) lag(call.state, saved.id, ...listedAfterMs)
  return { status: before === undefined ? 201 : 200, body: automationBody(saved) }
}

/** Keeps what it does not name. Whether Azure judges actions anew that were not named is not documented; here it does not. */
function patch(call: Call): Reply {
  const before = stored(call)
  const wanted = readPatch(call, before)
  check(call, wanted, before, namesActions(call.body))
  return { status: 200, body: automationBody(save(call, wanted, before)) }
}

function check(call: Call, wanted: Wanted, before: Automation | undefined, actionsToo = true): void {
  const { etag, location } = wanted
  if (before !== undefined && etag !== undefined && etag !== '' && etag !== before.etag)
    throw new ArmError(412, 'PreconditionFailed', `The etag '${etag}' given is not the current one.`)
  checkLocation(automationType, { location, group: param(call, 'group'), name: param(call, 'automation') }, before)
  if (!/^[\w-]{1,260}$/.test(param(call, 'automation')))
    throw new ArmError(
      400,
      'InvalidResourceName',
      `The name '${param(call, 'automation')}' is invalid: letters, digits, '_' and '-' are allowed.`,
    )
  checkAutomation(call, wanted, actionsToo)
}

function save(call: Call, { location, tags, kind, metadata, properties }: Wanted, before: Automation | undefined): Automation {
  const { state } = call
  const saved: Automation = {
    id: before?.id ?? idOf(call),
    name: before?.name ?? param(call, 'automation'),
    group: before?.group ?? param(call, 'group'),
    subscription: subscriptionOf(call),
    location,
    tags,
    kind,
    metadata,
    etag: state.noise.guid(),
    properties,
    counts: before?.counts ?? { matches: 0, deliveries: 0, failures: 0 },
  }
  state.automations.set(saved.id.toLowerCase(), saved)
  return saved
}

/** Whether or not it was there. */
function remove(call: Call): Reply {
  call.state.automations.delete(idOf(call).toLowerCase())
  return { status: 204 }
}

function validate(call: Call): Reply {
  try {
    checkAutomation(call, readAutomation(call, call.body))
    return { status: 200, body: { isValid: true, message: 'Validation Successful' } }
  } catch (thrown) {
    if (!(thrown instanceof ArmError) || thrown.status !== 400) throw thrown
    return { status: 200, body: { isValid: false, message: thrown.message } }
  }
}
