import { activities, lockModes } from '../../server/model/lock'
import { split } from '../../server/sql/split'
import type { Page } from '../support/document'
import { openPage, pageNames } from '../support/document'
import type { Answer } from '../witness/answer'
import { caseKey, grouped, readMatrix, versions } from '../witness/matrix'
import type { ByVersion, Row } from '../witness/matrix'
import { relationOf } from '../witness/script'

/** `docs/locks.md`, from what servers answered and nothing else. */
export function lockPage(): string {
  const pages = pageNames('operations').map((name) => openPage('operations', name))
  const sections = pages.map(section).filter(({ rows }) => rows.length > 0)
  const answers = pages.flatMap((page) => [...readMatrix('operations', page.name).values()].flatMap(({ locks }) => Object.values(locks)))
  const asserted = answers.filter((answer) => 'asserted' in answer).length
  return `${[
    '# The locks of PostgreSQL 12 to 18',
    '',
    'Nobody wrote these tables: servers of every version were asked, and `npm test` compares them with what Lockscope says.',
    `They are ${answers.length - asserted} answers of servers; ${asserted} more cases no server can be asked, and their pages only assert them.`,
    '',
    '## What waits for whom',
    '',
    'A row is what somebody runs, a column the lock that somebody else holds on the same table: ✗ waits until that transaction ends.',
    'Autovacuum does not wait but passes the table by, and gives way to whoever waits for it.',
    'What is CONCURRENTLY waits for old transactions too while it runs.',
    '',
    ...waiting(),
    '',
    '## What each statement locks',
    '',
    'Each line is the statement of a case on the page of its operation, which shows the tables before it; that one statement stands in two lines with other locks is for other tables.',
    'What the statement itself makes is left out, and so is ACCESS SHARE on an index, which planning takes.',
    'An ACCESS EXCLUSIVE lock on an index stops every query of its table, for planning opens each index.',
    'A version stands beside a line where others do otherwise.',
    '',
    ...sections.flatMap(({ page, rows }) => [`### [${page.title}](../server/operations/${page.name}.md)`, '', '| Statement | Locks | Work | In a block |', '|---|---|---|---|', ...rows, '']),
  ]
    .join('\n')
    .trimEnd()}\n`
}

function waiting(): readonly string[] {
  const head = ['', ...lockModes.map((mode) => mode.replaceAll(' ', '<br>'))]
  const rows = activities.map(({ activity, waits }) => [activity, ...lockModes.map((mode) => (waits.includes(mode) ? '✗' : ''))])
  return [head, head.map((_, index) => (index === 0 ? '---' : ':-:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
}

function section(page: Page): { readonly page: Page; readonly rows: readonly string[] } {
  const matrix = readMatrix('operations', page.name)
  const rows = page.cases.flatMap((one) => {
    const row = matrix.get(caseKey(one))
    // Of several statements, which of them does what is told on the page.
    return row && split(one.sql).length === 1 ? lines(one.sql, row) : []
  })
  return { page, rows: [...new Set(rows)] }
}

function lines(sql: string, { locks }: Row): readonly string[] {
  const shown: ByVersion<string> = {}
  for (const version of versions) {
    const answer = locks[version]
    const cells = answer && cellsOf(answer)
    if (cells) shown[version] = cells
  }
  const groups = [...grouped(shown)]
  const all = `${versions[0]}-${versions.at(-1)}`
  return groups.map(([label, cells]) => `| ${code(short(sql))}${label === all ? '' : ` **${label.replace('-', '–')}**`} | ${cells} |`)
}

/** Undefined where no server was asked. */
function cellsOf(answer: Answer): string | undefined {
  if ('asserted' in answer) return undefined
  if ('lacks' in answer) return 'this release does not have it | |'
  if ('refused' in answer) return `${answer.asked && answer.asked.length > 0 ? `${answer.asked.map(lockOf).join('<br>')}<br>` : ''}then an error | | ${answer.asked ? '' : 'no'}`
  const seen = 'inside' in answer ? answer.inside : answer.outside
  const lasting = seen.filter((line) => !line.endsWith('; created'))
  return `${lasting.length === 0 ? 'none' : lasting.map(lockOf).filter((text) => text !== '').join('<br>')} | ${lasting.flatMap(workOf).join('<br>')} | ${'inside' in answer ? 'yes' : 'no'}`
}

const partsOf = (line: string): readonly string[] => line.slice(relationOf(line).length + 2).split('; ')
const nameOf = (line: string): string => code(relationOf(line).replace(/^public\./, ''))

function lockOf(line: string): string {
  const [locks = ''] = partsOf(line)
  return locks === '' ? '' : `${nameOf(line)} ${locks}`
}

function workOf(line: string): readonly string[] {
  const verbs = partsOf(line).slice(1).map((work) => (work === 'read' ? 'scans' : work === 'rewritten' ? 'rewrites' : `${work} on`))
  return verbs.map((verb) => `${verb} ${nameOf(line)}`)
}

const most = 110

/** One line, without its semicolon. */
function short(sql: string): string {
  const line = sql.replaceAll(/--[^\n]*/g, ' ').replaceAll(/\s+/g, ' ').trim().replace(/;$/, '')
  return line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line
}

function code(text: string): string {
  const line = text.replaceAll('|', '\\|')
  return line.includes('`') ? `\`\` ${line} \`\`` : `\`${line}\``
}
