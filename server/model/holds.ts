import type { Blocked, LockMode } from './lock'
import type { RelationName } from './name'

/** A lock kept from the statement `ordinal` of the block on. */
export interface Hold {
  readonly relation: RelationName
  readonly lock: LockMode
  readonly blocks: Blocked
  readonly fresh: boolean
  readonly ordinal: number
  /** For an index: its table. */
  readonly indexOf?: RelationName
  /** Rows that were there are locked as well. */
  readonly rows?: true
}

/**
 * The locks that a transaction has, each once (with locks on rows, once more), in the order in which it took them.
 * A value: what is added gives a new one. All those of one transaction share one list, of which each knows how much is its own,
 * so that a transaction of ten thousand statements does not copy its locks for each of them.
 */
export class Holds implements Iterable<Hold> {
  static readonly none = new Holds({ all: [], stopping: [], places: new Map() }, 0, 0)

  readonly #log: Log
  readonly #stopping: number
  readonly size: number

  private constructor(log: Log, size: number, stopping: number) {
    this.#log = log
    this.size = size
    this.#stopping = stopping
  }

  /** Those on one relation, in their order. */
  on(relation: RelationName): readonly Hold[] {
    return (this.#log.places.get(relation) ?? []).filter((place) => place < this.size).map((place) => this.#log.all[place]!)
  }

  has(relation: RelationName, lock: LockMode): boolean {
    return this.on(relation).some((hold) => hold.lock === lock)
  }

  [Symbol.iterator](): Iterator<Hold> {
    return this.from(0)[Symbol.iterator]()
  }

  /** Those after the first so many. */
  *from(count: number): Iterable<Hold> {
    for (let at = count; at < this.size; at++) yield this.#log.all[at]!
  }

  /** Those that stop reads or writes of what others may be using. */
  *stopping(): Iterable<Hold> {
    for (let at = 0; at < this.#stopping; at++) yield this.#log.stopping[at]!
  }

  with(locks: readonly Hold[]): Holds {
    return locks.reduce<Holds>((holds, hold) => (holds.on(hold.relation).some(({ lock, rows }) => lock === hold.lock && rows === hold.rows) ? holds : holds.#and(hold)), this)
  }

  /** Whether it is known at once that both are the same; where one transaction was followed twice, it is. */
  is(other: Holds): boolean {
    return this.size === other.size && (this.size === 0 || this.#log === other.#log)
  }

  #and(hold: Hold): Holds {
    const next = this.#log.all[this.size]
    const stopping = this.#stopping + (stops(hold) ? 1 : 0)
    if (next !== undefined && isSame(next, hold)) return new Holds(this.#log, this.size + 1, stopping)
    const log = next === undefined && this !== Holds.none ? this.#log : logOf(this)
    add(log, hold)
    return new Holds(log, this.size + 1, stopping)
  }
}

interface Log {
  readonly all: Hold[]
  readonly stopping: Hold[]
  /** Where in `all` the locks on a relation stand. */
  readonly places: Map<RelationName, number[]>
}

function logOf(holds: Iterable<Hold>): Log {
  const log: Log = { all: [], stopping: [], places: new Map() }
  for (const hold of holds) add(log, hold)
  return log
}

function add({ all, stopping, places }: Log, hold: Hold): void {
  const known = places.get(hold.relation)
  if (known) known.push(all.length)
  else places.set(hold.relation, [all.length])
  all.push(hold)
  if (stops(hold)) stopping.push(hold)
}

const stops = ({ fresh, blocks }: Hold): boolean => !fresh && (blocks.reads || blocks.writes)

const isSame = (a: Hold, b: Hold): boolean =>
  a.relation === b.relation && a.lock === b.lock && a.ordinal === b.ordinal && a.fresh === b.fresh && a.indexOf === b.indexOf && a.rows === b.rows && a.blocks.reads === b.blocks.reads && a.blocks.writes === b.blocks.writes
