import { z } from 'zod'
import type { Condition } from '../../model/condition.ts'
import { writeConditions } from '../../model/condition-text.ts'
import type { DefenderEvent } from '../../model/event.ts'
import type { Finding } from '../../model/finding.ts'
import type { ResourceGroup } from '../../ports.ts'
import { type FindingContext, findingVerb, personal } from '../action.ts'
import { afterId, readsFinding } from '../show.ts'
import { homeOf, wholeSubscription } from './fields.ts'
import { formOf } from './form.ts'

/** The form of a new rule, filled in so that it fires on events like this one. */
export const ruleFrom = findingVerb({
  name: 'rule from',
  title: 'Make a rule',
  help: 'Makes a rule that fires on findings like this one.',
  usage: 'rule from <id>',
  topic: 'Rules',
  input: z.object({}),
  read: typed => afterId(typed),
  effect: false,
  needs: (_input, on) => readsFinding(on),
  async run(on) {
    const { event } = on.finding
    const values = {
      name: nameFor(on.finding),
      description: '',
      home: await homeFor(on),
      scope: wholeSubscription,
      logicApp: '',
      conditions: writeConditions(event.kind, [conditionsFor(event)]),
      add: '',
      enabled: true,
      why: '',
    }
    return personal(await formOf(on, { kind: event.kind, values, hidden: {} }))
  },
})

/** Letters, digits and dashes only: Azure takes no others. */
function nameFor({ event }: Finding): string {
  const words = event.title
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return `On-${words.length > 60 ? words.slice(0, 60).replace(/-[^-]*$/, '') : words}`
}

function is(path: string, value: string, operator: Condition['operator'] = 'Equals'): Condition {
  return { path, type: 'String', operator, value }
}

/** What makes an event this one: the alert's type, the recommendation found unhealthy, the standard failed. */
function conditionsFor(event: DefenderEvent): Condition[] {
  switch (event.kind) {
    case 'alert': {
      const what = event.alertType === '' ? is('AlertDisplayName', event.title, 'Contains') : is('AlertType', event.alertType)
      return [what, is('Severity', event.severity)]
    }
    case 'recommendation':
      return [is('name', event.assessmentKey), is('properties.status.code', 'Unhealthy')]
    case 'compliance':
      return [is('id', event.standard, 'Contains'), is('properties.state', 'Failed')]
  }
}

/** Where most rules of the finding's subscription live. */
async function homeFor({ world, finding }: FindingContext): Promise<string> {
  const [rules, groups] = await Promise.all([world.azure.rules.list(), world.azure.catalogue.groups()])
  const here = (one: { subscription: string }) => one.subscription.toLowerCase() === finding.event.subscription.toLowerCase()
  const count = ({ subscription, name }: ResourceGroup) =>
    rules.filter(
      rule => rule.subscription.toLowerCase() === subscription.toLowerCase() && rule.group.toLowerCase() === name.toLowerCase(),
    ).length
  const [best] = groups.filter(here).toSorted((a, b) => count(b) - count(a))
  return best === undefined ? '' : homeOf({ subscription: best.subscription, group: best.name })
}
