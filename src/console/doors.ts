import type { Door } from '../route.ts'
import { deadLetterDoors } from './dead-letters.ts'
import type { ConsoleDeps } from './deps.ts'
import { findingDoors } from './findings.ts'
import { liveDoor } from './live.ts'
import { pageDoors } from './page.ts'
import { placeDoors } from './places.ts'
import { requestDoors } from './requests.ts'
import { statusDoors } from './status.ts'
import { verbDoors } from './verbs.ts'

/** The console: the page, and the HTTP interface that it and programs use. */
export function consoleDoors(deps: ConsoleDeps): Door[] {
  return [
    ...pageDoors(),
    ...placeDoors(deps),
    ...findingDoors(deps),
    ...requestDoors(deps),
    ...statusDoors(deps),
    ...verbDoors(deps),
    ...deadLetterDoors(deps),
    liveDoor({ ...deps.world, stopping: deps.stopping }),
  ]
}
