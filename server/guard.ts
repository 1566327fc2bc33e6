import { endedBy } from './hazards/timeout'
import { isBusy } from './hazards/lock-queue'
import type { AssessedEffect } from './model/assessed'
import { addDurations } from './model/estimate'
import type { Duration } from './model/estimate'
import { quoteLiteral } from './model/name'
import type { Step } from './model/plan'
import { timeoutSettings } from './model/timeout'
import type { Timeout, TimeoutName } from './model/timeout'
import { inCase, writtenName } from './sql/print'
import type { KeywordCase } from './sql/print'
import { read } from './sql/read'
import { split } from './sql/split'
import { Tokens } from './sql/tokens'
import type { Tried } from './try-statements'

/** How long a step may wait for a lock that everybody queues behind, before it lets them through and tries again. */
const patienceSeconds = 2
/** Where nobody has set it otherwise. */
const deadlockTimeoutMs = 1000
const mostTries = 10
/** Each pause is a second longer than the one before. */
const pausesSeconds = (mostTries * (mostTries - 1)) / 2
const allTriesMs = (mostTries * patienceSeconds + pausesSeconds) * 1000

export interface Surroundings {
  readonly inBlock: boolean
  /** The transaction has locks that others wait for: a pause would hold them as well. */
  readonly holds: boolean
  readonly keywords: KeywordCase
}

/**
 * The step with the timeouts that fit it: a short but strong lock is given up before the queue behind it hurts, and asked for again;
 * and what works while nobody waits for it is not ended half-way.
 */
export function guard(step: Step, tried: readonly Tried[], at: Surroundings): Step {
  // It lets everybody through between its batches, and may work for hours.
  if (step.kind === 'backfill') return unlimited(step, tried, at)
  // What runs outside of any transaction works long, and ended half-way it leaves an invalid index or a partition half detached.
  if (step.transaction !== 'none' && mayQueue(tried)) return at.holds ? brief(step, tried, at) : retried(step, tried, at)
  return unlimited(step, tried, at)
}

/** Takes a lock that others might queue behind, with no timeout to save them: whether a long transaction will run just then, no snapshot tells. */
const mayQueue = (tried: readonly Tried[]): boolean => tried.some(({ effects, timeouts }) => !timeouts.lock?.ms && effects.some(stopsOthers))

/** The same where long transactions are known to run, or the table is busy, so that the wait alone is worth a plan. */
export const queues = (tried: readonly Tried[]): boolean =>
  tried.some(({ effects, timeouts, longestTransactionMs = 0 }) => !timeouts.lock?.ms && effects.some((effect) => stopsOthers(effect) && (longestTransactionMs >= 1000 || isBusy(effect.traffic))))

export interface Walked {
  readonly step: Step
  readonly tried: readonly Tried[]
}

/** Neighbours that ask for the same locks, to have them for a moment, share one try. */
export function together(steps: readonly Walked[]): readonly Walked[] {
  const result: Walked[] = []
  for (const one of steps) {
    const last = result.at(-1)
    const locks = briefLocks(one)
    if (!last || locks === undefined || briefLocks(last) !== locks) {
      result.push(one)
      continue
    }
    const [a, b] = [last.step, one.step]
    const back = a.back === undefined || b.back === undefined ? undefined : [b.back, a.back].filter((way) => way !== '').join('\n')
    const { back: _, ...merged } = { ...a, ...both(a, b) }
    result[result.length - 1] = { step: { ...merged, ...(back !== undefined && { back }) }, tried: [...last.tried, ...one.tried] }
  }
  return result
}

const both = (a: Step, b: Step): Partial<Step> => {
  const all = (key: 'verify' | 'watch'): Partial<Step> => {
    const statements = [...new Set([a[key], b[key]].flatMap((part) => (part === undefined ? [] : statementsOf(part))))]
    return statements.length === 0 ? {} : { [key]: statements.map((statement) => `${statement};`).join('\n') }
  }
  return {
    sql: `${a.sql}\n${b.sql}`,
    ...all('verify'),
    ...all('watch'),
    why: a.why === b.why ? a.why : `${a.why} ${b.why}`,
    ...(a.duration && b.duration && { duration: addDurations(a.duration, b.duration) }),
  }
}

