import { hintLabel } from '../editor/inlay-hints'
import { mendedAt } from '../model/assessed'
import type { AnalysedStatement, FileAnalysis } from '../model/assessed'
import type { Finding, Severity } from '../model/finding'
import { severities } from '../model/finding'
import { formatMs, listWords } from '../model/format'
import type { Plan } from '../model/plan'
import { stepsOf } from '../model/plan'
import type { Report } from '../model/report'
import type { Snapshot } from '../model/snapshot'
import { shift } from '../model/span'
import type { Span } from '../model/span'
import { notesOn } from '../editor/snapshot-notes'
import { painter } from './colours'
import type { Colour, Paint } from './colours'
import type { Output } from './output'
import type { EngineArguments } from './read-arguments'

const colourOf: Record<Severity, Colour> = { error: 'red', warning: 'yellow', info: 'blue' }

/** The report for people: what hurts, where, and what to do instead. */
export class PrettyWriter {
  readonly #output: Output
  readonly #paint: Paint
  readonly #snapshot: Snapshot | undefined
  readonly #options: EngineArguments
  readonly #verbose: boolean
  #files = 0
  #safe = 0

  constructor(output: Output, snapshot: Snapshot | undefined, options: EngineArguments, verbose: boolean) {
    this.#output = output
    this.#paint = painter(output.colours)
    this.#snapshot = snapshot
    this.#options = options
    this.#verbose = verbose
  }

  begin(): void {}

