import type { Wrapper } from '../model/migration'
import { split } from '../sql/split'

/** How the tool that a folder is written for runs a file, as far as the file and its neighbours show. */
export interface Tool {
  /** `the tool` where several have such files. */
  readonly name: string
  /** `statements`: one by one, as psql does; `transaction`: all in one; `message`: all at once, which PostgreSQL makes one transaction of. */
  readonly runs: 'statements' | 'transaction' | 'message'
  /** The same of a file that opts out of the transaction; absent: none can. */
  readonly alone?: 'statements' | 'message'
  /** What in the file says that it opts out. */
  readonly optsOut?: RegExp
  /** What no transaction takes, it finds by itself: `file`, where there is nothing else in the file; `statement`, wherever it stands. */
  readonly finds?: 'file' | 'statement'
  /** The comments that tell its parts. */
  readonly sections?: Sections
  readonly form: Form
}

/** Which part of a file makes the change and which takes it back, by comments on lines of their own. */
export interface Sections {
  /** Absent: the part that makes the change begins with the file. */
  readonly up?: RegExp
  readonly down: RegExp
}

interface Form {
  readonly up?: string
  readonly upAlone?: string
  readonly down?: string
  readonly downAlone?: string
  /** A line at the top of a file that opts out. */
  readonly top?: string
  /** Around a statement with semicolons inside. */
  readonly statement?: readonly [string, string]
  /** A file that makes another opt out, and what in it does. */
  readonly beside?: Beside
}

interface Beside {
  readonly pathOf: (path: string) => string
  readonly text: string
  readonly says: RegExp
}

/** How a file is carried: as its tool does where one is recognised, each statement by itself where none is; or as somebody says. */
export type Carried = 'auto' | 'statement' | 'file'

/** Where a migration file stands, and what beside it tells how it is run. */
export interface Place {
  /** As whole as it is known; `/` or `\\` between its parts. */
  readonly path: string
  /** Files of its folder, relative to it, with `/`; the signs of tools at least. */
  readonly siblings: readonly string[]
  /** The text of the one among them that may say that the file opts out (`besideOf`). */
  readonly beside?: string
}

/** Files that no tool but one leaves in the folder of its migrations. */
export const signs = { atlas: 'atlas.sum', drizzle: 'meta/_journal.json' } as const

/** `path` with `/` or `\\` between its parts, from anywhere; `siblings` are relative to the folder of the series. */
export function toolOf(path: string, text: string, siblings: readonly string[], carried: Carried): Tool {
  const marked = hasMarks.test(text) ? marks.find(({ sections: { up, down } }) => (up ?? down).test(text)) : undefined
  if (marked) return marked
  const named = nameTools.find(({ is }) => is(path.replaceAll('\\', '/'), text, siblings))?.tool ?? psql
  if (carried === 'auto') return named
  if (named === psql) return carried === 'file' ? unknownTool : psql
  return { ...named, runs: carried === 'file' ? 'transaction' : 'statements' }
}

/** What makes one transaction of `sql`, the part of a file that makes the change; undefined where nothing does. */
export function wrapperOf(tool: Tool, text: string, sql: string, { beside }: Pick<Place, 'beside'>): Wrapper | undefined {
  const optsOut = tool.optsOut?.test(text) === true || (beside !== undefined && tool.form.beside?.says.test(beside) === true) || (tool.finds !== undefined && isFound(tool.finds, sql))
  const way = optsOut ? (tool.alone ?? tool.runs) : tool.runs
  if (way === 'transaction') return beginsItself(sql) ? undefined : { tool: tool.name, message: false }
  return way === 'message' && isSeveral(sql) ? { tool: tool.name, message: true } : undefined
}

/** The file that may say how the tool runs another. */
export const besideOf = (path: string): string | undefined => nameTools.find(({ tool, is }) => tool.form.beside && is(path.replaceAll('\\', '/'), '', []))?.tool.form.beside?.pathOf(path)

/** UTF-16 code units. No statement that wants no transaction is as long, and counting the others of a long file would cost every keystroke. */
const longestAlone = 64 * 1024

