import { withoutSlash } from './arm-id.ts'
import type { Cloud } from './cloud.ts'

/** Portal page of a resource. The tenant makes the portal switch to the right directory; it may not be known yet. */
export function createPortalLink(cloud: Cloud, tenant: () => string | undefined): (armId: string) => string {
  return armId => {
    const path = withoutSlash(armId).split('/').map(encodeURIComponent).join('/')
    return `${cloud.portal}/#@${encodeURIComponent(tenant() ?? '')}/resource/${path}`
  }
}
