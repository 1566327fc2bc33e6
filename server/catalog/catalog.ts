import isEqual from 'fast-deep-equal'
import { Map as PersistentMap } from 'immutable'
import type { RelationName, WrittenName } from '../model/name'
import { nameParts, relationName } from '../model/name'
import type { Timeouts } from '../model/timeout'
import type { Dependents, EventTrigger, Fired, Publication, Relation, Routine, Table, TableIndex, UserType } from './relation'
import { isTable } from './relation'

/** How a session is set. */
export interface Settings {
  /** Schemas in which a bare name is looked up; the first is where it is created. */
  readonly searchPath: readonly string[]
  readonly timeZone?: string
  readonly timeouts?: Timeouts
  /** session_replication_role is replica: ordinary triggers, rules and foreign keys rest. */
  readonly replicates?: boolean
  /** As SET ROLE has it; absent or empty: whoever runs the migration. */
  readonly role?: string
  /** check_function_bodies is off: what a function says is not looked at when it is made. */
  readonly bodiesUnread?: boolean
}

/** What PREPARE keeps: the statement, and the types of its parameters, where they are written. */
export interface PreparedStatement {
  readonly sql: string
  readonly types: readonly string[]
}

/** What the server is and how the session is set; part of the catalog because the same statement does other things elsewhere, and because a rollback takes settings back as well. */
export interface Surroundings extends Settings {
  /** Major version, 12 to 18. */
  readonly version: number
  /** What a setting goes back to when it is reset; absent: not known. */
  readonly defaults?: Settings
  /** How the session will be set once the transaction is committed, where some settings are for the transaction alone. */
  readonly lasting?: Settings
  /** A relation that is not in the catalog does not exist. */
  readonly complete: boolean
  /** Something has run that could not be read, or brings what nobody sees: it may have made any relation since. */
  readonly open?: true
  /** There is a snapshot, so there are sizes to speak of. */
  readonly sized: boolean
  /** Triggers that wait for COMMIT. */
  readonly deferred?: readonly Fired[]
  readonly eventTriggers?: readonly EventTrigger[]
  /** Names of those that are installed. Absent: not known. */
  readonly extensions?: readonly string[]
  /** Names of those that migrations have made. */
  readonly newExtensions?: readonly string[]
  /** Roles for which no policy holds. Absent: not known, nor which policies there are. */
  readonly exemptRoles?: readonly string[]
  /** By role, its members that have its privileges. Absent: not known. */
  readonly members?: Readonly<Record<string, readonly string[]>>
  /** The snapshot says what hangs on objects that are no relations. */
  readonly knowsDependents?: true
  /** How many routines and rules, one within the other, run what is asked about; absent: none. */
  readonly depth?: number
  /** Nothing is left in the literals of what is asked about, so what they say is not known. */
  readonly emptied?: boolean
}

/** What a fact is about; one list of names for each. */
const enum Subject {
  Surroundings,
  Relation,
  Type,
  Function,
  Referencing,
  Partitions,
  Defaults,
  Children,
  Readers,
  Ruling,
  Guarded,
  Sequences,
  Using,
  Over,
  Typed,
  Constrained,
  Statistics,
  Publications,
  Published,
  Prepared,
  Cursors,
  Dependents,
}
const subjects = Subject.Dependents + 1

/** Number of a fact: the name's place in its subject's list × the number of subjects + the subject's. Numbers are far cheaper to look up in a persistent map than long strings. */
type Key = number

/** Shared by all catalogs that come from one, so that the same name has the same number in each. */
type Numbers = readonly Map<string, Key>[]

/** Of the one fact about which there is no name. */
const surroundingsKey: Key = Subject.Surroundings

/** All relations at once, for those who look through them. */
const everything: Key = -1

/** Facts that were asked for, or set, while one statement was assessed: enough to know whether the answer still holds. */
export interface Footprint {
  readonly reads: Map<Key, unknown>
  readonly writes: Map<Key, unknown>
  /** What follows from the statement and from what it has read, for whoever asks. */
  readonly told: unknown[]
}

/** One of all facts, told by its number. */
export type FactKey = Key

/** Facts as they are elsewhere; undefined where there they are none. */
export type Difference = ReadonlyMap<Key, unknown>

/** The first, and what the second says besides or otherwise. Asked for the same two by one statement after the other. */
function together(first: Difference, second: Difference): Difference {
  const known = united.get(first)
  if (known?.second === second) return known.both
  const both = new Map([...first, ...second])
  united.set(first, { second, both })
  return both
}

