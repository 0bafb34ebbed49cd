import { Problem } from '../errors.ts'
import type { People } from '../ports.ts'
import type { PeopleMap } from './map.ts'

/** The links that the store keeps, below the admin's map: whom the map names, nothing else does, and whoever tries is told. */
export function mappedPeople(kept: People, map: Pick<PeopleMap, 'of' | 'people'>): People {
  return {
    async link(account, person) {
      const mapped = map.of(account)
      // Teams' own proof of who somebody is counts more than any map.
      if (mapped === undefined || account.chat !== 'slack') return kept.link(account, person)
      if (mapped.id !== person.id)
        throw new Problem(
          'Forbidden',
          `An admin's map of people says that this account is ${mapped.name}'s. Ask an admin to change it.`,
        )
    },
    of: async account => map.of(account) ?? kept.of(account),
    async unlink(account) {
      if (map.of(account) !== undefined)
        throw new Problem('NotOffered', "An admin's map of people links this account. Ask an admin to take it out there.")
      await kept.unlink(account)
    },
    async list() {
      const all = new Map([...(await kept.list()), ...map.people()].map(person => [person.id, person]))
      return [...all.values()].sort((a, b) => a.name.localeCompare(b.name))
    },
    isMapped: async account => map.of(account) !== undefined,
  }
}
