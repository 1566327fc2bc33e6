import type { QueryTakes } from '../model/effect'
import type { WrittenName } from '../model/name'
import type { Span } from '../model/span'
import type { ExpressionTree } from './expression-tree'

/**
 * What one statement asks PostgreSQL to do, in our own words: the reading of the parser's tree, free of the parser's shapes.
 * `ALTER TABLE … a, b` and `DROP TABLE a, b` give one command for each action or name, in order.
 * Every span is relative to the start of the statement's text, in UTF-16 code units, and cuts the piece exactly.
 */
export type Command =
  | CreateTable
  | CreateTableAs
  | AlterRelation
  | DropRelation
  | DropOther
  | Rename
  | SetSchema
  | Truncate
  | CreateIndex
  | Reindex
  | CreateTrigger
  | CreateRule
  | DropTrigger
  | CreateView
  | CreateSequence
  | AlterSequence
  | CreateType
  | AlterEnum
  | AlterDomain
  | CreateFunction
  | CreateSchema
  | DataChange
  | Query
  | Copy
  | Vacuum
  | Cluster
  | RefreshMaterializedView
  | LockTable
  | Comment
  | Grant
  | SetVariable
  | Transaction
  | Do
  | Call
  | Explain
  | Prepare
  | Execute
  | Cursor
  | Statistics
  | Publication
  | Subscription
  | CreateExtension
  | AlterExtension
  | DependOnExtension
  | ChangeOwned
  | PolicyCommand
  | RoleCommand
  | EventTriggerCommand
  | OtherCommand

export type RelationKind = 'table' | 'index' | 'view' | 'materialized view' | 'sequence' | 'foreign table' | 'type'

/** An expression as the author wrote it. What is inside it is told by `readExpression`. */
export interface Expression {
  readonly sql: string
  readonly span: Span
}

export interface TypeName {
  /** As written, without COLLATE. */
  readonly sql: string
  /** `int4` for int and integer, `timestamptz`, `varchar`, `bpchar` for char: PostgreSQL's own name, unquoted. */
  readonly name: string
  readonly schema?: string
  /** `varchar(50)` has `[50]`, `numeric(10,2)` has `[10, 2]`, and `char` alone `[1]`. Of an interval, first the grammar's mask of fields. Words, as in `geometry(Point, 4326)`, are left out. */
  readonly modifiers: readonly number[]
  /** Dimensions of an array; 0 where it is none. */
  readonly dimensions: number
  readonly span: Span
}

export interface ColumnDefinition {
  readonly name: string
  readonly span: Span
  /** Absent in `CREATE TABLE … OF` and `PARTITION OF`, where only options are given. */
  readonly type?: TypeName
  /** serial, bigserial, smallserial: the type above is then int4, int8, int2. */
  readonly serial?: true
  readonly collation?: WrittenName
  readonly notNull?: { readonly span: Span; readonly name?: string; readonly noInherit?: true }
  readonly default?: Expression
  readonly generated?: { readonly expression: Expression; readonly stored: boolean }
  /** `sequence`: its name where one is written. */
  readonly identity?: { readonly always: boolean; readonly span: Span; readonly sequence?: WrittenName }
  /** Inline CHECK, UNIQUE, PRIMARY KEY and REFERENCES, each with this column in `columns`. */
  readonly constraints: readonly ConstraintDefinition[]
}

export type ConstraintDefinition = {
  readonly name?: string
  readonly span: Span
  readonly notValid: boolean
  readonly notEnforced: boolean
  readonly deferrable: boolean
  readonly initiallyDeferred: boolean
} & (
  | { readonly type: 'check'; readonly expression: Expression; readonly noInherit: boolean }
  | { readonly type: 'not-null'; readonly column: string; readonly noInherit: boolean }
  | {
      readonly type: 'foreign-key'
      readonly columns: readonly string[]
      readonly references: WrittenName
      /** Empty where the referenced table's primary key is meant. */
      readonly referencedColumns: readonly string[]
      readonly match: 'simple' | 'full' | 'partial'
      readonly onDelete: ForeignKeyAction
      readonly onUpdate: ForeignKeyAction
      /** What ON DELETE sets where that is not all of the key; absent: all (15). */
      readonly onDeleteColumns?: readonly string[]
      /** The last column of each side is a PERIOD (18). */
      readonly period: boolean
    }
  | {
      readonly type: 'unique' | 'primary-key'
      readonly columns: readonly string[]
      readonly include: readonly string[]
      readonly usingIndex?: string
      readonly nullsNotDistinct: boolean
      /** Of its index. */
      readonly options: readonly StorageOption[]
      readonly withoutOverlaps: boolean
    }
  | {
      readonly type: 'exclude'
      readonly method: string
      readonly elements: readonly IndexElement[]
      readonly operators: readonly string[]
      readonly include: readonly string[]
      readonly predicate?: Expression
    }
)

export type ForeignKeyAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default'

