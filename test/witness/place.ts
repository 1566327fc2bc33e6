import type { LockMode } from '../../server/model/lock'
import type { Holder } from './is-awaited'
import type { Database, OutsideObservation } from '../support/probe'

/** Where cases are tried. */
export interface Place {
  readonly name: string
  readonly version: number
  /** A clean database; the second is another than the first. */
  readonly clean: (which?: 'first' | 'second') => Promise<Database>
  /** A server of its own: other sessions, transactions that cannot be undone. Its first database is the one that `clean` gives. */
  readonly server?: {
    readonly outside: (statement: string) => Promise<OutsideObservation>
    readonly isAwaited: (statement: string, relation: string, mode: LockMode, holder?: Holder) => Promise<boolean>
  }
}

export const hint = 'What only one version has, or lacks, stands under a `given` whose first line is `-- PostgreSQL 18`.'

/** Each by itself. @throws Error that names the statement which the server refused; the refusal is its cause. */
export async function runAll(database: Database, statements: readonly string[], where: string): Promise<void> {
  for (const statement of statements) {
    await database.exec(statement).catch((error: Error) => {
      throw new Error(`${where}: PostgreSQL ${database.version} refuses \`${statement}\`: ${error.message}. ${hint}`, { cause: error })
    })
  }
}
