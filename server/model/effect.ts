import type { LockMode } from './lock'
import type { RelationName } from './name'
import type { Timeout } from './timeout'

/** What an operation does to one relation: a lock, kept until the transaction ends, and work done under it. */
export interface Effect {
  readonly relation: RelationName
  readonly lock: LockMode
  readonly work: readonly Work[]
  /** The statement itself creates the relation, so nobody else can be waiting for it. */
  readonly created?: true
  /** It has a new file afterwards, with nothing in it. */
  readonly emptied?: true
  /** An index: what an ACCESS EXCLUSIVE lock on it stops is every query of this table, for planning opens each index. */
  readonly indexOf?: RelationName
  /** Locked as strongly as the strongest action of the statement asks for on this table, which is the one that the statement names. */
  readonly asStrongAs?: RelationName
  /** CONCURRENTLY and the like: the lock is given up with the statement's own transactions, and these older transactions are waited for. */
  readonly waitsFor?: 'writers' | 'everyone' | 'snapshots'
  /** Partitions that the statement locks before it, against the order of all who query it. */
  readonly behind?: readonly RelationName[]
  /** Given back before the work begins, or asked for behind it: others wait behind it while it is waited for itself, and not through the work. */
  readonly brief?: true
  /** Whether the lock is taken at all is known when it runs. `rows`: where there are rows to be changed, or those that refer to them; `condition`: where a branch is taken. */
  readonly onlyIf?: OnlyIf
  /** In a body that sets one: the timeout for locks when this lock is asked for. */
  readonly lockTimeout?: Timeout
}

export type OnlyIf = 'rows' | 'condition'

/**
 * What grows with the data.
 * `committedEvery`: a loop that commits changes at most so many rows before it lets go of them, and then sleeps for `pause` milliseconds; `byRange`: it counts all rows, those that do not fit its condition too; `blocks`: it goes by so many blocks of the table.
 * `reads`: the relations that a query reads which gives the rows, or says which are changed.
 * `against`: the rows are compared with those that a query of these relations gives.
 * `takes`: what the query does with the rows that it reads; absent: not known.
 * `parallel`: PostgreSQL may read them by several processes.
 * `orUpdates`: of a row that is there already these columns are changed instead.
 * `chosen`: the columns that are taken over of the relations that are read; absent: all of that whose rows they are.
 * `computed`: of the columns that are changed, those whose new values are made of the row's own; `computes`: what they are computed by.
 * `asks`: what the condition asks of each row that is read.
 * `holds`: the rows that the index has, those that its predicate lets in; absent: all, or nobody has told.
 * `byReading`: no index can find the rows that are changed, so all are read.
 * A `query` is one of which nothing but its rows is wanted, on the largest of its tables.
 * `to` completes a sentence that begins with the verb of the kind: "scans 12 M rows …", "rewrites 12 M rows …".
 */
export type Work =
  | ({ readonly kind: 'scan'; readonly to: string; readonly against?: readonly RelationName[]; readonly takes?: QueryTakes } & Computations)
  | ({ readonly kind: 'query'; readonly to: string } & QueryDone)
  | ({ readonly kind: 'rewrite'; readonly to: string } & HowRewritten)
  | { readonly kind: 'drain'; readonly to: string }
  | { readonly kind: 'build-index'; readonly to: string; readonly index: IndexShape; readonly concurrently: boolean; readonly holds?: RowCount }
  | { readonly kind: 'probe'; readonly to: string; readonly into: RelationName; readonly columns: readonly string[] }
  | { readonly kind: 'update' | 'insert' | 'delete'; readonly to: string; readonly rows: RowCount; readonly columns?: readonly string[]; readonly committedEvery?: Batches; readonly reads?: readonly RelationName[]; readonly takes?: QueryTakes; readonly parallel?: true; readonly byReading?: true; readonly orUpdates?: readonly string[]; readonly chosen?: readonly ChosenColumn[]; readonly computed?: readonly string[]; readonly computes?: Computations; readonly asks?: Computations }

/** What is computed for each row. */
export interface Computations {
  /** How many operators and functions, as far as that is known; none to look for NULL. */
  readonly operators?: number
  /** Of these, the operators on numbers of any precision; the functions, and operators that are not those of comparing and counting; and the patterns that are matched. */
  readonly numbers?: number
  readonly calls?: number
  readonly patterns?: number
  /** The columns whose values are taken out of how they are stored, however long. */
  readonly texts?: readonly { readonly column: string; readonly use: TextUse }[]
  /** What is called besides, and takes longer than the row itself. */
  readonly evaluates?: readonly Evaluation[]
}

/** A value is taken out of how it is stored, and then left; gone through byte by byte; letter by letter; letter by letter, each of which is asked for its other case; or taken apart into words. */
export type TextUse = 'opened' | 'sought' | 'counted' | 'cased' | 'words'

