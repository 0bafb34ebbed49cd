import { randomBytes } from 'node:crypto'
import pg from 'pg'

export interface FreshDatabase {
  url: string
  drop(): Promise<void>
}

/** An empty database of its own on the run's PostgreSQL. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const server = process.env.TEST_DATABASE_URL
  if (server === undefined) throw new Error('no PostgreSQL: run the tests by "npm run jest", whose global setup starts one')
  const name = `t${randomBytes(8).toString('hex')}`
  await ask(server, `create database ${name}`)
  return {
    url: server.replace('/postgres?', `/${name}?`),
    drop: () => ask(server, `drop database ${name} with (force)`),
  }
}

async function ask(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}
