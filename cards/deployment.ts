import type { DeployedResource, Deployment, DeploymentState, IdentityRole } from '../src/model/deployment.ts'
import { tableOf } from '../src/table.ts'
import { useInRule } from './app.ts'
import type { Button, Card, Element, Line, Row, Tone } from './card.ts'
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

/** A logic app being made: how far each part is, and what is left to do when it is there. */
export function deploymentCard(deployment: Deployment, now: Date): Card {
  const { state, appName, group, by, startedAt, endedAt } = deployment
  const name = short(inline(appName), 80)
  const duration = endedAt === undefined ? '' : ` · took ${took(startedAt, endedAt)}`
  return {
    fallback: `New logic app ${name}: ${stateWord[state].toLowerCase()}.`,
    tone: look[state].tone,
    body: [
      {
        type: 'heading',
        badge: stateWord[state].toUpperCase(),
        tone: look[state].tone,
        left: 'New logic app',
        right: short(inline(group), 80),
      },
      { type: 'title', text: name },
      { type: 'text', text: `${short(inline(by.name), 60)} · ${when(startedAt, now)}${duration}`, subtle: true },
      ...deployment.resources.map(resourceLine),
      ...failure(deployment),
      ...leftToDo(deployment),
    ],
    buttons: buttonsOf(deployment),
    more: [],
  }
}

const resourceWord = tableOf<string>({
  'microsoft.logic/workflows': 'logic app',
  'microsoft.web/connections': 'connection',
})

function resourceLine({ name, type, state, error }: DeployedResource): Element {
  const why = error === undefined ? '' : `. ${clip(inline(error), 500)}`
  const kind = resourceWord.get(type.toLowerCase()) ?? short(inline(type.split('/').at(-1) ?? type), 40)
  return { type: 'line', ...look[state], text: `${short(inline(name), 80)} (${kind}): ${stateWord[state].toLowerCase()}${why}` }
}

function failure({ state, error, resources }: Deployment): Element[] {
  const told = error === undefined || resources.some(resource => resource.error === error)
  const reason: Element[] = told ? [] : [{ type: 'line', ...look.failed, text: clip(inline(error), 1000) }]
  if (state !== 'failed' || !resources.some(({ state: made }) => made === 'succeeded')) return reason
  return [
    ...reason,
    {
      type: 'text',
      text: 'Parts that are done stay as they are: once the cause is gone, the same again goes on from there.',
      subtle: true,
    },
  ]
}

/** What only a person can do in Azure before the first run. */
function leftToDo({ state, toAuthorise, roles, appName, link }: Deployment): Element[] {
  if (state !== 'succeeded' || toAuthorise.length + roles.length === 0) return []
  const services = toAuthorise.map(name => short(inline(name), 40)).join(' and ')
  const signIn: Element[] =
    toAuthorise.length === 0
      ? []
      : [
          {
            type: 'line',
            tone: 'warn',
            icon: 'warn',
            text: `Sign in to ${services} in the portal, under API connections.`,
            link: { label: 'portal ↗', url: link },
          },
        ]
  const give: Element[] =
    roles.length === 0
      ? []
      : [
          {
            type: 'line',
            tone: 'warn',
            icon: 'warn',
            text: `Give these to its managed identity, called ${short(inline(appName), 64)}; until then its runs fail:`,
          },
          { type: 'rows', rows: roles.map(roleRow) },
        ]
  return [{ type: 'text', text: 'Before the first run', strong: true }, ...signIn, ...give]
}

/** What, on what, what for, and who can. */
function roleRow({ role, on, to, by = 'an owner there' }: IdentityRole): Row {
  const purpose = to === undefined ? '' : `, to ${short(inline(to), 80)}`
  const subtle = `on ${shortScope(on)}${purpose} · given by ${short(inline(by), 60)}`
  return { badge: '', tone: 'neutral', text: short(inline(role), 100), subtle }
}

/** `nsg-web in rg-shop` for a resource id; other words as they are. */
function shortScope(on: string): string {
  const [, group, name] = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/.*\/([^/]+)$/i.exec(on) ?? []
  return short(inline(name === undefined ? on : `${name} in ${group}`), 160)
}

function buttonsOf({ state, appId, kind, template, values, appName, subscription, group, link }: Deployment): Button[] {
  const again = { ...values, template, name: appName, group: `${subscription}/${group}` }
  if (state === 'succeeded')
    return [
      { ...useInRule(appId, kind, values.draft), style: 'primary' },
      { type: 'do', label: 'Show app', action: 'app show', input: { logicApp: appId } },
      { type: 'open', label: 'Portal', url: link },
    ]
  if (state === 'starting' || state === 'running') return []
  return [
    { type: 'do', label: 'Try again', action: 'app new', input: { ...again, step: 'where' }, dialog: true, style: 'primary' },
  ]
}