export interface IndexElement {
  /** Exactly one of the two. */
  readonly column?: string
  readonly expression?: Expression
  readonly collation?: WrittenName
  readonly operatorClass?: WrittenName
  readonly descending: boolean
}

export type PartitionBound =
  | { readonly strategy: 'default' }
  | { readonly strategy: 'list'; readonly values: readonly Expression[] }
  | { readonly strategy: 'range'; readonly from: readonly Expression[]; readonly to: readonly Expression[] }
  | { readonly strategy: 'hash'; readonly modulus: number; readonly remainder: number }

export interface PartitionBy {
  readonly strategy: 'list' | 'range' | 'hash'
  readonly keys: readonly IndexElement[]
}

export type Persistence = 'permanent' | 'unlogged' | 'temporary'

export interface CreateTable {
  readonly kind: 'create-table'
  readonly relation: WrittenName
  readonly span: Span
  readonly foreign: boolean
  readonly persistence: Persistence
  readonly ifNotExists: boolean
  readonly columns: readonly ColumnDefinition[]
  readonly constraints: readonly ConstraintDefinition[]
  readonly like: readonly { readonly relation: WrittenName; readonly including: readonly LikeOption[] }[]
  readonly inherits: readonly WrittenName[]
  readonly ofType?: WrittenName
  readonly partitionOf?: { readonly parent: WrittenName; readonly bound: PartitionBound }
  readonly partitionBy?: PartitionBy
  readonly options: readonly StorageOption[]
}

export type LikeOption = 'comments' | 'compression' | 'constraints' | 'defaults' | 'generated' | 'identity' | 'indexes' | 'statistics' | 'storage'

export interface StorageOption {
  readonly namespace?: string
  readonly name: string
  /** Absent in RESET. */
  readonly value?: string
}

/** CREATE TABLE AS, SELECT INTO, CREATE MATERIALIZED VIEW. */
export interface CreateTableAs {
  readonly kind: 'create-table-as'
  readonly relation: WrittenName
  readonly span: Span
  readonly materializedView: boolean
  readonly persistence: Persistence
  readonly ifNotExists: boolean
  readonly withData: boolean
  /** Names given in parentheses, else read from the select list where it says them; `undefined` where it cannot be told. */
  readonly columns?: readonly string[]
  readonly query: QueryFacts
  /** Of a materialized view. */
  readonly queryText?: string
  /** CREATE TABLE AS EXECUTE: the query is that of the prepared statement. */
  readonly prepared?: string
}

/** What a query, or the query part of a data change, touches beyond its own target. */
export interface QueryFacts extends RowFacts {
  /** Each relation read, in order, once. Names of common table expressions are left out. */
  readonly reads: readonly ReadName[]
  /** Relations in FOR UPDATE / FOR SHARE. */
  readonly locksRows: readonly ReadName[]
  /** Data changes inside WITH. */
  readonly changes: readonly DataChange[]
  /** Functions called, as written, lower-cased unless quoted; one that is called with several constants, with each. */
  readonly functions: readonly CalledFunction[]
  /** Sequences given by a constant to nextval, setval or currval. */
  readonly sequences: readonly SequenceReference[]
  /** Counted in the query and all that is in it. */
  readonly takes: QueryTakes
  /** The first column in each aggregate that has any. */
  readonly aggregated?: readonly ColumnName[]
  /** Columns whose values functions within aggregates go through. */
  readonly lookedInto?: readonly ColumnName[]
  /** It reads no table, and sleeps for so long; milliseconds. */
  readonly sleeps?: number
  /** Absent where it reads nothing. */
  readonly scans?: QueryScans
  /** Its rows do not go to the client: a program has them, `first` the first of them alone, or EXPLAIN ANALYZE counts them. */
  readonly kept?: 'all' | 'first' | 'counted'
}

/** Where a query reads rows; a table that it names twice is there twice. `untold`: something is done for each combination of rows, for each row of a table, or with what a function gives, so that nobody can tell how much is read. */
export interface QueryScans {
  readonly tables: readonly ScannedTable[]
  readonly untold?: true
}

/** A table in a FROM. */
export interface ScannedTable extends WrittenName {
  readonly only?: true
  readonly alias?: string
  /** WHERE of its SELECT, which may speak of other tables too. */
  readonly where?: Expression
  /** No other table is in its FROM. */
  readonly alone: boolean
  /** No more of its rows than this are asked for, of those that fit; `some`: fewer than all may be. */
  readonly most?: number | 'some'
  /** The query gives each as it is found, before it has seen the others. */
  readonly flows?: true
  /** So many of the first in this order. */
  readonly orderedBy?: ColumnName
  /** All of its rows are sorted by this first, or its different values are counted. */
  readonly sortedBy?: ColumnName
  /** Its rows are told apart by these, the columns of GROUP BY or DISTINCT; there is no other key. */
  readonly groupedBy?: readonly ColumnName[]
  /** Columns that its SELECT names, of whichever table; absent: all of them may be. */
  readonly named?: readonly ColumnName[]
  /** Of no other column is anything asked. */
  readonly alike?: true
  /** Of its rows nothing but their number is asked for. */
  readonly counted?: true
  /** Of these columns nothing but the least or the greatest value is asked for. */
  readonly ends?: readonly ColumnName[]
  /** Conditions of a query around it may be asked of it. */
  readonly narrowed?: true
  /** Which of them are joined: those of one number. */
  readonly join: number
  /** Columns that are equal in that join. One of no name is an expression. */
  readonly pairs: readonly (readonly [ColumnName, ColumnName])[]
  /** Bare names in its query. One that is no column of what that reads is of the query around it, for each row of which it is run. */
  readonly bare?: readonly string[]
}

