import { Problem } from '../errors.ts'

/** Where one Azure cloud answers. `swap` is the loopback address that stands in for it, if any. */
export interface Cloud {
  /** Origin of the management API, always https: the official clients refuse to send a token elsewhere. */
  arm: string
  authority: string
  portal: string
  swap?: URL
}

const clouds: readonly Cloud[] = [
  { arm: 'https://management.azure.com', authority: 'https://login.microsoftonline.com', portal: 'https://portal.azure.com' },
  {
    arm: 'https://management.usgovcloudapi.net',
    authority: 'https://login.microsoftonline.us',
    portal: 'https://portal.azure.us',
  },
  { arm: 'https://management.chinacloudapi.cn', authority: 'https://login.chinacloudapi.cn', portal: 'https://portal.azure.cn' },
]

/** The cloud behind a configured endpoint: a known https one, or any http one on this machine. Anything else would be sent our token. */
export function cloudAt(armEndpoint: string): Cloud {
  const url = URL.canParse(armEndpoint) ? new URL(armEndpoint) : undefined
  const known = clouds.find(cloud => cloud.arm === url?.origin)
  if (known !== undefined) return known
  const [home] = clouds
  if (url?.protocol === 'http:' && isLoopback(url) && home !== undefined) return { ...home, swap: url }
  throw new Problem('BadInput', 'The Azure endpoint must be a known https address, or http on this machine.', {
    field: 'AZURE_ARM_ENDPOINT',
  })
}

export function isLoopback(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(url.hostname)
}
