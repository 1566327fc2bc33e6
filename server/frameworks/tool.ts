import { split } from '../sql/split'

/** How the tool that a folder is written for runs a file, as far as the file and its neighbours show. */
export interface Tool {
  readonly name: string
  /** `statements`: one by one, as psql does; `transaction`: all in one; `message`: all at once, which PostgreSQL makes one transaction of. */
  readonly runs: 'statements' | 'transaction' | 'message'
  /** The same of a file that opts out of the transaction; absent: none can. */
  readonly alone?: 'statements' | 'message'
  readonly form: Form
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
  /** A file that makes another opt out. */
  readonly beside?: (path: string) => { readonly path: string; readonly text: string }
}

/** `siblings` and `path` are relative to the folder of the series. `transaction` is what is said of tools that are not recognised. */
export function toolOf(path: string, text: string, siblings: readonly string[], transaction: 'statement' | 'file'): Tool {
  const marked = marks.find(({ mark }) => mark.test(text))
  if (marked) return marked.tool
  if (siblings.includes('atlas.sum')) return { name: 'Atlas', runs: 'transaction', alone: 'statements', form: { top: '-- atlas:txmode none' } }
  if (/(^|\/)V\d[\d._]*__[^/]*$/.test(path)) return { name: 'Flyway', runs: 'transaction', alone: 'statements', form: { beside: (file) => ({ path: `${file}.conf`, text: 'executeInTransaction=false\n' }) } }
  if (/(^|\/)migration\.sql$/.test(path)) return { name: 'Prisma', runs: 'message', alone: 'message', form: {} }
  if (path.endsWith('/up.sql')) return { name: 'diesel', runs: 'transaction', alone: 'message', form: { beside: (file) => ({ path: file.replace(/[^/]*$/, 'metadata.toml'), text: 'run_in_transaction = false\n' }) } }
  // golang-migrate sends a file as one message; sqlx reads the line, which is a comment to others.
  if (/\.up\.\w+$/.test(path)) return { name: 'golang-migrate', runs: 'message', alone: 'message', form: { top: '-- no-transaction' } }
  if (/(^|\/)\d+\.do\./.test(path)) return { name: 'Postgrator', runs: 'message', alone: 'message', form: {} }
  return transaction === 'file' ? { name: 'the tool', runs: 'transaction', form: {} } : { name: 'psql', runs: 'statements', alone: 'statements', form: {} }
}

const marks: readonly { readonly mark: RegExp; readonly tool: Tool }[] = [
  { mark: /^[ \t]*--[ \t]*\+goose[ \t]+up\b/im, tool: { name: 'goose', runs: 'transaction', alone: 'statements', form: { up: '-- +goose Up', down: '-- +goose Down', top: '-- +goose NO TRANSACTION', statement: ['-- +goose StatementBegin', '-- +goose StatementEnd'] } } },
  { mark: /^[ \t]*--[ \t]*migrate:up\b/im, tool: { name: 'dbmate', runs: 'transaction', alone: 'message', form: { up: '-- migrate:up', upAlone: '-- migrate:up transaction:false', down: '-- migrate:down', downAlone: '-- migrate:down transaction:false' } } },
  { mark: /^[ \t]*--[ \t]*\+migrate[ \t]+up\b/im, tool: { name: 'sql-migrate', runs: 'transaction', alone: 'statements', form: { up: '-- +migrate Up', upAlone: '-- +migrate Up notransaction', down: '-- +migrate Down', downAlone: '-- +migrate Down notransaction', statement: ['-- +migrate StatementBegin', '-- +migrate StatementEnd'] } } },
  { mark: /^[ \t]*--[ \t-]*up[ \t]+migration\b/im, tool: { name: 'node-pg-migrate', runs: 'transaction', form: { up: '-- Up Migration', down: '-- Down Migration' } } },
  { mark: /^[ \t]*-{4}[ \t]*create above[ \t]*\/[ \t]*drop below\b/im, tool: { name: 'tern', runs: 'transaction', alone: 'statements', form: { down: '---- create above / drop below ----', top: '---- tern: disable-tx ----' } } },
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
    ...(alone && form.beside ? [form.beside(path)] : []),
  ]
}

/** What makes a file that is there opt out: its own text, and files beside it. */
export function optOut(tool: Tool, path: string, text: string): { readonly text: string; readonly beside: readonly { readonly path: string; readonly text: string }[] } {
  const { form } = tool
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n'
  const marked = form.upAlone === undefined ? text : text.replace(/^([ \t]*--[ \t]*(?:migrate:(?:up|down)|\+migrate[ \t]+(?:up|down))\b)([^\r\n]*)/gim, (line, mark: string, rest: string) => (/transaction/i.test(rest) ? line : `${mark}${form.upAlone!.slice(form.up!.length)}${rest}`))
  return { text: form.top === undefined || text.includes(form.top) ? marked : `${form.top}${lineEnd}${marked}`, beside: form.beside ? [form.beside(path)] : [] }
}

/** Whether the statements can be run by the tool in a file that opts out, and why not. */
export function refusesAlone(tool: Tool, sql: string): string | undefined {
  if (tool.alone === undefined) return `${tool.name === 'the tool' ? 'how the tool that runs these files is told to run one outside of a transaction is not known' : `${tool.name} runs every file of SQL in a transaction`}`
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
