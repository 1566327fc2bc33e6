import { printPlan } from '../editor/plan-text'
import type { FileAnalysis } from '../model/assessed'
import { reportFileRest } from '../report'
import { analyseFiles } from './analyse-files'
import type { FileOutcome } from './analyse-files'
import { inSeries, leavesOutEarlier } from './find-files'
import type { FoundFile } from './find-files'
import { loadWorld } from './load-world'
import type { Output } from './output'
import { pendingFiles } from './pending-files'
import { engineOptions, oneOf, readArguments, readEngineArguments } from './read-arguments'
import { readText } from './read-text'
import { UsageError } from './usage-error'
import { writePlan } from './write-plan'

/** `lockscope plan`: the safe way for each statement of a file that has one, printed or as files. */
export async function plan(args: readonly string[], output: Output): Promise<number> {
  const { values, positionals } = readArguments('plan', args, { ...engineOptions, format: { type: 'string' }, write: { type: 'string' } })
  const options = readEngineArguments(values)
  const format = oneOf('format', values['format'], ['sql', 'json'] as const, 'sql')
  const [target, ...others] = positionals
  if (target === undefined) throw new UsageError('plan needs a file, such as migrations/12_orders.sql or migrations/12_orders.sql:3; - is standard input.')
  if (others.length > 0) throw new UsageError(`plan takes one file, not ${positionals.length}.`)

  const { path, line } = readTarget(target)
  const { world, snapshot } = await loadWorld(options)
  const named: FoundFile = { path, series: path, whole: false }
  const { pending } = pendingFiles(inSeries([named], !leavesOutEarlier(world, snapshot)), snapshot?.migrations)
  const outcomes = analyseFiles(pending.some((file) => !file.earlier) ? pending : [named], world, options.transaction)
  const { value: outcome } = (await outcomes.next()) as IteratorResult<FileOutcome, undefined>
  if (outcome === undefined || outcome.problem !== undefined) throw new UsageError(`${path === '-' ? 'standard input' : path} ${outcome?.problem ?? 'cannot be read.'}`)
  const { analysis } = outcome
  const wanted = line === undefined ? undefined : statementOn(analysis, line, path)

  const plans = reportFileRest(analysis).plans.filter(({ statement }) => wanted === undefined || statement === wanted)
  if (format === 'json') {
    output.write(`${JSON.stringify({ version: 1, path, plans }, null, 2)}\n`)
    return 0
  }
  if (plans.length === 0) {
    process.stderr.write(wanted === undefined ? `No statement of ${path === '-' ? 'standard input' : path} needs another way.\n` : `The statement on line ${line!} needs no other way.\n`)
    return 0
  }
  if (values['write'] !== undefined) {
    await writePlan({ path, text: outcome.text, analysis, statements: plans.map(({ statement }) => statement), directory: String(values['write']), transaction: options.transaction, snapshot }, output)
    return 0
  }
  const texts = plans.map(({ statement, first }) => {
    const { span, assessed } = analysis.statements[statement]!
    const lineOf = (index: number): number => analysis.lines.position(analysis.statements[index]!.span.start).line + 1
    const place = first === statement ? `line ${lineOf(statement)}` : `lines ${lineOf(first)} to ${analysis.lines.position(span.end).line + 1}`
    return `-- For ${place}: ${summaryOf(assessed.sql)}\n${printPlan(assessed.plan!)}`
  })
  output.write(texts.join('\n'))
  return 0
}

/** A colon and digits at the end are the line, unless there is a file of just that name. */
function readTarget(target: string): { readonly path: string; readonly line?: number } {
  const match = /^(.+):(\d+)$/.exec(target)
  if (!match || readText(target).problem === undefined) return { path: target }
  const line = Number(match[2])
  if (line === 0) throw new UsageError('lines are counted from 1.')
  return { path: match[1]!, line }
}

function statementOn(analysis: FileAnalysis, line: number, path: string): number {
  const index = analysis.statements.findIndex(({ span }) => {
    const { start, end } = analysis.lines.range(span)
    return start.line <= line - 1 && line - 1 <= end.line
  })
  if (index < 0) throw new UsageError(`there is no statement on line ${line} of ${path === '-' ? 'standard input' : path}.`)
  return index
}

/** The beginning of a statement, on one line and harmless inside a comment. */
function summaryOf(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ')
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}
