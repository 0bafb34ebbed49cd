import type { Texts } from '../../src/ports.ts'

/** Texts in memory. */
export function fakeTexts(): Texts {
  const kept = new Map<string, string>()
  return {
    get: async name => kept.get(name),
    put: async (name, text) => void kept.set(name, text),
    remove: async name => void kept.delete(name),
    names: async prefix => [...kept.keys()].filter(name => name.startsWith(prefix)).sort(),
  }
}