export interface ColumnName {
  readonly name: string
  readonly qualifier?: string
}

/** What tells how many rows a query returns; nothing where it cannot be told from the text and the catalog. */
export interface RowFacts {
  /** The query can return no more rows than this: a literal LIMIT, the number of VALUES, an aggregate without groups. */
  readonly atMostRows?: number
  /** The query returns one row for each row of this table that fits. */
  readonly rowsOf?: { readonly relation: WrittenName; readonly alias?: string; readonly where?: Expression; readonly shows: readonly ShownColumn[] }
  /** The query returns one row for each different combination of what these expressions give of the rows of the tables, one or more; of each expression, the columns in it. `least`: HAVING asks for at least so many rows in each. */
  readonly groupsOf?: JoinedTables & { readonly by: readonly GroupKey[]; readonly gives: readonly GivenColumn[]; readonly having?: true; readonly least?: number }
  /** The query returns one row for each combination of rows of these tables, two or more, that fits. */
  readonly rowsOfJoin?: JoinedTables & { readonly gives: readonly GivenColumn[] }
  /** Of what a query returns that makes each row of one of each table in FROM, the columns in order: what is asked of them is asked of those tables. */
  readonly passes?: readonly PassedColumn[]
  /** LIMIT or DISTINCT leaves some of those rows out, so that what is asked of them afterwards is not asked of the tables. */
  readonly cut?: true
  /** No row of it is one row of one relation, so that a view of it takes no changes by itself (view_query_is_auto_updatable in src/backend/rewrite/rewriteHandler.c). */
  readonly notUpdatable?: true
  /** The query returns the rows of all of these; with UNION, those that are the same once. */
  readonly unionOf?: { readonly sides: readonly RowFacts[]; readonly all: boolean }
}

/** `on`: what joins them. */
export interface JoinedTables {
  readonly sources: readonly { readonly relation: WrittenName; readonly alias?: string }[]
  readonly on: readonly ExpressionTree[]
  readonly where?: Expression
}

/** Of what a query gives, one column of a table that is no more than that; without `column`, all of the table's or of all tables. */
export interface GivenColumn {
  readonly qualifier?: string
  readonly column?: string
}

/** `isColumn`: it is that column and nothing else; `coarser`: it may be the same for many values of those, as the day of a time is. */
export interface GroupKey {
  readonly columns: readonly ColumnName[]
  readonly isColumn: boolean
  readonly coarser?: true
}

/** What its arguments are, as far as they are constants; absent where none is. */
export interface CalledFunction extends WrittenName {
  readonly arguments?: readonly { readonly name?: string; readonly value?: string }[]
}

/** `*`, or a column of the table under a name; something computed is no `column`. */
export type ShownColumn = '*' | { readonly name?: string; readonly column?: string }

/** The column of a table, all of its columns where there is no `column`, or a constant; of anything else only what it is called. `filled`: an outer join may have put NULL in its place. */
export interface PassedColumn {
  readonly name?: string
  readonly relation?: WrittenName
  readonly column?: string
  readonly filled?: true
  readonly value?: ExpressionTree
}

/** `only`: its partitions and children are left out, wherever the query names it. */
export interface ReadName extends WrittenName {
  readonly only?: true
  /** What WHERE says of the rows that count, where nothing else in the query names it; of other tables too, and of none that an outer join may have filled up. */
  readonly where?: Expression
  /** What joins say of them. */
  readonly on?: readonly ExpressionTree[]
  /** A bare name in these may be of a column that several tables have by NATURAL or USING. */
  readonly merges?: true
  readonly alias?: string
  /** Which FROM of the query it stands in, counted from 1; absent where the query names it more than once. */
  readonly from?: number
}

/** By name, or as `pg_get_serial_sequence('orders', 'id')` finds it. */
export type SequenceReference = { readonly sequence: WrittenName } | { readonly table: WrittenName; readonly column: string }

/** One action of ALTER TABLE / INDEX / VIEW / MATERIALIZED VIEW / SEQUENCE / FOREIGN TABLE / TYPE. */
export interface AlterRelation {
  readonly kind: 'alter'
  readonly object: RelationKind
  readonly relation: WrittenName
  readonly only: boolean
  readonly ifExists: boolean
  readonly action: AlterAction
  /** CASCADE of a composite type's attributes: the tables that are of the type follow. */
  readonly cascade?: true
  /** The action alone: `ADD COLUMN a int`. */
  readonly span: Span
}