/** Which relations it stops others at, in one word; undefined where it is not tried for, or does more under its lock. */
function briefLocks({ step, tried }: Walked): string | undefined {
  if (step.kind !== 'sql' || step.transaction !== 'shared' || !mayQueue(tried) || !statementsOf(step.sql).every(canBeRetried)) return undefined
  const effects = tried.flatMap((one) => one.effects)
  if (effects.some((effect) => effect.work.length > 0)) return undefined
  return [...new Set(effects.filter(stopsOthers).map((effect) => effect.indexOf ?? effect.relation))].sort().join(' ')
}

/** Others know the relation, and some of them have to wait. */
export const stopsOthers = ({ fresh, blocks }: AssessedEffect): boolean => !fresh && (blocks.reads || blocks.writes)

/** What a block of PL/pgSQL runs as it stands: it has no SELECT without a place for the result, and puts its own variables into queries. */
export const canBeRetried = (statement: string): boolean => /^(?:alter|create|drop|truncate|comment|lock|grant|revoke|reindex|cluster|refresh|security|do)\b/i.test(statement)

/**
 * Tries in a block of code, so that it runs with psql and within whatever runs migrations.
 * What a try has locked is let go of with its subtransaction before the pause (AbortSubTransaction in src/backend/access/transam/xact.c).
 * A timeout for statements counts for the block as a whole, so there is none for each try.
 */
function retried(step: Step, tried: readonly Tried[], at: Surroundings): Step {
  const statements = withoutTransaction(statementsOf(step.sql))
  const words = new Set(statements.flatMap(wordsOf))
  const tag = ['$retry$', '$until_locked$', '$again$'].find((one) => !step.sql.includes(one))
  const attempt = ['attempt', 'this_attempt', 'number_of_attempt'].find((one) => !words.has(one))
  if (tag === undefined || attempt === undefined || !statements.every(canBeRetried)) return brief(step, tried, at)
  const cased = (text: string): string => inCase(text, at.keywords)
  const ahead = lockedAhead(tried, statements)
  const limitMs = ahead ? togetherMs(tried) : patienceMs(tried)
  const [since, part] = ['since', 'part'].map((word) => (words.has(word) ? `${attempt}_${word}` : word)) as [string, string]
  const block = [
    `${cased('DO')} ${tag} ${ahead ? cased(`DECLARE ${since} timestamptz;${ahead.relations.length > 1 ? ` ${part} text;` : ''} BEGIN`) : cased('BEGIN')}`,
    cased(`  FOR ${attempt} IN 1..${mostTries} LOOP`),
    cased('    BEGIN'),
    cased(`      SET LOCAL lock_timeout = ${writtenTime(limitMs)};`),
    ...(ahead ? lockedOneByOne(ahead, limitMs, since, part, cased) : []),
    ...statements.map((sql) => `      ${sql};`),
    cased('      EXIT;'),
    cased('    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN'),
    cased(`      IF ${attempt} = ${mostTries} THEN RAISE; END IF;`),
    cased(`      PERFORM pg_sleep(${attempt});`),
    cased('    END;'),
    cased('  END LOOP;'),
    `${cased('END')} ${tag};`,
  ].join('\n')
  const limit = tried[0]?.timeouts.statement
  const sql = limit && limit.ms > 0 && limit.ms < 2 * allTriesMs ? within(block, [{ name: 'statement', timeout: limit, ms: 2 * allTriesMs }], step, at) : block
  // Whatever else its transaction had locked would stay locked through the pauses.
  return { ...step, sql, transaction: at.inBlock ? step.transaction : 'own', why: `${step.why} Tries up to ${mostTries} times for ${limitMs / 1000} s${!ahead && isOfSeveral(tried) ? ' a lock' : ''}, so that nobody queues behind it for long.` }
}

/**
 * How long a try for several locks may take in all: whoever comes to them in another order has one of them and waits for the next, as the step does.
 * It gives up before the server looks who is to be ended then, which it does when somebody has waited for deadlock_timeout (src/backend/storage/lmgr/proc.c).
 */
const togetherMs = (tried: readonly Tried[]): number => Math.min(patienceSeconds * 1000, Math.max(1, Math.floor(0.8 * (tried[0]?.deadlockTimeoutMs ?? deadlockTimeoutMs))))

