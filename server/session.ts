import type { Catalog } from './catalog/catalog'
import { ownVolatility } from './catalog/functions'
import type { Calibration } from './estimate/calibration'
import { estimate } from './estimate/estimate'
import { standbyLag } from './estimate/standby-lag'
import type { Wrapper } from './model/migration'
import type { Assessed, AssessedEffect, AssessedOperation, AssessedWork, Block, Consequence, Failure, Need, Remark } from './model/assessed'
import type { Effect, Work } from './model/effect'
import type { Duration, Estimate, Fact } from './model/estimate'
import { addBytes, addDurations, instant, noBytes } from './model/estimate'
import { formatMs } from './model/format'
import { Holds } from './model/holds'
import type { Hold } from './model/holds'
import { blocked, conflicts, decisive, strength, strongest } from './model/lock'
import type { LockMode } from './model/lock'
import { nameParts } from './model/name'
import type { RelationName } from './model/name'
import { isTable } from './catalog/relation'
import type { Table } from './catalog/relation'
import type { Span } from './model/span'
import type { Timeouts } from './model/timeout'
import { descendants, asStrongAsTable } from './operations/common'
import { eventsRun } from './operations/event-triggers'
import { firedEffects, firedUnread } from './operations/fired'
import { failuresOf } from './operations/failures'
import { inPassOrder } from './operations/in-pass-order'
import type { Control } from './operations/operation'
import { stoppedChanges } from './operations/replica-identity'
import { unlessInBlock } from './operations/refusal'
import { recognise, typeOf } from './operations/index'
import type { Standbys } from './model/standby'
import { isFaithful, planStatement } from './plan'
import type { Recognised } from './plan'
import type { Command } from './sql/command'
import { read } from './sql/read'
import type { Reading } from './sql/read'
import { split } from './sql/split'
import type { Trial, Tried } from './try-statements'

/** What stays the same while a migration is analysed. */
export interface Circumstances {
  readonly calibration: Calibration
  /** There is a snapshot, so durations may be spoken of. */
  readonly sized: boolean
  readonly longestTransactionMs?: number
  /** How long somebody waits for a lock before the server looks for deadlocks, where the snapshot tells. */
  readonly deadlockTimeoutMs?: number
  /** How many more connections the server would take. */
  readonly freeConnections?: number
  readonly standbys?: Standbys
  /** Trying out a plan's own steps, which need no plan again. */
  readonly planning?: true
}

/** One connection, between two statements. */
export interface Session {
  readonly catalog: Catalog
  readonly transaction: TransactionState
  /** What there is to go back to: at BEGIN, then at each savepoint. */
  readonly past: readonly Past[]
  readonly saved: readonly { readonly savepoint?: string; readonly catalog: Catalog; readonly holds: Holds }[]
}

/** What a committed transaction locked so that others had to wait, in its order. */
type Past = ReadonlyMap<RelationName, LockMode>

/** Everything of the open transaction that an assessment depends on; `outside` where none is open. */
export interface TransactionState {
  readonly block?: Block
  readonly next: number
  readonly holds: Holds
  /** What begins behind each COMMIT. */
  readonly around?: Block
}

export const outside: TransactionState = { next: 0, holds: Holds.none }
const noTimeouts: Timeouts = {}
const nothingPast: Session['past'] = []
/** Files of more transactions are data, not a migration that runs beside another. */
const mostPast = 100
const nothingSaved: Session['saved'] = []

/** `wrapper`: what makes one transaction of all that comes. */
export const startSession = (catalog: Catalog, wrapper?: Wrapper): Session => {
  const session: Session = { catalog, transaction: outside, past: nothingPast, saved: nothingSaved }
  if (!wrapper) return session
  const block: Block = { implicit: true, tool: wrapper.tool }
  return begin(session, block, 0, wrapper.message ? block : undefined)
}

