import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { troublesFor } from '../../src/actions/rules/facts.ts'
import { Problem } from '../../src/errors.ts'
import { lookAtRules } from '../../src/flow/rule-health.ts'
import { besideOnesOwn, othersChange } from './contested.ts'
import { buttonsOn, formIn, submit } from './form.ts'
import { openStory, type Story, until } from './ground.ts'

/** What an admin does with rules, through the console, against the simulated Azure. */

const production = '11111111-5eed-4000-8000-000000000001'
const home = `${production}/rg-soc`
const ruleId = (name: string) =>
  `/subscriptions/${production}/resourceGroups/rg-soc/providers/Microsoft.Security/automations/${name}`

let story: Story
beforeAll(async () => {
  story = await openStory()
})
afterAll(() => story.close())

const admin = (action: string, input: object, findingId?: string) => story.act(action, input, findingId, 'admin')
const seen = (answered: { answer: { card: object } }) => JSON.stringify(answered.answer.card)

/** Fires an alert in Azure and waits for its card. */
async function alertArrives(): Promise<string> {
  const { name } = story.simulator().fire({ type: 'VM_AmDisablementAndCodeExecution', subscription: production })
  return until('the card', async () => (await story.posts()).find(({ card }) => JSON.stringify(card).includes(name))?.findingId)
}

/** A rule made through the form, as a person does it: opened, filled in, reviewed, saved. */
async function made(name: string, fields: Record<string, string> = {}) {
  const opened = await admin('rule new', { kind: 'alert' })
  const review = await submit(story, opened.answer.card, {
    name,
    home,
    logicApp: 'Block-IP',
    conditions: 'Severity is Low',
    ...fields,
  })
  expect(review.error).toBeUndefined()
  return submit(story, review.answer.card, {})
}

const inAzure = (name: string) => story.simulator().state.automations.get(ruleId(name).toLowerCase())

describe('rules', () => {
  test('are listed in words, broken first, then disabled, then enabled', async () => {
    const { answer, error } = await admin('rules', { filter: 'sub:production' })
    expect(error).toBeUndefined()
    const rows = JSON.stringify(answer.card.teams)
    const order = ['Block-IP-On-Brute-Force', 'Isolate-On-Ransomware', 'Alerts-To-ChatOps'].map(name => rows.indexOf(name))
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(order.every(place => place > 0)).toBe(true)
    expect(rows).toContain('When an alert contains “brute force” in its name, run Block-Brute-Force-IP · all of Production')
    expect(rows).toContain('is gone')
    expect(buttonsOn(answer.card)).toContain('Next page')
  })

  test('are narrowed by state and words, and paged', async () => {
    const broken = seen(await admin('rules', { filter: 'broken' }))
    expect(broken).toContain('Respond-To-Malware')
    expect(broken).not.toContain('Isolate-On-Ransomware')
    expect(seen(await admin('rules', { filter: 'disabled ransomware' }))).toContain('Isolate-On-Ransomware')
    expect(seen(await admin('rules', { filter: 'no such words' }))).toContain('There are no rules that fit.')
    expect(seen(await admin('rules', { page: '2' }))).toContain('Enabled')
  })

  test('are read by those who may, and nobody else', async () => {
    expect((await story.act('rules', {}, undefined, 'stakeholder')).error).toBeUndefined()
    expect((await story.act('rules', {}, undefined, 'nobody')).error).toMatchObject({ code: 'Forbidden' })
    expect((await story.act('rule show', { rule: 'Notify-SOC-On-High' }, undefined, 'nobody')).error?.code).toBe('Forbidden')
  })

  test('each has a card with its words, its health and what can be done', async () => {
    const { answer } = await admin('rule show', { rule: 'Respond-To-Malware' })
    expect(answer.card.text).toContain('Rule Respond-To-Malware, broken.')
    expect(seen({ answer })).toContain('legacy alert trigger')
    expect(buttonsOn(answer.card)).toEqual(expect.arrayContaining(['Edit', 'Disable', 'Test', 'History', 'Delete']))
  })

  test('a name that no rule has is told, and the same words are typed', async () => {
    expect((await admin('rule show', { rule: 'Nothing' })).error).toMatchObject({ code: 'NotFound', field: 'rule' })
    expect(JSON.stringify(await story.say('rule show Notify-SOC-On-High', 'admin'))).toContain(
      'Rule Notify-SOC-On-High, enabled.',
    )
  })
})

