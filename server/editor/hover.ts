import type { Hover } from 'vscode-languageserver-types'
import { MarkupKind } from 'vscode-languageserver-types'
import { commands } from '../../common/protocol'
import { mendedAt } from '../model/assessed'
import type { AnalysedStatement, Assessed, AssessedEffect } from '../model/assessed'
import { describeWork } from '../model/describe-work'
import type { OnlyIf } from '../model/effect'
import type { Duration, Fact } from '../model/estimate'
import { formatAbout, formatBytes, formatCount, formatMs, formatRange, formatRows, listWords } from '../model/format'
import type { Hold } from '../model/holds'
import { activities } from '../model/lock'
import type { Activity, LockMode } from '../model/lock'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { StandbyLag } from '../model/standby'
import { timeoutSettings } from '../model/timeout'
import type { TimeoutName } from '../model/timeout'
import { closes, totalDuration } from './code-lenses'
import { statementOfBlock } from './diagnostics'
import { printSteps } from './plan-text'
import { cell, code, names } from './markdown'
import { queue } from './queue'
import { effectsOnOthers, tableOf, tablesOf, works } from './summary'
import { statementAt } from './view'
import type { View } from './view'

/** All that is known of the statement at the place, as a person reads it: first what happens to others, then why, then the way out. */
export function hover(view: View, offset: number): Hover | undefined {
  const statement = statementAt(view, offset)
  if (!statement) return undefined
  const value = describe(view, statement).filter((part) => part !== '').join('\n\n')
  return { contents: { kind: MarkupKind.Markdown, value }, range: view.analysis.lines.range(statement.span) }
}

function describe(view: View, statement: AnalysedStatement): readonly string[] {
  const { assessed } = statement
  return [
    headline(assessed),
    ...assessed.unread.map(({ reason }) => `⚠ Not analysed: ${reason}`),
    locks(assessed),
    meanwhile(assessed),
    work(assessed),
    writes(assessed),
    tenants(assessed),
    waits(assessed),
    ...queue(assessed),
    timeouts(assessed),
    holds(view, statement),
    consequences(assessed),
    safeWay(view, statement),
    wayBack(assessed),
    links(view, assessed),
  ]
}

function headline(assessed: Assessed): string {
  const titles = [...new Set(assessed.operations.map((operation) => operation.title))]
  const title = titles.length === 0 ? 'Not analysed' : titles.length === 1 ? titles[0]! : `${titles[0]!}, then ${listWords(titles.slice(1).map((one) => one.charAt(0).toLowerCase() + one.slice(1)))}`
  const verdict = titles.length === 0 ? '' : whoWaits(assessed)
  return `**${title}**${verdict === '' ? '' : ` — ${verdict}`}`
}

function whoWaits(assessed: Assessed): string {
  const effects = effectsOnOthers(assessed)
  if (assessed.effects.length === 0) return assessed.unread.length > 0 ? '' : 'locks no table'
  if (effects.length === 0) return 'nobody else uses it yet'
  const reads = effects.some((effect) => effect.blocks.reads)
  const writes = effects.some((effect) => effect.blocks.writes)
  const tables = tablesOf(effects.filter((effect) => effect.blocks.reads || effect.blocks.writes))
  if (!reads && !writes) return `reads and writes go on${assessed.duration && works(assessed) ? `; takes ${formatRange(assessed.duration)}` : ''}`
  const what = `blocks ${reads && writes ? 'reads and writes to' : reads ? 'reads of' : 'writes to'} ${names(tables)}`
  if (!works(assessed)) return `${what}, for a moment once the lock is granted`
  return assessed.duration ? `${what} for ${formatRange(assessed.duration)}` : `${what} for as long as the work takes; how long is not known`
}

function locks(assessed: Assessed): string {
  if (assessed.effects.length === 0) return ''
  const most = 8
  const sorted = [...effectsOnOthers(assessed), ...assessed.effects.filter((effect) => effect.fresh)]
  const rows = sorted.slice(0, most).map((effect) => `| ${code(shortName(effect.relation))} | ${lockOf(effect)} | ${stops(effect)} | ${effect.fresh ? 'new' : effect.rows === undefined ? 'unknown' : formatRows(effect.rows)} |`)
  const more = sorted.length > most ? [`| … ${sorted.length - most} more | | | |`] : []
  return ['| Relation | Lock | Stops | Size |', '|---|---|---|---|', ...rows, ...more].join('\n')
}