/** What a statement does to the session, and what of it could not be read. */
interface Passage {
  readonly reading: Reading
  /** Each on the catalog that it meets. */
  readonly recognised: readonly Recognised[]
  readonly unread: readonly { readonly span: Span; readonly reason: string }[]
  readonly controls: readonly Control[]
  /** Behind the last of them. */
  readonly catalog: Catalog
}

function walk(session: Session, sql: string): Passage {
  const reading = read(sql)
  const recognised: Recognised[] = []
  const unread: { span: Span; reason: string }[] = []
  const controls: Control[] = []
  let catalog = session.catalog
  if (reading.problem) unread.push({ span: reading.problem.span, reason: reading.problem.message })
  for (const command of inPassOrder(reading.commands)) {
    const operation = recognise(command)
    if (!operation) {
      unread.push({ span: command.span, reason: `No operation of Lockscope covers this statement${command.kind === 'other' ? ` (${command.statement})` : ''}: its locks are unknown.` })
      continue
    }
    const type = typeOf(operation, command, catalog)
    // Whoever asks what comes of it may suppose that more is there; the statement has made no more than what it leaves.
    recognised.push({ operation, command, catalog: catalog.speculative() })
    const reason = type.unread?.(operation, catalog)
    if (reason !== undefined) unread.push({ span: operation.span, reason })
    const control = type.control?.(operation, catalog)
    if (control) controls.push(control)
    catalog = type.apply(operation, catalog)
  }
  return { reading, recognised, unread, controls, catalog }
}

const isOpened = (catalog: Catalog, { reading: { commands }, unread }: Pick<Passage, 'reading' | 'unread'>): boolean => !catalog.surroundings.open && (unread.length > 0 || commands.some(bringsUnseen))

/** Behind a statement, and behind what it says of the transaction. Outside a block each statement is a transaction of its own. */
const behind = (session: Session, { controls }: Pick<Passage, 'controls'>, catalog: Catalog, effects: readonly AssessedEffect[]): Session =>
  controls.reduce(control, advance({ ...session, catalog: session.transaction.block ? catalog : catalog.committed() }, { effects, ordinal: session.transaction.next }))

/** Walks past one statement of which nobody asks more than what it leaves: the catalog is that of `step`, but what is locked is not looked at. */
export function pass(session: Session, sql: string, circumstances: Circumstances): Session {
  const { eventTriggers = [] } = session.catalog.surroundings
  const passage = walk(session, sql)
  const { deferred = [] } = passage.catalog.surroundings
  // What these run is found by the statement's effects.
  if (eventTriggers.length > 0 || deferred.length > 0) return step(session, sql, { ...circumstances, planning: true }).after
  return behind(session, passage, isOpened(passage.catalog, passage) ? passage.catalog.withSurroundings({ open: true }) : passage.catalog, [])
}