describe('a new rule', () => {
  test('is reviewed before it is saved: its words, Azure’s verdict, what it would have done', async () => {
    await alertArrives()
    const opened = await admin('rule new', { kind: 'alert' })
    expect(seen(opened)).toContain('Legacy-Responder')
    const fields = {
      name: 'Block-medium',
      home,
      logicApp: 'Block-IP',
      conditions: 'Severity is High',
      add: 'Title contains a',
    }
    const review = await submit(story, opened.answer.card, fields)
    expect(review.error).toBeUndefined()
    expect(formIn(review.answer.card).fields.conditions).toBe('Severity is High\nTitle contains a')
    for (const said of ['run Block-IP.', 'Azure would take it.', 'from when events are kept here, it would', 'Save rule'])
      expect(seen(review)).toContain(said)
    expect(inAzure('Block-medium')).toBeUndefined()
    const saved = await submit(story, review.answer.card, {})
    expect(saved.answer.card.text).toContain('Rule Block-medium, enabled.')
    expect(inAzure('Block-medium')?.properties.sources).toEqual([
      expect.objectContaining({ eventSource: 'Alerts', ruleSets: [{ rules: [expect.anything(), expect.anything()] }] }),
    ])
  })

  test('saved twice by the same request is one rule and one entry in its history', async () => {
    const opened = await admin('rule new', { kind: 'alert' })
    const review = await submit(story, opened.answer.card, {
      name: 'Once-only',
      home,
      logicApp: 'Block-IP',
      conditions: 'Severity is Low',
    })
    const answers = await Promise.all([1, 2].map(() => submit(story, review.answer.card, {}, 'admin', 'one-save')))
    expect(answers.map(({ error }) => error)).toEqual([undefined, undefined])
    expect(await story.app.world.store.ruleHistory.list(ruleId('Once-only'), 10)).toHaveLength(1)
  })

  test('shows everything that is wrong at once, each at its field', async () => {
    const opened = await admin('rule new', { kind: 'alert' })
    const wrong = { name: 'a/b', home: '', logicApp: '', conditions: 'Severity is High\nColour is red' }
    const answered = await submit(story, opened.answer.card, wrong)
    expect(answered.error?.code).toBe('BadInput')
    const said = seen(answered)
    for (const message of ['The name can have letters', 'Choose the resource group', 'Choose the logic app', 'Line 2: '])
      expect(said).toContain(message)
    expect(formIn(answered.answer.card).fields).toMatchObject(wrong)
  })

  test('of a name that is taken is told at the name', async () => {
    const opened = await admin('rule new', { kind: 'alert' })
    const taken = { name: 'notify-soc-on-high', home, logicApp: 'Block-IP', conditions: 'Severity is Low' }
    const answered = await submit(story, opened.answer.card, taken)
    expect(answered.error).toMatchObject({ code: 'BadInput', field: 'name' })
  })

  test('made by two people at once under one name is one rule: the second is told, and shown both', async () => {
    const review = async (conditions: string) => {
      const opened = await admin('rule new', { kind: 'alert' })
      return submit(story, opened.answer.card, { name: 'At-once', home, logicApp: 'Block-IP', conditions })
    }
    const reviews = [await review('Severity is Low'), await review('Severity is Medium')]
    const answers = await Promise.all(reviews.map(({ answer }) => submit(story, answer.card, {})))
    const [second, ...more] = answers.filter(({ error }) => error !== undefined)
    expect(more).toEqual([])
    expect(second?.error).toMatchObject({ field: 'name', message: expect.stringContaining('At-once') })
    const stands = JSON.stringify(inAzure('At-once')).includes('Low') ? ['Low', 'Medium'] : ['Medium', 'Low']
    expect(second?.error?.message).toBe('There is a rule At-once by now. Choose another name, or leave it at theirs.')
    expect(second && seen(second)).toMatch(
      new RegExp(
        `Someone else made a rule At-once meanwhile.*an alert’s severity is ${stands[0]}.*an alert’s severity is ${stands[1]}`,
      ),
    )
    expect(second && formIn(second.answer.card).fields.conditions).toBe(`Severity is ${stands[1]}`)
    expect(await story.app.world.store.ruleHistory.list(ruleId('At-once'), 10)).toHaveLength(1)
  })

  test('without conditions fires on everything, and is saved only when that is confirmed', async () => {
    const opened = await admin('rule new', { kind: 'alert' })
    const review = await submit(story, opened.answer.card, { name: 'Fires-on-all', home, logicApp: 'Block-IP', conditions: '' })
    expect(seen(review)).toContain('fires on every alert')
    const asked = await submit(story, review.answer.card, {})
    expect(seen(asked)).toContain('Tick this')
    expect(inAzure('Fires-on-all')).toBeUndefined()
    const saved = await submit(story, asked.answer.card, { confirmed: 'true' })
    expect(saved.answer.card.text).toContain('Rule Fires-on-all')
    await story.simulator().settled()
    await admin('rule delete', { rule: 'Fires-on-all', sure: 'true' })
  })

  test('changed after its review is reviewed again, not saved', async () => {
    const opened = await admin('rule new', { kind: 'alert' })
    const review = await submit(story, opened.answer.card, {
      name: 'Reviewed',
      home,
      logicApp: 'Block-IP',
      conditions: 'Severity is Low',
    })
    const again = await submit(story, review.answer.card, { conditions: 'Severity is High' })
    expect(again.error).toBeUndefined()
    expect(seen(again)).toContain('severity is High')
    expect(inAzure('Reviewed')).toBeUndefined()
  })

  test('needs both rights, on the rule’s group and on the logic app, and names both', async () => {
    const opened = await story.act('rule new', { kind: 'alert' }, undefined, 'stakeholder')
    const refused = await submit(
      story,
      opened.answer.card,
      { name: 'Not-mine', home, logicApp: 'Block-IP', conditions: 'Severity is Low' },
      'stakeholder',
    )
    expect(refused.error?.code).toBe('Forbidden')
    expect(refused.error?.message).toContain('Microsoft.Security/automations/write on rg-soc')
    expect(refused.error?.message).toContain('listCallbackUrl/action on Block-IP in rg-soc')
  })

  test('needs them however its form is pressed: no step goes round them, neither to a review nor to a save', async () => {
    const fields = { name: 'Not-mine-either', home, logicApp: 'Block-IP', conditions: 'Severity is Low' }
    const opened = await admin('rule new', { kind: 'alert' })
    const reviewed = await submit(story, opened.answer.card, fields)
    const form = formIn(reviewed.answer.card)
    for (const step of ['refresh', 'app', 'open']) {
      const input = { ...form.fields, ...form.input, step }
      const saved = await story.act('rule save', input, undefined, 'stakeholder')
      expect([step, saved.error?.code]).toEqual([step, 'Forbidden'])
      expect(inAzure('Not-mine-either')).toBeUndefined()
      expect(seen(await story.act('rule new', input, undefined, 'stakeholder'))).not.toContain('Azure would take it.')
    }
  })

  test('is searched for while typing: logic apps that fit, conditions from what exists', async () => {
    const search = async (field: string, typed: string) =>
      JSON.stringify(
        (await story.call('/console/api/choices', { action: 'rule new', input: { kind: 'alert' }, field, typed, as: 'admin' }))
          .body,
      )
    expect(await search('logicApp', 'block')).toContain('Block-IP')
    expect(await search('add', 'sever')).toContain('Severity is High')
    expect(await search('add', 'sql')).toContain('contains')
  })
})

