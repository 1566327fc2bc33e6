import type { Catalog } from '../catalog/catalog'
import type { Consequence, Failure, Need } from '../model/assessed'
import type { Effect } from '../model/effect'
import type { Fact } from '../model/estimate'
import type { RelationName, WrittenName } from '../model/name'
import type { Plan } from '../model/plan'
import type { Span } from '../model/span'
import type { Command } from '../sql/command'

/** One thing PostgreSQL is asked to do. */
export interface Operation {
  readonly kind: string
  /** What it is chiefly about, as written. */
  readonly relation?: WrittenName
  /** The piece of the statement that asks for it. */
  readonly span: Span
}

/**
 * What PostgreSQL does for one kind of operation: locks, work, and the safe way round.
 * No opinion and no duration: those are a hazard's and the estimate's.
 * Every function is total: what the catalog does not know takes the careful branch.
 */
export interface OperationType<O extends Operation> {
  readonly kind: O['kind']
  /** As in the headline of its page: "Add a foreign key". */
  readonly title: string
  /** A command is some operation's or none's: the first in the list that recognises it has it. */
  readonly recognise: (command: Command) => O | undefined
  /** Every relation that is locked, at the catalog before the operation. */
  readonly effects: (operation: O, catalog: Catalog) => readonly Effect[]
  readonly apply: (operation: O, catalog: Catalog) => Catalog
  /** Whether it may run inside a transaction block, or only there; absent: it may. */
  readonly transactionBlock?: (operation: O, catalog: Catalog) => 'allowed' | 'forbidden' | 'required'
  /** How it makes queries of running application code fail. */
  readonly breaks?: (operation: O, catalog: Catalog) => readonly Omit<Consequence, 'span'>[]
  /** Data that is gone afterwards. */
  readonly loses?: (operation: O, catalog: Catalog) => readonly Omit<Consequence, 'span'>[]
  /** How it stops servers that subscribe to what this one publishes, until they have the same. */
  readonly stops?: (operation: O, catalog: Catalog) => readonly Omit<Consequence, 'span'>[]
  /** What is taken for granted of it because nothing tells. */
  readonly assumes?: (operation: O, catalog: Catalog) => readonly Fact[]
  /** How long it sleeps, whatever it meets; milliseconds. */
  readonly sleeps?: (operation: O, catalog: Catalog) => number
  /** Data on which it ends in an error, and what PostgreSQL refuses of it whatever they are. */
  readonly fails?: (operation: O, catalog: Catalog) => readonly Omit<Failure, 'span'>[]
  /** What stays behind where it is ended half-way, because it commits as it goes; it completes "and leaves …". */
  readonly leaves?: (operation: O, catalog: Catalog) => string | undefined
  /** Something that an earlier try left half-done is taken for the result; a sentence. */
  readonly keeps?: (operation: O, catalog: Catalog) => string | undefined
  /** What of it earlier releases refuse in this catalog, though they read the statement. */
  readonly needs?: (operation: O, catalog: Catalog) => readonly Pick<Need, 'what' | 'since'>[]
  /** What the session itself does on it. */
  readonly control?: (operation: O, catalog: Catalog) => Control | undefined
  /** The safe way, or nothing where the statement as it stands is the best way. */
  readonly plan?: (operation: O, catalog: Catalog, context: PlanContext) => Plan | undefined
  /** How to undo it by hand, as whole statements; nothing where it cannot be undone, or only by luck. The catalog is the one before. */
  readonly wayBack?: (operation: O, catalog: Catalog) => string | undefined
  /** What we could not see into: the text of a DO block, a function that is called. One sentence. */
  readonly unread?: (operation: O, catalog: Catalog) => string | undefined
}

export interface PlanContext {
  /** The whole statement, for splicing the author's own text; the operation's spans are relative to it. */
  readonly sql: string
  /** As the author writes them. */
  readonly keywords: 'upper' | 'lower'
  /** The relation as the author names it, quoted where needed. */
  readonly name: (written: WrittenName) => string
  /** Before the first operation of the statement. */
  readonly before: Catalog
  /** The statement takes constraints or columns away too, and with them perhaps an index. */
  readonly drops: boolean
  /** The statement asks for more than this one operation. */
  readonly isOneOfSeveral: boolean
  /** What is to be done at once with the exchange of a column for another. */
  readonly along?: Along
}

/** Statements, and those that take them back, in the order in which they run. */
export interface Along {
  readonly there: readonly string[]
  readonly back: readonly string[]
}

export type Control =
  | { readonly kind: 'begin' }
  /** `chain`: the next transaction begins at once. */
  | { readonly kind: 'commit' | 'rollback'; readonly chain: boolean }
  /** The relation has another name from now on; the locks on it stay. */
  | { readonly kind: 'moved'; readonly from: RelationName; readonly to: RelationName }
  | { readonly kind: 'savepoint' | 'release' | 'rollback-to'; readonly name: string }

/** Keeps the kind's own type for the list's union. */
export const operationType = <O extends Operation>(type: OperationType<O>): OperationType<O> => type
