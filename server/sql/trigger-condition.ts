import { TokenKind, Tokens } from './tokens'

/** What stands in the WHEN of a CREATE TRIGGER. */
export function triggerCondition(sql: string): string | undefined {
  const tokens = new Tokens(sql)
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.depths[i] !== 0 || tokens.kinds[i] !== TokenKind.Word || tokens.word(i) !== 'when' || tokens.sign(i + 1) !== '(') continue
    return sql.slice(tokens.ends[i + 1], tokens.starts[tokens.closing(i + 1)])
  }
  return undefined
}