/** With what it hangs on, where that is known only when it runs. */
function lockOf({ lock, onlyIf, otherwise }: AssessedEffect): string {
  return onlyIf ? `${lock} ${onlyWhere[onlyIf]}${otherwise ? `, else ${otherwise}` : ''}` : lock
}

const onlyWhere: Readonly<Record<OnlyIf, string>> = { rows: 'if there are rows', condition: 'if its branch is taken' }

function stops(effect: AssessedEffect): string {
  if (effect.fresh) return 'nobody'
  const { reads, writes } = effect.blocks
  const what = reads && writes ? 'reads and writes' : reads ? 'reads' : writes ? 'writes' : 'no reads, no writes'
  if (effect.brief) return `${what}, for a moment`
  return effect.indexOf && (reads || writes) ? `${what} of ${code(shortName(effect.indexOf))}, for planning opens each index` : what
}

/** What others may run meanwhile: a column for each of the tables that are locked most. */
function meanwhile(assessed: Assessed): string {
  const byTable = new Map<RelationName, LockMode[]>()
  for (const effect of effectsOnOthers(assessed)) {
    // An index's own lock stops queries, which the table above says; the activities here are those on the table.
    if (effect.indexOf || effect.brief) continue
    byTable.set(effect.relation, [...(byTable.get(effect.relation) ?? []), effect.lock])
  }
  const tables = [...byTable].filter(([, modes]) => modes.some((mode) => mode !== 'ACCESS SHARE')).slice(0, 3)
  if (tables.length === 0) return ''
  const same = tables.every(([, modes]) => modes.join() === tables[0]![1].join())
  const stopped = (modes: readonly LockMode[], { waits }: Activity): boolean => modes.some((mode) => waits.includes(mode))
  const common = activities.filter((one) => one.common)
  if (same) {
    // A hover shows a dozen lines before one has to scroll, so eight activities take four of them.
    const mark = (one: Activity): string => `${stopped(tables[0]![1], one) ? '✗' : '✓'} ${one.activity}`
    const half = Math.ceil(common.length / 2)
    const rows = common.slice(0, half).map((one, index) => `| ${mark(one)} | ${common[half + index] ? mark(common[half + index]!) : ''} |`)
    return [`| Meanwhile on ${listWords(tables.map(([table]) => code(shortName(table))))} | ✗ waits |`, '|---|---|', ...rows].join('\n')
  }
  const rows = common.map((one) => `| ${one.activity} | ${tables.map(([, modes]) => (stopped(modes, one) ? '✗' : '✓')).join(' | ')} |`)
  return [`| Meanwhile (✗ waits) on | ${tables.map(([table]) => code(shortName(table))).join(' | ')} |`, `|---|${tables.map(() => '---').join('|')}|`, ...rows].join('\n')
}

function work(assessed: Assessed): string {
  const lines = assessed.effects.flatMap((effect) =>
    effect.work.map((one) => {
      const time = one.estimate.duration ? `: ${formatAbout(one.estimate.duration)} (${formatRange(one.estimate.duration)})` : ''
      const into = one.kind === 'probe' ? ` in ${code(shortName(one.into))}` : one.kind === 'build-index' && one.index.name !== undefined ? ` ${code(one.index.name)}` : ''
      return `- ${code(shortName(effect.relation))}: ${describeWork(one, effect.rows)}${into}${time}`
    }),
  )
  if (lines.length === 0) return reasons(assessed.because).join('\n\n')
  const unsaid = assessed.unknownSize && assessed.effects.every((effect) => effect.work.every((one) => one.estimate.because.length === 0)) ? ['How long it takes is not known: nothing tells the size.'] : []
  return [['**Work under these locks**', '', ...lines].join('\n'), ...unsaid, ...reasons(assessed.because)].join('\n\n')
}

/** Less is nothing to prepare for. */
const notableBytes = 100 * 1024 ** 2

