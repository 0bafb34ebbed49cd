import { describe, expect, test } from '@jest/globals'
import { errorCard, saidCard } from '../../cards/answer.ts'
import type { Card } from '../../cards/card.ts'
import { type Answer, personal } from '../../src/actions/action.ts'
import { errorBody, Problem } from '../../src/errors.ts'
import { placeId } from '../../src/model/place.ts'
import { isNode, type TeamsMessage } from '../fakes/teams-connector.ts'
import { actionOn, actionsIn, type BotReply, channel, dialogIn, personalChat, textOf } from '../fakes/teams-person.ts'
import { admin, type Bench, until } from './bench.ts'
import { findingLike, formCard, searchingForm } from './cards.ts'
import { messageIn } from './trust.ts'

const adaptive = 'application/vnd.microsoft.card.adaptive'

/** Buttons, dialogs and searches. */
export function clickTests(at: () => Bench): void {
  pressTests(at)
  outcomeTests(at)
  strangeTests(at)
  slowTests(at)
}

function onClicks(at: () => Bench) {
  /** A posted card, as the outbox posts it. */
  async function posted(card: Card = findingLike, where = channel('alerts')): Promise<TeamsMessage> {
    await at().person(where).install()
    await until(() => at().connector.messages.length > 0)
    const place = at().places.all.get(placeId('teams', at().connector.tenantId, where.id))
    if (place === undefined) throw new Error('not installed')
    const id = await at().teams.chat.post(place, card, 'post-1')
    const message = at().connector.messages.find(candidate => candidate.id === id)
    if (message === undefined) throw new Error('not posted')
    return message
  }

  const assigned: Answer = { card: saidCard('Assigned to you.'), changed: ['a-1'], personal: true }

  return { posted, assigned }
}

function pressTests(at: () => Bench): void {
  const { posted, assigned } = onClicks(at)
  test('a click is stored, carried out and answered with the present card', async () => {
    const message = await posted()
    at().desk.answerWith(({ action }) => (action === 'show' ? personal({ ...findingLike, fallback: 'now' }) : assigned))
    const reply = await at().person().press(message, 'Assign to me')
    expect(reply).toMatchObject({ status: 200, body: { statusCode: 200, type: adaptive } })
    expect(textOf(reply.body.value)).toContain('Suspicious PowerShell')
    const [assign, show] = at().desk.requests
    expect(assign).toMatchObject({ action: 'assign', findingId: 'a-1', input: { to: 'me' } })
    expect(show).toMatchObject({ action: 'show', findingId: 'a-1' })
    expect(at().desk.accepted).toContain(assign?.requestId)
  })

  test('a double click has one effect, and both are answered', async () => {
    const message = await posted()
    at().desk.answerWith(() => assigned)
    const person = at().person()
    const replies = await Promise.all([person.press(message, 'Resolve'), person.press(message, 'Resolve')])
    at().clock.at += 3000
    replies.push(await person.press(message, 'Resolve'))
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200])
    const clicks = at().desk.requests.filter(({ action }) => action === 'status')
    expect(new Set(clicks.map(({ requestId }) => requestId)).size).toBe(1)
    expect(at().desk.effects.get(clicks[0]?.requestId ?? '')).toBe(1)
  })

  test('the same click delivered again much later is still the same', async () => {
    const message = await posted()
    const person = at().person()
    const { data } = actionOn(message.card, 'Resolve')
    const click = person.activity({
      type: 'invoke',
      name: 'adaptiveCard/action',
      value: { action: { data }, trigger: 'manual' },
      replyToId: message.id,
    })
    await person.deliver(click)
    at().clock.at += 60_000
    await person.deliver(click)
    expect(new Set(at().desk.requests.map(({ requestId }) => requestId)).size).toBe(1)
  })
}