export type AlterAction =
  | { readonly action: 'add-column'; readonly ifNotExists: boolean; readonly column: ColumnDefinition }
  | { readonly action: 'drop-column'; readonly column: string; readonly ifExists: boolean; readonly cascade: boolean }
  | { readonly action: 'alter-type'; readonly column: string; readonly type: TypeName; readonly collation?: WrittenName; readonly using?: Expression }
  | { readonly action: 'set-not-null' | 'drop-not-null'; readonly column: string }
  | { readonly action: 'set-default'; readonly column: string; readonly default: Expression }
  | { readonly action: 'drop-default'; readonly column: string }
  | { readonly action: 'add-identity' | 'set-identity'; readonly column: string; readonly always?: boolean; readonly sequence?: WrittenName }
  | { readonly action: 'drop-identity'; readonly column: string; readonly ifExists: boolean }
  | { readonly action: 'set-expression'; readonly column: string; readonly expression: Expression }
  | { readonly action: 'drop-expression'; readonly column: string; readonly ifExists: boolean }
  | { readonly action: 'set-statistics' | 'set-storage' | 'set-compression'; readonly column: string; readonly value: string }
  | { readonly action: 'set-column-options' | 'reset-column-options'; readonly column: string; readonly options: readonly StorageOption[] }
  | { readonly action: 'add-constraint'; readonly constraint: ConstraintDefinition }
  | { readonly action: 'validate-constraint'; readonly name: string }
  | { readonly action: 'drop-constraint'; readonly name: string; readonly ifExists: boolean; readonly cascade: boolean }
  | { readonly action: 'alter-constraint'; readonly name: string; readonly deferrable?: boolean; readonly initiallyDeferred?: boolean; readonly enforced?: boolean; readonly noInherit?: boolean }
  | { readonly action: 'attach-partition'; readonly partition: WrittenName; readonly bound?: PartitionBound }
  | { readonly action: 'detach-partition'; readonly partition: WrittenName; readonly mode: 'plain' | 'concurrently' | 'finalize' }
  | { readonly action: 'inherit' | 'no-inherit'; readonly parent: WrittenName }
  | { readonly action: 'set-options' | 'reset-options'; readonly options: readonly StorageOption[] }
  | { readonly action: 'set-logged' | 'set-unlogged' }
  | { readonly action: 'set-tablespace' | 'set-access-method'; readonly name?: string }
  | { readonly action: 'enable-trigger' | 'disable-trigger'; readonly trigger: 'all' | 'user' | { readonly name: string }; readonly when?: 'always' | 'replica' }
  | { readonly action: 'enable-rule' | 'disable-rule'; readonly name: string; readonly when?: 'always' | 'replica' }
  | { readonly action: 'row-security'; readonly change: 'enable' | 'disable' | 'force' | 'no-force' }
  | { readonly action: 'cluster-on'; readonly index: string }
  | { readonly action: 'set-without-cluster' }
  | { readonly action: 'replica-identity'; readonly identity: 'default' | 'full' | 'nothing' | { readonly index: string } }
  | { readonly action: 'owner'; readonly role: string }
  | { readonly action: 'of-type'; readonly type: WrittenName }
  | { readonly action: 'not-of-type' }
  | { readonly action: 'set-without-oids' }
  | { readonly action: 'foreign-options'; readonly column?: string }
  /** `subtype` is the grammar's own name, `AT_…`. */
  | { readonly action: 'other'; readonly subtype: string; readonly name?: string }

/** DROP TABLE / INDEX / VIEW / MATERIALIZED VIEW / SEQUENCE / FOREIGN TABLE / TYPE, one name each. */
export interface DropRelation {
  readonly kind: 'drop'
  readonly object: RelationKind
  readonly relation: WrittenName
  /** All that the statement names, this one included: what depends on one of them alone does not stop it. */
  readonly together: readonly WrittenName[]
  /** The whole statement where it drops one thing, else the name alone. */
  readonly span: Span
  readonly ifExists: boolean
  readonly cascade: boolean
  readonly concurrently: boolean
}

/** DROP of what is no relation: FUNCTION, SCHEMA, EXTENSION, DOMAIN, POLICY, RULE … `object` is the grammar's name without `OBJECT_`, lower case. */
export interface DropOther {
  readonly kind: 'drop-other'
  readonly object: string
  readonly name: WrittenName
  /** Of a function, where they are written. */
  readonly arguments?: readonly TypeName[]
  /** The table of a policy or a rule. */
  readonly relation?: WrittenName
  /** The whole statement where it drops one thing, else the name alone, a function's with its arguments. */
  readonly span: Span
  readonly ifExists: boolean
  readonly cascade: boolean
}

