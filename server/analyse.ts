import { across, marksOf } from './across'
import { hasRead } from './catalog/catalog'
import type { Catalog, Difference, FactKey, Footprint } from './catalog/catalog'
import { brokenBy, brokenMeanwhile } from './hazards/broken-code'
import { findHazards } from './hazards/index'
import { readDirectives } from './hazards/read-directives'
import type { Directive } from './hazards/unused-allow'
import { fateOf } from './made-again'
import type { Whole } from './made-again'
import { isTakenIn } from './model/assessed'
import type { AnalysedStatement, Assessed, FileAnalysis } from './model/assessed'
import type { Finding } from './model/finding'
import { firstWhere } from './model/first-where'
import type { Fragment, Migration, Unread } from './model/migration'
import type { Policy } from './model/policy'
import { LineIndex, shift } from './model/span'
import type { Span } from './model/span'
import { noWay } from './operations/constraint-plans'
import type { Circumstances, Session, TransactionState } from './session'
import { later } from './plan'
import { startSession, step } from './session'
import { detached } from './sql/detached'
import { resplit } from './sql/resplit'
import type { Recut } from './sql/resplit'
import { comments } from './sql/split'
import type { Piece } from './sql/split'

/** Everything outside the file that an analysis depends on. */
export interface World extends Circumstances {
  /** What exists before the first statement of the file. */
  readonly catalog: Catalog
}

/** An analysis with what is needed to redo only what an edit touches. */
export interface Analysis extends FileAnalysis {
  /** What exists after the last statement. */
  readonly catalog: Catalog
  readonly world: World
  readonly policy: Policy
  readonly steps: readonly StepRecord[]
  /** Of the steps those that are more with the ones before them. */
  readonly together: ReadonlyMap<number, StepRecord>
  /** Beside each step the piece that it was taken from, where that stands, and what it has that an edit anywhere asks about: to go by without looking at the step. */
  readonly written: readonly Written[]
  readonly places: readonly Placed[]
  readonly flags: readonly number[]
  readonly fragments: readonly CutFragment[]
}

/** A fragment's pieces, with what to go by when its text changes. */
interface CutFragment {
  readonly cut: Recut
  /** What stands in each piece; the same objects, wherever an edit before them moves them. */
  readonly written: readonly Written[]
  readonly isDirected: boolean
  /** All of its pieces are statements, and each has been read. */
  readonly isPlain: boolean
}

/** One statement's step, and on what it depended. */
interface StepRecord {
  readonly sql: string
  /** Comments around the statement, where they decide over its findings. */
  readonly above: string
  readonly behind: string
  readonly before: Session
  readonly after: Session
  readonly footprint: Footprint
  readonly assessed: Assessed
  readonly findings: readonly Finding[]
  /** What it may be of several statements together (`marksOf`), and the bits below. */
  readonly flags: number
}

/** Each edit asks this of all statements, of which memory is slow to tell one by one: so it is kept in one row of numbers, above the bits of `marksOf`. */
const flag = {
  /** Which of its findings are told, other statements of the file decide. */
  unsettled: 1 << 16,
  unread: 1 << 17,
  /** Runs in a transaction block, as the first of it, too. */
  inBlock: 1 << 18,
  first: 1 << 19,
}

/**
 * The whole program: a migration's statements, one after the other, each assessed in the session that those before it leave.
 * Total and free of I/O: what cannot be read is said in `unread`.
 * Given the analysis of an earlier text of the same file, it costs what was edited and what follows from that.
 */
