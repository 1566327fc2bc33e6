import { quoteIdentifier } from '../model/name'
import type { WrittenName } from '../model/name'
import type { ConstraintDefinition } from './command'
import { TokenKind, Tokens } from './tokens'

export type KeywordCase = 'upper' | 'lower'

export const writtenName = ({ schema, name }: WrittenName): string => (schema === undefined ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`)

/** How the statement's author writes keywords: as its first word, which always is one. */
export const keywordCase = (sql: string): KeywordCase => {
  const first = /[A-Za-z]{2,}/.exec(withoutLeadingComments(sql))?.[0]
  return first !== undefined && first === first.toLowerCase() ? 'lower' : 'upper'
}

/**
 * Our own SQL, which writes its keywords in upper case, as the author writes theirs.
 * Only bare words in upper case that are keywords change: names need quotes in upper case, and an author's `NOW()` or `TRUE` inside it is no keyword of ours.
 */
export const inCase = (text: string, keywords: KeywordCase): string => {
  if (keywords === 'upper') return text
  const tokens = new Tokens(text)
  let cased = ''
  let at = 0
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.kinds[i] !== TokenKind.Word) continue
    const start = tokens.starts[i]!
    const end = tokens.ends[i]!
    const word = text.slice(start, end)
    if (!ourKeywords.has(word)) continue
    cased += text.slice(at, start) + word.toLowerCase()
    at = end
  }
  return cased + text.slice(at)
}

export interface ConstraintText {
  /** Replaces the name as written; where absent that one stays, or none. */
  readonly name?: string
  readonly notValid?: boolean
}

/**
 * A constraint as a table constraint, in the author's own words: `CONSTRAINT name FOREIGN KEY (a) REFERENCES b (id) … NOT VALID`.
 * A column's own `REFERENCES b`, `CHECK (…)`, `UNIQUE` becomes the same on the table. `sql` is the statement its span belongs to.
 */
export const constraintText = (sql: string, constraint: ConstraintDefinition, { name = constraint.name, notValid = constraint.notValid }: ConstraintText = {}): string => {
  const text = sql.slice(constraint.span.start, constraint.span.end)
  const keywords = keywordCase(sql)
  const tokens = new Tokens(text)
  const first = tokens.isWord(0, 'constraint') ? 2 : 0
  let body = text.slice(tokens.starts[first] ?? text.length)
  if (constraint.type === 'foreign-key' && tokens.isWord(first, 'references')) body = `${inCase('FOREIGN KEY', keywords)} (${columnList(constraint.columns)}) ${body}`
  else if ((constraint.type === 'unique' || constraint.type === 'primary-key') && constraint.usingIndex === undefined && isInline(tokens, first, constraint.type)) {
    const last = wordsOfKey(tokens, first, constraint.type)
    body = `${text.slice(tokens.starts[first], tokens.ends[last])} (${columnList(constraint.columns)})${text.slice(tokens.ends[last])}`
  }
  return `${name === undefined ? '' : `${inCase('CONSTRAINT', keywords)} ${quoteIdentifier(name)} `}${withoutNotValid(body)}${notValid && !constraint.notEnforced ? inCase(' NOT VALID', keywords) : ''}`
}

const withoutNotValid = (text: string): string => {
  const tokens = new Tokens(text)
  for (let i = tokens.count - 1; i > 0; i--) {
    if (tokens.depths[i] === 0 && tokens.isWord(i, 'valid') && tokens.isWord(i - 1, 'not')) return text.slice(0, tokens.ends[i - 2] ?? 0) + text.slice(tokens.ends[i])
  }
  return text
}

/** A body between dollar quotes, with the first tag that is not in it. */
export const dollarQuoted = (body: string): string => {
  let tag = '$$'
  for (let number = 1; body.includes(tag); number++) tag = `$body${number === 1 ? '' : number}$`
  return `${tag}${body}${tag}`
}

export const columnList = (columns: readonly string[]): string => columns.map(quoteIdentifier).join(', ')

/** The last token of `UNIQUE [NULLS [NOT] DISTINCT]` or `PRIMARY KEY`. */
const wordsOfKey = (tokens: Tokens, first: number, type: 'unique' | 'primary-key'): number => {
  if (type === 'primary-key') return first + 1
  if (!tokens.isWord(first + 1, 'nulls')) return first
  return tokens.isWord(first + 2, 'not') ? first + 3 : first + 2
}

const isInline = (tokens: Tokens, first: number, type: 'unique' | 'primary-key'): boolean => tokens.sign(wordsOfKey(tokens, first, type) + 1) !== '('

const withoutLeadingComments = (sql: string): string => sql.replace(/^(?:\s+|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/, '')

/** The keywords that plans write. */
const ourKeywords = new Set(
  (
    'ACCESS ADD AFTER ALL ALTER ALWAYS ANALYZE AND ANY ARRAY AS ATTACH BEGIN BY CASCADE CHECK COLUMN COMMENT COMMIT CONCURRENTLY CONFLICT CONSTRAINT CREATE DATA DECLARE DEFAULT DEFERRABLE DEFERRED DELETE DESC DETACH DIAGNOSTICS DISABLE ' +
    'DISTINCT DO DOMAIN DROP EACH ENABLE END EXCEPTION EXCLUSIVE EXECUTE EXISTS EXIT EXPRESSION FINALIZE FIRST FOR FOREIGN FOUND FROM FUNCTION GENERATED GET IDENTITY IF IMMEDIATE IN INCLUDE INCLUDING INDEX INITIALLY INSERT INTO IS KEY LANGUAGE ' +
    'LIKE LIMIT LOCAL LOCK LOOP MATERIALIZED MODE NEW NO NOT NOTHING NOTICE NULL NULLS OF OLD ON ONLY OR ORDER OWNER PARTITION PERFORM PRIMARY PROCEDURE RAISE REFERENCES REFRESH REINDEX RENAME REPLACE RESET RESTRICT RETURN ' +
    'RETURNING RETURNS ROW ROW_COUNT ROWS SCHEMA SELECT SEQUENCE SET SHARE SKIP LOCKED STORED TABLE TABLESPACE THEN TO TRANSACTION TRIGGER TYPE UNIQUE UPDATE USING VACUUM VALID VALIDATE VALUE VALUES VIEW WHEN ' +
    'WARNING WHERE WHILE WITH WITHOUT'
  ).split(' '),
)

/** As a catalog has it: `"C"`, `public.german`. */
export const collationName = ({ schema, name }: WrittenName): string => `${schema === undefined || schema === 'pg_catalog' ? '' : `${quoteIdentifier(schema)}.`}${quoteIdentifier(name)}`
