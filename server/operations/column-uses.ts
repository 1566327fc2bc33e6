import type { Table } from '../catalog/relation'
import type { Failure } from '../model/assessed'
import { quoteIdentifier, shortName } from '../model/name'
import { readExpression } from '../sql/expression'

/** What names a column of the table and does not follow it, neither to another type nor when it goes: `trigger touch`, `policy mine`. */
export function usesOf(table: Table, column: string): readonly string[] {
  const triggers = table.triggers.filter(({ of, when }) => of?.includes(column) || (when && readExpression(when.sql).columns.includes(column))).map(({ name }) => `trigger ${quoteIdentifier(name)}`)
  const there = new Set([...table.triggers.map(({ name }) => `trigger ${quoteIdentifier(name)}`), ...table.rules.map(({ name }) => `rule ${quoteIdentifier(name)}`), ...(table.policies ?? []).map(({ name }) => `policy ${quoteIdentifier(name)}`)])
  // The migration may have dropped it since.
  const known = (table.columnUses?.[column] ?? []).filter((use) => !/^(trigger|rule|policy) /.test(use) || there.has(use))
  return [...new Set([...known, ...triggers])]
}

/** Of policies it is told elsewhere. `afterwards`: what is to be done with it when the column is changed or gone. */
export function refusedUses(tables: readonly Table[], column: string, afterwards: string): readonly Omit<Failure, 'span'>[] {
  const found = tables.flatMap((table) => usesOf(table, column).filter((use) => !use.startsWith('policy ')).map((use) => ({ table, use })))[0]
  if (!found) return []
  const [, kind, name] = /^(\w+) (.*)$/.exec(found.use)!
  const words = `the ${kind} \`${name}\` of \`${shortName(found.table.name)}\` names \`${column}\``
  // Whether a function, or what a publication says of the columns, is still as it was is not followed.
  return kind === 'trigger' || kind === 'rule'
    ? [{ sentence: `Ends in an error, after waiting for its lock: ${words}. ${afterwards}`, certain: true }]
    : [{ sentence: `Ends in an error, after waiting for its lock, if ${words}. ${afterwards}`, certain: false }]
}