function outcomeTests(at: () => Bench): void {
  const { posted, assigned } = onClicks(at)
  test('clicks of two people, on another button, on a newer card and later are their own', async () => {
    const message = await posted()
    const press = (label: string, objectId?: string) =>
      at()
        .person(undefined, objectId === undefined ? undefined : { objectId })
        .press(message, label)
    await press('Resolve')
    await press('Resolve', admin)
    await press('Assign to me')
    const place = [...at().places.all.values()][0]
    if (place === undefined) throw new Error('no place')
    await at().teams.chat.update(place, message.id, { ...findingLike, fallback: 'newer', tone: 'good' })
    await press('Resolve')
    at().clock.at += 10_000
    await press('Resolve')
    const ids = at().desk.requests.map(({ requestId }) => requestId)
    expect(new Set(ids).size).toBe(5)
  })

  test('a refusal and an error are sentences the clicker reads', async () => {
    const message = await posted()
    const problem = new Problem('Forbidden', 'You can’t do that.')
    at().desk.answerWith(() => ({ ...personal(errorCard(problem)), error: errorBody(problem) }))
    expect(messageIn(await at().person().press(message, 'Resolve'))).toBe('You can’t do that.')
    at().desk.answerWith(() => Promise.reject(new Problem('StoreUnavailable')))
    at().clock.at += 60_000
    expect(messageIn(await at().person(undefined, { objectId: admin }).press(message, 'Resolve'))).toContain('database')
  })

  test('what nobody foresaw is a sentence, too, without its reason', async () => {
    const message = await posted()
    at().desk.answerWith(() => Promise.reject(new TypeError('secret inside')))
    expect(messageIn(await at().person().press(message, 'Resolve'))).toBe(new Problem('Internal').message)
  })

  test('a click on a deleted message still counts', async () => {
    const message = await posted()
    at().connector.delete(message.id)
    at().desk.answerWith(({ action }) => (action === 'show' ? personal(findingLike) : assigned))
    expect((await at().person().press(message, 'Assign to me')).body).toMatchObject({ type: adaptive })
  })
}

function strangeTests(at: () => Bench): void {
  const { posted } = onClicks(at)
  test.each([
    ['no value', undefined],
    ['no data', { action: { type: 'Action.Execute' } }],
    ['an array', { action: { data: [] } }],
    ['another shape', { action: { data: { verb: 'x' } } }],
    ['a number for words', { action: { data: { action: 'run', input: { a: 1 } } } }],
  ])('a card action of another version: %s', async (_name, value) => {
    const person = at().person()
    const reply = await person.deliver(person.activity({ type: 'invoke', name: 'adaptiveCard/action', value }))
    expect(messageIn(reply)).toContain('older version')
    expect(at().desk.requests).toEqual([])
  })

  test('a finding’s own card is asked for anew for each person, unless nobody has a button on it', async () => {
    const message = await posted({ ...findingLike, of: 'a-1' })
    at().desk.answerWith(() => personal({ ...findingLike, of: 'a-1', buttons: [] }))
    const reply = await at().person().view(message)
    expect(reply.body).toMatchObject({ statusCode: 200, type: adaptive })
    expect(actionsIn(reply.body)).toEqual([])
    expect(at().desk.requests).toMatchObject([{ action: 'show', findingId: 'a-1' }])
    expect(at().desk.accepted).toEqual([])
    const place = [...at().places.all.values()][0]
    if (place === undefined) throw new Error('no place')
    expect(message.card).toHaveProperty('refresh')
    expect(message.card).not.toHaveProperty('refresh.userIds')
    await at().teams.chat.update(place, message.id, { ...findingLike, of: 'a-1', buttons: [] })
    expect(message.card).not.toHaveProperty('refresh')
    await at().teams.chat.update(place, message.id, findingLike)
    expect(message.card).not.toHaveProperty('refresh')
  })

  test('whoever may not see a finding keeps the common card', async () => {
    const message = await posted({ ...findingLike, of: 'a-1' })
    const problem = new Problem('Forbidden', 'You can’t see that.')
    at().desk.answerWith(() => ({ ...personal(errorCard(problem)), error: errorBody(problem) }))
    expect(messageIn(await at().person().view(message))).toBe('')
  })

  test('an automatic refresh only shows', async () => {
    const message = await posted()
    at().desk.answerWith(() => personal(findingLike))
    const { data } = actionOn(message.card, 'Resolve')
    const reply = await at().person().invoke('adaptiveCard/action', { action: { data }, trigger: 'automatic' }, message)
    expect(reply.body).toMatchObject({ statusCode: 200, type: adaptive })
    expect(at().desk.requests.map(({ action }) => action)).toEqual(['show'])
  })

  test('what takes long is answered under way, and its failure told to the clicker alone', async () => {
    const message = await posted()
    const end = Promise.withResolvers<Answer>()
    at().desk.answerWith(() => end.promise)
    const started = performance.now()
    expect(messageIn(await at().person().press(message, 'Resolve'))).toContain('a little longer')
    expect(performance.now() - started).toBeLessThan(2000)
    const problem = new Problem('AzureUnavailable')
    end.resolve({ ...personal(errorCard(problem)), error: errorBody(problem) })
    await until(() => at().connector.in('a:chat-29:Analyst').length > 0)
    expect(at().connector.in('a:chat-29:Analyst')[0]?.summary).toBe(problem.message)
    expect(at().connector.calls.find(({ kind }) => kind === 'create')?.body).toMatchObject({
      isGroup: false,
      tenantId: at().connector.tenantId,
      members: [{ id: '29:Analyst' }],
    })
  })
}