export interface Rename {
  readonly kind: 'rename'
  /** What gets the new name. */
  readonly object: RelationKind | 'column' | 'constraint' | 'trigger' | 'policy' | 'rule' | 'attribute' | 'domain constraint' | 'schema' | 'publication' | 'role' | 'other'
  /** The relation as ALTER names it (`object` of the ALTER in `alter`); absent for schemas, functions and the like. */
  readonly relation?: WrittenName
  /** A function, procedure or aggregate. */
  readonly function?: WrittenName
  /** Of a function, where they are written. */
  readonly arguments?: readonly TypeName[]
  readonly alter: RelationKind | 'other'
  readonly from: string
  readonly to: string
  readonly only: boolean
  readonly ifExists: boolean
  /** Of an attribute: the tables that are of its type follow. */
  readonly cascade?: true
  readonly span: Span
}

export interface SetSchema {
  readonly kind: 'set-schema'
  readonly object: RelationKind | 'other'
  /** A type or a domain too. */
  readonly relation?: WrittenName
  /** A function, procedure or aggregate. */
  readonly function?: WrittenName
  /** Of a function, where they are written. */
  readonly arguments?: readonly TypeName[]
  readonly schema: string
  readonly ifExists: boolean
  readonly span: Span
}

export interface Truncate {
  readonly kind: 'truncate'
  readonly relations: readonly { readonly relation: WrittenName; readonly only: boolean }[]
  readonly cascade: boolean
  readonly restartIdentity: boolean
  readonly span: Span
}

export interface CreateIndex {
  readonly kind: 'create-index'
  readonly name?: string
  readonly relation: WrittenName
  readonly only: boolean
  readonly unique: boolean
  readonly concurrently: boolean
  readonly ifNotExists: boolean
  readonly method: string
  readonly elements: readonly IndexElement[]
  readonly include: readonly string[]
  readonly nullsNotDistinct: boolean
  readonly predicate?: Expression
  readonly options: readonly StorageOption[]
  readonly tablespace?: string
  readonly span: Span
  /** The whole statement. */
  readonly sql: string
  /** From USING or the list of keys on. */
  readonly tail: string
  /** The word INDEX: CONCURRENTLY is to be written after it. */
  readonly keyword: Span
}

export interface Reindex {
  readonly kind: 'reindex'
  readonly target: 'index' | 'table' | 'schema' | 'database' | 'system'
  readonly relation?: WrittenName
  readonly name?: string
  readonly concurrently: boolean
  /** The indexes come to another tablespace. */
  readonly tablespace?: string
  readonly span: Span
}

export interface CreateTrigger {
  readonly kind: 'create-trigger'
  readonly name: string
  readonly relation: WrittenName
  readonly replace: boolean
  readonly constraint: boolean
  /** FROM of a constraint trigger. */
  readonly from?: WrittenName
  readonly timing: 'before' | 'after' | 'instead of'
  readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[]
  /** UPDATE OF these columns; empty: of any. */
  readonly of: readonly string[]
  readonly forEachRow: boolean
  /** INITIALLY DEFERRED: it waits for COMMIT. */
  readonly deferred: boolean
  readonly deferrable: boolean
  /** Names of REFERENCING OLD TABLE and NEW TABLE. */
  readonly transition: readonly string[]
  /** The condition in WHEN. */
  readonly when?: string
  readonly function: WrittenName
  /** How many it is given. */
  readonly arguments: number
  readonly span: Span
}

export interface CreateRule {
  readonly kind: 'create-rule'
  readonly name: string
  readonly relation: WrittenName
  readonly replace: boolean
  /** A rule ON SELECT is the query of a view. */
  readonly event: 'select' | 'insert' | 'update' | 'delete'
  readonly instead: boolean
  /** It has a WHERE. */
  readonly conditional: boolean
  readonly where?: Expression
  /** Each of its commands, as text; none for NOTHING. */
  readonly actions: readonly string[]
  /** The whole statement. */
  readonly sql: string
  /** What its condition and its actions name. */
  readonly query: QueryFacts
  readonly span: Span
}

export interface DropTrigger {
  readonly kind: 'drop-trigger'
  readonly name: string
  readonly relation: WrittenName
  readonly ifExists: boolean
  readonly span: Span
}

export interface CreateView {
  readonly kind: 'create-view'
  readonly relation: WrittenName
  /** Names that are written for its first columns. */
  readonly columns: readonly string[]
  readonly replace: boolean
  readonly persistence: Persistence
  /** WITH CHECK OPTION among them. */
  readonly options: readonly StorageOption[]
  readonly query: QueryFacts
  /** Absent where it is not the author's own, as of a recursive view. */
  readonly queryText?: string
  readonly span: Span
}

export interface CreateSequence {
  readonly kind: 'create-sequence'
  readonly relation: WrittenName
  readonly persistence: Persistence
  readonly ifNotExists: boolean
  readonly ownedBy?: { readonly relation: WrittenName; readonly column: string }
  readonly span: Span
}

export interface AlterSequence {
  readonly kind: 'alter-sequence'
  readonly relation: WrittenName
  readonly ifExists: boolean
  readonly ownedBy?: { readonly relation: WrittenName; readonly column: string } | 'none'
  readonly span: Span
}