/** Assesses one statement where the session stands, and walks past it. `catalog` of the session may be observed. */
export function step(session: Session, sql: string, circumstances: Circumstances): { readonly assessed: Assessed; readonly after: Session } {
  const passage = walk(session, sql)
  const { reading, recognised, controls } = passage
  const walked: Walked[] = []
  const unread = [...passage.unread]
  const because: Fact[] = []
  const leaves: Remark[] = []
  const keeps: Remark[] = []
  let transactionBlock: 'allowed' | 'forbidden' = 'allowed'
  let { catalog } = passage
  const { version } = session.catalog.surroundings

  let sleptMs = 0
  for (const { operation, command, catalog } of recognised) {
    const type = typeOf(operation, command, catalog)
    const span = operation.span
    const wayBack = type.wayBack?.(operation, catalog)
    const block = type.transactionBlock?.(operation, catalog) ?? 'allowed'
    walked.push({
      at: reading.commands.indexOf(command),
      operation: { kind: operation.kind, title: type.title, span, turn: walked.length, ...(operation.relation && { relation: catalog.resolve(operation.relation) }), ...(wayBack !== undefined && isFaithful(wayBack, reading.standIns) && { wayBack }) },
      effects: type.effects(operation, catalog).map((effect) => ({ effect, span })),
      breaks: (type.breaks?.(operation, catalog) ?? []).map((one) => ({ ...one, span })),
      loses: (type.loses?.(operation, catalog) ?? []).map((one) => ({ ...one, span })),
      stops: (type.stops?.(operation, catalog) ?? []).map((one) => ({ ...one, span })),
      fails: [...failuresOf(type, operation, command, catalog), ...(block === 'required' && !session.transaction.block ? [unlessInBlock] : [])].map((one) => ({ ...one, span })),
      needs: (type.needs?.(operation, catalog) ?? []).flatMap((one) => (one.since > version ? [{ ...one, version, span }] : [])),
    })
    because.push(...(type.assumes?.(operation, catalog) ?? []))
    const sleeps = type.sleeps?.(operation, catalog) ?? 0
    sleptMs += sleeps
    if (sleeps > 0) because.push({ fact: 'time that it sleeps', value: formatMs(sleeps), from: 'migration' })
    if (block === 'forbidden') transactionBlock = 'forbidden'
    leaves.push(...remark(type.leaves?.(operation, catalog), span))
    keeps.push(...remark(type.keeps?.(operation, catalog), span))
  }

  // They are told in the order of the text, whichever they run in.
  walked.sort((a, b) => a.at - b.at)
  const own = walked.flatMap(({ effects }) => effects)
  const events = eventsRun(sql, own.map(({ effect }) => effect), session.catalog)
  const whole = walked[0]?.operation.span ?? { start: 0, end: sql.length }
  // Where the file does not say when the transaction ends, what waits for that is told at once.
  const { deferred = [] } = catalog.surroundings
  const ends = !session.transaction.block || session.transaction.block.implicit || controls.some(({ kind }) => kind === 'commit')
  const late = ends && deferred.length > 0 ? { effects: firedEffects(deferred, catalog), unread: firedUnread(deferred, catalog) } : { effects: [], unread: [] }
  if (ends && deferred.length > 0) catalog = catalog.withSurroundings({ deferred: [] })
  const [unseen] = [...events.unread, ...late.unread]
  if (unseen !== undefined) unread.push({ span: whole, reason: unseen })
  if (isOpened(catalog, { reading, unread })) catalog = catalog.withSurroundings({ open: true })
  const merged = merge([...own, ...[...events.effects, ...late.effects].map((effect) => ({ effect, span: whole }))], session.catalog)
  const assessedEffects = merged.map((one): AssessedEffect => assessEffect(one, session.catalog, circumstances, because))
  const works = assessedEffects.flatMap((effect) => effect.work)
  const unknownSize = works.some((work) => work.estimate.duration === undefined)
  const duration = circumstances.sized && !unknownSize && reading.commands.length > 0 && unread.length === 0 ? addDurations(total(works), { lowMs: sleptMs, expectedMs: sleptMs, highMs: sleptMs }) : undefined
  const bytes = duration && works.reduce((sum, work) => addBytes(sum, work.estimate.bytes ?? noBytes), noBytes)
  const lag = bytes && bytes.wal > 0 && circumstances.standbys ? standbyLag(bytes.wal, duration, circumstances.standbys) : undefined
  because.push(...(lag?.because ?? []))
  const transaction = session.transaction
  const crosses = crossing(assessedEffects, session)
  const timeouts = session.catalog.surroundings.timeouts ?? noTimeouts

  const after = behind(session, passage, catalog, assessedEffects)
  const begins = controls.some(({ kind }) => kind === 'begin') && after.transaction.block !== transaction.block
  const block = begins ? after.transaction.block : transaction.block
  const assessed: Omit<Assessed, 'plan'> = {
    sql,
    operations: walked.map(({ operation }) => operation),
    effects: assessedEffects,
    ordinal: transaction.next,
    transactionBlock,
    unknownSize,
    held: transaction.holds,
    heldAfter: after.transaction.holds,
    timeouts,
    because: uniqueFacts(because),
    breaks: [...walked.flatMap(({ breaks }) => breaks), ...stoppedChanges(reshaped(reading.commands, own, catalog), session.catalog, catalog).map((one) => ({ ...one, span: whole }))],
    loses: walked.flatMap(({ loses }) => loses),
    stops: walked.flatMap(({ stops }) => stops),
    fails: walked.flatMap(({ fails }) => fails),
    leaves,
    keeps,
    needs: [...newerThanServer(reading, session.catalog), ...walked.flatMap(({ needs }) => needs)],
    unread,
    ...(block && { block }),
    ...(duration && bytes && { duration, bytes }),
    ...(lag && { standbyLag: lag.lag }),
    ...(crosses && { crosses }),
    ...(circumstances.longestTransactionMs !== undefined && { longestTransactionMs: circumstances.longestTransactionMs }),
    ...(circumstances.deadlockTimeoutMs !== undefined && { deadlockTimeoutMs: circumstances.deadlockTimeoutMs }),
    ...(circumstances.freeConnections !== undefined && { freeConnections: circumstances.freeConnections }),
  }
  const [stopping] = transaction.holds.stopping()
  const plan = circumstances.planning
    ? undefined
    : planStatement(sql, recognised, {
        inBlock: transaction.block !== undefined,
        holds: stopping !== undefined,
        held: transaction.holds,
        own: assessed,
        attempt: (text, catalog) => attempt(text, catalog, circumstances),
      })
  return { assessed: plan ? { ...assessed, plan } : assessed, after }
}

