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
  /** What all databases of the server take up together, for they share its buffers. Absent: not known. */
  readonly serverBytes?: number
  /** Every relation of every schema that is not PostgreSQL's own is listed, so a name that is missing does not exist. */
  readonly complete?: boolean
  /** A sentence for each thing that the role which took it may not see. */
  readonly unseen?: readonly string[]
  /** A sentence for each way in which it is not what a database was: scaled, projected, merged of several. */
  readonly adapted?: readonly string[]
  /** Names and values as `SHOW` prints them: search_path, TimeZone, maintenance_work_mem … */
  readonly settings?: Readonly<Record<string, string>>
  /** Versions by name. */
  readonly extensions?: Readonly<Record<string, string>>
  /** By name: `orders` is `public.orders`. */
  readonly tables?: Readonly<Record<string, TableSnapshot>>
  readonly views?: Readonly<Record<string, ViewSnapshot>>
  readonly sequences?: Readonly<Record<string, SequenceSnapshot>>
  readonly types?: Readonly<Record<string, TypeSnapshot>>
  /** By name; the tables that each names say so themselves. */
  readonly publications?: Readonly<Record<string, PublicationSnapshot>>
  /** Functions and procedures of the database's own schemas, by name. */
  readonly functions?: Readonly<Record<string, FunctionSnapshot>>
  /** By object that is no relation, as pg_identify_object names it (`function public.shout(text)`): the relations that are locked ACCESS EXCLUSIVE when it is dropped with CASCADE, for they go with it, or a part of them does. */
  readonly dependents?: Readonly<Record<string, readonly string[]>>
  readonly eventTriggers?: readonly EventTriggerSnapshot[]
  /** Roles for which no policy holds: superusers, and those with BYPASSRLS. Absent: not known, nor which policies there are. */
  readonly exemptRoles?: readonly string[]
  /** By role, its members that have its privileges, of those that lead to a role for which a policy holds or that owns its table. Absent: not known. */
  readonly members?: Readonly<Record<string, readonly string[]>>
  readonly activity?: ActivitySnapshot
  /** Of pg_stat_statements those that took most time in all, first the busiest. */
  readonly statements?: readonly StatementSnapshot[]
  /** ISO 8601: from when on they were counted. Absent: not known. */
  readonly statementsSince?: string
  /** What migration tools have written down as run, by the table in which they did. */
  readonly migrations?: Readonly<Record<string, MigrationsSnapshot>>
  readonly calibration?: CalibrationSnapshot
}

/** How fast the server is: measured by `lockscope calibrate`, or the name of common hardware that is like it. */
export interface CalibrationSnapshot {
  /** `cloud-ssd`, `local-nvme`, `small-cloud`, `hard-disk`; for what is not measured. */
  readonly profile?: string
  readonly name?: string
  /** ISO 8601. */
  readonly measuredAt?: string
  /** By their names in the estimate: nanoseconds for a row, a byte, a comparison … */
  readonly rates?: Readonly<Record<string, number>>
  /** Half of the timings lie within this factor of what these rates predict. */
  readonly medianFactor?: number
  readonly timings?: number
}

export type Volatility = 'immutable' | 'stable' | 'volatile'