  async file(analysis: FileAnalysis, text: string): Promise<void> {
    this.#files++
    const shown = analysis.statements.filter((statement) => this.#verbose || statement.findings.length > 0)
    const elsewhere = unreadElsewhere(analysis)
    const safe = analysis.statements.filter((statement) => statement.findings.length === 0).length
    this.#safe += safe
    if (shown.length === 0 && elsewhere.length === 0) return

    this.#output.write(`${this.#paint('bold', analysis.path === '-' ? 'standard input' : analysis.path)}\n`)
    for (const statement of shown) {
      this.#statement(analysis, text, statement)
      await this.#output.flush()
    }
    for (const { span, reason } of elsewhere) {
      const { line, character } = analysis.lines.position(span.start)
      this.#output.write(`\n${place(line, character)}  ${this.#paint('dim', 'not read')}\n${this.#wrapped(reason)}\n`)
    }
    if (safe > 0 && !this.#verbose) this.#output.write(`\n${margin}${this.#paint('green', '✓')} ${this.#paint('dim', safe === 1 ? '1 more statement, safe' : `${safe} more statements, all safe`)}\n`)
    this.#output.write('\n')
  }

  /** `earlier` files were read for the schema that they leave, and for nothing else. */
  end(summary: Report['summary'], history: Report['history'], earlier: number): void {
    const { findings } = summary
    const found = severities
      .filter((severity) => findings[severity] > 0)
      .map((severity) => this.#paint(colourOf[severity], countOf(findings[severity], nouns[severity])))
    const safe = this.#safe === summary.statements ? this.#paint('green', 'all safe') : `${this.#safe.toLocaleString('en')} safe`
    const rest = this.#safe === 0 ? found : [...found, safe]
    this.#output.write(`${countOf(summary.statements, ['statement', 'statements'])} in ${countOf(this.#files, ['file', 'files'])}${rest.length > 0 ? `: ${listWords(rest)}` : ''}.\n`)
    if (earlier > 0) this.#output.write(`${this.#paint('dim', earlier === 1 ? '1 file that runs before was read for the schema that it leaves.' : `${earlier.toLocaleString('en')} files that run before were read for the schema that they leave.`)}\n`)
    for (const { record, applied, remarks } of history) {
      if (record !== null) this.#output.write(`${this.#paint('dim', `${countOf(applied, ['file has', 'files have'])} run already, as ${record} says, and ${applied === 1 ? 'was' : 'were'} not looked at.`)}\n`)
      for (const remark of remarks) this.#output.write(`${remark}\n`)
    }
    this.#output.write(`${this.#paint('dim', this.#worldLine())}\n`)
  }

  #statement(analysis: FileAnalysis, text: string, statement: AnalysedStatement): void {
    const { line, character } = analysis.lines.position(statement.span.start)
    const label = hintLabel(statement.assessed)
    const mark = statement.findings.length === 0 ? `${this.#paint('green', '✓')} ` : ''
    const title = label ?? firstLine(statement.assessed.sql, this.#output.width - 14)
    this.#output.write(`${statement.findings.length > 0 ? '\n' : ''}${place(line, character)}  ${mark}${statement.findings.length > 0 ? this.#paint('bold', title) : title}\n`)
    const bySpan = new Map<string, Finding[]>()
    for (const finding of statement.findings) {
      const key = `${finding.span.start}-${finding.span.end}`
      const list = bySpan.get(key)
      if (list) list.push(finding)
      else bySpan.set(key, [finding])
    }
    for (const findings of bySpan.values()) {
      const worst = findings.reduce((a, b) => (severities.indexOf(b.severity) < severities.indexOf(a.severity) ? b : a))
      this.#excerpt(analysis, text, shift(findings[0]!.span, statement.span.start), colourOf[worst.severity])
      for (const finding of findings) this.#finding(finding)
    }
    const { statements } = analysis
    const { plan } = statements[mendedAt(statements.indexOf(statement), statements)]!.assessed
    if (plan && statement.findings.length > 0) this.#plan({ plan, findings: statement.findings })
  }

  #excerpt(analysis: FileAnalysis, text: string, span: Span, colour: Colour): void {
    const { start, end } = analysis.lines.range(span)
    const lineStart = analysis.lines.offset({ line: start.line, character: 0 })
    const source = text.slice(lineStart).match(/^[^\r\n]*/)![0]
    const last = end.line === start.line ? end.character : source.length
    const { shown, from } = cut(source, start.character, this.#output.width - 12)
    const number = String(start.line + 1).padStart(7)
    const before = expand(shown.slice(0, start.character - from))
    const marked = expand(shown.slice(start.character - from, last - from))
    this.#output.write(`${this.#paint('dim', `${number} │`)} ${expand(shown)}\n`)
    this.#output.write(`${this.#paint('dim', '        │')} ${' '.repeat(columns(before))}${this.#paint(colour, '^'.repeat(Math.max(1, columns(marked))))}\n`)
  }

  #finding({ hazard, severity, message }: Finding): void {
    const head = `${severity} ${hazard}`
    const lines = wrap(`${head}  ${message}`, this.#output.width - margin.length)
    lines[0] = `${this.#paint(colourOf[severity], head)}${lines[0]!.slice(head.length)}`
    this.#output.write(`${lines.map((line) => `${margin}${line}`).join('\n')}\n`)
  }

  /** The messages have said what to do; here is how. */
  #plan({ plan, findings }: { readonly plan: Plan; readonly findings: readonly Finding[] }): void {
    const said = findings.some(({ message }) => [plan.title, ...(plan.advice ?? []).map(({ title }) => title)].some((title) => message.includes(title)))
    if (plan.fit !== 'equivalent') {
      this.#output.write(`${margin}${this.#paint('green', plan.fit === 'staged' ? 'in stages' : 'outline')}  ${said ? '' : `${plan.title}; `}lockscope plan prints the steps\n`)
      return
    }
    this.#output.write(`${margin}${this.#paint('green', 'instead')}${said ? '' : `  ${plan.title}`}\n`)
    const sql = stepsOf(plan).map((step) => step.sql).join('\n').split('\n')
    this.#output.write(`${sql.map((line) => `${this.#paint('dim', '        │')} ${this.#paint('cyan', line)}`).join('\n')}\n`)
  }

  #wrapped(text: string): string {
    return wrap(text, this.#output.width - margin.length).map((line) => `${margin}${line}`).join('\n')
  }

  #worldLine(): string {
    if (!this.#snapshot) return 'No snapshot: locks and work are shown, durations are not. Take one: lockscope snapshot --url postgresql://… > lockscope.snapshot.json'
    const { serverVersion, takenAt } = this.#snapshot
    const age = takenAt === undefined ? undefined : Date.now() - Date.parse(takenAt)
    const facts = [serverVersion === undefined ? undefined : `PostgreSQL ${serverVersion}`, age === undefined ? undefined : age < 60_000 ? 'taken just now' : `taken ${formatMs(age)} ago`]
    const known = facts.filter((fact) => fact !== undefined)
    const stale = age !== undefined && age > this.#options.staleAfterDays * 86_400_000
    return [
      `Durations from ${listWords(this.#options.snapshots)}${known.length > 0 ? ` (${known.join(', ')})` : ''}.`,
      ...(stale ? ['It is stale: take a new one.'] : []),
      ...notesOn(this.#snapshot),
    ].join(' ')
  }
}

const nouns: Record<Severity, readonly [string, string]> = { error: ['error', 'errors'], warning: ['warning', 'warnings'], info: ['note', 'notes'] }

const countOf = (count: number, [one, many]: readonly [string, string]): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`

/** Ends where the bar of an excerpt stands. */
const place = (line: number, character: number): string => `${line + 1}:${character + 1}`.padStart(8)

const margin = '          '

/** What a finding already says about its own place is not said twice. */
function unreadElsewhere(analysis: FileAnalysis): FileAnalysis['unread'] {
  const said = new Set(analysis.statements.flatMap(({ span, findings }) => findings.map((finding) => finding.span.start + span.start)))
  return analysis.unread.filter(({ span }) => !said.has(span.start))
}

const firstLine = (sql: string, most: number): string => {
  const line = expand(sql.match(/^[^\r\n]*/)![0])
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}

const expand = (text: string): string => text.replaceAll('\t', '  ')

/** A long line is shown around the place that matters. */
function cut(line: string, at: number, most: number): { readonly shown: string; readonly from: number } {
  if (line.length <= most) return { shown: line, from: 0 }
  const from = at > most * 0.75 ? at - Math.floor(most / 4) : 0
  return { shown: line.slice(from, from + most), from }
}

const takesNone = /\p{Mark}/u
const takesTwo = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
const onlyAscii = /^[\x20-\x7e]*$/

/** Places on a terminal: East Asian characters and emoji take two. */
function columns(text: string): number {
  if (onlyAscii.test(text)) return text.length
  let count = 0
  for (const character of text) count += takesNone.test(character) ? 0 : takesTwo.test(character) ? 2 : 1
  return count
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines
}