function writes({ bytes, standbyLag }: Assessed): string {
  if (!bytes || bytes.written + bytes.wal < notableBytes) return ''
  const wal = bytes.wal > 0 ? ` and ${formatBytes(bytes.wal)} of WAL, which ${standbyLag ? `the ${standbyLag.standbys === 1 ? 'standby replays' : `${standbyLag.standbys} standbys replay`}` : 'standbys replay'}` : ''
  const disk = bytes.disk > notableBytes ? `; needs up to ${formatBytes(bytes.disk)} of free disk for it, WAL apart` : ''
  return `**Writes** about ${formatBytes(bytes.written)}${wal}${disk}.${lag(standbyLag)}`
}

function lag(standbyLag: StandbyLag | undefined): string {
  if (!standbyLag) return ''
  const { duration, commitsWait } = standbyLag
  const time = duration.lowMs < 1 ? `up to ${formatMs(duration.highMs)}` : formatRange(duration)
  return ` When it ends, ${standbyLag.standbys === 1 ? 'the standby is' : 'the last of them is'} ${time} behind${commitsWait ? ', and whoever commits waits for as long (`synchronous_commit` is `remote_apply`)' : ''}.`
}

/** The same migration has to run for each tenant, and their tables are not equally large. */
function tenants({ effects, duration }: Assessed): string {
  const effect = effects.find((one) => one.tenants && !one.indexOf)
  if (!effect?.tenants) return ''
  const { schemas, rows } = effect.tenants
  const share = effect.rows ? rows / effect.rows : undefined
  const time = duration && share !== undefined && effect.work.length > 0 ? `; in all of them this takes about ${formatMs(duration.expectedMs * share)}` : ''
  return `**Tenants**: ${formatCount(schemas)} schemas have a table like ${code(shortName(effect.relation))}, with ${formatRows(rows)} in all${time}.`
}

function reasons(facts: readonly Fact[]): readonly string[] {
  if (facts.length === 0) return []
  const most = 10
  const rows = facts.slice(0, most).map(({ fact, value, from }) => `| ${cell(fact)} | ${cell(value)} | ${from} |`)
  const more = facts.length > most ? [`| … ${facts.length - most} more | | |`] : []
  return [['| Reckoned from | | Known from |', '|---|---|---|', ...rows, ...more].join('\n')]
}

function waits(assessed: Assessed): string {
  const parts: string[] = []
  const strong = effectsOnOthers(assessed).filter((effect) => effect.blocks.reads || effect.blocks.writes)
  const notHeld = strong.filter((effect) => !assessed.held.has(effect.relation, effect.lock))
  if (notHeld.length > 0) {
    const whom = notHeld.some((effect) => effect.blocks.reads) ? 'everybody who has read or written' : 'everybody who has written to'
    const longest = assessed.longestTransactionMs
    const limit = assessed.timeouts.lock?.ms
    parts.push(
      `**Before** it gets its lock it waits for ${whom} ${names(tablesOf(notHeld))} in a transaction that is still open${longest === undefined ? '' : `; the oldest in the snapshot had been open for ${formatMs(longest)}`}. ` +
        `${notHeld.some((effect) => effect.blocks.reads) ? 'Everybody' : 'Every writer'} who comes later queues behind it${limit ? `, for ${formatMs(limit)} at the most (lock_timeout)` : ''}.`,
    )
  }
  for (const effect of assessed.effects) {
    if (effect.waitsFor === undefined) continue
    const whom = { writers: 'every older transaction that may write to it, and every older snapshot', everyone: 'every older transaction that has used it', snapshots: 'every older transaction that may still look at what it replaces' }[effect.waitsFor]
    parts.push(`**In between** it waits for ${whom} (${code(shortName(tableOf(effect)))}), while reads and writes go on.`)
  }
  return parts.join('\n\n')
}

/** What ends the statement by the clock. */
function timeouts(assessed: Assessed): string {
  if (assessed.effects.length === 0) return ''
  const set = (Object.keys(timeoutSettings) as TimeoutName[]).flatMap((name) => {
    const timeout = assessed.timeouts[name]
    return timeout && timeout.ms > 0 ? [`\`${timeoutSettings[name]}\` ${formatMs(timeout.ms)}${timeout.from === 'snapshot' ? ' (as the session of the snapshot had it)' : ''}`] : []
  })
  return set.length === 0 ? '' : `**In force**: ${listWords(set)}.`
}