describe('a rule that is there', () => {
  test('is edited in the same form; what the form does not show stays', async () => {
    await made('To-edit')
    const before = inAzure('To-edit')
    const opened = await admin('rule edit', { rule: 'To-edit' })
    const review = await submit(story, opened.answer.card, {
      description: 'Now with a reason.',
      why: 'nobody knew what it was for',
    })
    const saved = await submit(story, review.answer.card, {})
    expect(seen(saved)).toContain('Now with a reason.')
    expect(inAzure('To-edit')?.properties.sources).toEqual(before?.properties.sources)
    const [last] = await story.app.world.store.ruleHistory.list(ruleId('To-edit'), 1)
    expect(last).toMatchObject({ what: 'edited', why: 'nobody knew what it was for', by: { name: 'Admin' } })
  })

  test('saved by someone else meanwhile shows both, and whose stands is chosen', async () => {
    await made('Contested')
    const mine = await admin('rule edit', { rule: 'Contested' })
    const theirs = await admin('rule edit', { rule: 'Contested' })
    const review = await submit(story, mine.answer.card, { conditions: 'Severity is High' })
    const other = await submit(story, theirs.answer.card, othersChange(production))
    expect((await submit(story, other.answer.card, {})).error).toBeUndefined()
    const asked = await submit(story, review.answer.card, {})
    expect(seen(asked)).toContain('Someone else saved this rule meanwhile.')
    for (const part of besideOnesOwn)
      for (const platform of [seen(asked), JSON.stringify(asked.answer.card.slack)]) expect(platform).toMatch(part)
    expect(buttonsOn(asked.answer.card)).toEqual(expect.arrayContaining(['Save mine over it', 'Keep theirs']))
    await submit(story, asked.answer.card, {})
    expect(JSON.stringify(inAzure('Contested'))).toContain('High')
  })

  test('is disabled and enabled with a reason', async () => {
    await made('To-turn')
    const off = await admin('rule disable', { rule: 'To-turn', why: 'too noisy' })
    expect(off.answer.card.text).toContain('disabled')
    expect(inAzure('To-turn')?.properties.isEnabled).toBe(false)
    expect(seen(off)).toContain('too noisy')
    expect((await admin('rule disable', { rule: 'To-turn' })).answer.card.text).toContain('already disabled')
    await admin('rule enable', { rule: 'To-turn' })
    expect(inAzure('To-turn')?.properties.isEnabled).toBe(true)
  })

  test('is deleted after asking once more, and its history brings it back', async () => {
    await made('To-delete')
    const asked = await admin('rule delete', { rule: 'To-delete' })
    expect(inAzure('To-delete')).toBeDefined()
    const gone = await submit(story, asked.answer.card, { why: 'replaced' })
    expect(inAzure('To-delete')).toBeUndefined()
    expect(buttonsOn(gone.answer.card)).toEqual(['Bring it back'])
    const review = await admin('rule rollback', { rule: ruleId('To-delete'), to: '1' })
    await submit(story, review.answer.card, {})
    expect(inAzure('To-delete')).toBeDefined()
    const history = seen(await admin('rule history', { rule: 'To-delete' }))
    for (const word of ['created by Admin', 'deleted by Admin', 'replaced', 'rolled back by Admin'])
      expect(history).toContain(word)
  })

  test('whose logic app is gone can still be switched off, and is then only switched on with another one', async () => {
    await made('Orphan', { logicApp: 'Isolate-VM' })
    const { workflows } = story.simulator().state
    const app = [...workflows.entries()].find(
      ([, { name, subscription }]) => name === 'Isolate-VM' && subscription === production,
    )
    if (app === undefined) throw new Error('no Isolate-VM')
    workflows.delete(app[0])
    const off = await admin('rule disable', { rule: 'Orphan', why: 'its app is gone' })
    expect([off.error, inAzure('Orphan')?.properties.isEnabled]).toEqual([undefined, false])
    const on = await admin('rule enable', { rule: 'Orphan' })
    expect(on.error?.message).toContain('Isolate-VM does not exist')
    workflows.set(...app)
  })

  test('with a legacy app is switched off too', async () => {
    const off = await admin('rule disable', { rule: 'Respond-To-Malware' })
    expect(off.error).toBeUndefined()
    expect(off.answer.card.text).toContain('Rule Respond-To-Malware, disabled.')
  })

  test('that also feeds an event hub says before anything is typed what stays, and all else is edited', async () => {
    await made('With-Hub')
    const hub = { actionType: 'EventHub', eventHubResourceId: '/subscriptions/x/hub', connectionString: 'the-key' }
    inAzure('With-Hub')?.properties.actions.push(hub)
    const opened = await admin('rule edit', { rule: 'With-Hub' })
    expect(seen(opened)).toContain('Azure doesn’t give back the key for it')
    expect(formIn(opened.answer.card).fields).not.toHaveProperty('logicApp')
    const review = await submit(story, opened.answer.card, { conditions: 'Severity is Medium' })
    expect(seen(review)).toContain('it checks whole rules only')
    const saved = await submit(story, review.answer.card, {})
    expect([saved.error, JSON.stringify(saved)]).toEqual([undefined, expect.not.stringContaining('the-key')])
    expect(inAzure('With-Hub')?.properties.actions).toContainEqual(hub)
    expect(JSON.stringify(inAzure('With-Hub')?.properties.sources)).toContain('Medium')
    expect((await admin('rule disable', { rule: 'With-Hub' })).error).toBeUndefined()
  })

  test('goes back to an earlier version through the same review', async () => {
    await made('To-return')
    const opened = await admin('rule edit', { rule: 'To-return' })
    const review = await submit(story, opened.answer.card, { conditions: 'Severity is High' })
    await submit(story, review.answer.card, {})
    const back = await admin('rule rollback', { rule: 'To-return', to: '1' })
    expect(seen(back)).toContain('severity is Low')
    await submit(story, back.answer.card, {})
    expect(JSON.stringify(inAzure('To-return')?.properties.sources)).toContain('Low')
    expect((await admin('rule rollback', { rule: 'To-return', to: '9' })).error).toMatchObject({ code: 'NotFound', field: 'to' })
  })
})