/** How long to wait for each lock; whoever comes to the first of them queues behind this one while it waits, and may have the next. */
function patienceMs(tried: readonly Tried[], holds = false): number {
  const { size } = stoppedBy(tried)
  return size < 2 && !holds ? patienceSeconds * 1000 : Math.max(1, Math.floor(togetherMs(tried) / size))
}

const isOfSeveral = (tried: readonly Tried[]): boolean => stoppedBy(tried).size > 1

const stoppedBy = (tried: readonly Tried[]): ReadonlySet<string> => new Set(tried.flatMap(({ effects }) => effects.flatMap((effect) => (stopsOthers(effect) && !effect.indexOf ? [effect.relation] : []))))

/** What is locked one by one before the statements run: PostgreSQL waits for each lock as long as the timeout lets it. */
interface Ahead {
  /** Each locks a view, and comes before what that reads. */
  readonly views: readonly string[]
  /** As LOCK TABLE takes them, in the order of the statements. */
  readonly relations: readonly string[]
  readonly lock: string
  /** The statements wait for one more. */
  readonly hasMore: boolean
}

function lockedAhead(tried: readonly Tried[], statements: readonly string[]): Ahead | undefined {
  const effects = tried.flatMap((one) => one.effects)
  const explicit = lockedInBlock(statements, effects)
  if (explicit) return explicit
  const first = effects.find((effect) => stopsOthers(effect) && !effect.indexOf)
  if (!first) return undefined
  const below = first.leadsTo ?? []
  const isTree = first.leadsTo !== undefined && below.every((one) => effects.some(({ relation, lock, isForeign }) => relation === one && lock === first.lock && !isForeign))
  const relations = [first.relation, ...(isTree ? below : [])]
  // The other table of a key: whoever may refer to it may not lock it by itself.
  const isOfKey = tried.every(({ operations }) => operations.every(({ kind, relation }) => keyed.has(kind) && relation === first.relation))
  const hasMore = isOfKey && effects.some((effect) => stopsOthers(effect) && !effect.indexOf && !relations.includes(effect.relation))
  return relations.length > 1 || hasMore ? { views: [], relations, lock: first.lock, hasMore } : undefined
}

/** Kinds that lock two tables which have no more to do with each other than a foreign key. */
const keyed: ReadonlySet<string> = new Set(['add-foreign-key', 'drop-constraint', 'alter-constraint'])

/** A block that begins with locking several, views by an ALTER of each, with what is below them: all but the last. */
function lockedInBlock([block = '', ...more]: readonly string[], effects: readonly AssessedEffect[]): Ahead | undefined {
  const [, alters = '', list, mode] = more.length === 0 && /^do\b/i.test(block) ? (/^begin\n((?: *alter view .+;\n)*) *lock table (.+) in ([a-z ]+) mode;$/im.exec(block) ?? []) : []
  const [command] = list === undefined ? [] : read(`LOCK TABLE ${list} IN ${mode} MODE`).commands
  const views = statementsOf(alters).map((sql) => `${sql};`)
  if (command?.kind !== 'lock-table' || views.length + command.relations.length < 2) return undefined
  const below = (written: string): readonly string[] => effects.find(({ relation, leadsTo }) => leadsTo && (relation === written || relation.endsWith(`.${written}`)))?.leadsTo ?? []
  const all = command.relations.map(({ relation }) => writtenName(relation)).flatMap((written) => [written, ...below(written)])
  return { views, relations: all.slice(0, -1), lock: command.mode, hasMore: true }
}

/** So that they all are waited for together as long as one would be. */
const lockedOneByOne = ({ views, relations, lock, hasMore }: Ahead, limitMs: number, since: string, part: string, cased: (text: string) => string): readonly string[] => {
  const rest = cased(`PERFORM set_config('lock_timeout', greatest(1, ${limitMs} - 1000 * extract(epoch FROM clock_timestamp() - ${since}))::int::text, true);`)
  const all = relations.length > 1
    ? [
        `      ${cased(`FOREACH ${part} IN ARRAY ARRAY`)}[${relations.map(quoteLiteral).join(', ')}] ${cased('LOOP')}`,
        `        ${rest}`,
        cased(`        EXECUTE format('LOCK TABLE ONLY %s IN ${lock} MODE', ${part});`),
        cased('      END LOOP;'),
      ]
    : relations.map((one) => `      ${cased('LOCK TABLE ONLY')} ${one} ${cased(`IN ${lock} MODE`)};`)
  // The first of all has the whole of the timeout.
  const alters = views.flatMap((sql, at) => [...(at > 0 ? [`      ${rest}`] : []), `      ${sql}`])
  return [cased(`      ${since} := clock_timestamp();`), ...alters, ...(views.length > 0 && relations.length === 1 ? [`      ${rest}`] : []), ...all, ...(hasMore ? [`      ${rest}`] : [])]
}