export interface CreateType {
  readonly kind: 'create-type'
  readonly type: 'enum' | 'composite' | 'range' | 'domain' | 'base'
  readonly name: WrittenName
  readonly labels?: readonly string[]
  /** Of a composite type. */
  readonly attributes?: readonly { readonly name: string; readonly type: TypeName }[]
  readonly domain?: { readonly base: TypeName; readonly notNull: boolean; readonly checks: readonly { readonly name?: string; readonly expression: Expression }[]; readonly default?: Expression }
  readonly span: Span
}

export interface AlterEnum {
  readonly kind: 'alter-enum'
  readonly name: WrittenName
  readonly change: 'add' | 'rename'
  readonly value: string
  /** The value that is renamed. */
  readonly from?: string
  /** The value next to which the new one is put; absent: behind all. */
  readonly beside?: { readonly label: string; readonly isAfter: boolean }
  readonly ifNotExists: boolean
  readonly span: Span
}

export interface AlterDomain {
  readonly kind: 'alter-domain'
  readonly name: WrittenName
  readonly change: 'set-default' | 'drop-default' | 'set-not-null' | 'drop-not-null' | 'add-constraint' | 'drop-constraint' | 'validate-constraint'
  readonly constraint?: string
  readonly expression?: Expression
  readonly notValid: boolean
  readonly ifExists: boolean
  readonly span: Span
}

export interface CreateFunction {
  readonly kind: 'create-function'
  readonly name: WrittenName
  readonly procedure: boolean
  readonly replace: boolean
  readonly language: string
  readonly isTrigger: boolean
  /** Types of the input arguments as written, `int4,text`. */
  readonly signature: string
  readonly arguments: { readonly most: number; readonly least: number }
  /** The whole statement. */
  readonly sql: string
  /** VOLATILE where nothing is said. */
  readonly volatility: 'immutable' | 'stable' | 'volatile'
  /** The body's text where it is one string or SQL-standard. */
  readonly body?: string
  /** SET search_path TO these. */
  readonly searchPath?: readonly string[]
  /** It says nothing that keeps an expression in SQL from taking the place of a call: SECURITY DEFINER, SET, STRICT, several rows or columns. */
  readonly inlines: boolean
  readonly span: Span
}

export interface CreateSchema {
  readonly kind: 'create-schema'
  readonly name: string
  readonly ifNotExists: boolean
  readonly span: Span
}

export interface DataChange {
  readonly kind: 'insert' | 'update' | 'delete' | 'merge'
  readonly relation: WrittenName
  readonly only: boolean
  readonly span: Span
  /** Columns of INSERT (empty: all, in order) or SET. */
  readonly columns: readonly string[]
  readonly set: readonly { readonly column: string; readonly expression?: Expression }[]
  readonly where?: Expression
  readonly onConflict?: 'nothing' | 'update'
  /** Columns that are the same in the row that is there and in the one that is inserted, where ON CONFLICT names them. */
  readonly conflictColumns?: readonly string[]
  /** ON CONFLICT names expressions too. */
  readonly conflictExpressions?: true
  /** What ON CONFLICT names; absent where it names nothing. */
  readonly conflictTarget?: 'columns' | { readonly constraint: string }
  /** Rows of VALUES of an INSERT; absent for a query. */
  readonly values?: number
  /** Values in the first row of VALUES, none for DEFAULT VALUES; absent for a query. */
  readonly valuesPerRow?: number
  /** Each row of VALUES, where they are few. */
  readonly valueRows?: readonly (readonly Expression[])[]
  readonly query: QueryFacts
  readonly alias?: string
  /** What the WHEN clauses of a MERGE do, and the columns that its INSERT names. `on`: what all rows of the target meet that it finds; absent where it takes those of no partner too, or it is no plain condition. */
  readonly merge?: { readonly actions: readonly ('insert' | 'update' | 'delete')[]; readonly inserted: readonly string[]; readonly on?: ExpressionTree }
  /** There is a FROM or USING. */
  readonly joined?: true
  /** The tables of FROM or USING beside the one that is changed, where they are no more than tables joined by plain comparisons. */
  readonly joins?: { readonly sources: readonly { readonly relation: WrittenName; readonly alias?: string }[]; readonly on: readonly ExpressionTree[] }
  /** It is a COPY. */
  readonly copied?: true
  /** INSERT … OVERRIDING. */
  readonly overrides?: true
  /** As the action of a rule, which runs for the rows that its condition lets through: there are none, or perhaps none. */
  readonly ruled?: 'for none' | 'perhaps for none'
}

/** SELECT, VALUES, WITH …; EXPLAIN ANALYZE of any statement is that statement. */
export interface Query {
  readonly kind: 'query'
  readonly query: QueryFacts
  readonly span: Span
}

export interface Copy {
  readonly kind: 'copy'
  readonly direction: 'from' | 'to'
  readonly relation?: WrittenName
  readonly columns: readonly string[]
  readonly query?: QueryFacts
  /** COPY … TO a file of the server, or a program there. */
  readonly toFile?: true
  /** COPY … FROM stdin: the data follow the statement in the file. */
  readonly inline: boolean
  readonly span: Span
}