describe('what a rule does', () => {
  test('is tested on the past: how often, when, on what, with examples', async () => {
    const id = await alertArrives()
    await made('Backwards', { conditions: 'Severity is High' })
    const { answer } = await admin('rule test', { rule: 'Backwards', days: '7' })
    expect(answer.card.text).toContain('from when events are kept here, it would have fired')
    expect(seen({ answer })).toContain('Noisiest type')
    expect(JSON.stringify(await story.say('rule test Backwards 7d', 'admin'))).toContain(id)
    expect(seen(await admin('rule test', { rule: 'Backwards' }))).toContain('Or on an event you paste')
  })

  test('is tried on one finding and on a pasted event', async () => {
    const id = await alertArrives()
    await made('Dry')
    const no = await admin('rule test', { rule: 'Dry', days: '30', on: id })
    expect(no.answer.card.text).toContain('would not fire')
    expect(seen(no)).toContain('severity is Low')
    expect(seen(no)).toContain('It is High.')
    const yes = await admin('rule test', { rule: 'Dry', days: '30', body: '{"Severity":"Low","AlertDisplayName":"x"}' })
    expect(yes.answer.card.text).toContain('would fire')
    expect((await admin('rule test', { rule: 'Dry', days: '30', body: 'Severity: Low' })).error?.field).toBe('body')
  })

  test('is explained for a finding: matched, failed with the actual value, disabled, other scope, other kind, dead', async () => {
    await made('Why-Disabled', { conditions: 'Severity is High' })
    expect((await admin('rule disable', { rule: 'Why-Disabled' })).error).toBeUndefined()
    await made('Why-Dead', { conditions: 'Severity is High' })
    for (const action of inAzure('Why-Dead')?.properties.actions ?? [])
      Object.assign(action, {
        logicAppResourceId: ruleId('x').replace(/providers.*/, 'providers/Microsoft.Logic/workflows/Gone'),
      })
    const id = await alertArrives()
    await until('Azure’s list of rules to be new', async () =>
      seen(await admin('rule show', { rule: 'Why-Dead' })).includes('is gone') ? true : undefined,
    )
    const { answer, error } = await admin('why', {}, id)
    expect(error).toBeUndefined()
    const told = seen({ answer })
    expect(told).toContain('Ticket-On-Medium')
    expect(told).toContain('Not met: severity is Medium. It is High.')
    expect(told).toContain('It hears compliance changes only.')
    expect(told).toContain('It hears events of all of Staging only.')
    expect(told).toContain('It starts Notify-SOC.')
    expect(told).toContain('Its conditions hold, but it is disabled.')
    expect(told).toContain('Its logic app Gone is gone')
    expect((await story.act('why', {}, id, 'nobody')).error?.code).toBe('Forbidden')
  })

  test('is made from a finding: the form comes filled in, and what it makes fires on that finding', async () => {
    const id = await alertArrives()
    const opened = await admin('rule from', {}, id)
    const { fields } = formIn(opened.answer.card)
    expect(fields.conditions).toBe('Type is VM_AmDisablementAndCodeExecution\nSeverity is High')
    expect(fields.home).toBe(home)
    const review = await submit(story, opened.answer.card, { logicApp: 'Block-IP', name: 'From-finding' })
    expect(review.error).toBeUndefined()
    expect(seen(review)).toMatch(/would have fired/)
    await submit(story, review.answer.card, {})
    expect(seen(await admin('rule test', { rule: 'From-finding', days: '30', on: id }))).toContain('would fire on it')
  })
})