function holds(view: View, statement: AnalysedStatement): string {
  const { assessed, blockStart } = statement
  if (blockStart < 0) return ''
  const strong = effectsOnOthers(assessed).filter((effect) => effect.blocks.reads || effect.blocks.writes)
  const parts: string[] = []
  if (strong.length > 0) parts.push(untilCommit(view, statement))
  const kept = [...assessed.held.stopping()]
  if (kept.length > 0) parts.push(`**Already held** by this transaction: ${listWords(kept.slice(0, 4).map((hold) => heldSince(view, statement, hold)))}${kept.length > 4 ? ' and more' : ''}.`)
  return parts.join('\n\n')
}

function untilCommit(view: View, statement: AnalysedStatement): string {
  const { statements, lines } = view.analysis
  const from = statements.indexOf(statement)
  let end = from
  while (statements[end + 1]?.blockStart === statement.blockStart) end++
  const last = statements[end]!
  const until = closes(last) ? `the transaction ends (line ${lines.position(last.span.start).line + 1})` : statement.assessed.block?.implicit ? `the end of the file, which ${statement.assessed.block.tool} runs in one transaction` : 'its transaction ends, which is not in this file'
  const total: Duration | undefined = totalDuration(statements.slice(from, end + 1))
  const long = total && works(statement.assessed) ? `, ${formatRange(total)} in all` : total && total.expectedMs >= 1 && statements.slice(from, end + 1).some((one) => works(one.assessed)) ? `, about ${formatMs(total.expectedMs)} in all` : ''
  return `**Held** until ${until}${long}.`
}

function heldSince(view: View, statement: AnalysedStatement, hold: Hold): string {
  const earlier = statementOfBlock(view, statement, hold.ordinal)
  const line = earlier ? ` since line ${view.analysis.lines.position(earlier.span.start).line + 1}` : ''
  return `${hold.lock} on ${code(shortName(hold.relation))}${line}`
}

function consequences(assessed: Assessed): string {
  const lines = [...assessed.fails.map(({ sentence, certain }) => `${certain ? 'Fails' : 'May fail'}: ${sentence}`), ...assessed.breaks.map(({ sentence }) => sentence), ...assessed.loses.map(({ sentence }) => sentence), ...assessed.stops.map(({ sentence }) => sentence), ...assessed.keeps.map(({ text }) => text)]
  return lines.map((line) => `- ⚠ ${line}`).join('\n')
}

function safeWay(view: View, statement: AnalysedStatement): string {
  const { statements } = view.analysis
  const { plan } = statements[mendedAt(statements.indexOf(statement), statements)]!.assessed
  if (!plan) return ''
  const most = 24
  const lines = printSteps(plan).trimEnd().split(/\r\n|\n/).slice(1)
  const shown = lines.length > most ? [...lines.slice(0, most), '-- …'] : lines
  const { line, character } = view.analysis.lines.position(statement.span.start)
  const link = view.hasCommands ? ` [Open beside](command:${commands.previewPlan}?${encodeURIComponent(JSON.stringify([view.uri, { line, character }]))})` : ''
  return `**Safe way**: ${plan.title}.${link}\n\n${fenced(shown.join('\n'))}`
}

function wayBack(assessed: Assessed): string {
  // Undone in the opposite order.
  const ways = [...assessed.operations].sort((a, b) => b.turn - a.turn).map((operation) => operation.wayBack)
  if (ways.length === 0 || ways.some((way) => way === undefined)) return ''
  return `**Way back**\n\n${fenced(ways.join('\n'))}`
}

function links(view: View, assessed: Assessed): string {
  const pages = new Map(assessed.operations.map(({ kind, title }) => [kind, title]))
  return [...pages].map(([kind, title]) => `[${title}](${view.page(`operations/${kind}`)})`).join(' · ')
}

function fenced(sql: string): string {
  const longest = Math.max(2, ...[...sql.matchAll(/`+/g)].map((match) => match[0].length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}sql\n${sql}\n${fence}`
}