function slowTests(at: () => Bench): void {
  const { posted } = onClicks(at)
  test('lists lead on in place, short answers are said', async () => {
    const message = await posted()
    at().desk.answerWith(() =>
      personal({
        ...findingLike,
        body: [
          { type: 'rows', rows: [] },
          { type: 'title', text: 'Page 2' },
        ],
      }),
    )
    expect((await at().person().press(message, 'Resolve')).body).toMatchObject({ type: adaptive })
    at().desk.answerWith(() => personal(saidCard('Already done.')))
    expect(messageIn(await at().person().press(message, 'Assign to me'))).toBe('Already done.')
  })

  test('an unknown invoke is not ours', async () => {
    expect((await at().person().invoke('signin/verifyState', {})).status).toBe(501)
    expect((await at().person().invoke('constructor', {})).status).toBe(501)
  })

  describe('dialogs', () => dialogTests(at, posted))
}

function dialogTests(at: () => Bench, posted: (card?: Card) => Promise<TeamsMessage>): void {
  formTests(at, posted)
  searchTests(at, posted)
}

function formTests(at: () => Bench, posted: (card?: Card) => Promise<TeamsMessage>): void {
  const running: Answer = { card: saidCard('Notify-SOC is running.'), changed: ['a-1'], personal: true }

  test('a button opens the form, its submit runs and closes', async () => {
    const message = await posted()
    const person = at().person()
    at().desk.answerWith(({ input }) => (input.logicApp === undefined ? personal(formCard()) : running))
    const dialog = await person.open(message, 'Trigger logic app')
    expect(dialog.title).toBe('Trigger logic app')
    expect(actionsIn(dialog.card).map(({ type }) => type)).toEqual(['Action.Submit'])
    const reply = await person.submit(dialog, { logicApp: 'app-1' })
    expect(reply.body).toEqual({ task: { type: 'message', value: 'Notify-SOC is running.' } })
    expect(at().desk.requests.at(-1)).toMatchObject({
      action: 'run',
      findingId: 'a-1',
      input: { logicApp: 'app-1', quiet: 'true' },
    })
  })

  test('a form submitted twice runs once; opened again it runs again', async () => {
    const message = await posted()
    const person = at().person()
    at().desk.answerWith(({ input }) => (input.logicApp === undefined ? personal(formCard()) : running))
    const dialog = await person.open(message, 'Trigger logic app')
    await Promise.all([person.submit(dialog, { logicApp: 'app-1' }), person.submit(dialog, { logicApp: 'app-1' })])
    at().clock.at += 3_600_000
    await person.submit(dialog, { logicApp: 'app-1' })
    const runs = () =>
      new Set(
        at()
          .desk.requests.filter(({ input }) => input.logicApp !== undefined)
          .map(({ requestId }) => requestId),
      ).size
    expect(runs()).toBe(1)
    await person.submit(await person.open(message, 'Trigger logic app'), { logicApp: 'app-1' })
    expect(runs()).toBe(2)
  })

  test('an error stands at its field, and the corrected form is a request of its own', async () => {
    const message = await posted()
    const person = at().person()
    const wrong = new Problem('BadInput', 'Choose another.', { field: 'logicApp' })
    at().desk.answerWith(({ input }) =>
      input.logicApp === 'app-2'
        ? running
        : { ...personal(formCard(input.logicApp === 'bad' ? 'Choose another.' : undefined)), error: errorBody(wrong) },
    )
    const dialog = await person.open(message, 'Trigger logic app')
    const again = dialogIn(await person.submit(dialog, { logicApp: 'bad' }))
    expect(textOf(again.card)).toContain('Choose another.')
    expect((await person.submit(again, { logicApp: 'app-2' })).body).toMatchObject({ task: { type: 'message' } })
  })
}