export interface Vacuum {
  readonly kind: 'vacuum' | 'analyze'
  readonly full: boolean
  /** Empty: every table of the database. */
  readonly relations: readonly ReadName[]
  /** VACUUM (ONLY_DATABASE_STATS) looks at no table. */
  readonly ofDatabase?: true
  readonly span: Span
}

export interface Cluster {
  readonly kind: 'cluster'
  readonly relation?: WrittenName
  readonly index?: string
  readonly span: Span
}

export interface RefreshMaterializedView {
  readonly kind: 'refresh-materialized-view'
  readonly relation: WrittenName
  readonly concurrently: boolean
  readonly withData: boolean
  readonly span: Span
}

export interface LockTable {
  readonly kind: 'lock-table'
  readonly relations: readonly { readonly relation: WrittenName; readonly only: boolean }[]
  /** The manual's name without LOCK. */
  readonly mode: string
  readonly nowait: boolean
  readonly span: Span
}

export interface Comment {
  readonly kind: 'comment'
  /** The grammar's name without `OBJECT_`, lower case: table, column, tabconstraint, index, function … */
  readonly object: string
  /** The relation of a table, view, index, sequence, column, constraint, trigger, rule or policy. */
  readonly relation?: WrittenName
  /** The column, constraint, trigger, rule or policy of it. */
  readonly part?: string
  /** Of nothing at all: it is taken away. */
  readonly empty: boolean
  /** SECURITY LABEL, which finds the object in the same way. */
  readonly label?: true
  readonly span: Span
}

export interface Grant {
  readonly kind: 'grant'
  readonly revoke: boolean
  /** The grammar's name without `OBJECT_`, lower case. Roles: 'role'. */
  readonly object: string
  readonly relations: readonly WrittenName[]
  readonly allInSchemas: readonly string[]
  /** As GRANT takes them, with the columns that they are for; none: ALL. */
  readonly privileges: readonly { readonly name?: string; readonly columns: readonly string[] }[]
  /** `public`, `current_user` and the like in lower case. */
  readonly roles: readonly string[]
  /** WITH GRANT OPTION, or GRANT OPTION FOR. */
  readonly option: boolean
  /** Of roles: those whose privileges the others have from now on, or no more. */
  readonly memberships?: { readonly of: readonly string[]; readonly has: boolean }
  readonly span: Span
}

/** SET, RESET, and `SELECT set_config('name', 'value', …)` with literals, which is how pg_dump sets the search path. */
export interface SetVariable {
  readonly kind: 'set'
  /** Lower case; `all` in RESET ALL, `timezone` in SET TIME ZONE, `transaction` and `session characteristics` in theirs. */
  readonly name: string
  readonly local: boolean
  /** Values as text; absent in RESET and SET … TO DEFAULT. */
  readonly values?: readonly string[]
  readonly span: Span
}

export interface Transaction {
  readonly kind: 'transaction'
  readonly change: 'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'rollback-to' | 'prepare' | 'commit-prepared' | 'rollback-prepared'
  readonly name?: string
  /** AND CHAIN */
  readonly chain: boolean
  readonly span: Span
}

export interface Do {
  readonly kind: 'do'
  readonly language: string
  readonly body: string
  /** Of the body's text inside its quotes. */
  readonly bodySpan: Span
  readonly span: Span
}

export interface Call {
  readonly kind: 'call'
  readonly procedure: CalledFunction
  readonly span: Span
}

/** EXPLAIN without ANALYZE: the statement is planned and not run. */
export interface Explain {
  readonly kind: 'explain'
  readonly explained: readonly Command[]
  readonly span: Span
}

export interface Prepare {
  readonly kind: 'prepare'
  readonly name: string
  /** The statement after AS. */
  readonly sql: string
  /** Of its parameters, where they are written. */
  readonly types: readonly string[]
  readonly prepared: readonly Command[]
  readonly span: Span
}

/** EXECUTE, and DEALLOCATE, whose name is absent where it is ALL. */
export interface Execute {
  readonly kind: 'execute' | 'deallocate'
  readonly name?: string
  /** Of EXECUTE. */
  readonly values?: readonly string[]
  readonly span: Span
}

export interface Cursor {
  readonly kind: 'cursor'
  readonly change: 'declare' | 'fetch' | 'close'
  /** Absent of CLOSE ALL. */
  readonly name?: string
  /** Of DECLARE, with its text. */
  readonly query?: QueryFacts
  readonly sql?: string
  /** WITH HOLD. */
  readonly hold?: true
  /** Of FETCH: no more rows than this; absent: all. MOVE gives none to the client. */
  readonly most?: number
  readonly moves?: true
  readonly span: Span
}

