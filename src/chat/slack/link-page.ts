import type { Problem } from '../../errors.ts'
import type { HttpReply } from '../../route.ts'
import { tableOf } from '../../table.ts'

/** Pages of the sign-in: no script, nothing from elsewhere, not in a frame. */
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
}

export interface Confirmation {
  /** Where the form goes. */
  action: string
  token: string
  /** Whom Entra named. */
  person: string
  /** Whom Slack named. */
  slackName: string
  user: string
  team: string
}

export function confirmPage({ action, token, person, slackName, user, team }: Confirmation): HttpReply {
  return page(
    'Link your Slack account',
    `<p>You signed in as <strong>${escaped(person)}</strong>.</p>
<p>The Slack account <strong>${escaped(slackName)}</strong> (${escaped(user)} in ${escaped(team)}) will then act as you, with your rights in Azure.</p>
<p>Go on only if this is your own Slack account and you pressed <em>Link my account</em> there just now.</p>
<form method="post" action="${escaped(action)}"><input type="hidden" name="token" value="${escaped(token)}"><button>Link this Slack account</button></form>`,
  )
}

export function linkedPage(person: string): HttpReply {
  return page(
    'Linked',
    `<p>Your Slack account now acts as <strong>${escaped(person)}</strong>. Go back to Slack: what you asked for is carried out.</p>`,
  )
}

export function refusedPage({ message, status }: Problem): HttpReply {
  return { ...page('Not linked', `<p>${escaped(message)}</p>`), status }
}

function page(title: string, body: string): HttpReply {
  const style =
    'body{font:16px/1.5 system-ui;max-width:36rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}button{font:inherit;padding:.5rem 1rem}'
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${style}</style>`
  return {
    status: 200,
    headers,
    body: `<!doctype html><html lang="en"><head>${head}</head><body><h1>${escaped(title)}</h1>${body}</body></html>`,
  }
}

const entities = tableOf<string>({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, letter => entities.get(letter) ?? letter)
}
