import { endless, mostPages, readPage } from './raw.ts'
import { toError } from './to-error.ts'

/** The part of the clients' options through which the answer can be seen as it came. */
interface SeenRaw {
  onResponse(response: { bodyAsText?: string | null; status: number }): void
}

interface Paged {
  byPage(): AsyncIterable<readonly unknown[]>
}

/** A client's list as Azure wrote it: the clients move fields about and drop those they don't know. */
export async function* asWritten(list: (options: SeenRaw) => Paged): AsyncGenerator<unknown[]> {
  let seen = ''
  const options: SeenRaw = {
    onResponse: response => {
      seen = response.bodyAsText ?? ''
    },
  }
  const links = new Set<string>()
  for await (const _ of bounded(list(options))) {
    const { value, nextLink } = readPage(seen)
    yield value
    if (links.has(nextLink ?? '')) throw endless()
    if (nextLink) links.add(nextLink)
  }
}

/** All items of a client's list as its own objects. */
export async function everything<Item>(list: { byPage(): AsyncIterable<Item[]> }): Promise<Item[]> {
  const items: Item[] = []
  for await (const page of bounded(list)) items.push(...page)
  return items
}

/** Pages of a list that may not end, failing only with Problems. */
export async function* bounded<Page>(list: { byPage(): AsyncIterable<Page> }): AsyncGenerator<Page> {
  let count = 0
  try {
    for await (const page of list.byPage()) {
      if (count++ === mostPages) throw endless()
      yield page
    }
  } catch (thrown) {
    throw toError(thrown)
  }
}
