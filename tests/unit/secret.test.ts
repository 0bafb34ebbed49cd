import { expect, test } from '@jest/globals'
import { emptied, holdsSecret, isSecretName, notKept, withoutKeys, withoutSecrets } from '../../src/model/secret.ts'

/** Made here, so that no scanner takes this file for a leak. */
const long = 'a1B2'.repeat(11)

test.each([
  ['a signed address', `POST https://x.example/workflows/1?sv=1.0&sig=${long}`],
  ['a password in an address', `postgres://bot:${long}@db.example/x`],
  ['a connection string', `Endpoint=sb://x.example/;SharedAccessKeyName=a;SharedAccessKey=${long}=`],
  ["a storage account's", `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${long}`],
  ["a hook of Slack's", `see https://hooks.slack.com/services/T0/B0/${long} there`],
  ["a hook of Teams'", `https://contoso.webhook.office.com/webhookb2/${long}`],
  ['a Slack token', `xoxb-${long}`],
  ['a token of GitHub', `ghp_${long}`],
  ['a JWT', `Bearer eyJ${long}.eyJ${long}.${long}`],
  ['a client secret of Entra', `abc8Q~${long.slice(0, 34)}`],
  ['a token of GitHub for some repositories', `github_pat_${long}`],
  [
    'a private key that is encrypted',
    `-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: AES-128-CBC,00\n\n${long}\n-----END RSA PRIVATE KEY-----`,
  ],
  ['a private key', `-----BEGIN RSA PRIVATE KEY-----\n${long}\n-----END RSA PRIVATE KEY-----`],
])('%s', (_name, text) => {
  expect(withoutKeys(text)).not.toContain(long.slice(0, 30))
  expect([holdsSecret(text), holdsSecret(withoutKeys(text))]).toEqual([true, true])
})

test.each([
  'a plain reason, with sig=short and code: 7',
  'Command line contains "?sv=2024-11-04&sig=a1B2c3D4e5F6g7H8"',
  'Title contains "xoxb-1234"',
  'https://tickets.contoso.example/a?b=c&page=2',
  'https://my-vault.vault.azure.net/secrets/ticket-key',
  '/subscriptions/00000000-0000-0000-0000-00000000005b/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/web',
  '19:abcdef@thread.tacv2',
  '{"a": 1.0}',
  'version: 1\nrules: []',
  'ops@contoso.example',
  'https://wiki.contoso.example/pages?spaceKey=SEC&title=Runbook',
  'https://contoso@dev.azure.com/contoso/soc/_git/runbooks',
  '/subscriptions/00000000-0000-0000-0000-00000000005b/resourceGroups/rg-xapp-production/providers/Microsoft.Web/sites/xapp-backend',
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==',
])('%j is none', text => {
  expect(holdsSecret(text)).toBe(false)
  expect(withoutSecrets({ text })).toEqual({ text })
})

test.each([
  'a.',
  '-eyJ',
  'a://',
  'x:',
  'https://hooks.slack.com/',
  'https://a.',
  '-----BEGIN ',
  '?sig=',
  'aQ~',
  'password',
  '[',
  '{"a":',
])('a long text of %j is looked through at once', part => {
  const text = part.repeat(200_000 / part.length)
  const begun = performance.now()
  withoutSecrets({ text, [text]: 'x' })
  holdsSecret(text)
  expect(performance.now() - begun).toBeLessThan(2000)
})

test('what is nested beyond all measure is not kept, and breaks nothing', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  expect(emptied(withoutSecrets({ text: deep, list: JSON.parse(deep) }))).toEqual(['text', 'list'])
})

test('what was typed is kept without secrets: by name, in an address, within lists, objects and their JSON', () => {
  const typed = {
    logicApp: 'Block-IP',
    secret: 'hunter2',
    address: 'https://a.example/hook?x=1&Api-Key=abc',
    'parameters.more': '{"login": {"password": "hunter2"}, "n": 1}',
    'parameters.token': 7,
    parameters: { ip: '203.0.113.7', all: [{ apiKey: 'abc' }, `xoxb-${long}`], nothing: { password: '' } },
  }
  const kept = withoutSecrets(typed)
  expect(kept).toEqual({
    logicApp: 'Block-IP',
    secret: notKept,
    address: `https://a.example/hook?${notKept}`,
    'parameters.more': `{"login":{"password":"${notKept}"},"n":1}`,
    'parameters.token': notKept,
    parameters: { ip: '203.0.113.7', all: [{ apiKey: notKept }, notKept], nothing: { password: '' } },
  })
  expect(withoutSecrets(kept)).toEqual(kept)
  expect(emptied(kept)).toEqual(['secret', 'address', 'parameters.more', 'parameters.token', 'parameters.all'])
  expect(emptied(withoutSecrets({ secret: 'https://my-vault.vault.azure.net/secrets/ticket-key' }))).toEqual([])
})

test('an address with a key in it, or a token as its user, is one', () => {
  for (const address of [
    'https://api.contoso.example/x?subscription-key=abc',
    'https://api.contoso.example/x?key=abc',
    `https://${long}@dev.azure.com/contoso`,
  ])
    expect(holdsSecret(address)).toBe(true)
})

test('a yes or no is no secret, whatever it is called', () => {
  const typed = { 'parameters.resetPassword': 'true', parameters: { rotateSecret: false, revokeToken: 'No' } }
  expect(withoutSecrets(typed)).toEqual(typed)
})

test.each([
  'password',
  'adminPassword',
  'clientSecret',
  'token',
  'accessToken',
  'api-key',
  'apiKey',
  'storageKey',
  'connectionString',
  'key',
])('%s is the name of a secret', name => expect(isSecretName(name)).toBe(true))

test.each(['projectKey', 'keyword', 'hotkey', 'ip', 'code', 'reason', 'tokens', 'secretary', 'issue-key'])('%s is not', name =>
  expect(isSecretName(name)).toBe(false),
)