/** Without a second try: what the transaction has locked before would stay locked through the pause. */
function brief(step: Step, tried: readonly Tried[], { holds, keywords }: Surroundings): Step {
  const limitMs = patienceMs(tried, holds)
  return {
    ...step,
    sql: `${inCase(`SET lock_timeout = ${writtenTime(limitMs)};`, keywords)}\n${step.sql}\n${inCase('RESET lock_timeout;', keywords)}`,
    why: `${step.why} Gives up after ${limitMs / 1000} s instead of queueing everybody behind a long transaction: run it again then.`,
  }
}

/** Others go on all the while, so that a timeout would only end it too early. */
function unlimited(step: Step, tried: readonly Tried[], at: Surroundings): Step {
  const endings = tried.flatMap((one) => endingOf(one).map((ending) => ({ ...ending, ms: ending.name === 'statement' && step.transaction !== 'none' && one.duration ? enoughMs(one.duration, one.longestTransactionMs) : 0 })))
  const each = endings.filter(({ name }, index) => endings.findIndex((other) => other.name === name) === index)
  return each.length === 0 ? step : { ...step, sql: within(step.sql, each, step, at) }
}

/** The timeouts that would end the statement, though it need not keep anybody waiting. */
export function endingOf(tried: Tried): readonly { readonly name: TimeoutName; readonly timeout: Timeout }[] {
  if (tried.effects.some((effect) => !effect.brief && stopsOthers(effect))) return []
  return endedBy(tried).map(({ name }) => ({ name, timeout: tried.timeouts[name]! }))
}

/** Ten times the highest estimate, in whole hours: an end for what has gone wrong, which leaves alone what is only slow. */
const enoughMs = ({ highMs }: Duration, longestTransactionMs = 0): number => Math.ceil((10 * highMs + longestTransactionMs) / 3_600_000) * 3_600_000

/** Under other timeouts, which are as before afterwards. */
function within(sql: string, timeouts: readonly { readonly name: TimeoutName; readonly timeout: Timeout; readonly ms: number }[], { transaction }: Step, { inBlock, keywords }: Surroundings): string {
  const isLocal = inBlock && transaction === 'shared'
  const set = inCase(isLocal ? 'SET LOCAL' : 'SET', keywords)
  const before = timeouts.map(({ name, ms }) => `${set} ${timeoutSettings[name]} = ${ms === 0 ? '0' : writtenTime(ms)};`)
  const after = timeouts.map(({ name, timeout }) => (timeout.from === 'snapshot' && !isLocal ? `${inCase('RESET', keywords)} ${timeoutSettings[name]};` : `${set} ${timeoutSettings[name]} = ${writtenTime(timeout.ms)};`))
  return [...before, sql, ...after].join('\n')
}

const writtenTime = (ms: number): string => (ms % 3_600_000 === 0 ? `'${ms / 3_600_000}h'` : ms % 1000 === 0 ? `'${ms / 1000}s'` : `'${ms}ms'`)

const statementsOf = (sql: string): readonly string[] => split(sql).flatMap((piece) => (piece.kind === 'statement' ? [sql.slice(piece.span.start, piece.span.end)] : []))

/** A try is a transaction of its own anyway. */
const withoutTransaction = (statements: readonly string[]): readonly string[] =>
  statements.length > 2 && /^begin$/i.test(statements[0]!) && /^(?:commit|end)$/i.test(statements.at(-1)!) ? statements.slice(1, -1) : statements

function wordsOf(sql: string): readonly string[] {
  const tokens = new Tokens(sql)
  return Array.from({ length: tokens.count }, (_, index) => tokens.word(index))
}
