import { read } from './read'
import { split } from './split'

/** A statement that a log tells of, and what it took in milliseconds. */
export interface LoggedTiming {
  readonly sql: string
  readonly ms: number
}

const logged = /duration: (\d+(?:\.\d+)?) ms\s+(?:statement|execute [^:]*): (.*)$/
const psqlTime = /^Time: (\d+(?:\.\d+)?) ms\b/

/**
 * Statements with their durations from PostgreSQL's own log (log_min_duration_statement; plain text or JSON), or from psql's output with \timing and -a.
 * What is neither is passed over.
 */
export function readTimings(text: string): readonly LoggedTiming[] {
  const found: LoggedTiming[] = []
  const lines = text.split(/\r?\n/)
  let before: string[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const line = messageOf(lines[at]!)
    const [first = '', ...rest] = line.split('\n')
    const entry = logged.exec(first)
    if (entry) {
      const statement = [entry[2]!, ...rest]
      // A statement of several lines goes on, each of them behind a tab.
      while (lines[at + 1]?.startsWith('\t')) statement.push(lines[(at += 1)]!.slice(1))
      found.push({ sql: withoutSemicolon(statement.join('\n')), ms: Number(entry[1]) })
      before = []
      continue
    }
    const time = psqlTime.exec(line)
    if (!time) {
      before.push(line)
      continue
    }
    const sql = lastStatement(before.join('\n'))
    if (sql !== undefined) found.push({ sql, ms: Number(time[1]) })
    before = []
  }
  return found
}

/** Of a JSON log, what the server had to say. */
function messageOf(line: string): string {
  if (!line.startsWith('{')) return line
  try {
    const { message } = JSON.parse(line) as { message?: unknown }
    return typeof message === 'string' ? message : line
  } catch {
    return line
  }
}

/** psql echoes a statement, then prints what came of it: the last thing that reads as a statement is the one that was timed. */
function lastStatement(text: string): string | undefined {
  return split(text)
    .map((piece) => withoutSemicolon(text.slice(piece.span.start, piece.span.end)))
    .findLast((sql) => {
      const { commands, problem } = read(sql)
      return problem === undefined && commands.length > 0
    })
}

const withoutSemicolon = (sql: string): string => sql.trim().replace(/;$/, '').trimEnd()
