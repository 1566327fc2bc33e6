import { beforeAll, describe, expect, test } from 'vitest'
import type { Column } from '../../../server/catalog/relation'
import { combined, hashOf } from '../../../server/operations/hash-partition'
import { readExpression } from '../../../server/sql/expression'
import { loadParser } from '../../../server/sql/parser'
import { cleanPglite } from '../../support/pglite'

/** Values of each type, as SQL; texts of every length about the block of twelve bytes that is hashed at a time. */
const values: Readonly<Record<string, readonly string[]>> = {
  int2: ['0', '1', '-1', '32767'],
  int4: ['0', '7', '-1', '2147483647', "'-2147483648'"],
  int8: ['0', '7', '-1', '4294967296', '-4294967297', "'9223372036854775807'"],
  text: Array.from({ length: 27 }, (_, length) => `'${'abcdefghijklmnopqrstuvwxyz!'.slice(0, length)}'`),
  varchar: ["'eu'", "'us '"],
  uuid: ["'00000000-0000-0000-0000-000000000000'", "'6F9619FF-8b86-d011-b42d-00cf4fc964ff'"],
}
const modulus = 1009

describe('a row goes to the partition by hash to which a server sends it', () => {
  beforeAll(() => loadParser())
  const columnOf = (type: string): Column => ({ name: 'k', type: { name: type, modifiers: [], dimensions: 0 }, notNull: false })
  const remainder = (hashes: readonly (bigint | undefined)[]): number => Number(combined(hashes.map((hash) => hash!)) % BigInt(modulus))

  test.each(Object.entries(values))('%s', async (type, all) => {
    const database = await cleanPglite()
    await database.exec(`CREATE TABLE hashed (k ${type}) PARTITION BY HASH (k)`)
    const asked = all.map((value) => `SELECT ${value}::${type} AS value, satisfies_hash_partition('hashed'::regclass, ${modulus}, ${remainder([hashOf(readExpression(value).tree!, columnOf(type))])}, ${value}::${type}) AS fits`)
    const { rows } = await database.query<{ fits: boolean }>(asked.join(' UNION ALL '))
    expect(rows).toHaveLength(all.length)
    expect(rows.filter(({ fits }) => !fits)).toEqual([])
  })

  test('two keys, and one that is NULL', async () => {
    const database = await cleanPglite()
    await database.exec('CREATE TABLE hashed (a int, b text) PARTITION BY HASH (a, b)')
    const [a, b] = [hashOf(readExpression('42').tree!, columnOf('int4')), hashOf(readExpression("'x'").tree!, columnOf('text'))]
    const { rows } = await database.query(`SELECT satisfies_hash_partition('hashed'::regclass, ${modulus}, ${remainder([a, b])}, 42, 'x'::text) AND satisfies_hash_partition('hashed'::regclass, ${modulus}, ${remainder([b])}, NULL::int, 'x'::text) AS fits`)
    expect(rows).toEqual([{ fits: true }])
  })
})
