import type { Catalog } from '../catalog/catalog'
import type { Command } from '../sql/command'
import { readExpression } from '../sql/expression'
import { read } from '../sql/read'
import { TokenKind, Tokens } from '../sql/tokens'

/**
 * What EXECUTE runs, as far as the session has prepared it before our eyes.
 * It is planned anew with its values the first five times, as if they were written there (choose_custom_plan in src/backend/utils/cache/plancache.c).
 */
export function preparedCommands(name: string, catalog: Catalog, values: readonly string[] = []): readonly Command[] {
  const prepared = catalog.prepared(name)
  return prepared === undefined ? [] : read(withValues(prepared.sql, prepared.types, values)).commands
}

function withValues(sql: string, types: readonly string[], values: readonly string[]): string {
  const tokens = new Tokens(sql)
  let text = ''
  let at = 0
  for (let index = 0; index < tokens.count; index++) {
    if (tokens.kinds[index] !== TokenKind.Parameter) continue
    const [start, end] = [tokens.starts[index]!, tokens.ends[index]!]
    const number = Number(sql.slice(start + 1, end)) - 1
    const value = values[number]
    if (value === undefined || !readExpression(value).isConstant) continue
    text += sql.slice(at, start) + (types[number] === undefined ? `(${value})` : `CAST(${value} AS ${types[number]})`)
    at = end
  }
  return text + sql.slice(at)
}
