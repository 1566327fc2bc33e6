/**
 * SQL that gives a text of SQL or PL/pgSQL with nothing left in its literals and comments, computed on the server, so that no value leaves it.
 * The tokens are those of src/backend/parser/scan.l, found as flex finds them: from the left, the longest of those that fit.
 * What cannot be told apart for sure, as nested comments, gives NULL.
 */
export const emptied = (text: string): string => `(
  SELECT CASE WHEN bool_or(piece.kept IS NULL) THEN NULL ELSE btrim(string_agg(piece.kept, '' ORDER BY piece.place), E' \\t\\r\\n') END
    FROM (SELECT one.place, CASE
                   WHEN one.token ~ '^--' THEN ''
                   WHEN one.token ~ '^/\\*.' THEN ' '
                   WHEN one.token ~ '^([eEbBxXnN]|[uU]&)?''.*''$' THEN
                     -- A place in a RAISE, which has to have as many as there are values; what PL/pgSQL itself looks at; the words that TG_OP may be.
                     CASE WHEN lower(lag(one.token, 2) OVER inorder) = 'sqlstate' THEN '''00000'''
                          WHEN one.token IN ('''INSERT''', '''UPDATE''', '''DELETE''', '''TRUNCATE''') THEN one.token
                          WHEN one.token ~ '%' THEN '''' || regexp_replace(one.token, '[^%]+', ' ', 'g') || ''''
                          ELSE '''''' END
                   WHEN one.token ~ '^\\$[^0-9]' THEN
                     CASE WHEN substring(one.token from '^\\$[^$]*\\$') = substring(one.token from '\\$[^$]*\\$$')
                          THEN CASE WHEN one.token ~ '%' THEN '''' || regexp_replace(one.token, '[^%]+', ' ', 'g') || '''' ELSE '''''' END END
                   -- One digit and how many there are: enough for the size of a batch, too little for a value.
                   WHEN one.token ~ '^[0-9][0-9_]*$' THEN substr(one.token, 1, 1) || translate(substr(one.token, 2), '123456789_', '000000000')
                   WHEN one.token ~ '^[0-9]' THEN '1'
                   WHEN one.token IN ('''', '"', '$', '/*') THEN NULL
                   ELSE one.token END AS kept
            FROM (SELECT found.match[1] AS token, found.place
                    FROM regexp_matches(${text}, '(${tokens.map((token) => token.replaceAll("'", "''")).join('|')})', 'g') WITH ORDINALITY AS found (match, place)) AS one
          WINDOW inorder AS (ORDER BY one.place)) AS piece)`

/** No sign of ASCII and no space, whatever the encoding of the database. */
const wordStart = '[^\\s0-9"$%&\'()*+,./:;<=>?@\\[\\]^{|}~!#`\\\\-]'
const quoted = "'(?:[^']|'')*'"
const escaped = "'(?:[^'\\\\]|\\\\.|'')*'"

const tokens: readonly string[] = [
  `${wordStart}(?:${wordStart}|[0-9$])*`,
  '[0-9](?:[0-9]|[A-Za-z_])*',
  '\\$[0-9]+',
  quoted,
  // A string goes on after a line break.
  `[eE]${escaped}(?:\\s*\\n\\s*${escaped})*`,
  `[bBxXnN]${quoted}`,
  `[uU]&${quoted}`,
  '(?:[uU]&)?"(?:[^"]|"")*"',
  `\\$(?:${wordStart}(?:${wordStart}|[0-9])*)?\\$[^$]*\\$(?:${wordStart}(?:${wordStart}|[0-9])*)?\\$`,
  '--[^\\n\\r]*',
  // Without another one inside.
  '/\\*(?:[^*/]|\\*+[^*/]|/+[^*/])*\\*+/',
  '/\\*',
  '[\\s()+,.:;<=>?@\\[\\]^{|}~!#%&*`\\\\]+',
  '.',
]