export interface TableSnapshot {
  readonly kind?: 'table' | 'partitioned table' | 'materialized view' | 'foreign table'
  readonly persistence?: 'permanent' | 'unlogged' | 'temporary'
  /** Live rows, as the statistics estimate them. Absent: never analysed, or not known. */
  readonly rows?: number
  readonly owner?: string
  readonly grants?: readonly GrantSnapshot[]
  /** ENABLE ROW LEVEL SECURITY. */
  readonly rowSecurity?: boolean
  /** FORCE ROW LEVEL SECURITY: its policies hold for the owner too. */
  readonly forcedRowSecurity?: boolean
  readonly policies?: readonly PolicySnapshot[]
  /** Absent: `heap`. */
  readonly accessMethod?: string
  /** Absent: `pg_default`. */
  readonly tablespace?: string
  /** Main fork of the table alone. */
  readonly heapBytes?: number
  /** TOAST table with its index. */
  readonly toastBytes?: number
  /** A table of Citus: rows and bytes are those of its shards together, which lie on so many nodes. Empty: not every node told what it holds. */
  readonly distributed?: { readonly shards?: number; readonly nodes?: number }
  readonly columns?: readonly ColumnSnapshot[]
  readonly indexes?: readonly IndexSnapshot[]
  readonly constraints?: readonly ConstraintSnapshot[]
  readonly triggers?: readonly TriggerSnapshot[]
  readonly rules?: readonly RuleSnapshot[]
  /** Storage parameters: fillfactor, autovacuum_enabled … */
  readonly options?: Readonly<Record<string, string>>
  /** Which old values logical replication gets of a row; absent: those of the primary key. */
  readonly replicaIdentity?: 'nothing' | 'full' | 'index'
  readonly counted?: Counted
  /** Rows that nobody sees any more and no VACUUM has taken away, as the statistics estimate them. */
  readonly deadRows?: number
  /** ISO 8601; by hand or by autovacuum. */
  readonly lastVacuum?: string
  readonly lastAnalyze?: string
  /** As pg_get_partkeydef prints it: `RANGE (created_at)`. */
  readonly partitionBy?: string
  readonly partitionOf?: { readonly parent: string; readonly bound: string }
  readonly inherits?: readonly string[]
  /** The composite type that it was made OF. */
  readonly ofType?: string
  /** Its extended statistics, with their schemas. */
  readonly statistics?: readonly string[]
  /** The same by name, as pg_get_statisticsobjdef prints them. */
  readonly statisticsDefinitions?: Readonly<Record<string, string>>
  /** By column, what names it and cannot follow it to another type: `policy mine`, `trigger touch`, `publication all_of_it`. */
  readonly columnUses?: Readonly<Record<string, readonly string[]>>
  /** Materialized views: whether their query has been run; nobody reads, or refreshes concurrently, what has not been filled. */
  readonly filled?: boolean
  /** Publications that name it. */
  readonly publications?: readonly string[]
  /** Materialized views: what their query reads. */
  readonly reads?: readonly string[]
  readonly readsColumns?: ColumnsRead
  /** Of those that it reads, tables by whose primary key it groups and so may show every column. */
  readonly groupsBy?: readonly string[]
  /** Materialized views: their query with nothing left in its literals. */
  readonly query?: string
}

export interface PublicationSnapshot {
  /** FOR ALL TABLES. */
  readonly allTables?: boolean
  /** FOR TABLES IN SCHEMA. */
  readonly schemas?: readonly string[]
  /** Changes of which subscribers learn. */
  readonly publishes: readonly Published[]
  /** publish_via_partition_root. */
  readonly viaRoot?: boolean
  /** publish_generated_columns = stored. */
  readonly generated?: boolean
  /** By table, the columns that it lists; absent: of each table all. */
  readonly columns?: Readonly<Record<string, readonly string[]>>
}

export type Published = 'insert' | 'update' | 'delete' | 'truncate'

/** By relation, the columns of it that a query names. Absent: not known. */
export type ColumnsRead = Readonly<Record<string, readonly string[]>>

/** What the table's users have done since `activity.countedSince`; absent: nothing. */
export interface Counted {
  readonly inserted?: number
  readonly updated?: number
  readonly deleted?: number
  /** Of the updated ones those that touched no index. */
  readonly hotUpdated?: number
  /** Begun, of the table and of its indexes. */
  readonly scans?: number
  /** Rows changed since the last ANALYZE, which `rows` and the columns' statistics do not know of. */
  readonly sinceAnalyze?: number
}

export interface TriggerSnapshot {
  readonly name: string
  readonly enabled?: boolean
  readonly role?: FiringRole
  readonly fires?: 'before' | 'after' | 'instead of'
  readonly on?: readonly RowEvent[]
  /** UPDATE OF these columns. */
  readonly of?: readonly string[]
  readonly forEach?: 'row' | 'statement'
  /** It has a WHEN. */
  readonly conditional?: boolean
  /** Of one with a WHEN: as pg_get_triggerdef prints it, with nothing left in its literals. */
  readonly definition?: string
  /** It waits for COMMIT. */
  readonly deferred?: boolean
  /** Names by which it knows the rows as they were and as they are. */
  readonly transition?: readonly string[]
  /** With its schema. */
  readonly function?: string
  /** How many arguments its function is given. */
  readonly arguments?: number
  /** It was made as CREATE CONSTRAINT TRIGGER. */
  readonly constraint?: boolean
  /** Of such a one: it may wait for COMMIT. */
  readonly deferrable?: boolean
  readonly commented?: boolean
}

export type RowEvent = 'insert' | 'update' | 'delete' | 'truncate'

/** The session_replication_role in which a trigger or rule fires; absent: in that of all who replicate nothing. */
export type FiringRole = 'replica' | 'always'

