import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import type { StepView } from '../../cards/rules-as-code.ts'
import { keptAsFound, noted } from '../actions/rules/noted.ts'
import { applySteps } from '../actions/rules-as-code/apply.ts'
import { writeArm } from '../actions/rules-as-code/arm.ts'
import { writeBicep } from '../actions/rules-as-code/bicep.ts'
import type { FileError } from '../actions/rules-as-code/file.ts'
import { rightsFor, type Surroundings, surroundings } from '../actions/rules-as-code/known.ts'
import { type Planned, planText, stepView } from '../actions/rules-as-code/planning.ts'
import { writeRules } from '../actions/rules-as-code/write.ts'
import type { Config } from '../config.ts'
import { oneSaveAtATime } from '../flow/one-save.ts'
import { openAzure } from '../open-azure.ts'
import { startStore } from '../open-store.ts'
import type { Azure } from '../ports.ts'
import {
  commandLog,
  Failure,
  fileText,
  type Given,
  noMore,
  print,
  runCommand,
  settings,
  UsageError,
  unknownWord,
} from './command.ts'
import { lackingToRead, mustHold } from './may.ts'

const usage = `npm run -s rules -- export [yaml|arm|bicep] [words of the name]
npm run -s rules -- plan [prune] FILE
npm run -s rules -- apply [prune] FILE

export writes the rules in Azure; plan shows what would change if they were as in FILE (YAML, as export writes it); apply makes them so, new ones
first, where all rights for it are held, and stops at the first refusal. "prune" also deletes rules in the groups of the file that it does not name. Azure is the one that
AZURE_ARM_ENDPOINT names, with the rights of whoever is signed in there; what apply does is kept in the history of each rule.`

const commands = ['export', 'plan', 'apply']
const longestFile = 1024 * 1024
const log = commandLog()

async function main({ words: [word, ...rest] }: Given): Promise<number> {
  if (word === undefined || !commands.includes(word)) throw unknownWord(word, 'command', commands)
  if (word === 'export') return exported(signedIn(settings()), rest)
  const prune = rest[0] === 'prune'
  const [file, ...more] = prune ? rest.slice(1) : rest
  if (file === undefined) throw new UsageError('Say which file holds the rules.')
  noMore(more)
  const config = settings()
  const azure = signedIn(config)
  const around = await surroundings(azure)
  const planned = await planText(await fileText(file, longestFile), around, prune)
  if ('errors' in planned) return wrong(azure, file, planned.errors)
  return word === 'plan' ? told(planned, around) : applied(config, azure, planned, around)
}

/** Asked as whoever runs the command. */
function signedIn(config: Config): Azure {
  if (!config.simulated) return openAzure(config, log, undefined, 'command')
  throw new Failure(
    'AZURE_ARM_ENDPOINT: say which Azure. The simulated one lives in the bot: while that runs, "rules export", "rules plan" and "rules apply" do the same in chat.',
  )
}

async function exported(azure: Azure, words: string[]): Promise<number> {
  const language = words[0] ?? 'yaml'
  const isNamed = ['yaml', 'arm', 'bicep'].includes(language)
  const name = words
    .slice(isNamed ? 1 : 0)
    .join(' ')
    .toLowerCase()
  const { rules, apps } = await surroundings(azure)
  const wanted = rules.filter(rule => rule.name.toLowerCase().includes(name))
  if (wanted.length === 0) throw new Failure('There is no rule that fits.')
  if (language === 'arm') process.stdout.write(writeArm(wanted, apps))
  else if (language === 'bicep') for (const { text } of writeBicep(wanted, apps)) print(text)
  else process.stdout.write(writeRules(wanted, apps))
  return 0
}

async function wrong(azure: Azure, file: string, errors: FileError[]): Promise<number> {
  for (const { line, path, rule, message } of errors) {
    const where = [`${file}${line === undefined ? '' : `:${line}`}`, rule ?? '', path].filter(part => part !== '')
    print(`${where.join(' ')}: ${message}`)
  }
  for (const sentence of await lackingToRead(azure)) print(`Not all could be read: ${sentence}`)
  return 1
}

function told({ plan, warnings }: Planned, around: Surroundings): number {
  for (const warning of warnings) print(`Note: ${warning}`)
  for (const step of plan.steps.map(stepView(around))) {
    print(`${sign[step.type]} ${nameOf(step)}${step.differences.length === 0 ? '' : ` (${step.differences.join(', ')})`}`)
    if (step.before !== undefined && step.before !== step.after) print(`    before: ${step.before}`)
    if (step.after !== undefined) print(`    after:  ${step.after}`)
  }
  print(`${plan.steps.length} to change, ${plan.same} as the file says.`)
  return 0
}

const sign = { create: '+', change: '~', delete: '-' } as const

function nameOf({ name, group }: StepView): string {
  return `${name} in ${group}`
}

async function applied(config: Config, azure: Azure, { plan }: Planned, around: Surroundings): Promise<number> {
  await mustHold(azure, 'apply this', rightsFor(plan.steps))
  const undo: (() => Promise<void>)[] = []
  try {
    const store = await startStore(config, log, undo)
    const { username } = userInfo()
    const by = { id: `command-line:${username}`, name: `Command line (${username})` }
    const requestId = `command-line-${randomUUID()}`
    const view = stepView(around)
    const doer = () => ({ at: new Date().toISOString(), by, requestId })
    const { done, stopped, left } = await applySteps(oneSaveAtATime(azure, store).rules, plan.steps, {
      before: rule => keptAsFound({ store }, rule, doer()),
      async after(one, step) {
        await noted({ azure, store }, one, doer())
        print(`done      ${sign[step.type]} ${nameOf(view(step))}`)
      },
    })
    if (stopped !== undefined) print(`stopped   ${nameOf(view(stopped.step))}: ${stopped.problem.message}`)
    for (const step of left.map(view)) print(`not done  ${sign[step.type]} ${nameOf(step)}`)
    print(`${done.length} done, ${left.length + (stopped === undefined ? 0 : 1)} not done, ${plan.same} as the file says.`)
    return stopped === undefined ? 0 : 1
  } finally {
    for (const step of undo.reverse()) await step()
  }
}

await runCommand(usage, [], main)
