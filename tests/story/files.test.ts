import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { personalChat, textOf } from '../fakes/teams-person.ts'
import { type Chats, openChats } from './chats.ts'
import { until } from './ground.ts'

/** A file of rules attached to a command is read as if it were pasted. */

let chats: Chats
beforeAll(async () => {
  chats = await openChats({ env: { TEAMS_WITHOUT_AUTH: '1' } })
}, 20_000)
afterAll(() => chats.close())

const rules = `version: 1
rules:
  - name: From-A-File
    subscription: 11111111-5eed-4000-8000-000000000001
    group: rg-soc
    on: alert
    when: Severity is High
    run: Notify-SOC
`

async function answerInSlack(said: RegExp): Promise<string> {
  return until(`${said} in Slack`, async () => chats.sink.messages.map(({ text }) => text).find(text => said.test(text)))
}

test('in Slack: the plan of an attached file; the file itself is in no message', async () => {
  const url_private = chats.sink.addFile('rules.yaml', rules)
  expect((await chats.inSlack('admin').sayWith('rules plan', [{ name: 'rules.yaml', url_private }])).status).toBe(200)
  expect(await answerInSlack(/1 new/)).toMatch(/^1 change/)
})

test('in Slack: what can not be read is named', async () => {
  const admin = chats.inSlack('admin')
  await admin.sayWith('rules plan', [{ name: 'far.yaml', url_private: 'http://169.254.169.254/latest/meta-data' }])
  expect(await answerInSlack(/far\.yaml/)).toContain("can't be read: it lies somewhere else.")
  await admin.sayWith('rules plan', [
    { name: 'gone.yaml', url_private: `${new URL(chats.sink.apiUrl).origin}/files/9/gone.yaml` },
  ])
  expect(await answerInSlack(/gone\.yaml/)).toContain('The bot may not read "gone.yaml", or it is gone.')
  const url_private = chats.sink.addFile('large.yaml', `# ${'x'.repeat(250_000)}`)
  await admin.sayWith('rules plan', [{ name: 'large.yaml', url_private }])
  expect(await answerInSlack(/large\.yaml/)).toContain('is too large: a chat takes 200 kB.')
})

test('in Teams: the plan of a file attached in a personal chat', async () => {
  const server = createServer((_request, response) => response.end(rules))
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const admin = chats.inTeams('admin', personalChat('Admin'))
  const file = { contentType: 'application/vnd.microsoft.teams.file.download.info', name: 'rules.yaml' }
  const content = { downloadUrl: `http://127.0.0.1:${port}/rules.yaml`, fileType: 'yaml' }
  await admin.deliver({ ...admin.spoken('rules plan'), attachments: [{ ...file, content }] })
  await until('the plan', async () => admin.sees().find(({ card }) => textOf(card).includes('From-A-File')))
  await new Promise(done => server.close(done))
})