export function analyse(migration: Migration, text: string, world: World, policy: Policy, previous?: Analysis): Analysis {
  const old = previous && previous.world === world && previous.policy === policy ? previous : undefined
  const usable = old?.steps ?? []
  const fragments = migration.fragments.map((fragment, index) => readFragment(fragment, previous?.fragments[index]))
  const { written, places, asides } = statementsOf(migration.fragments, fragments)

  const start = startSession(world.catalog, migration.wrappedBy)
  const prefix = usable[0] && isStart(usable[0].before, start) ? commonPrefix(old!, written) : 0
  const suffix = old ? commonSuffix(old, written, prefix) : 0
  const steps: StepRecord[] = usable.slice(0, prefix)
  const flags: number[] = old ? old.flags.slice(0, prefix) : []
  let session = steps[prefix - 1]?.after ?? (prefix === 0 && usable[0] && isStart(usable[0].before, start) ? usable[0].before : start)
  const behind = usable.length - suffix
  const first = written.length - suffix
  let changed: Difference | undefined
  let index = prefix
  for (; index < written.length; index++) {
    const again = index >= first ? usable[behind + index - first] : undefined
    if (again && index === first) changed = changedBy(usable.slice(prefix, behind), again.before, steps.slice(prefix), session)
    // From where the session is the same again, so is everything that follows.
    if (again && isSameSession(again.before, session, changed)) break
    const reused = again && reuse(again, session, world, changed)
    const record = reused?.record ?? take(written[index]!, session, world, policy, again ?? usable[index])
    if (again) changed = reused ? reused.changed : changedOn(changed, again, record)
    steps.push(record)
    flags.push(record.flags)
    session = record.after
  }
  const same = written.length - index
  if (same > 0) {
    for (let at = usable.length - same; at < usable.length; at++) {
      steps.push(usable[at]!)
      flags.push(old!.flags[at]!)
    }
    session = usable[usable.length - 1]!.after
  }

  // A statement may stand elsewhere than before, though all statements up to it are the same: a comment has grown.
  let unmoved = 0
  while (unmoved < prefix && (old!.places[unmoved] === places[unmoved] || old!.places[unmoved]!.span.start === places[unmoved]!.span.start)) unmoved++
  const analysed: AnalysedStatement[] = old ? old.statements.slice(0, unmoved) : []
  let blockStart = analysed[unmoved - 1]?.blockStart ?? -1
  for (let at = unmoved; at < steps.length; at++) {
    const record = steps[at]!
    if ((flags[at]! & flag.inBlock) === 0) blockStart = -1
    else if ((flags[at]! & flag.first) !== 0) blockStart = at
    analysed.push({ span: places[at]!.span, assessed: record.assessed, findings: record.findings, blockStart })
  }
  const aside = new Set(asides.map((piece) => firstBehind(places, piece.span.start)))
  const together = across(steps, flags, (at) => !aside.has(at), world, (step, assessed) => findHazards(assessed, policy, directivesOf(step)))
  // What has come behind a statement of before may end a run that it was the last of.
  for (const at of old?.together.keys() ?? []) if (at < unmoved) analysed[at] = { ...analysed[at]!, assessed: steps[at]!.assessed, findings: steps[at]!.findings }
  for (const [at, { assessed, findings }] of together) analysed[at] = { ...analysed[at]!, assessed, findings }
  const unsettled: (readonly [number, StepRecord])[] = []
  const withUnread: AnalysedStatement[] = []
  for (let at = 0; at < steps.length; at++) {
    const other = together.size === 0 ? undefined : together.get(at)
    const now = other ? flagsOf(other) : flags[at]!
    if ((now & flag.unsettled) !== 0) unsettled.push([at, other ?? steps[at]!])
    if ((now & flag.unread) !== 0) withUnread.push(analysed[at]!)
  }
  const told = tellOnce(unsettled, analysed)
  const unread = collectUnread(migration, asides, withUnread)
  const file: Whole = { before: world.catalog, steps, statements: analysed, after: session.catalog, policy }
  for (const [at, record] of unsettled) {
    // What could not be read may have made room for it.
    const isOpen = (finding: Finding): boolean => finding.refused === true && unread.some(({ span }) => span.start < places[at]!.span.end)
    const findings = record.findings.flatMap((finding): readonly Finding[] => {
      const { missed } = finding
      if (isOpen(finding) || (finding.perTransaction !== undefined && !told.has(finding))) return []
      if (!missed) return [finding]
      const fate = fateOf(missed, at, file)
      if (fate === 'there') return []
      if (fate === 'missed') return [finding]
      return fate === 'given again' ? brokenBy(record.assessed.breaks.filter((one) => one.missed === missed)) : [brokenMeanwhile(finding, fate)]
    })
    const { findings: before, assessed: now } = analysed[at]!
    const isMissed = (finding: Finding): boolean => finding.missed !== undefined
    const isForAWhile = findings.some((finding) => isMissed(finding) && !record.findings.includes(finding))
    // Nor does it need another way then, unless it is for what takes long.
    const { plan, ...unplanned } = record.assessed
    const isWithheld = findings.length === 0 && plan?.fit === 'outline'
    const isLeftOut = plan && (isWithheld || !together.has(at)) && record.findings.some(isMissed) && !findings.some((finding) => isMissed(finding) && record.findings.includes(finding)) && record.assessed.effects.every(({ work }) => work.length === 0)
    const known = isForAWhile ? { ...unplanned, ...(!isTakenIn(at, together) && { plan: inOneTransaction }) } : isLeftOut ? unplanned : record.assessed
    const assessed = record.findings.some(isOpen) ? { ...known, fails: known.fails.filter(({ refused }) => !refused) } : known
    if (assessed !== now || findings.length !== before.length || findings.some((finding, index) => finding !== before[index])) analysed[at] = { ...analysed[at]!, assessed, findings }
  }
  return {
    path: migration.path,
    framework: migration.framework,
    lines: new LineIndex(text, previous?.lines),
    statements: analysed,
    unread,
    catalog: session.catalog,
    world,
    policy,
    steps,
    together,
    written,
    places,
    flags,
    fragments,
  }
}

