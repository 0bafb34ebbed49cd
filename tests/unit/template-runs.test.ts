import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { templates } from '../../src/templates/templates.ts'
import { builtOf, type Tried, tryOut } from '../fakes/template-run.ts'
import { templateValues } from '../fakes/template-values.ts'

/** What the templates' logic apps do with what comes, by the functions of the workflow language. */

const each = templates.flatMap(({ name, kinds }) => kinds.map(kind => [name, kind] as const))

function sent(tried: Tried, name: string) {
  return tryOut(tried).calls.filter(call => call.name === name)
}

test.each(each)('%s for %s: an event in which nothing stands fails no expression', (template, kind) => {
  const emptied = { Read_tags: new Error('no such resource'), Read_machine: {}, Read_key: { value: 'k' } }
  for (const event of [{}, { Entities: null, properties: null, id: '' }])
    expect(() => tryOut({ template, kind, event, answers: emptied })).not.toThrow()
})

describe('in the cloud where the bot is', () => {
  const clouds = [
    ['https://management.azure.com', 'https://graph.microsoft.com', 'https://portal.azure.com', 'vault.azure.net'],
    ['https://management.usgovcloudapi.net', 'https://graph.microsoft.us', 'https://portal.azure.us', 'vault.usgovcloudapi.net'],
    [
      'https://management.chinacloudapi.cn',
      'https://microsoftgraph.chinacloudapi.cn',
      'https://portal.azure.cn',
      'vault.azure.cn',
    ],
  ] as const

  test.each(clouds)('%s', (arm, graph, portal, vault) => {
    const others = clouds.filter(([one]) => one !== arm).flat()
    for (const [template, kind] of each) {
      const kept = templateValues[template]?.secret
      const parameters = kept === undefined ? {} : { secret: String(kept).replace('vault.azure.net', vault) }
      const text = JSON.stringify(builtOf({ template, kind, parameters, arm }))
      expect(others.filter(other => text.includes(other) && !text.includes(`schema.${other}`))).toEqual([])
      if (kept !== undefined) expect(text).toContain(`"audience":"https://${vault}"`)
    }
    expect(JSON.stringify(builtOf({ template: 'block-ip', arm }))).toContain(`"audience":"${arm}"`)
    expect(JSON.stringify(builtOf({ template: 'disable-user', arm }))).toContain(`"audience":"${graph}"`)
    const [post] = sent({ template: 'post-to-slack', arm }, 'Post_message')
    expect(JSON.stringify(post?.inputs.body)).toContain(portal)
  })
})

describe('what an attacker wrote into an event', () => {
  const hostile = {
    AlertDisplayName: '<script>x</script> & <!channel>',
    CompromisedEntity: '<@U1>',
    Description: '<img src=x>',
    Severity: 'High',
    AlertUri: 'https://portal.azure.com/" onclick="x"><b>|y',
  }
  const Html = z.object({ messageBody: z.string() }).transform(({ messageBody }) => messageBody)
  const Mail = z.object({ Body: z.string() }).transform(({ Body }) => Body)
  const Approval = z.object({ Message: Mail }).transform(({ Message }) => Message)

  test.each([
    ['post-to-teams', 'Post_message', Html],
    ['mail-owner', 'Send_mail', Mail],
    ['ask-approval', 'Ask', Approval],
  ] as const)('%s sends no HTML of it', (template, action, Body) => {
    const html = Body.parse(sent({ template, kind: 'alert', event: hostile }, action)[0]?.inputs.body)
    expect(html).toContain('&lt;script&gt;x&lt;/script&gt; &amp; ')
    expect(html).toContain('<a href="https://portal.azure.com/%22 onclick=%22x%22&gt;&lt;b&gt;|y">Open')
    for (const live of ['<script', '<img', '<b>']) expect(html).not.toContain(live)
  })

  test('post-to-slack sends no markup of it', () => {
    const Message = z.object({ text: z.string() })
    const { text } = Message.parse(
      sent({ template: 'post-to-slack', kind: 'alert', event: hostile }, 'Post_message')[0]?.inputs.body,
    )
    expect(text).toContain('&lt;!channel&gt;*\n&lt;@U1&gt;\n<https://portal.azure.com/" onclick="x"&gt;&lt;b&gt;%7Cy|Open in')
    expect(text.match(/</g)).toHaveLength(1)
  })

  test.each(['javascript:alert(1)', '', null, 7])('a link that is none leads to the portal: %j', AlertUri => {
    const [message] = sent({ template: 'post-to-slack', kind: 'alert', event: { ...hostile, AlertUri } }, 'Post_message')
    expect(message?.inputs.body).toMatchObject({ text: expect.stringContaining('<https://portal.azure.com|Open') })
  })
})

