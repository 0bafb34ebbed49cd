import type { Log } from '../../log.ts'
import type { Texts } from '../../ports.ts'

/** What was done last in a dialog, whichever process took it: the answer to what came before must not take its place. */
export interface Dialogs {
  /** `at`: seconds, as Slack tells them with a press. */
  note(dialog: string, at: string): Promise<void>
  isLast(dialog: string, at: string): Promise<boolean>
}

/** Each press is a name of its own, so that nothing is overwritten by whoever comes late. What can't be noted is answered all the same. */
export function sharedDialogs(texts: Pick<Texts, 'put' | 'names'>, prefix: string, log: Log): Dialogs {
  const nameOf = (dialog: string, at: string) => `${prefix}${dialog}/${at}`

  async function note(dialog: string, at: string): Promise<void> {
    const text = JSON.stringify({ at: new Date(Number(at) * 1000).toISOString() })
    await texts
      .put(nameOf(dialog, at), text)
      .catch(thrown => log.warn({ error: thrown }, 'a press in a dialog could not be noted'))
  }

  async function isLast(dialog: string, at: string): Promise<boolean> {
    const names = await texts.names(nameOf(dialog, '')).catch(() => [])
    return names.every(name => name <= nameOf(dialog, at))
  }

  return { note, isLast }
}