/** Relations come with it of which the statement says nothing. */
const bringsUnseen = (command: Command): boolean => command.kind === 'create-extension' || (command.kind === 'other' && ['ImportForeignSchemaStmt', 'LoadStmt'].includes(command.statement))

/** Tables of which the statement may change what is published, and by what. */
function reshaped(commands: readonly Command[], effects: readonly { readonly effect: Effect }[], after: Catalog): readonly RelationName[] {
  if (after.publications().length === 0) return []
  if (commands.some(({ kind }) => kind === 'publication')) return after.relations().flatMap(({ kind, name }) => (kind === 'table' ? [name] : []))
  return [...new Set(effects.flatMap(({ effect }) => (weak.has(effect.lock) ? [] : [effect.relation])))]
}

/** What changes nothing but rows. */
const weak: ReadonlySet<LockMode> = new Set(['ACCESS SHARE', 'ROW SHARE', 'ROW EXCLUSIVE'])

const remark = (text: string | undefined, span: Span): readonly Remark[] => (text === undefined ? [] : [{ text, span }])

/** What one operation of a statement comes to. */
interface Walked {
  /** Its place in the text. */
  readonly at: number
  readonly operation: AssessedOperation
  readonly effects: readonly { readonly effect: Effect; readonly span: Span }[]
  readonly breaks: readonly Consequence[]
  readonly loses: readonly Consequence[]
  readonly stops: readonly Consequence[]
  readonly fails: readonly Failure[]
  readonly needs: readonly Need[]
}

/** What the statement says that servers of this version do not know. A function may be the user's own, so one is missing only where all of them are known. */
function newerThanServer({ newer = [] }: Reading, catalog: Catalog): readonly Need[] {
  const { version, complete } = catalog.surroundings
  return newer.flatMap(({ what, since, span, calls }) => (since <= version || (calls !== undefined && (!complete || ownVolatility({ name: calls }, catalog) !== undefined)) ? [] : [{ what, since, version, span }]))
}

/** Walks through SQL that is only being thought of. */
export function attempt(text: string, catalog: Catalog, circumstances: Circumstances): Trial {
  let session: Session = startSession(catalog.speculative())
  const tried: Tried[] = []
  for (const { kind, span } of split(text)) {
    if (kind !== 'statement') continue
    const { assessed, after } = step(session, text.slice(span.start, span.end), { ...circumstances, planning: true })
    tried.push(assessed)
    session = after
  }
  return { tried, after: session.catalog }
}

