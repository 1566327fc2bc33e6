import type { RowCount, TableRead, Work } from './effect'
import { formatRows } from './format'
import { shortName } from './name'

/** "looks up 40 M rows to check existing ones". `rows` are those of the relation that the work is on, where known. */
export function describeWork(work: Work, rows: number | undefined): string {
  // What is waited for are transactions, however many rows there are.
  if (work.kind === 'drain') return `${verbs.drain} ${work.to}`
  if (work.kind === 'query') return `${verbs.query} ${queriedRows(work.reads[0]!, rows)} ${work.to}`
  const touched = 'rows' in work ? changedRows(work.rows, work.kind === 'insert') : rows === undefined ? 'every row' : formatRows(rows)
  const batches = 'committedEvery' in work && work.committedEvery !== undefined ? `, at most ${formatRows(work.committedEvery.rows)} in a transaction` : ''
  return `${verbs[work.kind]} ${touched} ${work.to}${batches}`
}

/** The same work on several relations, the longest first: with the rows of all, but where it says itself how many they are. */
export function describeTogether(works: readonly { readonly work: Work; readonly rows: number | undefined }[]): string {
  const { work, rows } = works[0]!
  const isCounted = 'rows' in work || work.kind === 'query' || works.some((one) => one.rows === undefined)
  return describeWork(work, isCounted ? rows : works.reduce((total, one) => total + one.rows!, 0))
}

/** Of its largest table. */
function queriedRows({ how, rows: fitting, most }: TableRead, rows: number | undefined): string {
  if (how === 'untold') return 'an unknown number of rows'
  if (how === 'found' && fitting.kind === 'exactly') return formatRows(fitting.rows)
  if (how === 'whole') return rows === undefined ? 'every row' : formatRows(rows)
  return rows === undefined ? (most === undefined ? 'an unknown share of the rows' : 'rows until there are enough') : `up to ${formatRows(rows)}`
}

const verbs: Record<Work['kind'], string> = {
  scan: 'reads',
  query: 'reads',
  rewrite: 'rewrites',
  drain: 'waits',
  'build-index': 'sorts',
  probe: 'looks up',
  update: 'changes',
  insert: 'adds',
  delete: 'removes',
}

/** Of what is added, the rows are another relation's: whose, is said. */
function changedRows(count: RowCount, isAdded: boolean): string {
  if (count.kind === 'exactly') return formatRows(count.rows)
  if (count.kind === 'unknown') return 'an unknown number of rows'
  const rows = count.ofRows
  if (rows === undefined) return `${count.fraction === 1 && !count.assumed ? 'every row' : 'an unknown share of the rows'}${isAdded ? ` of \`${shortName(count.of)}\`` : ''}`
  return count.assumed ? `up to ${formatRows(rows * (count.between?.[1] ?? 1))}` : formatRows(rows * count.fraction)
}