/** Its own BEGIN takes the place of what the tool wraps around it, and its own COMMIT ends both. */
const beginsItself = (sql: string): boolean => /\b(?:begin|start)\b/i.test(sql) && /^(?:begin|start\s+transaction)\b/i.test(statementsOf(sql.slice(0, longestAlone)).find((one) => !/^set\b/i.test(one)) ?? '')

const isSeveral = (sql: string): boolean => sql.length > longestAlone || statementsOf(sql).length > 1

const statementsOf = (sql: string): readonly string[] => split(sql).flatMap(({ kind, span }) => (kind === 'statement' ? [sql.slice(span.start, span.end)] : []))

function isFound(where: NonNullable<Tool['finds']>, sql: string): boolean {
  if (sql.length > longestAlone || !/\b(?:concurrently|vacuum|system|cluster|database|tablespace|subscription|discard)\b/i.test(sql)) return false
  const statements = statementsOf(sql)
  return where === 'file' ? statements.length > 0 && statements.every((one) => takesNoTransaction.test(one)) : statements.some((one) => takesNoTransaction.test(one))
}

const takesNoTransaction = /^(?:(?:create(?:\s+unique)?|drop)\s+index\s+concurrently|reindex\b.*\bconcurrently|vacuum|cluster|alter\s+system|discard\s+all|(?:create|drop)\s+(?:database|tablespace|subscription))\b/is

const line = (marker: string): RegExp => new RegExp(`^[ \\t]*--[ \\t]*${marker}[^\\r\\n]*`, 'im')

/** Nearly every file has none; where a line begins is left to `marks`, as every keystroke goes through the whole text. */
const hasMarks = /--[ \t-]*(?:\+goose|migrate:|\+migrate|up[ \t]+migration|create above)/i

type Marked = Tool & { readonly sections: Sections }

const marks: readonly Marked[] = [
  {
    name: 'goose',
    runs: 'transaction',
    alone: 'statements',
    optsOut: line('\\+goose[ \\t]+no[ \\t]+transaction\\b'),
    sections: { up: line('\\+goose[ \\t]+up\\b'), down: line('\\+goose[ \\t]+down\\b') },
    form: { up: '-- +goose Up', down: '-- +goose Down', top: '-- +goose NO TRANSACTION', statement: ['-- +goose StatementBegin', '-- +goose StatementEnd'] },
  },
  {
    name: 'dbmate',
    runs: 'transaction',
    alone: 'message',
    optsOut: line('migrate:up\\b[^\\r\\n]*\\btransaction:false\\b'),
    sections: { up: line('migrate:up\\b'), down: line('migrate:down\\b') },
    form: { up: '-- migrate:up', upAlone: '-- migrate:up transaction:false', down: '-- migrate:down', downAlone: '-- migrate:down transaction:false' },
  },
  {
    name: 'sql-migrate',
    runs: 'transaction',
    alone: 'statements',
    optsOut: line('\\+migrate[ \\t]+up\\b[^\\r\\n]*\\bnotransaction\\b'),
    sections: { up: line('\\+migrate[ \\t]+up\\b'), down: line('\\+migrate[ \\t]+down\\b') },
    form: { up: '-- +migrate Up', upAlone: '-- +migrate Up notransaction', down: '-- +migrate Down', downAlone: '-- +migrate Down notransaction', statement: ['-- +migrate StatementBegin', '-- +migrate StatementEnd'] },
  },
  {
    name: 'node-pg-migrate',
    runs: 'transaction',
    sections: { up: line('[ \\t-]*up[ \\t]+migration\\b'), down: line('[ \\t-]*down[ \\t]+migration\\b') },
    form: { up: '-- Up Migration', down: '-- Down Migration' },
  },
  {
    name: 'tern',
    runs: 'transaction',
    alone: 'statements',
    optsOut: line('--[ \\t]*tern:[ \\t]*disable-tx\\b'),
    sections: { down: line('--[ \\t]*create above[ \\t]*/[ \\t]*drop below\\b') },
    form: { down: '---- create above / drop below ----', top: '---- tern: disable-tx ----' },
  },
]

const psql: Tool = { name: 'psql', runs: 'statements', alone: 'statements', form: {} }

const unknownTool: Tool = { name: 'the tool', runs: 'transaction', form: {} }

