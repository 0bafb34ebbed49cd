import { Agent, createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import pg from 'pg'
import { grouped } from '../../src/store/grouped.ts'

/**
 * The bare limit: plain node:http, and one multi-row insert per group of requests into one table of text. It knows an event by its id and nothing
 * else. Arguments: database; Slack's Web API, if each event is to be posted there once it is kept. Prints `ready at <address>`.
 */
const [url = '', slack = ''] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true })
const pool = new pg.Pool({ connectionString: url, max: 4 })
await pool.query('create table if not exists bare (id text primary key, body text not null) with (toast_tuple_target = 8160)')
await pool.query('alter table bare alter body set storage external')

const keep = grouped<string, undefined>({ weigh: () => 1, atMost: 500, lanes: 3, isFaultOfOne: () => false }, async bodies => {
  const ids = bodies.map(idOf)
  await pool.query({
    name: 'keep',
    text: 'insert into bare select * from unnest($1::text[], $2::text[]) on conflict do nothing',
    values: [ids, bodies],
  })
  return bodies.map(() => ({ answer: undefined }))
})

const server = createServer(async (request, response) => {
  const body = await bodyOf(request)
  await keep(body)
  response.writeHead(202, { 'content-type': 'application/json' }).end('{"accepted":1}')
  if (slack !== '') post(idOf(body))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`ready at http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}\n`)
})

function idOf(body: string): string {
  return String(JSON.parse(body).SystemAlertId)
}

function post(id: string): void {
  const metadata = JSON.stringify({ event_type: 'bare', event_payload: { post: id } })
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const call = httpRequest(`${slack}chat.postMessage`, { method: 'POST', agent, headers }, answer => answer.resume())
  call.end(new URLSearchParams({ channel: 'C0000BARE', text: id, metadata }).toString())
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}