const united = new WeakMap<Difference, { readonly second: Difference; readonly both: Difference }>()

/** Whether a statement read any of these facts. */
export function hasRead({ reads }: Footprint, facts: Difference): boolean {
  if (facts.size === 0) return false
  if (reads.has(everything)) return true
  const [few, many] = facts.size < reads.size ? [facts, reads] : [reads, facts]
  for (const key of few.keys()) if (many.has(key)) return true
  return false
}

/** The relations that were made or changed. */
export function* relationsWritten({ writes }: Footprint): Iterable<Relation> {
  for (const [key, value] of writes) if (isRelation(key) && value !== undefined) yield value as Relation
}

const runAsText: ReadonlySet<string> = new Set(['body', 'frame'])

/** The same object where nothing in it is another. */
function mapped(value: unknown, written: (text: string) => string): unknown {
  if (typeof value === 'string') return written(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const items = value.map((item) => mapped(item, written))
    return items.some((item, at) => item !== value[at]) ? items : value
  }
  const entries = Object.entries(value).map(([key, item]) => [written(key), runAsText.has(key) ? item : mapped(item, written)] as const)
  return entries.some(([key, item]) => (value as Record<string, unknown>)[key] !== item) ? Object.fromEntries(entries) : value
}

const isRelation = (key: Key): boolean => key % subjects === Subject.Relation

/**
 * What we believe exists. A value: every change gives a new catalog that shares all else with the old one.
 * A relation, its indexes, who references it and who reads it are kept in step by `with` and `without` alone.
 */
export class Catalog {
  #known: PersistentMap<Key, unknown> | undefined
  /** Of most catalogs that differ from another nobody asks anything. */
  #from: { readonly catalog: Catalog; readonly difference: Difference } | undefined
  readonly #numbers: Numbers
  readonly #footprint: Footprint | undefined
  /** Asked for by every statement again and again. */
  #surroundings: Surroundings | undefined

  private constructor(facts: PersistentMap<Key, unknown> | undefined, numbers: Numbers, footprint?: Footprint) {
    this.#known = facts
    this.#numbers = numbers
    this.#footprint = footprint
  }

