import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { cloudAt } from '../../src/azure/cloud.ts'
import { Kind } from '../../src/model/event.ts'
import { takes } from '../../src/model/logic-app.ts'
import { readParameters } from '../../src/model/parameter.ts'
import { templates } from '../../src/templates/templates.ts'
import { templateValues } from '../fakes/template-values.ts'
import { wrongWith } from '../fakes/workflow-check.ts'

const Trigger = z.looseObject({ type: z.string(), inputs: z.looseObject({ path: z.string() }) })
const Resource = z.looseObject({
  type: z.string(),
  name: z.string(),
  identity: z.object({ type: z.literal('SystemAssigned') }).optional(),
  properties: z.looseObject({
    definition: z.looseObject({ triggers: z.record(z.string(), Trigger) }).optional(),
    parameters: z.looseObject({ $connections: z.object({ value: z.record(z.string(), z.unknown()) }) }).optional(),
  }),
})
const Deployable = z.object({ parameters: z.record(z.string(), z.object({ type: z.string() })), resources: z.array(Resource) })

/** Exactly as the built-in policies look them up (definitions f1525828, 73d6ab6c and 509122b9, version 5.0.1). */
const triggerNames: Record<Kind, string> = {
  alert: 'When_a_Microsoft_Defender_for_Cloud_alert_is_created_or_triggered',
  recommendation: 'When_a_Microsoft_Defender_for_Cloud_recommendation_is_created_or_triggered',
  compliance: 'When_a_Defender_for_Cloud_regulatory_compliance_assessment_is_created_or_runs',
}

const each = templates.flatMap(template => template.kinds.map(kind => [template.name, kind, template] as const))

const home = cloudAt('https://management.azure.com')

function deployable(name: string, kind: Kind, cloud = home) {
  const template = templates.find(one => one.name === name)
  const built = template?.build({ kind, appName: 'Respond', parameters: templateValues[name] ?? {}, cloud })
  const { resources, parameters } = Deployable.parse(built?.template)
  const [workflow, ...others] = resources.filter(({ type }) => type === 'Microsoft.Logic/workflows')
  expect(others).toEqual([])
  if (workflow === undefined || built === undefined) throw new Error(`${name} makes no workflow`)
  return { built, workflow, parameters, connections: resources.filter(({ type }) => type === 'Microsoft.Web/connections') }
}