export interface Statistics {
  readonly kind: 'statistics'
  readonly change: 'create' | 'alter' | 'move' | 'drop'
  /** Of a move: what becomes another one of the two. */
  readonly to?: { readonly schema: string } | { readonly name: string }
  /** Absent where CREATE STATISTICS leaves it to PostgreSQL (16). */
  readonly name?: WrittenName
  /** Of CREATE. */
  readonly relation?: WrittenName
  /** Of CREATE; `expr` for each expression. */
  readonly columns?: readonly string[]
  readonly exists: 'must' | 'if exists' | 'if not exists'
  readonly span: Span
}

export interface Publication {
  readonly kind: 'publication'
  /** `options` of ALTER … SET (…). */
  readonly change: 'create' | 'add' | 'set' | 'drop' | 'options'
  readonly name: string
  /** `columns`: those alone that it lists. */
  readonly relations: readonly { readonly relation: WrittenName; readonly only: boolean; readonly columns?: readonly string[] }[]
  readonly allTables?: true
  /** FOR TABLES IN SCHEMA; undefined in it: CURRENT_SCHEMA. */
  readonly schemas?: readonly (string | undefined)[]
  /** The option `publish`, where it is given. */
  readonly publish?: string
  /** `publish_via_partition_root`, where it is given. */
  readonly viaRoot?: boolean
  /** `publish_generated_columns = stored`, where it is given. */
  readonly generated?: boolean
  readonly span: Span
}

export interface Subscription {
  readonly kind: 'subscription'
  readonly change: 'create' | 'alter' | 'refresh' | 'drop'
  readonly name: string
  /** Whether it speaks to the publisher, as far as the statement itself says. */
  readonly connects: boolean
  readonly span: Span
}

export interface CreateExtension {
  readonly kind: 'create-extension'
  readonly name: string
  readonly ifNotExists: boolean
  readonly span: Span
}

/** ALTER EXTENSION … UPDATE, and ADD or DROP of an object. */
export interface AlterExtension {
  readonly kind: 'alter-extension'
  readonly name: string
  readonly change: 'update' | 'contents'
  /** The relation that becomes part of it, or leaves it. */
  readonly relation?: WrittenName
  readonly span: Span
}

/** ALTER … [NO] DEPENDS ON EXTENSION. */
export interface DependOnExtension {
  readonly kind: 'depend-on-extension'
  readonly object: 'index' | 'materialized view' | 'trigger' | 'function'
  /** The index, the materialized view, or the table of the trigger. */
  readonly relation?: WrittenName
  readonly span: Span
}

/** What is changed wholesale, by who owns it or where it lies: REASSIGN OWNED, DROP OWNED, ALTER … ALL IN TABLESPACE. */
export interface ChangeOwned {
  readonly kind: 'change-owned'
  readonly change: 'reassign' | 'drop' | 'move'
  /** Roles, or the tablespace. */
  readonly names: readonly string[]
  /** The role that gets it. */
  readonly to?: string
  /** What is moved, whose, and where. */
  readonly moves?: { readonly object: RelationKind; readonly owners: readonly string[]; readonly to: string }
  readonly cascade: boolean
  readonly span: Span
}

/** CREATE or ALTER POLICY. */
export interface PolicyCommand {
  readonly kind: 'policy'
  readonly change: 'create' | 'alter'
  readonly name: string
  readonly relation: WrittenName
  /** Absent: for all, and of ALTER for what it is. */
  readonly on?: 'select' | 'insert' | 'update' | 'delete'
  /** Roles; empty: PUBLIC. Absent: of ALTER those that it has. */
  readonly to?: readonly string[]
  readonly restrictive?: true
  readonly using?: string
  readonly check?: string
  /** What both conditions read. */
  readonly query: QueryFacts
  readonly span: Span
}

/** CREATE, ALTER or DROP ROLE, USER and GROUP. */
export interface RoleCommand {
  readonly kind: 'role'
  readonly change: 'create' | 'alter' | 'drop'
  readonly roles: readonly string[]
  /** SUPERUSER or BYPASSRLS, or that it has one of them no more. Absent: nothing is said of them. */
  readonly exempt?: boolean
  /** Roles of which it becomes a member, without NOINHERIT. */
  readonly of: readonly string[]
  /** Roles that become members of it, or leave it. */
  readonly members: readonly string[]
  readonly leave: boolean
  readonly span: Span
}

/** CREATE or ALTER EVENT TRIGGER. */
export interface EventTriggerCommand {
  readonly kind: 'event-trigger'
  readonly change: 'create' | 'enable' | 'disable'
  readonly name: string
  /** What CREATE says of it: `ddl_command_end`. */
  readonly event?: string
  /** Absent: on every command. */
  readonly tags?: readonly string[]
  readonly function?: WrittenName
  readonly span: Span
}

/** Everything else; `statement` is the grammar's own name: `CreateCastStmt`. */
export interface OtherCommand {
  readonly kind: 'other'
  readonly statement: string
  /** The relation it names, where it names one and we know where to look. */
  readonly relation?: WrittenName
  /** PostgreSQL refuses it in a transaction block because of what it says, as `DISCARD ALL`. */
  readonly alone?: true
  readonly span: Span
}
