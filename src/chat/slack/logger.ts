import { type Logger, LogLevel } from '@slack/bolt'
import type { Log } from '../../log.ts'

/** The vendor's log lines among ours; its debug lines hold whole payloads and are left out. */
export function slackLogger(log: Log): Logger {
  return {
    debug() {},
    info: (...parts: unknown[]) => log.debug({ part: 'slack' }, text(parts)),
    warn: (...parts: unknown[]) => log.warn({ part: 'slack' }, text(parts)),
    error: (...parts: unknown[]) => log.error({ part: 'slack' }, text(parts)),
    setLevel() {},
    getLevel: () => LogLevel.INFO,
    setName() {},
  }
}

function text(parts: unknown[]): string {
  return parts.map(part => (part instanceof Error ? part.message : String(part))).join(' ')
}
