import { saidCard } from '../../../cards/answer.ts'
import type { Card } from '../../../cards/card.ts'
import { deploymentCard } from '../../../cards/deployment.ts'
import type { Deployment } from '../../model/deployment.ts'
import { templates } from '../../templates/templates.ts'
import { type Answer, personal, verb } from '../action.ts'
import { deploy, whereToTell, wrongName } from './deploy.ts'
import { newAppForm, textsOf } from './new-form.ts'
import { NewApp } from './new-input.ts'
import { groupsLike, isThere } from './new-place.ts'
import { deployRights } from './rights.ts'

export const create = verb<NewApp>({
  name: 'app new',
  title: 'New logic app',
  help: `Makes a logic app from a template: ${templates.map(({ name }) => name).join(', ')}.`,
  usage: 'app new [<template>]',
  topic: 'Logic apps',
  input: NewApp,
  read(typed) {
    const template = typed.all().join('-')
    return { input: template === '' ? {} : { template } }
  },
  effect: true,
  // Of a group that is not there nobody's rights can be asked: the check tells of it.
  needs: async ({ group }, { world }) => ((await isThere(world, group)) ? deployRights(group.subscription, group.name) : []),
  check: (app, context) => wrongName(context, app),
  form: newAppForm,
  choices: (context, _field, typed) => groupsLike(context, typed),
  async run(context, app) {
    const deployment = await deploy(context, app, textsOf(context.request.input))
    return begun(deployment, await whereToTell(context), context.now)
  },
})

function begun(deployment: Deployment, place: string | undefined, now: Date): Answer {
  const { appName, values } = deployment
  const leadsBack = values.draft === undefined ? '' : ' and leads back to your rule'
  if (place !== undefined) return personal(saidCard(`${appName} is being made. A card here shows how it goes${leadsBack}.`))
  return personal(unposted(deploymentCard(deployment, now), appName))
}

function unposted(card: Card, appName: string): Card {
  const text = `Nothing can be posted here: "app show ${appName}" shows how it goes.`
  return {
    ...card,
    fallback: `${card.fallback} ${text}`,
    body: [...card.body, { type: 'line', tone: 'info', icon: 'info', text }],
  }
}
