/**
 * Whom Azure refuses when it refuses this program: the bot's own identity or, where a person or a pipeline runs a command, theirs. A program asks as
 * one of the two from its start to its end.
 */
export type AskedBy = 'bot' | 'command'

let askedBy: AskedBy = 'bot'

export function askAs(one: AskedBy): void {
  askedBy = one
}

/** The subject of a refusal. `client`: as Azure names whom it refused. */
export function whoAsks(client?: string): string {
  return askedBy === 'bot' ? 'The bot itself' : (client ?? 'Whoever is signed in here')
}

export function ownIdentity(): string {
  return askedBy === 'bot' ? 'its identity' : 'this identity'
}

export function badSignIn(): string {
  return askedBy === 'bot' ? "The bot's own sign-in was not accepted." : 'The sign-in here was not accepted.'
}

export function noSignIn(): string {
  return askedBy === 'bot' ? 'The bot has no sign-in to Azure.' : 'Nobody is signed in to Azure here.'
}
