import { createHash } from 'node:crypto'
import { z } from 'zod'
import { appliedCard, exportCard, fileErrorsCard, planCard, planFormCard } from '../../../cards/rules-as-code.ts'
import { Problem } from '../../errors.ts'
import type { Typed } from '../../model/typed.ts'
import { type Action, type Answer, type Context, personal, verb } from '../action.ts'
import { doerOf, keptAsFound, noted } from '../rules/noted.ts'
import { applySteps } from './apply.ts'
import { writeArm } from './arm.ts'
import { writeBicep } from './bicep.ts'
import type { FileError } from './file.ts'
import { closePlan, keepPlan, keptPlan } from './kept-plan.ts'
import { rightsFor, type Surroundings, surroundings } from './known.ts'
import { type Planned, planText, stepView } from './planning.ts'
import { begunSteps, takenAlready } from './resume.ts'
import { writeRules } from './write.ts'

const longestText = 200_000
const languages = ['yaml', 'arm', 'bicep'] as const
type Language = (typeof languages)[number]

const exportRules = verb<{ as: Language; words: string }>({
  name: 'rules export',
  title: 'Export rules',
  help: 'Writes the rules you may read as a file: YAML that "rules plan" reads back, an ARM template or Bicep.',
  usage: 'rules export [yaml|arm|bicep] [words of the name]',
  tried: ['export'],
  topic: 'Rules',
  input: z.object({ as: z.enum(languages).default('yaml'), words: z.string().max(300).default('') }),
  read(typed) {
    const [first = '', ...rest] = typed.all()
    const language = languages.find(name => name === first.toLowerCase())
    const words = language === undefined ? [first, ...rest] : rest
    return { input: { ...(language && { as: language }), words: words.join(' ') } }
  },
  effect: false,
  needs: () => [],
  async run({ world, person }, { as, words }) {
    const around = await surroundings(world.azure, person.id)
    const rules = around.rules.filter(({ name }) => name.toLowerCase().includes(words.toLowerCase()))
    if (rules.length === 0) throw new Problem('NotFound', 'There is no rule that you may read and that fits.', { field: 'words' })
    const texts = {
      yaml: () => [{ name: 'rules.yaml', text: writeRules(rules, around.apps) }],
      arm: () => [{ name: 'rules.json', text: writeArm(rules, around.apps) }],
      bicep: () => writeBicep(rules, around.apps).map(({ group, text }) => ({ name: `${group}.bicep`, text })),
    }
    return personal(exportCard({ count: rules.length, files: texts[as]() }))
  },
})

/** A file as pasted, or one that a plan was made of before, by the plan's id. */
const FileInput = z.object({
  text: z.string().max(longestText, 'The text is longer than a chat takes; use "npm run -s rules -- plan FILE".').optional(),
  plan: z.string().max(64).optional(),
  prune: z.union([z.boolean(), z.enum(['true', 'false', '']).transform(word => word === 'true')]).default(false),
})
type FileInput = z.infer<typeof FileInput>
const PlanInput = FileInput.refine(({ text, plan }) => (text ?? plan ?? '').trim() !== '', {
  path: ['text'],
  message: 'Paste the rules as YAML, or attach the file in a message to the bot.',
})

function readFile(typed: Typed) {
  const prune = typed.next()?.toLowerCase() === 'prune'
  const raw = typed.raw()
  const text = unfenced(prune ? raw.replace(/^\s*prune\s*/i, '') : raw)
  return { input: { prune, ...(text !== '' && { text }) } }
}

/** Chats wrap pasted code in fences. */
function unfenced(text: string): string {
  return text.trim().replace(/^```[a-z]*\s*\n?|\n?```$/g, '')
}

const planVerb = verb<FileInput>({
  name: 'rules plan',
  title: 'Plan rules',
  help: 'Shows what would change in Azure if the rules were as in a file you paste or attach; "prune" also deletes rules the file does not name.',
  usage: 'rules plan [prune] <YAML>',
  tried: ['plan'],
  topic: 'Rules',
  input: PlanInput,
  read: readFile,
  effect: false,
  needs: () => [],
  form: async (_context, input, errors) => planFormCard({ text: String(input.text ?? ''), errors }),
  async run(context, input) {
    const made = await planOf(context, input)
    if ('errors' in made) return refused(made.errors)
    const { plan, around, text, warnings } = made
    const id = createHash('sha256').update(`${input.prune}\n${text}`).digest('hex').slice(0, 32)
    if (plan.steps.length > 0) await keepPlan(context, id, text)
    return personal(planCard({ id, prune: input.prune, same: plan.same, warnings, steps: plan.steps.map(stepView(around)) }))
  },
})

const applyVerb = verb<FileInput>({
  name: 'rules apply',
  title: 'Apply rules',
  help: 'Makes the rules in Azure what a file says: new ones first, ends last; stops at the first refusal and says what was done.',
  usage: 'rules apply [prune] <YAML>',
  tried: ['apply'],
  topic: 'Rules',
  input: PlanInput,
  read: readFile,
  effect: true,
  async needs(input, context) {
    const made = await planOf(context, input)
    return 'errors' in made ? [] : rightsFor(made.plan.steps)
  },
  form: async (_context, input, errors) => planFormCard({ text: String(input.text ?? ''), errors }),
  async run(context, input) {
    const made = await planOf(context, input)
    if ('errors' in made) return refused(made.errors)
    const { applied, before } = await carriedOut(context, made)
    const { stopped } = applied
    if (input.plan !== undefined && stopped === undefined) await closePlan(context, input.plan)
    const view = stepView(made.around)
    const card = appliedCard({
      done: [...before, ...applied.done].map(view),
      left: applied.left.map(view),
      same: made.plan.same - before.length,
      ...(stopped && { stopped: { step: view(stopped.step), why: stopped.problem.message } }),
    })
    return { ...personal(card), ...(stopped && { error: { code: stopped.problem.code, message: card.fallback } }) }
  },
})

/** Goes on where an interruption left it: what Azure has already is noted, and told as done. */
async function carriedOut(context: Context, { plan, rules }: Made) {
  const { world, request } = context
  const doer = doerOf(context)
  const begun = await begunSteps(world.store, request.requestId, plan.steps, doer.at)
  const already = takenAlready(begun ?? [], plan.steps, rules)
  for (const { done } of already) await noted(world, done, doer)
  const applied = await applySteps(world.azure.rules, plan.steps, {
    before: rule => keptAsFound(world, rule, doer),
    after: done => noted(world, done, doer),
  })
  return { applied, before: already.map(({ step }) => step) }
}

interface Made extends Planned {
  around: Surroundings
  text: string
}

/** Made anew each time, so that a repeated apply finds only what is left. */
async function planOf(context: Context, input: FileInput): Promise<Made | { errors: FileError[] }> {
  const text = input.plan === undefined ? (input.text ?? '') : await keptPlan(context, input.plan)
  const around = await surroundings(context.world.azure, context.person.id)
  const made = await planText(text, around, input.prune)
  return 'errors' in made ? made : { ...made, around, text }
}

function refused(errors: FileError[]): Answer {
  const card = fileErrorsCard(errors)
  return { ...personal(card), error: { code: 'BadInput', message: card.fallback, field: 'text' } }
}

export const rulesAsCode: Action[] = [exportRules, planVerb, applyVerb]