/** The place of the first piece that starts behind an offset; their number where none does. */
const firstBehind = (pieces: readonly Placed[], offset: number): number => firstWhere(pieces.length, (at) => pieces[at]!.span.start > offset)

const isUnsettled = (findings: readonly Finding[]): boolean => findings.some((finding) => finding.missed !== undefined || finding.perTransaction !== undefined || finding.refused === true)

/** Of the findings that are told once in a transaction, those that are. */
function tellOnce(steps: readonly (readonly [number, StepRecord])[], statements: readonly AnalysedStatement[]): ReadonlySet<Finding> {
  const told = new Set<Finding>()
  const most = new Map<string, Finding>()
  let block = -1
  for (const [at, { findings }] of steps) {
    const { blockStart } = statements[at]!
    // Outside of a block each statement is a transaction of its own.
    if (blockStart !== block || blockStart < 0) most.clear()
    block = blockStart
    for (const finding of findings) {
      if (finding.perTransaction === undefined) continue
      const before = most.get(finding.hazard)
      if (before && before.perTransaction! >= finding.perTransaction) continue
      if (before) told.delete(before)
      told.add(finding)
      most.set(finding.hazard, finding)
    }
  }
  return told
}

const inOneTransaction = noWay('Take it away and make it again in one transaction, or in one ALTER TABLE, and do before or behind that what takes long')

/** Of a step, or of several statements together, that are assessed otherwise. */
const flagsOf = ({ assessed, findings }: Pick<StepRecord, 'assessed' | 'findings'>): number =>
  (isUnsettled(findings) ? flag.unsettled : 0) | (assessed.unread.length > 0 ? flag.unread : 0) | (assessed.block ? flag.inBlock : 0) | (assessed.ordinal === 0 ? flag.first : 0)

function collectUnread(migration: Migration, asides: readonly Aside[], statements: readonly AnalysedStatement[]): readonly Unread[] {
  const unread: Unread[] = [...migration.unread]
  for (const piece of asides) if (piece.unread !== undefined) unread.push({ span: piece.span, reason: piece.unread })
  for (const { span, assessed } of statements) for (const one of assessed.unread) unread.push({ span: shift(one.span, span.start), reason: one.reason })
  return unread.length < 2 ? unread : unread.sort((a, b) => a.span.start - b.span.start)
}

/** Whether a session is where every analysis of this world begins. */
const isStart = (session: Session, start: Session): boolean => session.catalog === start.catalog && (session.transaction.block !== undefined) === (start.transaction.block !== undefined) && session.transaction.block?.tool === start.transaction.block?.tool && session.transaction.around?.tool === start.transaction.around?.tool && session.transaction.holds.size === 0

/** What stands in a piece of the file, wherever that is. */
interface Written {
  readonly kind: Piece['kind']
  readonly sql: string
  /** The text between the statement before and this one, from its second line on, where it holds a directive. */
  readonly above: string
  /** The rest of the statement's last line, and for the last statement all that follows, where it holds a directive. */
  readonly behind: string
  readonly unread?: string
}

interface Placed {
  readonly span: Span
}

/** What is no statement, or could not be read as one. */
interface Aside extends Placed {
  readonly unread?: string
}

function statementsOf(fragments: readonly Fragment[], cuts: readonly CutFragment[]): { readonly written: readonly Written[]; readonly places: readonly Placed[]; readonly asides: readonly Aside[] } {
  const [first] = cuts
  const isOne = first !== undefined && cuts.length === 1 && fragments[0]!.start === 0
  const written = isOne ? first.written : cuts.flatMap((one) => one.written)
  const places = isOne ? first.cut.pieces : cuts.flatMap(({ cut }, index) => cut.pieces.map(({ span }): Placed => ({ span: shift(span, fragments[index]!.start) })))
  if (cuts.every(({ isPlain }) => isPlain)) return { written, places, asides: [] }
  const asides = written.flatMap(({ kind, unread }, index): readonly Aside[] => (kind === 'statement' && unread === undefined ? [] : [{ span: places[index]!.span, ...(unread !== undefined && { unread }) }]))
  return { written: written.filter(({ kind }) => kind === 'statement'), places: places.filter((_, index) => written[index]!.kind === 'statement'), asides }
}