  get #facts(): PersistentMap<Key, unknown> {
    if (this.#known === undefined) {
      const { catalog, difference } = this.#from!
      this.#known = withAll(catalog.#facts, difference)
      this.#from = undefined
    }
    return this.#known
  }

  static empty(surroundings: Surroundings): Catalog {
    const catalog = new Catalog(PersistentMap<Key, unknown>(), Array.from({ length: subjects }, () => new Map<string, Key>()))
    return catalog.#set([[surroundingsKey, surroundings]])
  }

  /** The same facts; what is read and written from here on is noted. */
  observed(): { catalog: Catalog; footprint: Footprint } {
    const footprint: Footprint = { reads: new Map(), writes: new Map(), told: [] }
    return { catalog: new Catalog(this.#facts, this.#numbers, footprint), footprint }
  }

  unobserved(): Catalog {
    return this.#footprint ? new Catalog(this.#facts, this.#numbers) : this
  }

  /** For trying out what is not going to happen: reads are still noted, writes are not. */
  speculative(): Catalog {
    return this.#footprint ? new Catalog(this.#facts, this.#numbers, { reads: this.#footprint.reads, writes: new Map(this.#footprint.writes), told: [] }) : this
  }

  /** Whether a statement that read this would read the same here. */
  agrees({ reads }: Footprint): boolean {
    for (const [key, value] of reads) if ((key === everything ? this.#facts : this.#facts.get(key)) !== value) return false
    return true
  }

  /** Makes the noted changes here. */
  replay(footprint: Footprint): Catalog {
    return footprint.writes.size === 0 ? this : new Catalog(withAll(this.#facts, footprint.writes), this.#numbers)
  }

  /** The same but for these facts. */
  differing(difference: Difference): Catalog {
    if (difference.size === 0) return this
    const catalog = new Catalog(undefined, this.#numbers)
    catalog.#from = this.#from ? { catalog: this.#from.catalog, difference: together(this.#from.difference, difference) } : { catalog: this, difference }
    return catalog
  }

  /** Those of the facts that are others there, as they are here. */
  differenceFrom(other: Catalog, facts: Iterable<FactKey>): Difference {
    return new Map([...facts].flatMap((fact) => (this.#facts.get(fact) === other.#facts.get(fact) ? [] : [[fact, this.#facts.get(fact)]])))
  }

  /** What has been set to what it was set to before is the same object, so that nobody takes it for another. */
  keeping(footprint: Footprint, before: Footprint): Catalog {
    const kept: [Key, unknown][] = []
    for (const [key, value] of footprint.writes) {
      const old = before.writes.get(key)
      if (old !== undefined && old !== value && isEqual(old, value)) kept.push([key, old])
    }
    if (kept.length === 0) return this
    for (const [key, value] of kept) footprint.writes.set(key, value)
    return new Catalog(withAll(this.#facts, kept), this.#numbers, this.#footprint)
  }

  get surroundings(): Surroundings {
    this.#surroundings ??= this.#facts.get(surroundingsKey) as Surroundings
    this.#note(surroundingsKey, this.#surroundings)
    return this.#surroundings
  }

  withSurroundings(change: Partial<Surroundings>): Catalog {
    return this.#set([[surroundingsKey, { ...this.surroundings, ...change }]])
  }

  /** In a new session: whatever the one before has set is gone, but not what it has done to the database. */
  inSession(surroundings: Surroundings): Catalog {
    const { open, eventTriggers, newExtensions, exemptRoles, members } = this.surroundings
    return this.#set([[surroundingsKey, { ...surroundings, ...(open && { open }), ...(eventTriggers && { eventTriggers }), ...(newExtensions && { newExtensions }), ...(exemptRoles && { exemptRoles }), ...(members && { members }) }]])
  }

  /** After COMMIT: settings that were for the transaction alone are gone. */
  committed(): Catalog {
    const { surroundings } = this
    if (!surroundings.lasting) return this
    const { lasting, timeZone: _, timeouts: __, ...others } = surroundings
    return this.#set([[surroundingsKey, { ...others, ...lasting }]])
  }

  relation(name: RelationName): Relation | undefined {
    return this.#get(Subject.Relation, name)
  }

  /** A table, partitioned table, materialized view or foreign table. */
  table(name: RelationName): Table | undefined {
    const relation = this.relation(name)
    return isTable(relation) ? relation : undefined
  }

  /** The index with the table that has it. */
  index(name: RelationName): { table: Table; index: TableIndex } | undefined {
    const relation = this.relation(name)
    if (relation?.kind !== 'index') return undefined
    const table = this.table(relation.table)
    const index = table?.indexes.find((one) => one.name === name)
    return table && index ? { table, index } : undefined
  }

  /** Tables with a foreign key to this one, itself included where it has one. */
  referencing(name: RelationName): readonly RelationName[] {
    return this.#list(Subject.Referencing, name)
  }

  partitions(name: RelationName): readonly RelationName[] {
    return this.#list(Subject.Partitions, name)
  }

  /** The partition that takes the rows that belong into no other. */
  defaultPartition(name: RelationName): RelationName | undefined {
    return this.#list(Subject.Defaults, name)[0]
  }

  /** Inheritance children that are no partitions. */
  children(name: RelationName): readonly RelationName[] {
    return this.#list(Subject.Children, name)
  }

  /** Views and materialized views whose query reads this relation. */
  readers(name: RelationName): readonly RelationName[] {
    return this.#list(Subject.Readers, name)
  }

  /** Relations with a rule that reads or changes this one. */
  ruling(name: RelationName): readonly RelationName[] {
    return this.#list(Subject.Ruling, name)
  }

  /** Tables with a policy that reads this relation. */
  guarded(name: RelationName): readonly RelationName[] {
    return this.#list(Subject.Guarded, name)
  }

  /** Sequences owned by a column of this table. */
  sequences(name: RelationName): readonly RelationName[] {
    return this.#list(Subject.Sequences, name)
  }

  /** Tables with a column of this user's type, arrays of it included. */
  using(type: RelationName): readonly RelationName[] {
    return this.#list(Subject.Using, type)
  }

  /** Domains made over this type and composite types with an attribute of it, arrays of it included. */
  over(type: RelationName): readonly RelationName[] {
    return this.#list(Subject.Over, type)
  }

  /** Tables with a constraint of this name, which is of the schema that they are in. */
  constrained(name: RelationName): readonly RelationName[] {
    return this.#list(Subject.Constrained, name)
  }

  /** Tables made OF this composite type. */
  typed(type: RelationName): readonly RelationName[] {
    return this.#list(Subject.Typed, type)
  }

  type(name: RelationName): UserType | undefined {
    return this.#get(Subject.Type, name)
  }

  /** Every user's type. */
  types(): readonly { readonly name: RelationName; readonly type: UserType }[] {
    return this.#all<UserType>(Subject.Type).map(([name, type]) => ({ name, type }))
  }

  routine(name: RelationName): Routine | undefined {
    return this.#get(Subject.Function, name)
  }

  /** The names of every user's function and procedure. */
  routines(): readonly RelationName[] {
    return this.#all<Routine>(Subject.Function).map(([name]) => name)
  }

  /** How many facts have ever been asked for or set, here and in every catalog with which this one shares the names; it only grows. */
  get everNamed(): number {
    return this.#numbers.reduce((sum, { size }) => sum + size, 0)
  }

  /** The table of an extended statistics object. */
  statistics(name: RelationName): RelationName | undefined {
    return this.#get(Subject.Statistics, name)
  }

  publications(): readonly Publication[] {
    return this.#get<readonly Publication[]>(Subject.Publications, '') ?? []
  }

  /** The tables that a publication names. */
  published(publication: string): readonly RelationName[] {
    return this.#list(Subject.Published, publication)
  }

  /** What of the relations goes with an object that is none, or loses a part with it, as the snapshot has it: `function public.shout`, `schema public`. */
  dependents(object: string): readonly Dependents[] {
    return this.#get<readonly Dependents[]>(Subject.Dependents, object) ?? []
  }

  /** The query of the cursor that the session has opened under this name. */
  cursor(name: string): string | undefined {
    return this.#get<string>(Subject.Cursors, name)
  }

  /** The statement that the session has prepared under this name. */
  prepared(name: string): PreparedStatement | undefined {
    return this.#get<PreparedStatement>(Subject.Prepared, name)
  }

  /** Finds a written name among temporary relations, then along the search path; a bare name found nowhere is taken to be in the first schema of the path. */
  resolve(written: WrittenName): RelationName {
    if (written.schema !== undefined) return relationName(written.schema, written.name)
    const temporary = relationName('pg_temp', written.name)
    return this.#get(Subject.Relation, temporary) === undefined ? this.#resolveAs(Subject.Relation, written) : temporary
  }

  /** Where a new relation of this name is made. */
  creationName(written: WrittenName): RelationName {
    return relationName(written.schema ?? this.surroundings.searchPath[0] ?? 'public', written.name)
  }

  resolveType(written: WrittenName): RelationName {
    return this.#resolveAs(Subject.Type, written)
  }

  resolveFunction(written: WrittenName): RelationName {
    return this.#resolveAs(Subject.Function, written)
  }

  resolveStatistics(written: WrittenName): RelationName {
    return this.#resolveAs(Subject.Statistics, written)
  }

  /** Adds the relation, or puts it in the place of the one of that name. Indexes of a table come and go with it. */
  with(relation: Relation): Catalog {
    const before = this.relation(relation.name)
    const changes: [Key, unknown][] = [[this.#key(Subject.Relation, relation.name), relation]]
    this.#relate(before, relation, changes)
    return this.#set(changes)
  }

  /** Does nothing where there is no such relation. */
  without(name: RelationName): Catalog {
    const before = this.relation(name)
    if (!before) return this
    const changes: [Key, unknown][] = [[this.#key(Subject.Relation, name), undefined]]
    this.#relate(before, undefined, changes)
    return this.#set(changes)
  }

  withType(name: RelationName, type: UserType | undefined): Catalog {
    const changes: [Key, unknown][] = [[this.#key(Subject.Type, name), type]]
    const [before, after] = [madeOf(this.type(name)), madeOf(type)]
    for (const one of before) if (!after.has(one)) changes.push([this.#key(Subject.Over, one), withoutName(this.#list(Subject.Over, one), name)])
    for (const one of after) if (!before.has(one)) changes.push([this.#key(Subject.Over, one), [...this.#list(Subject.Over, one), name]])
    return this.#set(changes)
  }

  withRoutine(name: RelationName, routine: Routine | undefined): Catalog {
    return this.#set([[this.#key(Subject.Function, name), routine]])
  }

  withStatistics(name: RelationName, table: RelationName | undefined): Catalog {
    return this.#set([[this.#key(Subject.Statistics, name), table]])
  }

  withPublications(publications: readonly Publication[]): Catalog {
    return this.#set([[this.#key(Subject.Publications, ''), publications]])
  }

  withDependents(object: string, dependents: readonly Dependents[]): Catalog {
    return this.#set([[this.#key(Subject.Dependents, object), dependents]])
  }

  withCursor(name: string, query: string | undefined): Catalog {
    return this.#set([[this.#key(Subject.Cursors, name), query]])
  }

  withPrepared(name: string, statement: PreparedStatement | undefined): Catalog {
    return this.#set([[this.#key(Subject.Prepared, name), statement]])
  }

  /** Every relation, by name: the facts themselves lie in the order in which somebody first asked for them. */
  relations(): readonly Relation[] {
    this.#footprint?.reads.set(everything, this.#facts)
    const found: Relation[] = []
    for (const [key, value] of this.#facts) if (isRelation(key)) found.push(value as Relation)
    return found.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Each name and each text of which the facts are made, as `written` has it; but for what is run as text only then: the bodies of routines, statements that are prepared and queries of cursors. */
  rewritten(written: (text: string) => string): Catalog {
    this.#footprint?.reads.set(everything, this.#facts)
    const gone: [Key, unknown][] = []
    const come: [Key, unknown][] = []
    for (const [subject, names] of this.#numbers.entries()) {
      if (subject === (Subject.Prepared as number) || subject === (Subject.Cursors as number)) continue
      // Names that come on the way have no fact yet.
      for (const [name, key] of names) {
        const value = this.#facts.get(key)
        if (value === undefined) continue
        const [to, after] = [written(name), mapped(value, written)]
        if (to !== name) gone.push([key, undefined])
        if (to !== name || after !== value) come.push([this.#key(subject, to), after])
      }
    }
    return this.#set([...gone, ...come])
  }

  #key(subject: Subject, name: string): Key {
    const numbers = this.#numbers[subject]!
    const known = numbers.get(name)
    if (known !== undefined) return known
    const key = numbers.size * subjects + subject
    numbers.set(name, key)
    return key
  }

  #resolveAs(subject: Subject, written: WrittenName): RelationName {
    if (written.schema !== undefined) return relationName(written.schema, written.name)
    const path = this.surroundings.searchPath
    for (const schema of path) {
      const name = relationName(schema, written.name)
      if (this.#get(subject, name) !== undefined) return name
    }
    return relationName(path[0] ?? 'public', written.name)
  }

  #get<T>(subject: Subject, name: string): T | undefined {
    const key = this.#key(subject, name)
    const value = this.#facts.get(key) as T | undefined
    this.#note(key, value)
    return value
  }

  #note(key: Key, value: unknown): void {
    if (this.#footprint && !this.#footprint.writes.has(key)) this.#footprint.reads.set(key, value)
  }

  #all<T>(subject: Subject): readonly (readonly [RelationName, T])[] {
    this.#footprint?.reads.set(everything, this.#facts)
    return [...this.#numbers[subject]!].flatMap(([name, key]) => {
      const value = this.#facts.get(key) as T | undefined
      return value === undefined ? [] : [[name as RelationName, value] as const]
    })
  }

  #list(subject: Subject, name: string): readonly RelationName[] {
    return this.#get<readonly RelationName[]>(subject, name) ?? []
  }

  #set(changes: readonly (readonly [Key, unknown])[]): Catalog {
    if (this.#footprint) for (const [key, value] of changes) this.#footprint.writes.set(key, value)
    return new Catalog(withAll(this.#facts, changes), this.#numbers, this.#footprint)
  }

  /** Brings the lists that point at a relation in step with it. */
  #relate(before: Relation | undefined, after: Relation | undefined, changes: [Key, unknown][]): void {
    const name = (before ?? after)!.name
    const old = before ? pointers(before, after) : []
    const now = after ? pointers(after, before) : []
    const has = (pointers: readonly Pointer[], [subject, to]: Pointer): boolean => pointers.some((one) => one[0] === subject && one[1] === to)
    for (const pointer of old) {
      if (has(now, pointer)) continue
      changes.push([this.#key(...pointer), withoutName(this.#list(...pointer), name)])
    }
    for (const pointer of now) {
      const list = this.#list(...pointer)
      if (!has(old, pointer) && !list.includes(name)) changes.push([this.#key(...pointer), [...list, name]])
    }

    const indexesBefore = before && isTable(before) ? before.indexes : []
    const indexesAfter = after && isTable(after) ? after.indexes : []
    if (indexesBefore === indexesAfter) return
    // Of hundreds of indexes a statement changes one: those before and after it are not asked for.
    const most = Math.min(indexesBefore.length, indexesAfter.length)
    let head = 0
    while (head < most && indexesBefore[head] === indexesAfter[head]) head++
    let tail = 0
    while (tail < most - head && indexesBefore[indexesBefore.length - 1 - tail] === indexesAfter[indexesAfter.length - 1 - tail]) tail++
    const changed = indexesAfter.slice(head, indexesAfter.length - tail)
    const kept = new Set(changed.map((index) => index.name))
    for (const index of indexesBefore.slice(head, indexesBefore.length - tail)) if (!kept.has(index.name)) changes.push([this.#key(Subject.Relation, index.name), undefined])
    for (const index of changed) {
      const known = this.#facts.get(this.#key(Subject.Relation, index.name)) as Relation | undefined
      if (known?.kind !== 'index' || known.table !== name) changes.push([this.#key(Subject.Relation, index.name), { kind: 'index', name: index.name, table: name }])
    }
  }
}

const withAll = (facts: PersistentMap<Key, unknown>, changes: Iterable<readonly [Key, unknown]>): PersistentMap<Key, unknown> =>
  facts.withMutations((mutable) => {
    for (const [key, value] of changes) {
      if (value === undefined) mutable.delete(key)
      else mutable.set(key, value)
    }
  })

/** An empty list is no fact. */
/** Users' types that this one is made of. */
function madeOf(type: UserType | undefined): ReadonlySet<RelationName> {
  const types = type?.kind === 'domain' ? [type.base] : type?.kind === 'composite' ? (type.attributes ?? []).map((one) => one.type) : []
  return new Set(types.flatMap(({ name }) => (name.includes('.') ? [name as RelationName] : [])))
}

function withoutName(list: readonly RelationName[], name: RelationName): readonly RelationName[] | undefined {
  const rest = list.filter((one) => one !== name)
  return rest.length === 0 ? undefined : rest
}

type Pointer = readonly [Subject, string]

/** The lists in which a relation stands because of what it says itself; parts that it shares with another state of itself are left out. */
function pointers(relation: Relation, other: Relation | undefined): Pointer[] {
  const ruling = 'rules' in relation ? relation.rules.flatMap(({ names }) => names.map((name): Pointer => [Subject.Ruling, name])) : []
  if (relation.kind === 'view') return [...relation.reads.map((read): Pointer => [Subject.Readers, read]), ...ruling]
  if (relation.kind === 'sequence') return relation.ownedBy ? [[Subject.Sequences, relation.ownedBy.table]] : []
  if (relation.kind === 'index') return []
  const shared = isTable(other) ? other : undefined
  const found: Pointer[] = relation.rules === shared?.rules ? [] : [...ruling]
  if (relation.policies !== shared?.policies) for (const { names } of relation.policies ?? []) for (const name of names) found.push([Subject.Guarded, name])
  if (relation.constraints !== shared?.constraints) {
    const schema = schemaOf(relation.name)
    for (const { name, parts, references } of relation.constraints) {
      if (references) found.push([Subject.Referencing, references])
      for (const one of [name, ...(parts ?? [])]) found.push([Subject.Constrained, relationName(schema, one)])
    }
  }
  if (relation.partitionOf && relation.partitionOf !== shared?.partitionOf) {
    found.push([Subject.Partitions, relation.partitionOf.parent])
    if (isDefault(relation.partitionOf.bound)) found.push([Subject.Defaults, relation.partitionOf.parent])
  }
  if (relation.ofType && relation.ofType !== shared?.ofType) found.push([Subject.Typed, relation.ofType])
  if (relation.publications !== shared?.publications) for (const publication of relation.publications ?? []) found.push([Subject.Published, publication])
  if (relation.inherits !== shared?.inherits) for (const parent of relation.inherits) found.push([Subject.Children, parent])
  if (relation.reads !== shared?.reads) for (const read of relation.reads) found.push([Subject.Readers, read])
  if (relation.columns !== shared?.columns) for (const { type } of relation.columns ?? []) if (type.name.includes('.')) found.push([Subject.Using, type.name])
  return found
}

const isDefault = (bound: string): boolean => /^default$/i.test(bound.trim())

/** A name for a new object that no relation of the schema has, the way PostgreSQL chooses one (ChooseRelationName). */
export function freeName(catalog: Catalog, schema: string, base: string): RelationName {
  for (let number = 0; ; number++) {
    const name = relationName(schema, number === 0 ? base : `${base}${number}`)
    if (catalog.relation(name) === undefined) return name
  }
}

export const schemaOf = (name: RelationName): string => nameParts(name).schema
