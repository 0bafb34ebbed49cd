import { expect, test } from '@jest/globals'
import pg from 'pg'
import { textArray } from '../../src/store/text-array.ts'
import { freshDatabase } from '../jest/database.ts'

test.each([
  ['none', []],
  ['plain', ['a', 'b']],
  ['quotes, braces, backslashes', ['{"a":"b\\\\"}', '{}', '\\', ',', 'NULL', '']],
  ['nulls', [null, 'x', null]],
  ['beyond ASCII', ['ä€😀', '\u202e']],
])('a text array reaches PostgreSQL to the letter: %s', async (_name, values: (string | null)[]) => {
  const { url, drop } = await freshDatabase()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query('select $1::text[] as back', [textArray(values)])
  await client.end()
  await drop()
  expect(rows).toEqual([{ back: values }])
})