function advance(session: Session, assessed: Pick<Assessed, 'effects' | 'ordinal'>): Session {
  const transaction = session.transaction
  if (!transaction.block) return session
  const fresh = assessed.effects.map((effect): Hold => ({
    relation: effect.relation,
    lock: effect.lock,
    blocks: effect.blocks,
    fresh: effect.fresh,
    ordinal: assessed.ordinal,
    ...(effect.indexOf && { indexOf: effect.indexOf }),
    ...((effect.lock === 'ROW SHARE' || effect.work.some((work) => work.kind === 'update' || work.kind === 'delete')) && { rows: true as const }),
  }))
  return { ...session, transaction: { ...transaction, next: transaction.next + 1, holds: transaction.holds.with(fresh) } }
}

function control(session: Session, change: Control): Session {
  const { transaction, saved } = session
  if (!transaction.block) return change.kind === 'begin' ? begin(session, { implicit: false }, 1) : session
  switch (change.kind) {
    case 'begin':
      // What has run in the message before it is a part of it too (BeginTransactionBlock in src/backend/access/transam/xact.c).
      return transaction.around && transaction.block === transaction.around && transaction.next === 1 ? begin(session, { implicit: false, tool: transaction.around.tool! }, 1, transaction.around) : session
    case 'moved':
      return { ...session, transaction: { ...transaction, holds: transaction.holds.with(transaction.holds.on(change.from).map((hold) => ({ ...hold, relation: change.to }))) } }
    case 'commit':
    case 'rollback': {
      const catalog = change.kind === 'commit' ? session.catalog.committed() : saved[0]!.catalog
      const ended: Session = { catalog, transaction: outside, past: change.kind === 'commit' ? withPast(session) : session.past, saved: nothingSaved }
      const { around, block } = transaction
      if (change.chain) return begin(ended, block.implicit ? block : { ...block }, 0, around)
      return around ? begin(ended, around, 0, around) : ended
    }
    case 'savepoint':
      return { ...session, saved: [...saved, { savepoint: change.name, catalog: session.catalog.unobserved(), holds: transaction.holds }] }
    case 'release': {
      const at = saved.findLastIndex((one) => one.savepoint === change.name)
      return at < 0 ? session : { ...session, saved: saved.slice(0, at) }
    }
    case 'rollback-to': {
      const at = saved.findLastIndex((one) => one.savepoint === change.name)
      if (at < 0) return session
      // Locks that were taken since go as well (ResourceOwnerRelease in src/backend/access/transam/xact.c, AbortSubTransaction).
      const { catalog, holds } = saved[at]!
      return { ...session, catalog, transaction: { ...transaction, holds }, saved: saved.slice(0, at + 1) }
    }
  }
}

function withPast({ past, transaction }: Session): Session['past'] {
  const locked = new Map<RelationName, LockMode>()
  for (const { relation, lock, indexOf } of transaction.holds.stopping()) if (!indexOf) locked.set(relation, strongest([lock, locked.get(relation) ?? lock]))
  return locked.size < 2 || past.length >= mostPast ? past : [...past, locked]
}

/** Where an earlier transaction has the lock that is asked for now, and asks for one that is held now. */
function crossing(effects: readonly AssessedEffect[], { past, transaction }: Session): Assessed['crosses'] {
  if (past.length === 0 || !transaction.block) return undefined
  for (const { relation, lock, fresh, indexOf, blocks, span } of effects) {
    if (fresh || indexOf || !(blocks.reads || blocks.writes) || transaction.holds.on(relation).some((hold) => strength(hold.lock) >= strength(lock))) continue
    for (const hold of transaction.holds.stopping()) {
      const crosses = (locked: Past): boolean => {
        const order = [...locked.keys()]
        return order.indexOf(relation) >= 0 && order.indexOf(relation) < order.indexOf(hold.relation) && conflicts(locked.get(relation)!, lock) && conflicts(locked.get(hold.relation)!, hold.lock)
      }
      if (past.some(crosses)) return { first: hold.relation, second: relation, span }
    }
  }
  return undefined
}