describe('whom mail-owner mails', () => {
  const otherwise = 'soc@contoso.example'
  const domain = '@contoso.example'
  test.each<[string, unknown, string, string]>([
    ['the owner', 'web@contoso.example', '', 'web@contoso.example'],
    ['an owner outside when any will do', 'web@other.example', '', 'web@other.example'],
    ['nobody outside when a domain is given', 'web@other.example', domain, otherwise],
    ['the owner within it, in any case', 'Web@CONTOSO.example', domain, 'Web@CONTOSO.example'],
    ['never two', 'evil@other.example;web@contoso.example', domain, otherwise],
    ['never two, by comma', 'evil@other.example,web@contoso.example', domain, otherwise],
    ['somebody where the tag is no address', 'the web team', '', otherwise],
    ['somebody where there is no tag', undefined, '', otherwise],
  ])('%s', (_, owner, only, to) => {
    const answers = { Read_tags: { properties: { tags: owner === undefined ? {} : { owner } } } }
    const [mail] = sent({ template: 'mail-owner', parameters: { otherwise, domain: only }, answers }, 'Send_mail')
    expect(mail?.inputs.body).toMatchObject({ To: to })
  })

  test('somebody where the resource is gone', () => {
    const answers = { Read_tags: new Error('ResourceNotFound') }
    const [mail] = sent({ template: 'mail-owner', parameters: { otherwise }, answers }, 'Send_mail')
    expect(mail?.inputs.body).toMatchObject({ To: otherwise })
  })
})

describe('what block-ip blocks', () => {
  const ip = (Address: string) => ({ Type: 'ip', Address })
  const Entities = [
    ip('203.0.113.7'),
    ip('2001:db8::1'),
    ip('198.51.100.7'),
    ip('168.63.129.16'),
    { Type: 'host' },
    ip('203.0.113.8'),
  ]
  const blocking = (event: object, answers: object = { Read_rule: {} }) => {
    const { calls, ended } = tryOut({
      template: 'block-ip',
      parameters: { never: '198.51.100.7 ; 192.0.2.1' },
      event,
      answers: { ...answers },
    })
    const [write] = calls.filter(({ name }) => name === 'Write_rule')
    return { ended, body: write?.inputs.body }
  }
  const writes = (...sourceAddressPrefixes: string[]) => ({
    properties: expect.objectContaining({ sourceAddressPrefixes, access: 'Deny' }),
  })

  test('IPv4 addresses of the alert, but those of Azure itself and those that stay open', () => {
    expect(blocking({ Entities }).body).toEqual(writes('203.0.113.7', '203.0.113.8'))
  })

  test('what was blocked before stays blocked, also when there was one only', () => {
    const Read_rule = { properties: { sourceAddressPrefixes: ['192.0.2.9'] } }
    expect(blocking({ Entities }, { Read_rule }).body).toEqual(writes('203.0.113.7', '203.0.113.8', '192.0.2.9'))
    const single = { properties: { sourceAddressPrefix: '192.0.2.9' } }
    expect(blocking({ Entities }, { Read_rule: single }).body).toEqual(writes('203.0.113.7', '203.0.113.8', '192.0.2.9'))
    expect(blocking({ Entities }, { Read_rule: new Error('no rule yet') }).body).toEqual(writes('203.0.113.7', '203.0.113.8'))
  })

  test('an address that was typed goes before those of the alert', () => {
    expect(blocking({ Entities, ChatOpsParameters: { address: '192.0.2.44' } }).body).toEqual(writes('192.0.2.44'))
  })

  test.each(['0.0.0.0/0', '*', 'Internet', '198.51.100.7', '168.63.129.16', '2001:db8::1'])('never %s', address => {
    const { body, ended } = blocking({ Entities, ChatOpsParameters: { address } })
    expect(body).toBeUndefined()
    expect(ended).toMatchObject({ runStatus: 'Failed', runError: { code: 'NoAddress' } })
  })
})

