import type { Query, Tenants, Traffic } from '../model/assessed'
import type { IndexShape, OnlyIf, RowCount } from '../model/effect'
import type { RelationName } from '../model/name'
import type { FiringRole, GrantSnapshot, Published, ReferentialAction, RowEvent, Volatility } from '../model/snapshot'

export type Relation = Table | Index | View | Sequence

/** Where our belief in a relation comes from. A `migration` relation is made by the statements before this one, so nobody uses it yet. */
export type Origin = 'snapshot' | 'history' | 'migration'

export interface Table {
  readonly kind: 'table' | 'partitioned table' | 'materialized view' | 'foreign table'
  readonly name: RelationName
  readonly origin: Origin
  readonly persistence: 'permanent' | 'unlogged' | 'temporary'
  /** A role; absent where it is not known. */
  readonly owner?: string
  readonly grants?: readonly GrantSnapshot[]
  /** Its policies hold. */
  readonly rowSecurity?: boolean
  /** For its owner too. */
  readonly forcedRowSecurity?: boolean
  readonly policies?: readonly Policy[]
  /** Absent: `heap`. */
  readonly accessMethod?: string
  /** Absent: `pg_default`. */
  readonly tablespace?: string
  /** Storage parameters, without those of its TOAST table; absent: none. */
  readonly options?: Readonly<Record<string, string>>
  /** In order; absent where they are not known. A known list is complete. */
  readonly columns?: readonly Column[]
  readonly constraints: readonly Constraint[]
  readonly indexes: readonly TableIndex[]
  /** Whether `constraints` and `indexes` are all there are. */
  readonly complete: boolean
  /** Absent where the number of rows is not known. */
  readonly size?: Size
  /** Some of its rows, or all, have been deleted since. */
  readonly thinned?: true
  readonly traffic?: Traffic
  /** What applications run most on it, first the most frequent. */
  readonly queries?: readonly Query[]
  readonly tenants?: Tenants
  readonly partitionBy?: { readonly strategy: 'list' | 'range' | 'hash'; readonly keys: readonly string[] }
  /** `bound` as SQL: `FOR VALUES IN (1)`, `DEFAULT`. */
  readonly partitionOf?: { readonly parent: RelationName; readonly bound: string }
  readonly inherits: readonly RelationName[]
  /** The composite type that it was made OF. */
  readonly ofType?: RelationName
  /** What of a row that changes is published, for subscribers to find it by; absent: its primary key. */
  readonly replicaIdentity?: 'nothing' | 'full' | 'index'
  /** Publications that name it; absent: none. */
  readonly publications?: readonly string[]
  readonly triggers: readonly Trigger[]
  /** DISABLE TRIGGER ALL has turned those off by which foreign keys from and to it hold. */
  readonly keysAtRest?: true
  readonly rules: readonly Rule[]
  /** Of its extended statistics, by name, what makes them again; empty where that is not known. */
  readonly statisticsDefinitions?: Readonly<Record<RelationName, string>>
  /** As in the snapshot. */
  readonly columnUses?: Readonly<Record<string, readonly string[]>>
  /** Materialized views: whether their query has been run; absent: not known. */
  readonly filled?: boolean
  /** Materialized views: what their query reads. */
  readonly reads: readonly RelationName[]
  readonly readsColumns?: ColumnsRead
  /** Tables on whose primary key the query leans. */
  readonly groupsBy?: readonly RelationName[]
  /** Materialized views; absent: not known. `columns`: what it calls those of its query, where these are not told otherwise. */
  readonly query?: KnownText & { readonly columns?: readonly string[] }
}

/** What is absent is not known. */
export interface Trigger {
  readonly name: string
  readonly function?: RelationName
  readonly enabled: boolean
  /** Absent: it fires in sessions that replicate nothing. */
  readonly role?: FiringRole
  readonly fires?: 'before' | 'after' | 'instead of'
  readonly on?: readonly RowEvent[]
  /** UPDATE OF these columns; absent: of any. */
  readonly of?: readonly string[]
  readonly forEach?: 'row' | 'statement'
  /** It waits for COMMIT. */
  readonly deferred?: boolean
  /** Its WHEN. */
  readonly when?: KnownText
  /** Names by which its function knows the rows. */
  readonly transition?: readonly string[]
  /** How many arguments its function is given; absent: none. */
  readonly arguments?: number
  /** CREATE CONSTRAINT TRIGGER. */
  readonly constraint?: boolean
  /** It may wait for COMMIT. */
  readonly deferrable?: boolean
  readonly commented?: boolean
}

/** `emptied`: nothing is left in its literals. */
export interface KnownText {
  readonly sql: string
  readonly emptied?: true
}

/** A trigger that fires because of what a statement does to a relation. */
export interface Fired {
  readonly trigger: Trigger
  readonly relation: RelationName
  readonly event: RowEvent
  /** For how many rows; absent: once for the statement. */
  readonly rows?: RowCount
  /** Whether it fires is known when the statement runs. */
  readonly onlyIf?: OnlyIf
}