function readFragment({ sql }: Fragment, previous: CutFragment | undefined): CutFragment {
  const cut = resplit(previous?.cut, sql)
  const { pieces } = cut
  const isDirected = sql.includes('lockscope:')
  const write = (piece: Piece, index: number): Written => {
    const previousEnd = pieces[index - 1]?.span.end ?? 0
    const above = isDirected ? sql.slice(index === 0 ? 0 : endOfLine(sql, previousEnd), piece.span.start) : ''
    const behind = isDirected ? sql.slice(piece.span.end, index === pieces.length - 1 ? sql.length : Math.min(endOfLine(sql, piece.span.end), pieces[index + 1]!.span.start)) : ''
    const unread = piece.kind === 'meta' ? 'A psql command: what it runs is not in this file.' : piece.problem
    return {
      kind: piece.kind,
      sql: detached(sql.slice(piece.span.start, piece.span.end)),
      above: above.includes('lockscope:') ? detached(above) : '',
      behind: behind.includes('lockscope:') ? detached(behind) : '',
      ...(unread !== undefined && { unread }),
    }
  }
  // Neighbours decide where a directive belongs, so with directives about every piece is written anew.
  const old = previous && !previous.isDirected && !isDirected ? previous : undefined
  const [kept, moved] = old ? [cut.kept, cut.moved] : [0, 0]
  const fresh = pieces.slice(kept, pieces.length - moved).map((piece, index) => write(piece, kept + index))
  const isPlain = fresh.every(({ kind, unread }) => kind === 'statement' && unread === undefined)
  if (!old) return { cut, written: fresh, isDirected, isPlain }
  const before = old.written.slice(0, kept)
  const behind = old.written.slice(old.written.length - moved)
  // What was there besides may stand before, behind, or in what has gone.
  const isStill = old.isPlain || [...before, ...behind].every(({ kind, unread }) => kind === 'statement' && unread === undefined)
  return { cut, written: [...before, ...fresh, ...behind], isDirected, isPlain: isPlain && isStill }
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from)
  return at < 0 ? text.length : at
}

function directivesOf(piece: Pick<Written, 'above' | 'sql' | 'behind'>): readonly Directive[] {
  return [...directivesIn(piece.above, -piece.above.length), ...directivesIn(piece.sql, 0), ...directivesIn(piece.behind, piece.sql.length)]
}

/** In comments of one line alone: in a longer one, or in a string, the same characters direct nobody. */
function directivesIn(text: string, start: number): readonly Directive[] {
  if (!text.includes('lockscope:')) return []
  return comments(text, 0, text.length)
    .filter((span) => text.startsWith('--', span.start))
    .flatMap((span) => readDirectives(text.slice(span.start, span.end), start + span.start))
}

/** Most are the very pieces that they were. */
const isSameAt = ({ written, steps }: Analysis, at: number, now: Written): boolean => written[at] === now || (steps[at]!.sql === now.sql && steps[at]!.above === now.above && steps[at]!.behind === now.behind)

function commonPrefix(old: Analysis, now: readonly Written[]): number {
  let count = 0
  while (count < old.steps.length && count < now.length && isSameAt(old, count, now[count]!)) count++
  return count
}

function commonSuffix(old: Analysis, now: readonly Written[], prefix: number): number {
  let count = 0
  while (count < old.steps.length - prefix && count < now.length - prefix && isSameAt(old, old.steps.length - 1 - count, now[now.length - 1 - count]!)) count++
  return count
}

/** Which facts are others where the session stands now than where it stood before the edit; undefined where that is not known. */
function changedBy(before: readonly StepRecord[], was: Session, now: readonly StepRecord[], is: Session): Difference | undefined {
  const records = [...before, ...now]
  return records.some(movesCatalog) ? undefined : afterWrites(new Map(), records, was, is)
}

/** The same behind one more statement, that was taken anew. */
function changedOn(changed: Difference | undefined, was: StepRecord, is: StepRecord): Difference | undefined {
  return changed === undefined || movesCatalog(was) || movesCatalog(is) ? undefined : afterWrites(changed, [was, is], was.after, is.after)
}