describe('isolate-vm', () => {
  const nsg = String(templateValues['isolate-vm']?.nsg)
  const event = { AzureResourceId: '/subscriptions/1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm' }
  const Read_machine = {
    properties: { networkProfile: { networkInterfaces: [{ id: '/subscriptions/1/x/networkInterfaces/nic' }] } },
  }
  const written = (card: object) =>
    sent({ template: 'isolate-vm', event, answers: { Read_machine, Read_card: card } }, 'Write_card')[0]?.inputs.body

  test('notes which group was there, and only that once', () => {
    const before = {
      location: 'westeurope',
      tags: { a: 'b' },
      properties: { primary: true, networkSecurityGroup: { id: '/old' } },
    }
    const first = {
      ...before,
      tags: { a: 'b', 'isolated-from': '/old' },
      properties: { primary: true, networkSecurityGroup: { id: nsg } },
    }
    expect(written(before)).toEqual(first)
    expect(written({ ...first, properties: { ...first.properties, networkSecurityGroup: { id: nsg.toUpperCase() } } })).toEqual(
      first,
    )
  })

  test('a card without a group and tags', () => {
    expect(written({ location: 'westeurope', properties: {} })).toMatchObject({ tags: { 'isolated-from': 'none' } })
  })

  test('what is no machine of Azure is left alone, and that is told', () => {
    const { calls, ended } = tryOut({ template: 'isolate-vm', event: { AzureResourceId: '/subscriptions/1/x/servers/db' } })
    expect(calls).toEqual([])
    expect(ended).toMatchObject({ runStatus: 'Failed', runError: { code: 'NoMachine' } })
  })

  test('an id of an event leads the token to no other host', () => {
    const [read] = sent(
      {
        template: 'isolate-vm',
        event: { AzureResourceId: '@evil.example/virtualMachines/x' },
        answers: { Read_machine, Read_card: { properties: {} } },
      },
      'Read_machine',
    )
    expect(new URL(String(read?.inputs.uri)).host).toBe('management.azure.com')
  })
})

test('disable-user disables Entra accounts of the alert once each, but those named, those of machines and of a domain', () => {
  const account = (more: object) => ({ Type: 'account', ...more })
  const Entities = [
    account({ Name: 'eva', UPNSuffix: 'contoso.example' }),
    account({ Name: 'eva', UPNSuffix: 'contoso.example' }),
    account({ AadUserId: 'id/1' }),
    account({ Name: 'SYSTEM', NTDomain: 'NT AUTHORITY' }),
    account({ Name: 'Break-Glass', UPNSuffix: 'contoso.example' }),
  ]
  const { calls } = tryOut({ template: 'disable-user', event: { Entities } })
  expect(
    calls.map(({ name, inputs }) => `${name} ${String(inputs.uri).replace('https://graph.microsoft.com/v1.0/users/', '')}`),
  ).toEqual([
    'Disable eva%40contoso.example',
    'End_sessions eva%40contoso.example/revokeSignInSessions',
    'Disable id%2F1',
    'End_sessions id%2F1/revokeSignInSessions',
  ])
  expect(tryOut({ template: 'disable-user', event: {} }).ended).toMatchObject({ runError: { code: 'NoAccount' } })
})

test('ask-approval goes on only when somebody approves', () => {
  const event = { AlertDisplayName: 'x' }
  const asked = (Ask: unknown) => tryOut({ template: 'ask-approval', kind: 'alert', event, answers: { Ask } })
  expect(asked({ SelectedOption: 'Approve' }).calls.at(-1)).toMatchObject({ name: 'Start_it', inputs: { body: event } })
  expect(asked({ SelectedOption: 'Reject' })).toMatchObject({ calls: [{ name: 'Ask' }], ended: { runStatus: 'Cancelled' } })
  expect(asked(new Error('timed out')).calls.map(({ name }) => name)).toEqual(['Ask'])
})

test('a ticket carries the event, and its key goes to that address only', () => {
  const { calls } = tryOut({
    template: 'open-ticket',
    kind: 'alert',
    event: { Severity: 'High' },
    answers: { Read_key: { value: 'k-1' } },
  })
  expect(calls).toMatchObject([
    { name: 'Read_key', inputs: { uri: 'https://kv-soc.vault.azure.net/secrets/ticket-key?api-version=7.4' } },
    {
      name: 'Open_ticket',
      inputs: {
        uri: 'https://tickets.contoso.example/api/tickets',
        headers: { 'x-api-key': 'k-1' },
        body: { event: { Severity: 'High' }, summary: { severity: 'High' }, run: 'run-1' },
      },
    },
  ])
  expect(JSON.stringify(calls[0])).not.toContain('k-1')
})