export interface RuleSnapshot {
  readonly name: string
  readonly enabled?: boolean
  readonly role?: FiringRole
  readonly on?: 'insert' | 'update' | 'delete'
  /** Other relations that it reads or changes. */
  readonly names?: readonly string[]
  /** As pg_get_ruledef prints it, with nothing left in its literals. */
  readonly definition?: string
}

/** Which rows a role may see or change. */
export interface PolicySnapshot {
  readonly name: string
  /** Absent: all. */
  readonly on?: 'select' | 'insert' | 'update' | 'delete'
  /** Roles; absent: PUBLIC. */
  readonly to?: readonly string[]
  /** AS RESTRICTIVE: it takes away of what others let through. */
  readonly restrictive?: boolean
  /** Other relations that its conditions read. */
  readonly names?: readonly string[]
  /** USING as pg_get_expr prints it, with nothing left in its literals. */
  readonly using?: string
  /** WITH CHECK, likewise; absent: as USING. */
  readonly check?: string
}

export interface FunctionSnapshot {
  /** Of several of one name that of the most volatile; what only one of them is, is then left out. */
  readonly volatility: Volatility
  /** Absent: one that anybody may call. */
  readonly kind?: 'procedure' | 'trigger' | 'event trigger'
  /** The types of the arguments of each of the name: `text, integer`. Absent: not known. */
  readonly signatures?: readonly string[]
  readonly language?: string
  /** Names of its parameters, of those that have one. */
  readonly parameters?: readonly string[]
  /** As it is SET for the function alone. */
  readonly searchPath?: string
  /** SQL or PL/pgSQL with nothing left in its literals and comments, and of each number the first digit. Absent: not known. */
  readonly body?: string
  /** In SQL, with nothing about it that keeps its expression from taking the place of a call: SECURITY DEFINER, SET, STRICT, several rows. */
  readonly inlines?: boolean
}

/** What runs when something is defined, changed or dropped. */
export interface EventTriggerSnapshot {
  readonly name: string
  /** `ddl_command_start`, `ddl_command_end`, `sql_drop`, `table_rewrite`, `login`. */
  readonly event: string
  /** Absent: on every command. */
  readonly tags?: readonly string[]
  readonly function?: string
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
  /** Absent: default_statistics_target. */
  readonly statisticsTarget?: number
  /** Settings of its own: n_distinct … */
  readonly options?: Readonly<Record<string, string>>
  /** It has a comment, which is not in the snapshot. */
  readonly commented?: boolean
  /** Rights on the column alone. */
  readonly grants?: readonly GrantSnapshot[]
  /** Said of this table too, though a parent has it: it stays when the parent's goes. */
  readonly local?: boolean
  /** Bytes, of values that are not null. */
  readonly averageWidth?: number
  /** 0 to 1. */
  readonly nullFraction?: number
  /** Distinct values, as pg_stats.n_distinct: positive is a count, negative a share of the rows. */
  readonly distinct?: number
  /** Share of the rows that have the most common value, 0 to 1: the first of pg_stats.most_common_freqs; where none is more common than the others, what each has. */
  readonly mostCommonFraction?: number
  /** Share of the rows that have the least common value, where the statistics have counted each of them. */
  readonly leastCommonFraction?: number
  /** How far the rows lie in the order of the values, as pg_stats.correlation: 1 in order, -1 in the opposite one, 0 in none. */
  readonly correlation?: number
}

export interface GrantSnapshot {
  /** A role; absent: PUBLIC. */
  readonly to?: string
  /** As GRANT takes them: `SELECT`. */
  readonly privileges: readonly string[]
  /** WITH GRANT OPTION. */
  readonly grantable?: boolean
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
  /** REPLICA IDENTITY USING INDEX. */
  readonly replicaIdentity?: boolean
  /** The table was last sorted by it. */
  readonly clustered?: boolean
  /** It has a comment, which is not in the snapshot. */
  readonly commented?: boolean
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
  /** Said of this table too, though a parent has it: it stays when the parent's goes. */
  readonly local?: boolean
  readonly deferrable?: boolean
  /** INITIALLY DEFERRED. */
  readonly deferred?: boolean
  /** Of a foreign key; absent: MATCH SIMPLE. */
  readonly match?: 'full' | 'partial'
  /** Of a foreign key: those that SET NULL or SET DEFAULT sets; absent: all. */
  readonly onDeleteColumns?: readonly string[]
  /** Of a foreign key: the last column of each side is a PERIOD. */
  readonly period?: boolean
  /** Absent: true. */
  readonly enforced?: boolean
  /** Names that a foreign key to a partitioned table has for each of its partitions, and that no other constraint of its own table takes. */
  readonly parts?: readonly string[]
  /** Of a foreign key of 12 to a partitioned table: its own table was a partition, and since that was detached it watches the whole alone, and none of the partitions. */
  readonly ofDetached?: boolean
  /** It has a comment, which is not in the snapshot. */
  readonly commented?: boolean
  /** The index that carries a unique, primary key or exclude constraint. */
  readonly index?: string
}

