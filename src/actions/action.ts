import type { z } from 'zod'
import type { Card } from '../../cards/card.ts'
import type { Finding } from '../model/finding.ts'
import type { Account, Person, Right } from '../model/person.ts'
import type { World } from '../ports.ts'

/** What a person asks for, by button, form, command, console or program; parsed by the surface, stored before it is answered. */
export interface ActionRequest {
  /** Idempotency key: the same id again gives the same answer and no second effect. */
  requestId: string
  action: string
  /** Words as they came; the verb's own schema reads them. */
  input: Record<string, unknown>
  findingId?: string
  from: Sender
  /** Where it was asked. */
  placeId?: string
}

export interface Sender {
  account: Account
  /** Set when the surface knows the person from the platform's own proof (Teams token, console sign-in). */
  person?: Person
}

export interface Answer {
  card: Card
  /** Findings whose cards now show something else. */
  changed: string[]
  /** True: only the asker sees it. */
  personal: boolean
  error?: { code: string; message: string; field?: string; retryAfterS?: number }
}

/** What surfaces call. `accept` makes the request durable and returns at once; `perform` carries it out, or gives the present answer. */
export interface Desk {
  accept(request: ActionRequest): Promise<void>
  perform(request: ActionRequest): Promise<Answer>
  /** Type-ahead for a searching choice of a form: at most 100. */
  choices(request: ActionRequest, field: string, typed: string): Promise<{ value: string; title: string; note?: string }[]>
}

/** What a verb works with. */
export interface Context {
  world: World
  person: Person
  request: ActionRequest
  finding?: Finding
  now: Date
  /** The request was begun before (a crash lay between): look before repeating an effect. */
  resumed: boolean
}

type Topic = 'Findings' | 'Logic apps' | 'Rules' | 'Feeds' | 'You' | 'Operation'

/** One verb, as its author writes it. */
export interface VerbSpec<Input> {
  /** Its command words, also the key in the table: `run`, `rule new`. */
  name: string
  title: string
  /** One sentence for help. */
  help: string
  /** As typed: `run <logic app> on <id>`. */
  usage: string
  topic: Topic
  input: z.ZodType<Input>
  /** What was typed after the verb → raw input and finding. */
  read?(words: string[]): Words
  finding: 'required' | 'none'
  /** True for verbs that change something: intent and outcome go to the ledger, and a crash is settled. */
  effect: boolean
  needs(input: Input, finding: Finding | undefined): Right[]
  /** Whether a finding's card offers it now. */
  offeredOn?(finding: Finding): boolean
  /** Asked when the input is incomplete. */
  form?(context: Context, input: Record<string, unknown>, errors: FieldError[]): Promise<Card>
  choices?(context: Context, field: string, typed: string): Promise<{ value: string; title: string; note?: string }[]>
  run(context: Context, input: Input): Promise<Answer>
}

export interface Words {
  findingId?: string
  input: Record<string, unknown>
}

export interface FieldError {
  field: string
  message: string
}

/** A verb with its input type closed over: what the table, help, forms and `perform` see. */
export interface Action extends Omit<VerbSpec<never>, 'input' | 'needs' | 'run'> {
  prepare(raw: Record<string, unknown>): Prepared | { errors: FieldError[] }
}

export interface Prepared {
  needs(finding: Finding | undefined): Right[]
  run(context: Context): Promise<Answer>
}

export function verb<Input>(spec: VerbSpec<Input>): Action {
  const { input: schema, needs, run, ...rest } = spec
  return {
    ...rest,
    prepare(raw) {
      const read = schema.safeParse(raw)
      if (!read.success)
        return { errors: read.error.issues.map(issue => ({ field: issue.path.join('.'), message: issue.message })) }
      return { needs: finding => needs(read.data, finding), run: context => run(context, read.data) }
    },
  }
}
