import { z } from 'zod'
import { tableOf } from '../table.ts'
import { ArmError } from './arm-error.ts'
import type { Reply } from './call.ts'
import { type Fault, type FaultKind, faultKinds } from './faults.ts'
import { attack } from './life.ts'
import type { RoleName } from './principal.ts'
import type { Raise } from './raise.ts'
import type { Alert, Assessment, Denial, Lock, State } from './state.ts'

const FireBody = z.object({
  type: z.string().optional(),
  resource: z.string().optional(),
  severity: z.string().optional(),
  subscription: z.string().optional(),
})
const AssessmentBody = z.object({
  status: z.enum(['Healthy', 'Unhealthy', 'NotApplicable']),
  id: z.string().optional(),
  key: z.string().optional(),
})
const WithdrawBody = z.object({ id: z.string() })
const ClockBody = z.object({ advanceMs: z.number().min(0).optional(), now: z.iso.datetime({ offset: true }).optional() })
const Kind = z.custom<FaultKind>(kind => typeof kind === 'string' && faultKinds.includes(kind), 'unknown kind of fault')
const FaultsBody = z.array(
  z.object({
    on: z.string(),
    kind: Kind,
    times: z.number().optional(),
    share: z.number().min(0).max(1).optional(),
    slowMs: z.number().optional(),
  }),
)
const LocksBody = z.array(z.object({ scope: z.string().startsWith('/'), level: z.enum(['ReadOnly', 'CanNotDelete']) }))
const DenialsBody = z.array(
  z.object({ scope: z.string().startsWith('/'), type: z.string().optional(), policy: z.string().default('Not allowed here') }),
)
const UnregisteredBody = z.array(z.object({ subscription: z.string(), namespace: z.string() }))
const RecommendationBody = z.object({
  key: z.string(),
  /** Null takes it back. */
  plannedDeprecation: z
    .string()
    .regex(/^\d\d\/\d{4}$/)
    .nullish(),
  replaced: z.boolean().default(false),
})
const ConnectionBody = z.object({ connection: z.string(), authorised: z.boolean().default(true) })
const AttackBody = z.object({ resource: z.string().optional() })
const ForwardBody = z.object({ to: z.string(), key: z.string().optional() })

/** The part of the simulator that can be steered from outside. */
export interface Steered {
  tenantId: string
  subscriptionIds: string[]
  people: { role: RoleName; objectId: string; name: string }[]
  tokens: Record<RoleName, string>
  state: State
  fire(wish: Raise): Alert
  changeAssessment(status: Assessment['status'], match: (assessment: Assessment) => boolean): Assessment | undefined
  withdraw(match: (assessment: Assessment) => boolean): Assessment | undefined
  deprecate(key: string, month?: string): boolean
  replace(key: string): boolean
  now(): Date
  advance(ms: number): void
  setClock(time: Date): void
  faults(faults: Fault[]): void
  locks(locks: Lock[]): void
  denials(denials: Denial[]): void
  setForwardTo(url: string, key?: string): void
  authorise(connection: string, authorised: boolean): number
  deliveries(): object
  reset(): void
}

type Act = (simulator: Steered, body: unknown) => object

/** What other programs may arrange, never on the paths of the management API. */
const acts = tableOf<Act>({
  'GET ': ({ tenantId, subscriptionIds, people, tokens }) => ({
    tenantId,
    subscriptionIds,
    people: people.map(person => ({ ...person, token: tokens[person.role] })),
  }),
  'GET deliveries': simulator => simulator.deliveries(),
  'POST fire': (simulator, body) => {
    const { name, alertType, resourceId } = simulator.fire(FireBody.parse(body))
    return { name, alertType, resourceId }
  },
  'POST attack': (simulator, body) => {
    attack(simulator.state, AttackBody.parse(body).resource)
    return {}
  },
  'POST assessment': changeAssessment,
  'POST withdraw': (simulator, body) => {
    const { id } = WithdrawBody.parse(body)
    return { withdrawn: simulator.withdraw(one => one.id.toLowerCase() === id.toLowerCase()) !== undefined }
  },
  'POST clock': (simulator, body) => {
    const { advanceMs, now } = ClockBody.parse(body)
    if (now !== undefined) simulator.setClock(new Date(now))
    if (advanceMs !== undefined) simulator.advance(advanceMs)
    return { now: simulator.now().toISOString() }
  },
  'POST faults': (simulator, body) => {
    simulator.faults(FaultsBody.parse(body))
    return {}
  },
  'POST locks': (simulator, body) => {
    simulator.locks(LocksBody.parse(body))
    return {}
  },
  'POST denials': (simulator, body) => {
    simulator.denials(DenialsBody.parse(body))
    return {}
  },
  'POST unregistered': ({ state }, body) => {
    const off = UnregisteredBody.parse(body)
    state.unregistered = new Set(off.map(({ subscription, namespace }) => `${subscription} ${namespace}`.toLowerCase()))
    return {}
  },
  'POST recommendation': (simulator, body) => {
    const { key, plannedDeprecation, replaced } = RecommendationBody.parse(body)
    return { changed: replaced ? simulator.replace(key) : simulator.deprecate(key, plannedDeprecation ?? undefined) }
  },
  'POST connection': (simulator, body) => {
    const { connection, authorised } = ConnectionBody.parse(body)
    return { changed: simulator.authorise(connection, authorised) }
  },
  'POST forward': (simulator, body) => {
    const { to, key } = ForwardBody.parse(body)
    simulator.setForwardTo(to, key)
    return {}
  },
  'POST reset': simulator => {
    simulator.reset()
    return {}
  },
})

function changeAssessment(simulator: Steered, body: unknown): object {
  const { status, id, key } = AssessmentBody.parse(body)
  const changed = simulator.changeAssessment(
    status,
    one =>
      (id === undefined || one.id.toLowerCase() === id.toLowerCase()) && (key === undefined || one.key === key.toLowerCase()),
  )
  return changed === undefined ? { changed: false } : { changed: true, id: changed.id }
}

export function control(simulator: Steered, method: string, path: string, text: string): Reply {
  const name = path.replace(/^\/_simulator\/?/, '')
  const act = acts.get(`${method} ${name}`)
  if (act === undefined)
    throw new ArmError(404, 'NotFound', `There is no '${method} ${name}'; there are: ${[...acts.keys()].join(', ')}.`)
  try {
    return { status: 200, body: act(simulator, text.trim() === '' ? {} : JSON.parse(text)) }
  } catch (thrown) {
    throw new ArmError(400, 'BadRequest', thrown instanceof Error ? thrown.message : 'That could not be done.')
  }
}
