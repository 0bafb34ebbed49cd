import { Problem } from '../errors.ts'
import type { CloudAddresses } from '../model/cloud.ts'

/** Origins of one Azure cloud, always https: the official clients refuse to send a token elsewhere. */
export interface Cloud extends CloudAddresses {
  authority: string
  /** The loopback address that stands in for it, if any. */
  swap?: URL
}

/** Source: Microsoft Graph national cloud deployments; of the US Government's the one for GCC High. */
const clouds: readonly Cloud[] = [
  {
    arm: 'https://management.azure.com',
    authority: 'https://login.microsoftonline.com',
    graph: 'https://graph.microsoft.com',
    portal: 'https://portal.azure.com',
  },
  {
    arm: 'https://management.usgovcloudapi.net',
    authority: 'https://login.microsoftonline.us',
    graph: 'https://graph.microsoft.us',
    portal: 'https://portal.azure.us',
  },
  {
    arm: 'https://management.chinacloudapi.cn',
    authority: 'https://login.chinacloudapi.cn',
    graph: 'https://microsoftgraph.chinacloudapi.cn',
    portal: 'https://portal.azure.cn',
  },
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
