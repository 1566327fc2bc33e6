import type { Fragment, Migration } from '../model/migration'

/** How a tool marks, in comments on lines of their own, which part of a file of SQL makes the change and which takes it back. */
interface Sections {
  /** Absent: the part begins with the file. */
  readonly up?: RegExp
  readonly down: RegExp
  /** Its word for running the file without a transaction around it. */
  readonly alone?: RegExp
}

const line = (marker: string): RegExp => new RegExp(`^[ \\t]*--[ \\t]*${marker}[^\\r\\n]*`, 'gim')

/** Every one of these tools runs the part in a transaction, unless it is told not to. */
const tools: readonly Sections[] = [
  // goose
  { up: line('\\+goose[ \\t]+up\\b'), down: line('\\+goose[ \\t]+down\\b'), alone: line('\\+goose[ \\t]+no[ \\t]+transaction\\b') },
  // dbmate
  { up: line('migrate:up\\b'), down: line('migrate:down\\b'), alone: line('migrate:up\\b[^\\r\\n]*\\btransaction:false\\b') },
  // sql-migrate
  { up: line('\\+migrate[ \\t]+up\\b'), down: line('\\+migrate[ \\t]+down\\b'), alone: line('\\+migrate[ \\t]+up\\b[^\\r\\n]*\\bnotransaction\\b') },
  // node-pg-migrate
  { up: line('[ \\t-]*up[ \\t]+migration\\b'), down: line('[ \\t-]*down[ \\t]+migration\\b') },
  // tern
  { down: line('--[ \\t]*create above[ \\t]*/[ \\t]*drop below\\b'), alone: line('--[ \\t]*tern:[ \\t]*disable-tx\\b') },
]

/** What of the file is the migration; undefined where no tool's marker stands in it. */
export function upSections(text: string): Pick<Migration, 'fragments' | 'transaction'> | undefined {
  // Nearly every file has none.
  if (!/^[ \t]*--[ \t-]*(?:\+goose|migrate:|\+migrate|up[ \t]+migration|create above)/im.test(text)) return undefined
  const tool = tools.find(({ up, down }) => matches(text, up ?? down).length > 0)
  if (!tool) return undefined
  const marks = [
    ...(tool.up ? matches(text, tool.up) : [0]).map((at) => ({ at, isUp: true })),
    ...matches(text, tool.down).map((at) => ({ at, isUp: false })),
  ].sort((a, b) => a.at - b.at)
  const fragments = marks.flatMap(({ at, isUp }, index): Fragment[] => (isUp ? [{ sql: text.slice(at, marks[index + 1]?.at ?? text.length), start: at }] : []))
  return { fragments, transaction: tool.alone && matches(text, tool.alone).length > 0 ? 'statement' : 'file' }
}

const matches = (text: string, marker: RegExp): readonly number[] => [...text.matchAll(marker)].map((match) => match.index)
