import { describe, expect, test } from '@jest/globals'
import { saidCard } from '../../cards/answer.ts'
import { personal } from '../../src/actions/action.ts'
import { actionsIn, botAccount, channel, personalChat, textOf } from '../fakes/teams-person.ts'
import { type Bench, until } from './bench.ts'
import { findingLike, formCard } from './cards.ts'

/** What people type, and buttons that come back as messages. */
export function talkTests(at: () => Bench): void {
  lineTests(at)
  answerTests(at)
  buttonTests(at)
}

function lineTests(at: () => Bench): void {
  test('a line in a channel is read without the mention and answered in its thread', async () => {
    const person = at().person()
    const reply = await person.say('alerts', '1700')
    expect(reply).toMatchObject({ status: 200, text: '' })
    expect(at().desk.requests).toMatchObject([
      { action: 'alerts', input: { text: 'alerts' }, placeId: `teams:${at().connector.tenantId}:19:alerts@thread.tacv2` },
    ])
    expect(at().desk.accepted).toEqual([at().desk.requests[0]?.requestId])
    expect(person.sees()).toMatchObject([{ conversation: '19:alerts@thread.tacv2;messageid=1700', summary: 'Done.' }])
  })

  test('a line in a personal chat and in a group chat', async () => {
    await at().person(personalChat('Analyst')).say('alerts')
    await at().person({ id: '19:group@unq.gbl.spaces', conversationType: 'groupChat', name: 'On call' }).say('alerts')
    expect(at().desk.requests.map(({ input }) => input.text)).toEqual(['alerts', 'alerts'])
    expect([...at().places.all.values()].map(({ name }) => name).sort()).toEqual(['Chat with Analyst', 'On call'])
  })

  test('without recipient, from or id', async () => {
    const { spoken, deliver } = at().person(personalChat('Analyst'))
    const { recipient: _recipient, id: _id, ...activity } = spoken('alerts')
    expect((await deliver(activity)).status).toBe(200)
    const { from: _from, ...nobody } = activity
    expect((await deliver(nobody)).status).toBe(200)
    expect(at().desk.requests).toHaveLength(1)
  })

  test('an unknown command is told the nearest ones', async () => {
    const person = at().person(personalChat('Analyst'))
    await person.say('nonsense')
    expect(person.sees().at(-1)?.summary).toContain('Did you mean "alerts"?')
    expect(at().desk.requests).toEqual([])
  })

  test('the same message delivered twice is answered once', async () => {
    const person = at().person()
    const activity = person.spoken('run Notify-SOC')
    await Promise.all([person.deliver(activity), person.deliver(activity)])
    await person.deliver(activity)
    expect(new Set(at().desk.requests.map(({ requestId }) => requestId)).size).toBe(1)
    expect([...at().desk.effects.values()]).toEqual([1])
    expect(person.sees()).toHaveLength(1)
  })

  test('the same words in two messages are two requests', async () => {
    const person = at().person()
    await person.say('run Notify-SOC')
    await person.say('run Notify-SOC')
    expect(at().desk.effects.size).toBe(2)
  })
}