/** Which rows a role may see or change. */
export interface Policy {
  readonly name: string
  /** Absent: all. */
  readonly on?: 'select' | 'insert' | 'update' | 'delete'
  /** Roles; absent: PUBLIC. */
  readonly to?: readonly string[]
  /** It takes away of what others let through, and lets nothing through by itself. */
  readonly restrictive?: true
  /** Other relations that its conditions read. */
  readonly names: readonly RelationName[]
  readonly using?: KnownText
  /** Absent: that of USING. */
  readonly check?: KnownText
}

export interface Rule {
  readonly name: string
  readonly enabled: boolean
  readonly role?: FiringRole
  readonly on: 'insert' | 'update' | 'delete'
  /** Other relations that it reads or changes. */
  readonly names: readonly RelationName[]
  /** Columns of its own table that it names; absent: what the table's `columnUses` says. */
  readonly columns?: readonly string[]
  /** A CREATE RULE; absent: not known. */
  readonly definition?: string
  /** Nothing is left in the literals of its definition. */
  readonly emptied?: true
}

export interface Size {
  /** Live rows, 0 or more. */
  readonly rows: number
  readonly heapBytes?: number
  readonly toastBytes?: number
  /** Tables of their own that hold the rows, on nodes that work at the same time. */
  readonly spread?: Spread
}

export interface Spread {
  readonly shards: number
  readonly nodes: number
}

export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly notNull: boolean
  /** SQL text. */
  readonly default?: string
  readonly generated?: 'stored' | 'virtual'
  readonly identity?: 'always' | 'by default'
  readonly collation?: string
  readonly statisticsTarget?: number
  readonly options?: Readonly<Record<string, string>>
  /** It has a comment, which is not known. */
  readonly commented?: boolean
  readonly grants?: readonly GrantSnapshot[]
  /** Said of this table too, though a parent has it. */
  readonly local?: boolean
  /** Bytes of a value that is not null. */
  readonly averageWidth?: number
  /** 0 to 1. */
  readonly nullFraction?: number
  /** As pg_stats.n_distinct. */
  readonly distinct?: number
  /** Shares of the rows that have the most common of its values, and the least common where all values have been counted. */
  readonly mostCommonFraction?: number
  readonly leastCommonFraction?: number
  /** As pg_stats.correlation: -1 to 1. */
  readonly correlation?: number
}

export interface ColumnType {
  /** PostgreSQL's own name: `int4`, `varchar`, `timestamptz`; a user's type with its schema where it is not in pg_catalog. */
  readonly name: string
  readonly modifiers: readonly number[]
  readonly dimensions: number
}

export interface TableIndex {
  readonly name: RelationName
  readonly shape: IndexShape
  readonly valid: boolean
  readonly bytes?: number
  readonly attachedTo?: RelationName
  readonly replicaIdentity?: boolean
  readonly clustered?: boolean
  readonly commented?: boolean
  /** The statement that made it, or as `pg_get_indexdef` printed it when the snapshot was taken: it holds, but for names, as long as it agrees with the rest. */
  readonly definition?: string
}

export interface Constraint {
  readonly name: string
  readonly type: 'check' | 'not-null' | 'foreign-key' | 'unique' | 'primary-key' | 'exclude'
  readonly columns: readonly string[]
  /** Of a check. */
  readonly expression?: string
  readonly references?: RelationName
  readonly referencedColumns?: readonly string[]
  /** Of a foreign key; absent: NO ACTION. */
  readonly onDelete?: ReferentialAction
  readonly onUpdate?: ReferentialAction
  readonly validated: boolean
  readonly noInherit?: boolean
  /** Said of this table too, though a parent has it. */
  readonly local?: boolean
  readonly deferrable?: boolean
  readonly deferred?: boolean
  readonly match?: 'full' | 'partial'
  readonly onDeleteColumns?: readonly string[]
  readonly period?: boolean
  readonly enforced?: boolean
  readonly commented?: boolean
  readonly index?: RelationName
  /** Names that a foreign key to a partitioned table has for each of its partitions, and that no other constraint of its own table takes. */
  readonly parts?: readonly string[]
  /** Of a foreign key of 12 to a partitioned table: its own table was a partition, and since that was detached it watches the whole alone, and none of the partitions. */
  readonly ofDetached?: boolean
}

export interface Index {
  readonly kind: 'index'
  readonly name: RelationName
  readonly table: RelationName
}

