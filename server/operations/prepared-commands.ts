import type { Catalog } from '../catalog/catalog'
import type { Command } from '../sql/command'
import { read } from '../sql/read'

/** What EXECUTE runs, as far as the session has prepared it before our eyes. */
export function preparedCommands(name: string, catalog: Catalog): readonly Command[] {
  const sql = catalog.prepared(name)
  return sql === undefined ? [] : read(sql).commands
}