describe('what rules start in Azure', () => {
  test('is shown on the card of what they fired on, with the rule, and on the rule', async () => {
    const id = await alertArrives()
    const run = await until('the run', async () =>
      (await story.finding(id)).ruleRuns.find(
        ({ startedBy, state }) => startedBy.name === 'Notify-SOC-On-High' && state === 'succeeded',
      ),
    )
    expect(run.link).toContain('portal')
    await until('the card in step', async () =>
      (await story.posts()).find(
        ({ findingId, card }) => findingId === id && / succeeded in [^·]*· rule /.test(JSON.stringify(card)),
      ),
    )
    const { answer } = await admin('rule show', { rule: 'Notify-SOC-On-High' })
    expect(JSON.stringify(answer.card.teams)).not.toContain('not seen here yet')
  })

  test('a rule that brings events here is told to have fired by what it brought, on its card and in the list', async () => {
    const show = async () => seen(await admin('rule show', { rule: 'Alerts-To-ChatOps' }))
    await alertArrives()
    const fired = /[0-9]{2}:[0-9]{2} UTC \(now\), brought the event here/
    await until('the rule to be told', async () => (fired.test(await show()) ? true : undefined))
    const rows = await admin('rules', { filter: 'Alerts-To-ChatOps' })
    expect(seen(rows)).toMatch(new RegExp(`last fired: ${fired.source}`))
    // It heard none of them, whichever app it starts.
    const others = seen(await admin('rule show', { rule: 'Alerts-To-ChatOps-Staging' }))
    expect(others).toContain('not seen here yet')
  })

  test('a run that brought the event here is no news on it, and one that a person started is theirs', async () => {
    const id = await alertArrives()
    await story.act('run', { logicApp: 'Notify-SOC' }, id)
    await until('the rule’s run', async () => (await story.finding(id)).ruleRuns[0])
    const { runs, ruleRuns } = await story.finding(id)
    expect(runs).toHaveLength(1)
    expect(ruleRuns.map(({ startedBy }) => startedBy.name)).not.toContain('Alerts-To-ChatOps')
  })
})