const flywayConf: Beside = { pathOf: (path) => `${path}.conf`, text: 'executeInTransaction=false\n', says: /^[ \t]*executeInTransaction[ \t]*=[ \t]*false\b/im }

const dieselMetadata: Beside = { pathOf: (path) => path.replace(/[^\\/]*$/, 'metadata.toml'), text: 'run_in_transaction = false\n', says: /^[ \t]*run_in_transaction[ \t]*=[ \t]*false\b/m }

/** By what lies beside the file, or by its name; where that is its folder's, the folder has a number, as such tools give it: somebody's own `migration.sql` is none of theirs. */
const nameTools: readonly { readonly tool: Tool; readonly is: (path: string, text: string, siblings: readonly string[]) => boolean }[] = [
  { is: (_, __, siblings) => siblings.includes(signs.atlas), tool: { name: 'Atlas', runs: 'transaction', alone: 'statements', optsOut: line('atlas:txmode[ \\t]+none\\b'), form: { top: '-- atlas:txmode none' } } },
  // All that is pending runs in one transaction.
  { is: (_, text, siblings) => siblings.includes(signs.drizzle) || (text.includes('statement-breakpoint') && /-->[ \t]*statement-breakpoint/.test(text)), tool: { name: 'Drizzle', runs: 'transaction', form: {} } },
  { is: (path) => /(^|\/)(?:[VU]\d[\d._]*|R)__[^/]*$/.test(path), tool: { name: 'Flyway', runs: 'transaction', alone: 'statements', finds: 'file', form: { beside: flywayConf } } },
  { is: (path) => /(^|\/)\d[^/]*\/migration\.sql$/.test(path), tool: { name: 'Prisma', runs: 'message', alone: 'message', form: {} } },
  // diesel's, and Hasura's.
  { is: (path) => /(^|\/)\d[^/]*\/(?:up|down)\.sql$/.test(path), tool: { name: 'the tool', runs: 'transaction', alone: 'message', form: { beside: dieselMetadata } } },
  // One pipeline; since 2.109 what no transaction takes is run apart from it.
  { is: (path) => /(^|\/)supabase\/migrations\/[^/]*$/.test(path), tool: { name: 'Supabase', runs: 'transaction', alone: 'statements', finds: 'statement', form: {} } },
  // Of Ory's own: a file that opts out by its name.
  { is: (path) => /\.autocommit\.(?:up|down)\.sql$/.test(path), tool: { name: 'Pop', runs: 'message', alone: 'message', form: {} } },
  { is: (path) => /\.(?:postgres|postgresql)\.(?:up|down)\.sql$/.test(path), tool: { name: 'Pop', runs: 'transaction', form: {} } },
  // Several tools have such files: golang-migrate sends one as one message; sqlx reads the line, which is a comment to others.
  { is: (path) => /\.(?:up|down)\.\w+$/.test(path), tool: { name: 'the tool', runs: 'message', alone: 'message', form: { top: '-- no-transaction' } } },
  { is: (path) => /(^|\/)\d+\.(?:do|undo)\./.test(path), tool: { name: 'Postgrator', runs: 'message', alone: 'message', form: {} } },
]

/** What a file holds: its steps, and what takes them back. */
export interface Content {
  /** Comments that come first, one line each. */
  readonly heading: readonly string[]
  /** With comments between, but none at the end of a line that holds a statement. */
  readonly sql: string
  /** Whole statements; absent where nothing takes it back. */
  readonly back?: string
  /** It has to run outside of a transaction. */
  readonly alone: boolean
}

/** The file, with all that has to stand beside it. `down` is the name of a file that takes it back, where the folder has such files. */
export function filesOf(tool: Tool, path: string, down: string | undefined, content: Content): readonly { readonly path: string; readonly text: string }[] {
  const { form } = tool
  const { heading, alone } = content
  const back = backOf(tool, content)
  const up = [
    ...(alone && form.top !== undefined ? [form.top] : []),
    ...(form.up === undefined ? [] : [alone ? (form.upAlone ?? form.up) : form.up]),
    ...heading,
    enclosed(tool, content.sql),
    ...(form.down === undefined ? [] : ['', alone ? (form.downAlone ?? form.down) : form.down, enclosed(tool, back)]),
  ]
  return [
    { path, text: `${up.join('\n')}\n` },
    ...(down === undefined || form.down !== undefined ? [] : [{ path: down, text: `${back}\n` }]),
    ...(alone && form.beside ? [{ path: form.beside.pathOf(path), text: form.beside.text }] : []),
  ]
}