describe.each(each)('%s for %s', (name, kind) => {
  const { built, workflow, parameters, connections } = deployable(name, kind)
  const { definition, parameters: values } = workflow.properties

  test('starts on the event, by the name under which Azure Policy looks for it', () => {
    const [[trigger, { type, inputs }] = ['', { type: '', inputs: { path: '' } }]] = Object.entries(definition?.triggers ?? {})
    expect(trigger).toBe(triggerNames[kind])
    expect(takes({ name: trigger, type, path: inputs.path })).toBe(kind)
  })

  test('has a definition in which everything named is there', () => {
    expect(wrongWith(definition, Object.keys(values?.$connections.value ?? {}))).toEqual([])
  })

  test('brings a connection for each service, and says which a person must sign in to', () => {
    expect(connections).toHaveLength(1 + built.toAuthorise.length)
    expect(Object.keys(values?.$connections.value ?? {})).toHaveLength(connections.length)
  })

  test('has an identity exactly when it needs roles', () => {
    expect(workflow.identity !== undefined).toBe(built.roles.length > 0)
    expect(JSON.stringify(definition).includes('ManagedServiceIdentity')).toBe(built.roles.length > 0)
  })

  test('declares every value that it is deployed with, as what it is', () => {
    expect(Object.keys(parameters).sort()).toEqual(Object.keys(built.parameters).sort())
    for (const [key, { type }] of Object.entries(parameters))
      expect(typeof built.parameters[key]).toBe(type === 'int' ? 'number' : type === 'bool' ? 'boolean' : type)
  })

  test('keeps what people typed out of every expression', () => {
    const typed = Object.values(templateValues[name] ?? {}).filter(value => typeof value === 'string')
    const text = JSON.stringify(built.template)
    for (const value of typed.filter(one => one !== 'x-api-key' && one !== 'owner')) expect(text).not.toContain(value)
  })

  test('deploys by the functions that resource group deployments have', () => {
    const expressions = JSON.stringify(built.template).matchAll(/"\[([^"[][^"]*)\]"/g)
    const used = [...expressions].flatMap(([, text = '']) => [...text.matchAll(/(\w+)\(/g)].map(([, name]) => name))
    expect(
      [...new Set(used)].filter(
        name => !['concat', 'parameters', 'resourceGroup', 'resourceId', 'subscription'].includes(name ?? ''),
      ),
    ).toEqual([])
  })
})

test('there are templates for every kind of event, each with a name of its own', () => {
  expect(new Set(templates.map(({ name }) => name)).size).toBe(templates.length)
  for (const kind of Kind.options) expect(templates.filter(({ kinds }) => kinds.includes(kind)).length).toBeGreaterThan(3)
})

test.each(templates.map(template => [template.name, template] as const))(
  '%s reads its values and its defaults',
  (name, template) => {
    const filled = Object.fromEntries(Object.entries(templateValues[name] ?? {}).map(([key, value]) => [key, String(value)]))
    expect(readParameters(template.parameters, filled)).toEqual({ values: expect.objectContaining(templateValues[name] ?? {}) })
    const names = template.parameters.map(parameter => parameter.name)
    for (const reserved of ['template', 'kind', 'name', 'group', 'step']) expect(names).not.toContain(reserved)
  },
)

test.each([
  ['post-to-teams', 'team', 'the SOC team'],
  ['post-to-teams', 'channel', 'general'],
  ['post-to-slack', 'channel', 'soc channel'],
  ['mail-owner', 'otherwise', 'nobody'],
  ['mail-owner', 'ownerTag', 'a/b'],
  ['open-ticket', 'address', 'http://tickets.contoso.example'],
  ['open-ticket', 'secret', 'hunter2'],
  ['open-ticket', 'header', 'x api key'],
  ['ask-approval', 'hours', 'four'],
  ['ask-approval', 'hours', '1000'],
  ['ask-approval', 'next', 'Open-Ticket'],
  ['block-ip', 'nsg', '/subscriptions/x'],
  ['block-ip', 'priority', '99'],
  ['block-ip', 'never', 'everything'],
  ['isolate-vm', 'nsg', templateValues['ask-approval']?.next],
])('%s: %s "%s" is refused at its field', (name, field, wrong) => {
  const template = templates.find(one => one.name === name)
  const read = readParameters(template?.parameters ?? [], { ...templateValues[name], [field]: wrong })
  expect(read).toEqual({ errors: [{ field, message: expect.stringMatching(/^.{15,}\.$/) }] })
})

test('a ticket without a key needs no identity', () => {
  const ticket = templates.find(({ name }) => name === 'open-ticket')
  const built = ticket?.build({
    kind: 'alert',
    appName: 'T',
    parameters: { address: 'https://a.example', header: 'Authorization' },
    cloud: home,
  })
  expect(built?.roles).toEqual([])
  expect(JSON.stringify(built?.template)).not.toContain('Read_key')
})

describe('the check of definitions can say no', () => {
  const { definition } = deployable('block-ip', 'alert').workflow.properties
  const text = JSON.stringify(definition)
  const spoilt = (old: string, other: string): unknown => {
    expect(text).toContain(old)
    return JSON.parse(text.replace(old, other))
  }
  test.each([
    ['an action that is not there', "body('Named')", "body('Nobody')", /no body\('Nobody'\) there/],
    ['an action that comes later', "body('Named')", "body('To_block')", /no body\('To_block'\) there/],
    ['an order of nobody', '"Named":["Succeeded"]', '"Nobody":["Succeeded"]', /follows Nobody/],
    ['a circle', '"Event":["Succeeded"]', '"Any":["Succeeded"]', /waits for itself/],
    ['a setting that is not there', "parameters('never')", "parameters('ever')", /no parameters\('ever'\)/],
    ['a function that is not there', 'coalesce(triggerBody', 'firstOf(triggerBody', /no function firstOf/],
    ['too few arguments', "toLower(string(item()?['Type']))", 'toLower()', /toLower does not take 0/],
    ['a bracket too few', "?['Type'])), 'ip')", "?['Type'])), 'ip'", /equals does not take 3/],
    ['an item outside of a loop', "@length(body('To_block'))", '@length(item())', /item outside/],
    ['a token for elsewhere', '"audience":"https://management.azure.com"', '"audience":"https://vault.azure.net"', /elsewhere/],
  ])('%s', (_, old, other, complaint) => {
    expect(wrongWith(spoilt(old, other), ['ascalert']).join('; ')).toMatch(complaint)
  })

  test('what is no action, and inputs that it does not take', () => {
    for (const [old, other] of [
      ['"type":"Query"', '"type":"Filter"'],
      ['"method":"GET"', '"verb":"GET"'],
      ['"runStatus":"Failed"', '"runStatus":"Broken"'],
    ] as const)
      expect(() => wrongWith(spoilt(old, other), ['ascalert'])).toThrow()
    expect(wrongWith(definition, [])).toEqual(['no connection ascalert'])
    expect(wrongWith(definition, ['ascalert', 'teams'])).toEqual(['connection teams is not used'])
  })

  test('a key that a run would show', () => {
    const { definition: ticket } = deployable('open-ticket', 'alert').workflow.properties
    const shown = JSON.stringify(ticket).replaceAll(/"properties":\["inputs"(,"outputs")?\]/g, '"properties":[]')
    expect(wrongWith(JSON.parse(shown), ['ascalert'])).toEqual([
      'Read_key: shows the key it reads',
      'Open_ticket: shows the key it sends',
    ])
  })
})