/** `next` is the number of the block's first statement after this one. */
function begin(session: Session, block: Block, next: number, around?: Block): Session {
  return { ...session, transaction: { block, next, holds: Holds.none, ...(around && { around }) }, saved: [{ catalog: session.catalog.unobserved(), holds: Holds.none }] }
}

/** `otherwise`: the lock that the relation gets in any case. */
interface Located {
  readonly effect: Effect
  readonly span: Span
  readonly otherwise?: LockMode
}

/** The effects of one statement: one for each relation and lock that matters, with the work under it. A rewrite reads the table anyway, so it absorbs scans. */
function merge(asked: readonly Located[], catalog: Catalog): readonly Located[] {
  const effects = asked.some(({ effect }) => effect.asStrongAs) ? asked.map((one) => ({ ...one, effect: asStrongAsTable(one.effect, () => asked.map(({ effect }) => effect)) })) : asked
  if (effects.length === 1 && !effects[0]!.effect.indexOf && effects[0]!.effect.work.length < 2) return effects
  const byRelation = new Map<string, Located[]>()
  for (const one of effects) {
    // What is given back before the work stays apart from what is kept through it; no name begins with a space.
    const key = `${one.effect.brief ? ' ' : ''}${one.effect.relation}`
    const list = byRelation.get(key)
    if (list) list.push(one)
    else byRelation.set(key, [one])
  }
  const result: Located[] = []
  for (const list of byRelation.values()) {
    const { relation } = list[0]!.effect
    // Planning takes ACCESS SHARE on every index it looks at; only what stops somebody is worth a line.
    const isIndex = catalog.relation(relation)?.kind === 'index' || list.some((one) => one.effect.indexOf)
    const [lock = 'ACCESS SHARE', ...besides] = decisive(list.map((one) => one.effect.lock))
    if (isIndex && lock === 'ACCESS SHARE') continue
    if (list.length === 1 && list[0]!.effect.work.length < 2) {
      result.push(list[0]!)
      continue
    }
    const works = list.flatMap((one) => one.effect.work.map((work) => ({ work, span: one.span })))
    const rewritten = works.some(({ work }) => work.kind === 'rewrite')
    const kept = works.filter(({ work }, index) => {
      if (rewritten && (work.kind === 'scan' || work.kind === 'rewrite') && works.findIndex((other) => other.work.kind === 'rewrite') !== index) return false
      if (work.kind === 'scan') return works.findIndex((other) => other.work.kind === 'scan') === index
      if (work.kind === 'build-index') return works.findIndex((other) => other.work.kind === 'build-index' && other.work.index.name !== undefined && other.work.index.name === (work as Extract<Work, { kind: 'build-index' }>).index.name) >= index || work.index.name === undefined
      return true
    })
    const sure = list.filter((one) => !one.effect.onlyIf)
    const first = [...sure, ...list].find((one) => one.effect.lock === lock)!
    const loudest = kept[0]?.span ?? first.span
    // A key that is dropped and made again under its name has been there all along for others.
    const wasThere = catalog.relation(relation) !== undefined && list.some((one) => !one.effect.created)
    const { created: _, emptied: __, ...effect } = first.effect
    const created = !wasThere && list.some((one) => one.effect.created)
    const emptied = list.some((one) => one.effect.emptied)
    const otherwise = effect.onlyIf && sure.length > 0 ? strongest(sure.map((one) => one.effect.lock)) : undefined
    result.push({ effect: { ...effect, work: kept.map(({ work }) => work), ...(created && { created: true as const }), ...(emptied && { emptied: true as const }) }, span: loudest, ...(otherwise && { otherwise }) })
    // Neither of two such locks admits all that the other does; what is done is done under both.
    for (const mode of besides) {
      const weaker = list.find((one) => one.effect.lock === mode)!
      result.push({ effect: { ...weaker.effect, work: [] }, span: weaker.span })
    }
  }
  return result
}