/** What makes a file that is there opt out: its own text, and files beside it. */
export function optOut(tool: Tool, path: string, text: string): { readonly text: string; readonly beside: readonly { readonly path: string; readonly text: string }[] } {
  const { form } = tool
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n'
  const marked = form.upAlone === undefined ? text : text.replace(/^([ \t]*--[ \t]*(?:migrate:(?:up|down)|\+migrate[ \t]+(?:up|down))\b)([^\r\n]*)/gim, (line, mark: string, rest: string) => (/transaction/i.test(rest) ? line : `${mark}${form.upAlone!.slice(form.up!.length)}${rest}`))
  return { text: form.top === undefined || text.includes(form.top) ? marked : `${form.top}${lineEnd}${marked}`, beside: form.beside ? [{ path: form.beside.pathOf(path), text: form.beside.text }] : [] }
}

/** Whether the statements can be run by the tool in a file that opts out, and why not. */
export function refusesAlone(tool: Tool, sql: string): string | undefined {
  if (tool.alone === undefined) return `${tool === unknownTool ? 'how the tool that runs these files is told to run one outside of a transaction is not known' : `${tool.name} runs every file of SQL in a transaction`}`
  const count = split(sql).filter(({ kind }) => kind === 'statement').length
  return tool.alone === 'message' && count > 1 ? `${tool.name} sends a file as one message, and PostgreSQL takes its ${count} statements for one transaction` : undefined
}

/** For what the tool cannot run there, comments. */
function backOf(tool: Tool, { back, alone }: Content): string {
  if (back === undefined) return '-- Nothing takes this back.'
  const statements = split(back).filter(({ kind }) => kind === 'statement')
  if (statements.length === 0) return '-- Nothing has to be undone.'
  const needsNone = /\bconcurrently\b/i.test(back)
  if (!needsNone || tool.runs === 'statements' || (alone && refusesAlone(tool, back) === undefined)) return back
  return ['-- To be run by hand, outside of any transaction:', ...back.split('\n').map((line) => `--   ${line}`)].join('\n')
}

/** Tools that look for semicolons themselves take those inside a body for the statement's end. */
function enclosed({ form: { statement } }: Tool, sql: string): string {
  if (statement === undefined) return sql
  let result = ''
  let at = 0
  for (const { kind, span } of split(sql)) {
    const text = sql.slice(span.start, span.end)
    if (kind !== 'statement' || !text.includes(';')) continue
    result += `${sql.slice(at, span.start)}${statement[0]}\n${text};\n${statement[1]}`
    at = sql.indexOf(';', span.end) + 1
  }
  return result + sql.slice(at)
}

/** Where the part of a migration begins that takes it back; the text's end where it has none. */
export const downStart = ({ form: { down } }: Tool, text: string): number => {
  if (down === undefined) return text.length
  const at = text.search(new RegExp(`^[ \\t]*${down.replaceAll(/[+/]/g, '\\$&').replaceAll(' ', '[ \\t]*')}`, 'im'))
  return at < 0 ? text.length : at
}

/** Statements of a part that takes a migration back which other files do from now on: their spans, each with its semicolon and its line's end. */
export function doneElsewhere(text: string, start: number, ways: readonly string[]): readonly { readonly start: number; readonly end: number }[] {
  const done = new Set(ways.flatMap((way) => split(way).map(({ span }) => normal(way.slice(span.start, span.end)))))
  const part = text.slice(start)
  return split(part).flatMap(({ kind, span }) => {
    if (kind !== 'statement' || !done.has(normal(part.slice(span.start, span.end)))) return []
    const end = /^[ \t]*;?[ \t]*(?:\r?\n)?/.exec(part.slice(span.end))![0].length + span.end
    return [{ start: start + span.start, end: start + end }]
  })
}

/** What a statement does, however gently. */
const normal = (statement: string): string => statement.toLowerCase().replaceAll(/\b(?:concurrently|if\s+exists)\b/g, '').replaceAll(/\s+/g, ' ').replaceAll('public.', '').trim()
