/**
 * SQL that gives a text of SQL or PL/pgSQL with nothing left in its literals and comments, computed on the server, so that no value leaves it.
 * The tokens are those of src/backend/parser/scan.l, found as flex finds them: from the left, the longest of those that fit.
 * What cannot be told apart for sure, as nested comments, gives NULL.
 */
export const emptied = (text: string): string => withoutValues(text, places('one.token'))

/** The same of what a function runs, where a literal behind EXECUTE is SQL itself, and emptied as such. */
export const emptiedBody = (text: string): string => `CASE WHEN ${text} ~* '\\mexecute\\M' THEN ${withoutValues(text, run('one.token'))} ELSE ${emptied(text)} END`

/** `literal` is SQL too: what becomes of a literal. */
const withoutValues = (text: string, literal: string): string => `(
  SELECT CASE WHEN bool_or(piece.kept IS NULL) THEN NULL ELSE btrim(string_agg(piece.kept, '' ORDER BY piece.place), E' \\t\\r\\n') END
    FROM (SELECT one.place, CASE
                   WHEN left(one.token, 2) = '--' THEN ''
                   WHEN left(one.token, 2) = '/*' THEN CASE WHEN one.token <> '/*' THEN ' ' END
                   WHEN one.token IN ('''', '"', '$') THEN NULL
                   WHEN right(one.token, 1) = '''' THEN
                     -- What PL/pgSQL itself looks at; the words that TG_OP may be; a place in a RAISE, which has to have as many as there are values.
                     CASE WHEN coalesce(lag(one.token, 2) OVER inorder, '') || coalesce(lag(one.token) OVER inorder, '') ~* '\\msqlstate\\s*$' THEN '''00000'''
                          WHEN one.token IN ('''INSERT''', '''UPDATE''', '''DELETE''', '''TRUNCATE''') THEN one.token
                          WHEN lag(one.token) OVER inorder ~* '\\m(nextval|currval|setval)\\s*\\(\\s*$' AND ${namesSequence('one.token')} THEN one.token
                          ELSE ${literal} END
                   WHEN left(one.token, 1) = '$' THEN
                     CASE WHEN strpos('0123456789', substr(one.token, 2, 1)) > 0 THEN one.token
                          WHEN substring(one.token from '^\\$[^$]*\\$') = substring(one.token from '\\$[^$]*\\$$') THEN ${literal} END
                   -- One digit and how many there are: enough for the size of a batch, too little for a value.
                   WHEN strpos('0123456789', left(one.token, 1)) > 0 THEN
                     CASE WHEN one.token ~ '[A-Za-z]' THEN '1' ELSE left(one.token, 1) || translate(substr(one.token, 2), '123456789_', '000000000') END
                   ELSE one.token END AS kept
            FROM (SELECT found.match[1] AS token, found.place
                    -- Where no string knows backslashes, what is kept is found in far fewer pieces.
                    FROM regexp_matches(${text}, CASE WHEN ${text} ~ '(^|[^[:alnum:]_''])[eE]''' THEN ${oneOf([word, ...others])} ELSE ${oneOf([kept, ...others])} END, 'g') WITH ORDINALITY AS found (match, place)) AS one
          WINDOW inorder AS (ORDER BY one.place)) AS piece)`

/** What the literal says is no value but the name of a sequence that there is. */
const namesSequence = (token: string): string => `EXISTS (SELECT FROM pg_class q JOIN pg_namespace s ON s.oid = q.relnamespace WHERE q.relkind = 'S' AND ${token} IN ('''' || quote_ident(q.relname) || '''', '''' || quote_ident(s.nspname) || '.' || quote_ident(q.relname) || ''''))`

/** The text of a literal that is run, else what `places` leaves of it. */
function run(token: string): string {
  const before = [4, 3, 2, 1].map((back) => `coalesce(right(lag(one.token, ${back}) OVER inorder, 60), '')`).join(' || ')
  const plain = `CASE left(${token}, 1) WHEN '''' THEN replace(substr(${token}, 2, length(${token}) - 2), '''''', '''') WHEN '$' THEN regexp_replace(${token}, '^\\$[^$]*\\$|\\$[^$]*\\$$', '', 'g') END`
  return `CASE WHEN ${before} ~* '\\mexecute\\s+(format\\s*\\(\\s*)?$'
                     THEN coalesce((SELECT '''' || replace(${withoutValues('inner_one.text', places('one.token'))}, '''', '''''') || '''' FROM (SELECT ${plain} AS text OFFSET 0) AS inner_one), ${places(token)})
                     ELSE ${places(token)} END`
}

function places(token: string): string {
  return `CASE WHEN strpos(${token}, '%') = 0 THEN '''''' ELSE '''' || regexp_replace(${token}, '[^%]+', ' ', 'g') || '''' END`
}

function oneOf(tokens: readonly string[]): string {
  return `'${tokens.join('|').replaceAll("'", "''")}'`
}

/** No sign of ASCII and no space, whatever the encoding of the database. */
const wordStart = '[^\\s0-9"$%&\'()*+,./:;<=>?@\\[\\]^{|}~!#`\\\\-]'
const word = `${wordStart}(?:${wordStart}|[0-9$])*`
const quoted = "'(?:[^']|'')*'"
const escaped = "'(?:[^'\\\\]|\\\\.|'')*'"
const signs = '[\\s()+,.:;<=>?@\\[\\]^{|}~!#%&*`\\\\]+'
const kept = `(?:${word}|${signs}|"(?:[^"]|"")*"|\\$[0-9]+)+`

const others: readonly string[] = [
  '[0-9](?:[0-9]|[A-Za-z_])*',
  '\\$[0-9]+',
  quoted,
  // A string goes on after a line break.
  `[eE]${escaped}(?:\\s*\\n\\s*${escaped})*`,
  '(?:[uU]&)?"(?:[^"]|"")*"',
  `\\$(?:${wordStart}(?:${wordStart}|[0-9])*)?\\$[^$]*\\$(?:${wordStart}(?:${wordStart}|[0-9])*)?\\$`,
  '--[^\\n\\r]*',
  // Without another one inside.
  '/\\*(?:[^*/]|\\*+[^*/]|/+[^*/])*\\*+/',
  '/\\*',
  signs,
  '.',
]
