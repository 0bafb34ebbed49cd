import { createHmac, randomBytes } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { Open } from '../../../cards/card.ts'
import { ActionRequest, type Desk } from '../../actions/action.ts'
import { Problem, toProblem } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { Person } from '../../model/person.ts'
import type { Clock, Ledger, People, Requests } from '../../ports.ts'
import type { HttpReply, HttpRequest, Route } from '../../route.ts'
import { Spot } from './asks.ts'
import { confirmPage, linkedPage, refusedPage } from './link-page.ts'
import { equal, type SignIn } from './sign-in.ts'

/** A Slack account becomes a person's by signing in at the moment of the click; what was clicked is kept and carried out afterwards. */

const lifeMs = 10 * 60_000
const startPath = '/link/slack'
export const linkCallbackPath = '/link/slack/callback'
const confirmPath = '/link/slack/confirm'

export interface LinkSettings {
  signIn: SignIn
  /** Signs links; the same in all processes. */
  secret: string
  /** The bot's own address, https. */
  publicUrl: string
  /** Where intended actions are kept. */
  pending: Pick<Requests, 'open' | 'get'>
  ledger: Pick<Ledger, 'append'>
}

export interface LinkDeps extends LinkSettings {
  people: People
  keepable: Desk['keepable']
  clock: Clock
  log: Log
  /** A sentence for whom may not be linked. */
  whyNot(team: string, user: string): Promise<string | undefined>
  displayName(team: string, user: string): Promise<string>
  /** Carries out what was intended and answers in Slack. */
  resume(request: ActionRequest, spot: Spot): Promise<void>
  later(work: () => Promise<void>): void
}

const Intended = z.object({ request: ActionRequest, spot: Spot, until: z.number() })
type Intended = z.infer<typeof Intended>
const Confirmed = z.object({ state: z.string(), person: Person })

export function slackLink(deps: LinkDeps) {
  const { signIn, secret, publicUrl, pending, ledger, people, keepable, clock, log, whyNot, displayName, resume, later } = deps
  const key = createHmac('sha256', secret).update('link confirmation').digest()

  async function button(request: ActionRequest, spot: Spot): Promise<Open> {
    const id = randomBytes(24).toString('base64url')
    const intended: Intended = { request: await keepable(request), spot, until: clock.now().getTime() + lifeMs }
    await pending.open(`slack-link-${id}`, JSON.stringify(intended), false, clock.now().toISOString())
    return {
      type: 'open',
      label: 'Link my account',
      url: `${publicUrl.replace(/\/$/, '')}${startPath}?state=${id}.${signature(id)}`,
    }
  }

  function signature(id: string): string {
    return createHmac('sha256', secret).update(`link:${id}`).digest('base64url')
  }

  async function intendedBy(state: string): Promise<{ id: string; intended: Intended }> {
    const [id = '', signed = ''] = state.split('.')
    if (!equal(signed, signature(id))) throw over()
    const kept = await pending.get(`slack-link-${id}`)
    if (kept === undefined) throw over()
    const intended = Intended.parse(JSON.parse(kept.request))
    if (intended.until < clock.now().getTime()) throw over()
    return { id, intended }
  }

  async function start({ query }: HttpRequest): Promise<HttpReply> {
    const state = query.get('state') ?? ''
    await intendedBy(state)
    return {
      status: 302,
      headers: { location: signIn.url(state), 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    }
  }

  /** Who signs in may have followed someone else's link: the page names the Slack account, and only a press on it links. */
  async function callback({ query }: HttpRequest): Promise<HttpReply> {
    const state = query.get('state') ?? ''
    const { intended } = await intendedBy(state)
    const code = query.get('code')
    if (code === null) throw new Problem('Unauthenticated', 'Signing in was not finished. Ask for a new link in Slack.')
    const person = await signIn.finish(code, state)
    const seconds = Math.floor(clock.now().getTime() / 1000)
    const token = await new SignJWT({ state, person })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(seconds + lifeMs / 1000)
      .sign(key)
    const { team, user } = intended.spot
    const action = `${publicUrl.replace(/\/$/, '')}${confirmPath}`
    return confirmPage({ action, token, person: person.name, slackName: await displayName(team, user), user, team })
  }

  async function confirm({ body }: HttpRequest): Promise<HttpReply> {
    const { state, person } = await confirmed(new URLSearchParams(body.toString()).get('token') ?? '')
    const { id, intended } = await intendedBy(state)
    const { request, spot } = intended
    const why = await whyNot(spot.team, spot.user)
    if (why !== undefined) throw new Problem('Forbidden', why)
    const { fresh } = await pending.open(`slack-linked-${id}`, JSON.stringify(person), false, clock.now().toISOString())
    if (!fresh) throw over()
    await linked(request, person)
    log.info({ team: spot.team, user: spot.user, person: person.id }, 'a Slack account was linked by signing in')
    later(() => resume({ ...request, requestId: `${request.requestId}-linked` }, spot))
    return linkedPage(person.name)
  }

  /** Who somebody is decides what they may do: it goes to the ledger like any effect. */
  async function linked({ from: { account }, requestId }: ActionRequest, person: Person): Promise<void> {
    const on = `${account.chat}:${account.tenant}:${account.user}`
    const record = (phase: 'intent' | 'outcome', result: string) =>
      ledger.append({ at: clock.now().toISOString(), who: person, action: 'link', on, input: '{}', phase, result, requestId })
    await record('intent', '')
    await people.link(account, person)
    await record('outcome', 'linked by signing in')
  }

  async function confirmed(token: string): Promise<z.infer<typeof Confirmed>> {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['HS256'],
        currentDate: clock.now(),
        requiredClaims: ['exp'],
      })
      return Confirmed.parse(payload)
    } catch (thrown) {
      throw new Problem('Unauthenticated', over().message, { cause: thrown })
    }
  }

  const doors: Route[] = [
    { method: 'get', path: startPath, maxBytes: 0, handle: inBrowser(start) },
    { method: 'get', path: linkCallbackPath, maxBytes: 0, handle: inBrowser(callback) },
    { method: 'post', path: confirmPath, maxBytes: 16_384, handle: inBrowser(confirm) },
  ]
  return { button, doors }

  /** Who comes here is a person: what goes wrong is a page, too. */
  function inBrowser(handle: Route['handle']): Route['handle'] {
    return async request => {
      try {
        return await handle(request)
      } catch (thrown) {
        const problem = toProblem(thrown)
        log.info({ error: problem }, 'a Slack account was not linked')
        return refusedPage(problem)
      }
    }
  }
}

function over(): Problem {
  return new Problem('Unauthenticated', 'This link was used already or is older than ten minutes. Ask for a new one in Slack.')
}
