import { silent } from '../../src/log.ts'
import { openStore } from '../../src/store/store.ts'
import { arrival, planFor, readArrival } from '../fakes/sample-findings.ts'

/**
 * A process to be killed: takes events as fast as it can and says which it acknowledged, appends to the ledger, shows what is wanted.
 * Arguments: database, tenant, prefix of its events. Lines on standard output: `ready`, `ack <key>`, `ledger <seq>`.
 */
const [url = '', tenant = '', prefix = ''] = process.argv.slice(2)
const store = await openStore({ url, tenant, log: silent, read: readArrival })
const wanted = planFor([{ placeId: 'console:simulated:killed', audience: 'act', priority: 1 }], () => new Date())

await store.jobs.work({
  place: async key => {
    const posts = await store.posts.behind(key, new Date(), 50)
    for (const post of posts) await store.posts.shown(post.id, 'm', post.wanted)
    return posts.length === 0 ? undefined : 0
  },
  run: async () => undefined,
  request: async () => undefined,
})
process.stdout.write('ready\n')
let count = 0
await Promise.all([...Array.from({ length: 8 }, take), append()])

/** A refusal is no acknowledgement: the same event again until it is one. */
async function take(): Promise<void> {
  for (;;) {
    const key = `${prefix}-${count++}`
    while (!(await store.accept([arrival(key)], wanted).then(() => true, later)));
    process.stdout.write(`ack ${key}\n`)
  }
}

async function append(): Promise<void> {
  for (;;) {
    const draft = {
      at: new Date().toISOString(),
      action: 'run',
      on: 'a',
      input: '{}',
      phase: 'intent' as const,
      result: '',
      requestId: prefix,
    }
    const entry = await store.ledger.append(draft).catch(later)
    if (entry !== false) process.stdout.write(`ledger ${entry.seq}\n`)
  }
}

function later(): Promise<false> {
  return new Promise(done => setTimeout(done, 20, false))
}
