import pg from 'pg'

/** Every row of every table, jobs and their archive too. */
export async function everythingKept(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const tables = await client.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
  )
  const texts: string[] = []
  for (const { name } of tables.rows) {
    const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`)
    texts.push(...rows.map(({ row }) => `${name} ${row}`))
  }
  await client.end()
  return texts.join('\n')
}

/** From now on every row that is written stays readable, what is overwritten or deleted a moment later too. */
export async function keepEveryWrite(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('create table every_write (row text)')
  await client.query(`create function note_write() returns trigger language plpgsql as
    $$ begin insert into every_write values (tg_table_name || ' ' || new::text); return null; end $$`)
  const tables = await client.query<{ name: string }>(
    `select t.oid::regclass::text as name from pg_class t join pg_namespace n on n.oid = t.relnamespace
      where t.relkind in ('r', 'p') and not t.relispartition and n.nspname not in ('pg_catalog', 'information_schema') and t.relname <> 'every_write'`,
  )
  for (const { name } of tables.rows)
    await client.query(`create trigger note_write after insert or update on ${name} for each row execute function note_write()`)
  await client.end()
}