describe('health', () => {
  /** Azure's list of apps is kept for some seconds, unless it is wanted anew. */
  async function look(): Promise<void> {
    await story.app.world.azure.logicApps.list({ anew: true })
    await story.app.world.store.jobs.send('chore', 'rule-health', 0)
  }
  const app = () => {
    const found = [...story.simulator().state.workflows.values()].find(({ name }) => name === 'Rebuild-Host')
    if (found === undefined) throw new Error('no Rebuild-Host')
    return found
  }
  const news = async (said: string) => (await story.notices()).find(({ card, state }) => card.text === said && state === 'shown')

  const lookUntil = (said: string) =>
    until(
      said,
      async () => {
        await look()
        return news(said)
      },
      25_000,
    )

  test('rules that go dead are told once where they were made, and the same card says when each is well again', async () => {
    await made('Watched', { logicApp: 'Rebuild-Host' })
    await made('Watched-Too', { logicApp: 'Rebuild-Host' })
    app().enabled = false
    const told = await lookUntil('2 rules do not work: Watched, Watched-Too')
    expect(JSON.stringify(told.card)).toContain('Rebuild-Host is disabled')
    await admin('rule disable', { rule: 'Watched' })
    await lookUntil('1 rule does not work: Watched-Too, Watched')
    app().enabled = true
    const again = await lookUntil('2 rules: no trouble any more: Watched, Watched-Too')
    expect(again.postId).toBe(told.postId)
    expect(seen({ answer: again })).toMatch(/Disabled.*Watched.*Well again.*Watched-Too/)
    expect((await story.notices()).filter(({ card }) => card.text.includes('Watched'))).toHaveLength(1)
  })

  test('one that breaks again is told on a card of its own', async () => {
    app().enabled = false
    await lookUntil('The rule Watched-Too does not work.')
    expect(await news('2 rules: no trouble any more: Watched, Watched-Too')).toBeDefined()
    app().enabled = true
  })

  test('what the bot itself may not fetch is told on the rule, and only there', async () => {
    const { azure, ...world } = story.app.world
    const rules = (await azure.rules.list()).filter(({ name }) => name === 'Ticket-On-Medium')
    const codes = async (missingItself: typeof azure.access.missingItself) => {
      const troubles = await troublesFor({ ...world, azure: { ...azure, access: { ...azure.access, missingItself } } }, rules)
      return [...troubles.values()].flat().map(({ code }) => code)
    }
    expect(await codes(async rights => rights)).toContain('no-right')
    expect(await codes(async rights => rights.filter(({ scope }) => !scope.includes('/workflows/')))).not.toContain('no-right')
    expect(await codes(azure.access.missingItself)).not.toContain('no-right')
  })

  test('an Azure that is away is no trouble of any rule', async () => {
    const { azure, ...world } = story.app.world
    const told = () => world.store.notices.list('rule')
    const before = await told()
    const away = { ...azure.logicApps, list: () => Promise.reject(new Problem('AzureUnavailable')) }
    await expect(lookAtRules({ ...world, azure: { ...azure, logicApps: away } })).rejects.toMatchObject({
      code: 'AzureUnavailable',
    })
    expect(await told()).toEqual(before)
  })
})