function searchTests(at: () => Bench, posted: (card?: Card) => Promise<TeamsMessage>): void {
  test('longer text opens in a window, errors are said', async () => {
    const message = await posted()
    at().desk.answerWith(() => personal({ ...findingLike, buttons: [] }))
    const opened = await at().person().open(message, 'Trigger logic app')
    expect(opened.title).toContain('Suspicious PowerShell')
    // The window's frame says it: below, it would stand there twice.
    expect(textOf(opened.card)).not.toContain(opened.title)
    expect(textOf(opened.card)).not.toBe('')
    const problem = new Problem('Forbidden', 'You can’t do that.')
    at().desk.answerWith(() => ({ ...personal(errorCard(problem)), error: errorBody(problem) }))
    expect((await at().person().press(message, 'Trigger logic app')).body).toEqual({
      task: { type: 'message', value: 'You can’t do that.' },
    })
  })

  test.each(['task/fetch', 'task/submit'])('%s with what is not ours', async name => {
    for (const value of [undefined, {}, { data: null }, { data: { action: 5 } }]) {
      const person = at().person(personalChat('Analyst'))
      const reply = await person.deliver(person.activity({ type: 'invoke', name, value }))
      expect(reply).toMatchObject({ status: 200, body: { task: { type: 'message' } } })
    }
    expect(at().desk.requests).toEqual([])
  })

  test('more than a hundred choices are searched while typing', async () => {
    const message = await posted()
    const person = at().person()
    at().desk.answerWith(() => personal(searchingForm()))
    const dialog = await person.open(message, 'Trigger logic app')
    const dataset = datasetIn(dialog.card)
    const reply = await person.invoke('application/search', {
      kind: 'search',
      queryText: 'soc',
      queryOptions: { skip: 0, top: 15 },
      dataset,
    })
    expect(resultsOf(reply)).toEqual([{ value: 'app-1', title: 'Notify soc · rg-soc' }])
    expect(at().desk.searches).toMatchObject([{ field: 'logicApp', typed: 'soc', request: { action: 'run', findingId: 'a-1' } }])
  })

  test.each(['', 'x', '{}', '[]', '{"action":"run"}'])('a search of another version: %p', async dataset => {
    const reply = await at().person().invoke('application/search', { queryText: 'soc', dataset })
    expect(reply.status).toBe(200)
    expect(at().desk.searches).toEqual([])
  })
}

function datasetIn(card: unknown): string {
  const found = /"dataset":"((?:[^"\\]|\\.)*)"/.exec(JSON.stringify(card))?.[1]
  return String(JSON.parse(`"${found}"`))
}

function resultsOf({ status, body }: BotReply): unknown {
  expect(status).toBe(200)
  expect(body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.search.searchResponse' })
  return isNode(body.value) ? body.value.results : undefined
}