function assessEffect(one: Located, catalog: Catalog, circumstances: Circumstances, because: Fact[]): AssessedEffect {
  const { effect, span, otherwise } = one
  const relation = catalog.relation(effect.indexOf ?? effect.relation)
  const table = isTable(relation) ? relation : undefined
  const work = effect.work.map((item): AssessedWork => {
    const result = isPartOfRewrite(item, effect, table) ? included : !circumstances.sized && isBounded(item, table) ? unspoken : estimate(item, effect.indexOf ?? effect.relation, catalog, circumstances.calibration)
    because.push(...result.because)
    return { ...withRows(item, catalog), estimate: result }
  })
  // A lock on an index stops whoever plans a query of its table, or changes its rows, with the lock that is asked for on the table (src/backend/optimizer/util/plancat.c, src/backend/executor/execIndexing.c).
  const own = blocked(effect.lock)
  // Nobody writes to a materialized view.
  const blocks = table?.kind === 'materialized view' ? { reads: own.reads && table.filled !== false, writes: false } : own
  const looksInto = blocks.writes && !effect.indexOf && table ? [...new Set(table.constraints.flatMap(({ references }) => (references === undefined || references === table.name ? [] : [references])))] : []
  const leadsTo = blocks.writes && !effect.indexOf && table ? descendants(catalog, table.name) : []
  const { relation: name, lock, work: _, ...rest } = effect
  return {
    relation: name,
    lock,
    work,
    blocks,
    fresh: effect.created === true || (relation !== undefined && 'origin' in relation && relation.origin === 'migration') || table?.persistence === 'temporary',
    span,
    ...rest,
    ...(otherwise && { otherwise }),
    ...(looksInto.length > 0 && { looksInto }),
    ...(leadsTo.length > 0 && { leadsTo }),
    ...(table?.kind === 'foreign table' && { isForeign: true as const }),
    ...(table?.size && { rows: table.size.rows }),
    ...(table?.traffic && { traffic: table.traffic }),
    ...(table?.queries && { queries: table.queries }),
    ...(table?.tenants && { tenants: table.tenants }),
  }
}

/** What is inserted from another relation is a fraction of that one's rows, not of the target's. */
function withRows(work: Work, catalog: Catalog): Work {
  if (!('rows' in work) || work.rows.kind !== 'fraction') return work
  const ofRows = catalog.table(work.rows.of)?.size?.rows
  return ofRows === undefined ? work : { ...work, rows: { ...work.rows, ofRows } }
}

/** A rewrite's estimate has every index that the table had in it already. */
const isPartOfRewrite = (work: Work, { work: all }: Effect, table: Table | undefined): boolean =>
  work.kind === 'build-index' && all.some((other) => other.kind === 'rewrite') && (table?.indexes.some((index) => work.index.name !== undefined && nameParts(index.name).name === work.index.name) ?? false)

/** Work whose amount is known though there is no snapshot: on a table that the migration made, or on rows that are counted in the statement. */
const isBounded = (work: Work, table: Table | undefined): boolean => (table?.size !== undefined && work.kind !== 'query') || ('rows' in work && work.rows.kind === 'exactly')

/** Without a snapshot no duration is shown, so none is computed; that there is one says that nothing is unknown. */
const unspoken: Estimate = { duration: instant, because: [] }

const included: Estimate = { duration: { lowMs: 0, expectedMs: 0, highMs: 0 }, because: [] }

function total(works: readonly AssessedWork[]): Duration {
  return works.reduce((sum, work) => addDurations(sum, work.estimate.duration!), instant)
}

function uniqueFacts(facts: readonly Fact[]): Fact[] {
  const seen = new Map<string, Fact>()
  for (const fact of facts) if (!seen.has(fact.fact)) seen.set(fact.fact, fact)
  return [...seen.values()]
}