export interface View {
  readonly kind: 'view'
  readonly name: RelationName
  readonly origin: Origin
  readonly columns?: readonly Column[]
  /** All that makes it, where that is known and no more than its query. */
  readonly definition?: string
  /** Absent: not known. */
  readonly query?: KnownText & {
    /** Names that are written beside the query, for its first columns. */
    readonly columns?: readonly string[]
  }
  readonly owner?: string
  readonly options?: Readonly<Record<string, string>>
  readonly commented?: boolean
  readonly grants?: readonly GrantSnapshot[]
  readonly reads: readonly RelationName[]
  readonly readsColumns?: ColumnsRead
  /** Tables on whose primary key the query leans. */
  readonly groupsBy?: readonly RelationName[]
  readonly triggers: readonly Trigger[]
  /** But the one that is its query. */
  readonly rules: readonly Rule[]
}

/** By relation, the columns of it that a query names; a relation that is missing has none that is named. Absent: not known. */
export type ColumnsRead = Readonly<Record<RelationName, readonly string[]>>

export interface Sequence {
  readonly kind: 'sequence'
  readonly name: RelationName
  readonly origin: Origin
  readonly ownedBy?: { readonly table: RelationName; readonly column: string }
  /** How it counts; absent: not known. */
  readonly counts?: { readonly start: string; readonly increment: string; readonly minimum: string; readonly maximum: string; readonly cache: string; readonly cycle: boolean }
  /** PostgreSQL's own name; absent: not known. */
  readonly type?: string
  readonly commented?: boolean
  readonly grants?: readonly GrantSnapshot[]
}

export type UserType =
  | { readonly kind: 'enum'; readonly labels: readonly string[] }
  | {
      readonly kind: 'domain'
      readonly base: ColumnType
      readonly notNull: boolean
      readonly default?: string
      readonly checks: readonly { readonly name: string; readonly expression: string; readonly validated: boolean }[]
    }
  | { readonly kind: 'composite'; readonly attributes?: readonly Attribute[] }
  | { readonly kind: 'range' | 'base' }

/** Of a composite type, in order. */
export interface Attribute {
  readonly name: string
  readonly type: ColumnType
}

/** What subscribers learn of. Tables that it names say so themselves. */
export interface Publication {
  readonly name: string
  /** FOR ALL TABLES. */
  readonly allTables?: boolean
  /** FOR TABLES IN SCHEMA. */
  readonly schemas?: readonly string[]
  /** Absent: not known. */
  readonly publishes?: readonly Published[]
  /** Rows of partitions go over as rows of the table at the top that it has. */
  readonly viaRoot?: boolean
  /** Stored generated columns go over too. */
  readonly generated?: boolean
  /** By table, the columns alone that go over. */
  readonly columns?: Readonly<Record<string, readonly string[]>>
}

/** What runs when something is defined, changed or dropped. */
export interface EventTrigger {
  readonly name: string
  /** `ddl_command_start`, `ddl_command_end`, `sql_drop`, `table_rewrite`, `login`. */
  readonly event: string
  /** Absent: on every command. */
  readonly tags?: readonly string[]
  readonly function?: RelationName
  readonly disabled?: true
}

/** What is locked when one object is dropped with CASCADE. */
export interface Dependents {
  /** Of a function: the types of its arguments, as PostgreSQL prints them. */
  readonly arguments?: string
  readonly relations: readonly RelationName[]
}

/** A function or a procedure, all of one name together. */
export interface Routine {
  /** Of the most volatile. */
  readonly volatility: Volatility
  /** It returns a trigger, so only triggers can use it. */
  readonly isTrigger?: true
  /** Of those that a snapshot has, the types of their arguments as PostgreSQL prints them; absent: not known. */
  readonly signatures?: readonly string[]
  /** Each of which more is known. */
  readonly variants: readonly RoutineVariant[]
}

export interface RoutineVariant {
  /** Types of its arguments as written, which tell it from others of its name; absent where a snapshot has it. */
  readonly signature?: string
  readonly language: string
  /** Absent where it is no text, or not known. */
  readonly body?: string
  /** What makes PL/pgSQL of the body. */
  readonly frame: RoutineFrame
  /** Schemas in which its names are looked up; absent: those of who calls it. */
  readonly searchPath?: readonly string[]
  /** Nothing is left in the literals of its body. */
  readonly emptied?: true
  /** In SQL, with nothing about it that keeps its expression from taking the place of a call (inline_function in src/backend/optimizer/util/clauses.c). */
  readonly inlines?: true
}

/** The statement that made a routine, or what a snapshot says of it. */
export type RoutineFrame = { readonly sql: string } | { readonly kind: 'function' | 'procedure' | 'trigger' | 'event trigger'; readonly parameters: readonly string[] }

export const isTable = (relation: Relation | undefined): relation is Table =>
  relation !== undefined && relation.kind !== 'index' && relation.kind !== 'view' && relation.kind !== 'sequence'

/** A column that a migration made and that nobody has written to: what the statistics have seen has a width too. */
export const isUnfilled = (column: Column | undefined): boolean => column?.nullFraction === 1 && column.averageWidth === undefined

export const columnOf = (table: Table | undefined, name: string): Column | undefined => table?.columns?.find((column) => column.name === name)