/** What a query does. */
export interface QueryDone {
  /** Each place in it where rows are read. */
  readonly reads: readonly TableRead[]
  readonly takes: QueryTakes
  readonly gives: RowCount
  /** How many groups its rows come to in the innermost of its queries that has some; absent: as many as it gives. */
  readonly groups?: RowCount
  /** So many values of each row that it gives are written out as text, of which `reckoned` are not stored as they are printed, those that are `columns` as they are, to the client or to a file of the server. */
  readonly sends?: { readonly values: number; readonly reckoned: number; readonly columns?: readonly ChosenColumn[]; readonly to: 'client' | 'file' }
  /** Conditions on groups leave out some of what it gives. */
  readonly having?: true
  /** They leave groups of so many rows at least. */
  readonly least?: number
  /** It locks the rows that it gives. */
  readonly locks?: true
  /** PostgreSQL may read by several processes. */
  readonly parallel?: true
  /** How often it runs; absent: once. */
  readonly times?: RowCount
}

/**
 * `whole`: no index can find its rows, and all are asked for; `found`: an index finds them; `perhaps`: one may, or all are read;
 * `until`: it is read until `most` rows of those that fit are found, or, where it is `open` how many are asked for, to its end; `joined`: each of `rows` of another table is looked for, or all are read; `untold`: nobody can tell.
 */
export interface TableRead extends Computations {
  readonly relation: RelationName
  /** The relations that hold its rows: its partitions and children. */
  readonly stored: readonly RelationName[]
  readonly how: 'whole' | 'found' | 'perhaps' | 'until' | 'joined' | 'untold'
  /** Those that fit. */
  readonly rows: RowCount
  readonly most?: number
  readonly open?: true
  /** Columns that go on from there; absent: all. */
  readonly passes?: readonly string[]
  /** The column by which its rows are sorted first. */
  readonly by?: string
  /** An index has its rows in the order in which they are wanted; `itself`: and all that is asked of them. */
  readonly sorted?: 'perhaps' | 'itself'
  /** An index has its rows group by group, so that it may do without a hash table of groups. */
  readonly grouped?: true
  /** Of its rows nothing but their number is asked for, which the smallest index has as well. */
  readonly counted?: true
  /** How far the rows that an index finds lie in its order: 0 to 1. */
  readonly correlation?: number
}

/** However large the tables, it takes them whole: not so a query that an index, or a row that is enough, may spare most of. */
export const surelyGrows = (work: Work): boolean => work.kind !== 'query' || work.reads.every(({ how }) => how === 'whole')

export interface Batches {
  readonly rows: number
  readonly byRange?: true
  readonly blocks?: number
  readonly pause?: number
}

export interface ChosenColumn {
  readonly of: RelationName
  readonly column: string
}

/** What a rewrite does for each row; absent: the row is formed anew, and logged by itself. */
export interface HowRewritten {
  /** `copy`: rows go over as they are, pages are logged; `sort`: so, in another order; `file`: the file alone, and no index. */
  readonly how?: 'copy' | 'sort' | 'file'
  /** Whether the new one is logged; absent: as the old one is. */
  readonly logged?: boolean
  /** What the new values are computed by. */
  readonly computes?: Computations
  /** The relations whose rows are read by the query that gives the new ones. */
  readonly from?: readonly RelationName[]
  /** What that query does with the rows that it reads; absent: not known. */
  readonly takes?: QueryTakes
  /** PostgreSQL may read them by several processes. */
  readonly parallel?: true
  /** How many rows there are afterwards, where those that are there now do not tell. */
  readonly gives?: RowCount
}

/** How often all rows that a query reads are taken through a hash table of another relation, as joins do, through one of groups, as DISTINCT does too, and through a sort, how many aggregates and windows take each, and how much is computed of it. */
export interface QueryTakes {
  readonly hashes: number
  readonly groups: number
  readonly sorts: number
  readonly aggregates: number
  readonly windows: number
  /** Of the aggregates, those of numbers of any precision. */
  readonly numbers?: number
  /** How often the groups are sorted. */
  readonly groupSorts?: number
  /** Operators, functions and casts in what it gives, groups and sorts by. */
  readonly computes?: number
  /** How many rows are kept of those that are sorted no further than to the first of them, once for each ORDER BY with a LIMIT. */
  readonly firsts?: readonly number[]
}

export const nothingTaken: QueryTakes = { hashes: 0, groups: 0, sorts: 0, aggregates: 0, windows: 0 }

/** A random uuid, a number from a sequence, and a function of the database's own, which may do anything. */
export type Evaluation = 'uuid' | 'sequence' | 'function'

/** How many rows a data change touches. `between`: how small and how large it may turn out, where it is assumed; absent: none of them, and all. `ofRows`: the rows of the relation that it is a fraction of, once they are looked up. */
export type RowCount =
  | { readonly kind: 'exactly'; readonly rows: number }
  | { readonly kind: 'fraction'; readonly of: RelationName; readonly fraction: number; readonly assumed: boolean; readonly between?: readonly [number, number]; readonly ofRows?: number }
  | { readonly kind: 'unknown' }

export interface IndexShape {
  /** The unquoted name without schema; absent where PostgreSQL would choose one. */
  readonly name?: string
  readonly method: string
  /** Column names; an expression stands as its text in parentheses. */
  readonly keys: readonly string[]
  readonly include: readonly string[]
  /** Of each key the collation that it names itself, as `"C"`; absent where none does. */
  readonly collations?: readonly (string | undefined)[]
  /** Of each key the operator class that it names, without schema; absent where none does. */
  readonly operatorClasses?: readonly (string | undefined)[]
  readonly unique: boolean
  /** The WHERE of a partial index. */
  readonly predicate?: string
}
