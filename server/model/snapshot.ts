/**
 * Schema, sizes and settings of a database at a moment, without row data.
 * This is the JSON file's own shape, version 1; `schemas/snapshot.schema.json` says the same to editors.
 * Everything but `version` may be left out: what is not said is unknown, never zero.
 */
export interface Snapshot {
  readonly $schema?: string
  readonly version: 1
  readonly source?: 'file' | 'postgres' | 'pglite'
  /** ISO 8601. */
  readonly takenAt?: string
  /** As the server says it: `15.18`. */
  readonly serverVersion?: string
  readonly database?: string
  /** Every relation of every schema that is not PostgreSQL's own is listed, so a name that is missing does not exist. */
  readonly complete?: boolean
  /** Names and values as `SHOW` prints them: search_path, TimeZone, maintenance_work_mem … */
  readonly settings?: Readonly<Record<string, string>>
  /** By name: `orders` is `public.orders`. */
  readonly tables?: Readonly<Record<string, TableSnapshot>>
  readonly views?: Readonly<Record<string, ViewSnapshot>>
  readonly sequences?: Readonly<Record<string, SequenceSnapshot>>
  readonly types?: Readonly<Record<string, TypeSnapshot>>
  /** Functions of the database's own schemas, by name: overloads with different volatility count as the most volatile one. */
  readonly functions?: Readonly<Record<string, { readonly volatility: Volatility }>>
  readonly activity?: ActivitySnapshot
}

export type Volatility = 'immutable' | 'stable' | 'volatile'

export interface TableSnapshot {
  readonly kind?: 'table' | 'partitioned table' | 'materialized view' | 'foreign table'
  readonly persistence?: 'permanent' | 'unlogged' | 'temporary'
  /** Live rows, as the statistics estimate them. Absent: never analysed, or not known. */
  readonly rows?: number
  /** Main fork of the table alone. */
  readonly heapBytes?: number
  /** TOAST table with its index. */
  readonly toastBytes?: number
  readonly columns?: readonly ColumnSnapshot[]
  readonly indexes?: readonly IndexSnapshot[]
  readonly constraints?: readonly ConstraintSnapshot[]
  readonly triggers?: readonly { readonly name: string; readonly enabled?: boolean }[]
  readonly partitionBy?: { readonly strategy: 'list' | 'range' | 'hash'; readonly keys: readonly string[] }
  readonly partitionOf?: { readonly parent: string; readonly bound: string }
  readonly inherits?: readonly string[]
  /** Materialized views: what their query reads. */
  readonly reads?: readonly string[]
}

export interface ColumnSnapshot {
  readonly name: string
  /** As `format_type` prints it: `character varying(50)`. */
  readonly type: string
  readonly notNull?: boolean
  readonly default?: string
  readonly generated?: 'stored' | 'virtual'
  readonly identity?: 'always' | 'by default'
  readonly collation?: string
  /** Bytes, of values that are not null. */
  readonly averageWidth?: number
  /** 0 to 1. */
  readonly nullFraction?: number
  /** Distinct values, as pg_stats.n_distinct: positive is a count, negative a share of the rows. */
  readonly distinct?: number
}

export interface IndexSnapshot {
  readonly name: string
  readonly method?: string
  /** Column names; an expression stands as its text in parentheses. */
  readonly keys: readonly string[]
  readonly include?: readonly string[]
  readonly unique?: boolean
  readonly predicate?: string
  readonly valid?: boolean
  readonly bytes?: number
  /** The parent's index that this partition's index is attached to. */
  readonly attachedTo?: string
  /** As `pg_get_indexdef` prints it; where it does not agree with the rest, the rest is right. */
  readonly definition?: string
}

export interface ConstraintSnapshot {
  readonly name: string
  readonly type: 'check' | 'not-null' | 'foreign-key' | 'unique' | 'primary-key' | 'exclude'
  readonly columns?: readonly string[]
  /** The condition of a check, without CHECK and its outer parentheses. */
  readonly expression?: string
  readonly references?: string
  readonly referencedColumns?: readonly string[]
  /** Of a foreign key; absent: NO ACTION. */
  readonly onDelete?: ReferentialAction
  readonly onUpdate?: ReferentialAction
  readonly validated?: boolean
  readonly noInherit?: boolean
  readonly deferrable?: boolean
  /** The index that carries a unique, primary key or exclude constraint. */
  readonly index?: string
}

/** What a foreign key does to the rows that refer to one that goes or changes; NO ACTION is said by none. */
export type ReferentialAction = 'restrict' | 'cascade' | 'set null' | 'set default'

export interface ViewSnapshot {
  readonly columns?: readonly ColumnSnapshot[]
  readonly reads?: readonly string[]
}

export interface SequenceSnapshot {
  readonly ownedBy?: { readonly table: string; readonly column: string }
}

export type TypeSnapshot =
  | { readonly kind: 'enum'; readonly labels?: readonly string[] }
  | { readonly kind: 'domain'; readonly base: string; readonly notNull?: boolean; readonly default?: string; readonly checks?: readonly { readonly name: string; readonly expression: string; readonly validated?: boolean }[] }
  | { readonly kind: 'composite' | 'range' | 'base' }

export interface ActivitySnapshot {
  /** How long the oldest transaction had been open, in milliseconds. */
  readonly longestTransactionMs?: number
}