function afterWrites(changed: Difference, records: readonly StepRecord[], was: Session, is: Session): Difference {
  const written = new Set(records.flatMap(({ footprint }) => [...footprint.writes.keys()]))
  const others = is.catalog.differenceFrom(was.catalog, written)
  return others.size === 0 ? unset(changed, written) : new Map([...unset(changed, written), ...others])
}

/** Without the facts that have been set to the same. */
function unset(changed: Difference, written: ReadonlySet<FactKey> | Difference): Difference {
  const [few, many] = changed.size < written.size ? [changed, written] : [written, changed]
  for (const key of few.keys()) if (many.has(key)) return new Map([...changed].filter(([fact]) => !written.has(fact)))
  return changed
}

/** ROLLBACK goes back to another catalog, which no footprint tells. */
const movesCatalog = ({ before, after, footprint }: StepRecord): boolean => after.catalog !== before.catalog && (footprint.writes.size === 0 || after.saved !== before.saved)

const isSameSession = (was: Session, is: Session, changed: Difference | undefined): boolean => was === is || (changed?.size === 0 && was.transaction === is.transaction && was.past === is.past && was.saved === is.saved)

interface Reused {
  readonly record: StepRecord
  /** Which facts are others behind it. */
  readonly changed: Difference | undefined
}

/** An old step stands where nothing that it read has changed; what it changed is changed here too. The steps of its plan have perhaps not been tried yet, and then they read more. */
function reuse(old: StepRecord, session: Session, world: World, changed: Difference | undefined): Reused | undefined {
  if (old.before === session) return { record: old, changed }
  if (old.before.transaction !== session.transaction || old.before.past !== session.past || old.before.saved.length !== session.saved.length) return undefined
  // BEGIN, COMMIT and the like move whole catalogs about, which no footprint tells.
  if (old.after.saved !== old.before.saved || (changed ? hasRead(old.footprint, changed) : !session.catalog.agrees(old.footprint))) return undefined
  const { plan } = old.assessed
  const assessed = plan ? { ...old.assessed, plan: later(plan, () => step(session, old.sql, world).assessed.plan!) } : old.assessed
  const behind = changed && unset(changed, old.footprint.writes)
  const catalog = old.after.catalog === old.before.catalog ? session.catalog : behind ? old.after.catalog.differing(behind) : session.catalog.replay(old.footprint)
  // Made by name, as `take` makes them: a copy by `...` takes several times as long, and each edit makes one for all that follows.
  const after: Session = old.after === old.before ? session : { catalog, transaction: old.after.transaction, past: old.after.past, saved: session.saved }
  return { record: { sql: old.sql, above: old.above, behind: old.behind, before: session, after, footprint: old.footprint, assessed, findings: old.findings, flags: old.flags }, changed: behind }
}

function take(piece: Written, session: Session, world: World, policy: Policy, old: StepRecord | undefined): StepRecord {
  const { catalog, footprint } = session.catalog.observed()
  const { assessed, after } = step({ ...session, catalog }, piece.sql, world)
  const findings = findHazards(assessed, policy, directivesOf(piece))
  // The same place in the transaction as before the edit: keeping the old object lets every later statement of the block be reused.
  const transaction = old && old.before.transaction === session.transaction && isSame(old.after.transaction, after.transaction) ? old.after.transaction : after.transaction
  const past = old && JSON.stringify(old.after.past.map((one) => [...one])) === JSON.stringify(after.past.map((one) => [...one])) ? old.after.past : after.past
  const unchanged = footprint.writes.size === 0 && after.catalog === catalog
  // A savepoint keeps whole catalogs, which are to stay the very ones that it kept.
  const isMoved = after.saved !== session.saved
  const settled: Session = { catalog: unchanged ? session.catalog : (old && !isMoved ? after.catalog.keeping(footprint, old.footprint) : after.catalog).unobserved(), transaction, past, saved: after.saved }
  const result = old && old.before === session && old.after.catalog === settled.catalog && old.after.transaction === transaction && old.after.past === past && old.after.saved === settled.saved ? old.after : unchanged && transaction === session.transaction && past === session.past && after.saved === session.saved ? session : settled
  const record = { sql: piece.sql, above: piece.above, behind: piece.behind, before: session, after: result, footprint, assessed, findings }
  return { ...record, flags: marksOf(record) | flagsOf(record) }
}

const isSame = (a: TransactionState, b: TransactionState): boolean =>
  a.next === b.next && a.block?.implicit === b.block?.implicit && a.block?.tool === b.block?.tool && a.holds.is(b.holds)
