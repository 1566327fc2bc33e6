import { listWords } from '../model/format'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'

/** Tables as people read them; three and the number of the others where there are many. */
export const names = (tables: readonly RelationName[]): string => {
  const short = tables.map((table) => code(shortName(table)))
  return short.length > 4 ? listWords([...short.slice(0, 3), `${short.length - 3} more`]) : listWords(short)
}

/** What stands in a cell of a table. */
export const cell = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ').replaceAll('|', '\\|')

/** As inline code that also stands in a cell of a table, whatever characters a quoted name holds. */
export function code(text: string): string {
  const line = cell(text)
  return line.includes('`') ? `\`\` ${line} \`\`` : `\`${line}\``
}
