import type { Log } from '../../log.ts'
import type { Clock, Texts } from '../../ports.ts'

/** What was done last in a dialog, whichever process took it: the answer to what came before must not take its place. */
export interface Dialogs {
  /** `at`: seconds, as Slack tells them with a press. */
  press(dialog: string, at: string): Promise<void>
  /** Slack tells no time with it: it comes after every press that is known. */
  submit(dialog: string): Promise<void>
  isLast(dialog: string, at: string): Promise<boolean>
}

interface Notes {
  texts: Pick<Texts, 'put' | 'names'>
  /** How the names of what is noted begin. */
  prefix: string
  clock: Clock
  log: Log
}

/** Each deed is a name of its own, so that nothing is overwritten by whoever comes late. What can't be noted is answered all the same. */
export function sharedDialogs({ texts, prefix, clock, log }: Notes): Dialogs {
  const nameOf = (dialog: string, at: string) => `${prefix}${dialog}/${at}`
  const namesOf = (dialog: string) => texts.names(nameOf(dialog, '')).catch(() => [])

  async function press(dialog: string, at: string): Promise<void> {
    await note(nameOf(dialog, at))
  }

  async function submit(dialog: string): Promise<void> {
    const last = (await namesOf(dialog)).at(-1)
    await note(`${last ?? nameOf(dialog, secondsOf(clock.now()))}${afterIt}`)
  }

  async function note(name: string): Promise<void> {
    await texts
      .put(name, JSON.stringify({ at: clock.now().toISOString() }))
      .catch(thrown => log.warn({ error: thrown }, 'what was done in a dialog could not be noted'))
  }

  async function isLast(dialog: string, at: string): Promise<boolean> {
    return (await namesOf(dialog)).every(name => name <= nameOf(dialog, at))
  }

  return { press, submit, isLast }
}

/** Sorts behind the time it is put to, and before every later one. */
const afterIt = '+'

function secondsOf(time: Date): string {
  return (time.getTime() / 1000).toFixed(6)
}
