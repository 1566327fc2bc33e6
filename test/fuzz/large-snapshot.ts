import { readFileSync } from 'node:fs'
import type { Snapshot } from '../../server/model/snapshot'

/** Every table that any of the texts speaks of, with millions of rows, so that there is something to say of most statements. */
export function largeSnapshot(texts: readonly string[]): Snapshot {
  const sample = JSON.parse(readFileSync(new URL('../../samples/lockscope.snapshot.json', import.meta.url), 'utf8')) as Snapshot
  const names = [...new Set(texts.flatMap((text) => [...text.matchAll(/\b(?:TABLE|ON|INTO|UPDATE|FROM)\s+(?:ONLY\s+)?([a-z_]+)\b/gi)].map((match) => match[1]!.toLowerCase())))]
  const tables = Object.fromEntries(names.map((name) => [name, { rows: 30_000_000, columns: ['id', 'status', 'note', 'total', 'code', 'email', 'a', 'b'].map((column) => ({ name: column, type: column === 'id' ? 'bigint' : 'text', notNull: column === 'id' })), constraints: [{ name: `${name}_pkey`, type: 'primary-key' as const, columns: ['id'] }] }]))
  return { ...sample, complete: false, tables: { ...tables, ...sample.tables } }
}
