import type { IncomingHttpHeaders } from 'node:http'
import { Problem } from '../errors.ts'
import type { Route } from '../route.ts'

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i

/**
 * The console trusts whoever reaches it, so only pages of its own may: a Host that is no loopback name is another site's name bound to
 * this address, an Origin that is not the Host is another site's page.
 */
export function guarded(route: Route): Route {
  return {
    ...route,
    async handle(request) {
      checkHost(request.headers)
      if (route.method === 'post') checkWrite(request.headers)
      return route.handle(request)
    },
  }
}

export function checkHost({ host }: IncomingHttpHeaders): void {
  if (host === undefined || !loopback.test(host))
    throw new Problem('Forbidden', 'The console answers on a loopback address only.', { field: 'host' })
}

function checkWrite(headers: IncomingHttpHeaders): void {
  const site = headers['sec-fetch-site']
  const isForeign = headers.origin !== undefined && headers.origin !== `http://${headers.host}`
  if (isForeign || (site !== undefined && site !== 'same-origin' && site !== 'none'))
    throw new Problem('Forbidden', 'Another site may not act here.', { field: 'origin' })
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? ''))
    throw new Problem('WrongContentType', undefined, { field: 'content-type' })
}
