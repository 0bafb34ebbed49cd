const timeLimitMs = 15_000

export type Posted = { ok: true } | { ok: false; status?: number; why: string }

/** Posts JSON text to an address on this machine; the simulator calls nobody else. */
export async function post(address: string, body: string, headers: Record<string, string> = {}): Promise<Posted> {
  if (!isLoopback(address)) return { ok: false, why: 'the address is not on this machine' }
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeLimitMs),
    })
    await response.arrayBuffer()
    return response.ok ? { ok: true } : { ok: false, status: response.status, why: `answered ${response.status}` }
  } catch (thrown) {
    return { ok: false, why: whyOf(thrown) }
  }
}

function isLoopback(address: string): boolean {
  const { protocol, hostname } = URL.parse(address) ?? { protocol: '', hostname: '' }
  return protocol === 'http:' && (hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname))
}

/** The reason without the address, which is a secret. */
function whyOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
  if (code !== undefined) return `no connection (${code})`
  return thrown instanceof Error && thrown.name === 'TimeoutError' ? 'no answer in time' : 'no connection'
}
