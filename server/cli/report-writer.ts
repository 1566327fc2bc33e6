import type { FileAnalysis } from '../model/assessed'
import type { HoldReport, Report, StatementReport } from '../model/report'
import type { Snapshot } from '../model/snapshot'
import { reportFileHead, reportFileRest, reportSnapshot, reportStatements } from '../report'
import type { Output } from './output'

/** Writes the report as it grows; what it writes is the JSON of `toReport`, with a line for each statement. */
export class ReportWriter {
  readonly #output: Output
  readonly #snapshot: Snapshot | undefined
  #files = 0
  /** The locks written last, with their text: in a transaction each statement lists all of those before it, and they are put in words once. */
  #holds: readonly HoldReport[] = []
  #holdsText = ''

  constructor(output: Output, snapshot: Snapshot | undefined) {
    this.#output = output
    this.#snapshot = snapshot
  }

  begin(): void {
    this.#output.write(`{"version":1,"snapshot":${JSON.stringify(reportSnapshot(this.#snapshot))},"files":[`)
  }

  async file(analysis: FileAnalysis): Promise<void> {
    this.#output.write(`${this.#files++ === 0 ? '' : ','}\n${JSON.stringify(reportFileHead(analysis)).slice(0, -1)},"statements":[`)
    let statements = 0
    for (const statement of reportStatements(analysis)) {
      this.#output.write(`${statements++ === 0 ? '' : ','}\n${this.#statement(statement)}`)
      await this.#output.flush()
    }
    this.#output.write(`],${JSON.stringify(reportFileRest(analysis)).slice(1)}`)
  }

  #statement(statement: StatementReport): string {
    const { holds } = statement
    const before = this.#holds
    const goesOn = before.length > 0 && before.length <= holds.length && before[before.length - 1] === holds[before.length - 1]
    const added = (goesOn ? holds.slice(before.length) : holds).map((hold) => JSON.stringify(hold)).join(',')
    this.#holdsText = goesOn ? `${this.#holdsText}${added && ','}${added}` : added
    this.#holds = holds
    return `${JSON.stringify({ ...statement, holds: undefined }).slice(0, -1)},"holds":[${this.#holdsText}]}`
  }

  end(summary: Report['summary'], history: Report['history']): void {
    this.#output.write(`],"history":${JSON.stringify(history)},"summary":${JSON.stringify(summary)}}\n`)
  }
}