function answerTests(at: () => Bench): void {
  test('the bot does not answer bots, reactions or typing', async () => {
    const { spoken, deliver, activity, from } = at().person()
    await deliver({ ...spoken('alerts'), from: { ...from, role: 'bot' } })
    await deliver(activity({ type: 'messageReaction', reactionsAdded: [{ type: 'like' }] }))
    await deliver(activity({ type: 'typing' }))
    expect(at().desk.requests).toEqual([])
    expect(at().connector.calls.filter(({ kind }) => kind === 'post')).toEqual([])
  })

  describe('answers get through', () => {
    test('a refused call is tried again after what Teams says', async () => {
      const person = at().person()
      at().connector.failNext('post', { status: 429, retryAfter: '0' }, { status: 412 })
      await person.say('alerts')
      await until(() => person.sees().length > 0)
      expect(at().connector.calls.filter(({ kind }) => kind === 'post')).toHaveLength(3)
    })

    test('a refused card leaves its one line', async () => {
      const person = at().person()
      at().connector.failNext('post', { status: 413, code: 'MessageSizeTooBig' })
      at().desk.answerWith(() => personal(findingLike))
      await person.say('alerts')
      const [message] = person.sees()
      expect(message?.summary).toBe(findingLike.fallback)
      expect(actionsIn(message?.card)).toEqual([])
    })

    test('a cut line is not repeated: the answer may be there', async () => {
      const person = at().person()
      at().connector.failNext('post', { cut: 'after' })
      expect((await person.say('alerts')).status).toBe(200)
      expect(person.sees()).toHaveLength(1)
    })

    test('what takes longer than Teams waits is answered all the same', async () => {
      const person = at().person()
      const done = Promise.withResolvers<void>()
      at().desk.answerWith(() => done.promise.then(() => personal(saidCard('At last.'))))
      const started = performance.now()
      expect((await person.say('alerts')).status).toBe(200)
      expect(performance.now() - started).toBeLessThan(2000)
      expect(person.sees()).toEqual([])
      done.resolve()
      await until(() => person.sees().length > 0)
      expect(person.sees()[0]?.summary).toBe('At last.')
    })
  })
}

function buttonTests(at: () => Bench): void {
  test('a button that comes back as a message', async () => {
    const person = at().person()
    at().desk.answerWith(({ action }) => personal(action === 'status' ? saidCard('Resolved.') : findingLike))
    await person.say('show a-1')
    const [message] = person.sees()
    const data = { action: 'status', findingId: 'a-1', input: { to: 'resolved' } }
    const press = person.activity({ type: 'message', value: data, replyToId: message?.id })
    await Promise.all([person.deliver(press), person.deliver({ ...press, id: 'second-click' })])
    expect(at().desk.requests.at(-1)).toMatchObject({ action: 'status', findingId: 'a-1', input: { to: 'resolved' } })
    expect([...at().desk.effects.values()]).toEqual([1, 1])
    expect(person.sees().map(({ summary }) => summary)).toEqual([findingLike.fallback, 'Resolved.'])
  })

  test('values that are not ours', async () => {
    const person = at().person()
    for (const value of [{ action: 1 }, { foo: 'bar' }, [], { action: 'x'.repeat(1000) }])
      expect((await person.deliver(person.activity({ type: 'message', value }))).status).toBe(200)
    expect(at().desk.requests).toEqual([])
    expect(person.sees().every(({ summary }) => summary.includes('older version'))).toBe(true)
  })

  test('a form in a message searches and submits there', async () => {
    const person = at().person(channel('forms'))
    at().desk.answerWith(({ input }) => (input.logicApp === undefined ? personal(formCard()) : personal(saidCard('Running.'))))
    await person.say('run')
    const [message] = person.sees()
    expect(textOf(message?.card)).toContain('Logic app')
    expect(message?.card).toMatchObject({ type: 'AdaptiveCard', version: '1.5' })
    if (message === undefined) throw new Error('no form')
    const reply = await person.press(message, 'Run', { logicApp: 'app-1' })
    expect(reply.body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' })
    await until(() => message.before.length === 1)
    expect(message.summary).toBe('Running.')
  })

  test('mentions of others keep who is meant', async () => {
    const person = at().person()
    const mentions = [
      { type: 'mention', text: '<at>Defender</at>', mentioned: botAccount },
      { type: 'mention', text: '<at>Other Person</at>', mentioned: { id: '29:other', name: 'Other Person' } },
    ]
    await person.deliver({
      ...person.spoken(''),
      text: '<at>Defender</at> assign a-1 to <at>Other Person</at>',
      entities: mentions,
    })
    expect(at().desk.requests[0]?.input.text).toBe('assign a-1 to @Other Person')
  })
}