/** What a foreign key does to the rows that refer to one that goes or changes; NO ACTION is said by none. */
export type ReferentialAction = 'restrict' | 'cascade' | 'set null' | 'set default'

export interface ViewSnapshot {
  /** A role. */
  readonly owner?: string
  /** Its query as pg_get_viewdef prints it; left out where literals stand in it. */
  readonly definition?: string
  /** The same where literals stand in it, with nothing left in them. */
  readonly emptied?: string
  /** security_barrier, check_option … */
  readonly options?: Readonly<Record<string, string>>
  /** It has a comment, which is not in the snapshot. */
  readonly commented?: boolean
  readonly grants?: readonly GrantSnapshot[]
  readonly columns?: readonly ColumnSnapshot[]
  readonly triggers?: readonly TriggerSnapshot[]
  /** But the one that is its query. */
  readonly rules?: readonly RuleSnapshot[]
  readonly reads?: readonly string[]
  readonly readsColumns?: ColumnsRead
  /** Of those that it reads, tables by whose primary key it groups and so may show every column. */
  readonly groupsBy?: readonly string[]
}

export interface SequenceSnapshot {
  /** As `format_type` prints it: `bigint`. */
  readonly type?: string
  /** As text, for they may be too large for a number. Absent, as all that follow: not known. */
  readonly start?: string
  readonly increment?: string
  readonly minimum?: string
  readonly maximum?: string
  readonly cache?: string
  readonly cycle?: boolean
  /** It has a comment, which is not in the snapshot. */
  readonly commented?: boolean
  readonly grants?: readonly GrantSnapshot[]
  readonly ownedBy?: { readonly table: string; readonly column: string }
}

export type TypeSnapshot =
  | { readonly kind: 'enum'; readonly labels?: readonly string[] }
  | { readonly kind: 'domain'; readonly base: string; readonly notNull?: boolean; readonly default?: string; readonly checks?: readonly { readonly name: string; readonly expression: string; readonly validated?: boolean }[] }
  | { readonly kind: 'composite'; readonly attributes?: readonly { readonly name: string; readonly type: string }[] }
  | { readonly kind: 'range' | 'base' }

export interface StatementSnapshot {
  /** Without comments, and with ? or $1 for every value. */
  readonly query: string
  /** The relations it names. */
  readonly tables: readonly string[]
  readonly calls: number
  readonly totalMs: number
  /** Returned, or changed. */
  readonly rows?: number
}

export const migrationTools = ['alembic', 'dbmate', 'diesel', 'django', 'flyway', 'golang-migrate', 'goose', 'knex', 'node-pg-migrate', 'prisma', 'refinery', 'sql-migrate', 'sqlx', 'tern'] as const

/** Names and versions alone. */
export interface MigrationsSnapshot {
  readonly tool: (typeof migrationTools)[number]
  /** As the tool writes them; golang-migrate, tern and alembic keep only the newest. */
  readonly applied: readonly string[]
}

/** Durations in milliseconds, amounts of WAL in bytes. */
export interface ActivitySnapshot {
  /** How long the oldest transaction of the database had been open. */
  readonly longestTransactionMs?: number
  /** How long the oldest transaction that had locked a table had been open. */
  readonly longestByTable?: Readonly<Record<string, number>>
  /** Two-phase commits that wait for their second phase, and keep their locks. */
  readonly preparedTransactions?: { readonly count: number; readonly oldestMs?: number }
  /** Of all databases of the server. */
  readonly connections?: { readonly used: number; readonly maximum: number }
  /** Taken from a standby, whose own sessions are not those of the primary. */
  readonly standby?: boolean
  readonly standbys?: readonly { readonly name: string; readonly state: string; readonly synchronous: boolean; readonly lagBytes?: number; readonly lagMs?: number }[]
  readonly replicationSlots?: readonly { readonly name: string; readonly kind: 'physical' | 'logical'; readonly plugin?: string; readonly active: boolean; readonly retainedBytes?: number }[]
  /** ISO 8601: from when on the tables' `counted` were counted. Absent: not known. */
  readonly countedSince?: string
}
