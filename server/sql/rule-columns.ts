import { TokenKind, Tokens } from './tokens'

/** Columns of its own table that a CREATE RULE names as OLD and NEW; `*` where it takes a whole row. */
export function ruleColumns(sql: string): readonly string[] {
  const tokens = new Tokens(sql)
  const found = new Set<string>()
  for (let i = 0; i + 2 < tokens.count; i++) {
    if (!(tokens.isWord(i, 'old') || tokens.isWord(i, 'new')) || tokens.sign(i + 1) !== '.') continue
    const text = sql.slice(tokens.starts[i + 2], tokens.ends[i + 2])
    found.add(tokens.kinds[i + 2] === TokenKind.QuotedWord ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase())
  }
  return [...found]
}
