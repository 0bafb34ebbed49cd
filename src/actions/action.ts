import { z } from 'zod'
import type { Card } from '../../cards/card.ts'
import { Problem } from '../errors.ts'
import type { Finding } from '../model/finding.ts'
import { Account, Person, type Right } from '../model/person.ts'
import type { Typed } from '../model/typed.ts'
import type { World } from '../ports.ts'

export const Sender = z.object({
  account: Account,
  /** Set when the surface knows the person from the platform's own proof (Teams token, console sign-in). */
  person: Person.optional(),
})
export type Sender = z.infer<typeof Sender>

/** What a person asks for, by button, form, command, console or program; parsed by the surface, stored before it is answered. */
export const ActionRequest = z.object({
  /** Idempotency key: the same id again gives the same answer and no second effect. */
  requestId: z.string().min(1).max(200),
  action: z.string(),
  /** Words as they came; the verb's own schema reads them. */
  input: z.record(z.string(), z.unknown()),
  findingId: z.string().optional(),
  from: Sender,
  /** Where it was asked. */
  placeId: z.string().optional(),
})
export type ActionRequest = z.infer<typeof ActionRequest>

export const Answer = z.object({
  card: z.custom<Card>(value => isCard(value)),
  /** Findings whose cards now show something else. */
  changed: z.array(z.string()),
  /** True: only the asker sees it. */
  personal: z.boolean(),
  /** What was asked for was so already. */
  unchanged: z.boolean().optional(),
  error: z
    .object({ code: z.string(), message: z.string(), field: z.string().optional(), retryAfterS: z.number().optional() })
    .optional(),
})
export type Answer = z.infer<typeof Answer>

/** An answer for the asker alone that changes nothing. */
export function personal(card: Card): Answer {
  return { card, changed: [], personal: true }
}

/** As `personal`, to what asks for what is so already. */
export function already(card: Card): Answer {
  return { ...personal(card), unchanged: true }
}

function isCard(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'fallback' in value && 'body' in value && Array.isArray(value.body)
}

/** What surfaces call. `accept` makes the request durable and returns at once; `perform` carries it out, or gives the present answer. */
export interface Desk {
  /** The request as it may be stored and carried out: a key typed into it goes no further. */
  keepable(request: ActionRequest): Promise<ActionRequest>
  accept(request: ActionRequest): Promise<void>
  perform(request: ActionRequest): Promise<Answer>
  /** What a verb without effect shows now: nothing of it is kept. */
  look(request: ActionRequest): Promise<Answer>
  /** Type-ahead for a searching choice of a form: at most 100. */
  choices(request: ActionRequest, field: string, typed: string): Promise<Choice[]>
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

export interface FindingContext extends Context {
  finding: Finding
}

export type Topic = 'Findings' | 'Logic apps' | 'Rules' | 'Feeds' | 'You' | 'Operation'

export interface Choice {
  value: string
  title: string
  note?: string
}

interface Described {
  /** Its command words, also the key in the table: `run`, `rule new`. */
  name: string
  title: string
  /** One sentence for help; empty for verbs that only buttons use. */
  help: string
  /** As typed: `run <logic app> on <id>`. */
  usage: string
  topic: Topic
  /** Other names, each with what it says beside: `resolve <id>` is `status <id>` that says `resolved`. */
  also?: ReadonlyMap<string, string>
  /** Words that people try for it: the answer points here. */
  tried?: readonly string[]
  /** What was typed after the verb → raw input and finding. `says` is what another name says. Without it the verb takes no words. */
  read?(typed: Typed, says?: string): Words
  /** The input as it may rest anywhere, where only the verb can tell: asked before it is stored. */
  kept?(input: Record<string, unknown>, world: Pick<World, 'azure'>): Promise<Record<string, unknown>>
  /** What is asked for, in a word, where the input tells more than the title. */
  deed?(input: Record<string, unknown>): string | undefined
  /** True for verbs that change something: intent and outcome go to the ledger, and a crash is settled. */
  effect: boolean
}

/** A verb as its author writes it; `On` is the context it works in. */
interface Written<Input, On extends Context> extends Described {
  input: z.ZodType<Input>
  needs(input: Input, on: On): Right[] | Promise<Right[]>
  /** What only Azure or the store can tell is wrong: every error at its field, before anything is done. */
  check?(input: Input, on: On): Promise<FieldError[]>
  /** Asked when the input is incomplete or wrong. */
  form?(on: On, input: Record<string, unknown>, errors: FieldError[]): Promise<Card>
  /** For a choice of the form that is searched while typing. */
  choices?(on: On, field: string, typed: string): Promise<Choice[]>
  run(on: On, input: Input): Promise<Answer>
}

export interface FindingVerb<Input> extends Written<Input, FindingContext> {
  /** Whether a finding's card offers it now. */
  offeredOn?(finding: Finding): boolean
}

export interface Words {
  /** Another verb that these words ask for: `status` alone is `health`. */
  action?: string
  findingId?: string
  input: Record<string, unknown>
}

export interface FieldError {
  field: string
  message: string
}

/** A verb with its types closed over: what the table, help, forms and `perform` see. */
export interface Action extends Described {
  onFinding: boolean
  offeredOn?(finding: Finding): boolean
  prepare(raw: Record<string, unknown>): Prepared | { errors: FieldError[] }
  form?(context: Context, input: Record<string, unknown>, errors: FieldError[]): Promise<Card>
  choices?(context: Context, field: string, typed: string): Promise<Choice[]>
}

export interface Prepared {
  needs(context: Context): Right[] | Promise<Right[]>
  check(context: Context): Promise<FieldError[]>
  run(context: Context): Promise<Answer>
}

export function isPrepared(prepared: Prepared | { errors: FieldError[] }): prepared is Prepared {
  return 'run' in prepared
}

/** A verb that works on one finding. */
export function findingVerb<Input>(written: FindingVerb<Input>): Action {
  const { offeredOn } = written
  return { ...close(written, withFinding), onFinding: true, ...(offeredOn && { offeredOn }) }
}

/** A verb that needs no finding. */
export function verb<Input>(written: Written<Input, Context>): Action {
  return { ...close(written, context => context), onFinding: false }
}

function close<Input, On extends Context>(written: Written<Input, On>, on: (context: Context) => On): Omit<Action, 'onFinding'> {
  const { input: schema, needs, check, run, form, choices, ...described } = written
  return {
    ...described,
    prepare(raw) {
      const read = schema.safeParse(raw, { error: inWords })
      if (!read.success)
        return { errors: read.error.issues.map(issue => ({ field: issue.path.join('.'), message: issue.message })) }
      return {
        needs: context => needs(read.data, on(context)),
        check: async context => check?.(read.data, on(context)) ?? [],
        run: context => run(on(context), read.data),
      }
    },
    ...(form && {
      form: (context: Context, input: Record<string, unknown>, errors: FieldError[]) => form(on(context), input, errors),
    }),
    ...(choices && { choices: (context: Context, field: string, typed: string) => choices(on(context), field, typed) }),
  }
}

/** What zod would say of a field whose schema says nothing itself, for people. */
function inWords(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'too_big' && issue.origin === 'string') return `This is too long: at most ${issue.maximum} characters.`
  if (issue.code === 'invalid_value') return `This must be one of ${issue.values.filter(value => value !== '').join(', ')}.`
  if (issue.code === 'invalid_type' && issue.expected === 'string') return 'This must be a text.'
  return undefined
}

function withFinding(context: Context): FindingContext {
  const { finding } = context
  if (finding === undefined) throw new Problem('BadInput', 'Say which finding.', { field: 'findingId' })
  return { ...context, finding }
}
