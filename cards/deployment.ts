import type { DeployedResource, Deployment, DeploymentState } from '../src/model/deployment.ts'
import type { Card, Element, Line, Tone } from './card.ts'
import { clip, inline, short } from './text.ts'
import { took, when } from './time.ts'

const stateWord: Record<DeploymentState, string> = {
  starting: 'Starting',
  running: 'In progress',
  succeeded: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
}

const look: Record<DeploymentState, { tone: Tone; icon: Line['icon'] }> = {
  starting: { tone: 'neutral', icon: 'wait' },
  running: { tone: 'info', icon: 'wait' },
  succeeded: { tone: 'good', icon: 'ok' },
  failed: { tone: 'bad', icon: 'fail' },
  cancelled: { tone: 'neutral', icon: 'stop' },
}

/** A logic app being made: how far each part is, and what to do with it when it is there. */
export function deploymentCard(deployment: Deployment, now: Date): Card {
  const { state, appName, group, by, startedAt, endedAt } = deployment
  const name = short(inline(appName), 80)
  const duration = endedAt === undefined ? '' : ` · ${took(startedAt, endedAt)}`
  return {
    fallback: `Logic app ${name}: ${stateWord[state].toLowerCase()}.`,
    tone: look[state].tone,
    body: [
      { type: 'heading', badge: stateWord[state].toUpperCase(), tone: look[state].tone, left: 'New logic app', right: '' },
      { type: 'title', text: name },
      {
        type: 'text',
        text: `${short(inline(group), 80)} · ${short(inline(by.name), 60)} · ${when(startedAt, now)}${duration}`,
        subtle: true,
      },
      ...deployment.resources.map(resourceLine),
      ...failure(deployment),
      ...toAuthorise(deployment),
    ],
    buttons: [],
    more: [],
  }
}

function resourceLine({ name, type, state, error }: DeployedResource): Element {
  const why = error === undefined ? '' : `. ${clip(inline(error), 300)}`
  const what = `${short(inline(name), 60)} (${short(inline(type.split('/').at(-1) ?? type), 40)})`
  return { type: 'line', ...look[state], text: `${what}: ${stateWord[state].toLowerCase()}${why}` }
}

function failure({ error }: Deployment): Element[] {
  return error === undefined ? [] : [{ type: 'text', text: clip(inline(error), 1000) }]
}

function toAuthorise({ state, toAuthorise: names }: Deployment): Element[] {
  if (state !== 'succeeded' || names.length === 0) return []
  const text = `Sign in to ${names.map(name => short(inline(name), 40)).join(', ')} in the portal before the first run.`
  return [{ type: 'line', tone: 'warn', icon: 'warn', text }]
}
