import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Span } from '../../server/model/span'

/** `operations/create-index.md`: prose, and cases that are at once its examples and its tests. */
export interface Page {
  /** `create-index` */
  readonly name: string
  /** From the project's folder, for messages. */
  readonly file: string
  readonly url: URL
  readonly text: string
  /** The text of its `# Title`. */
  readonly title: string
  /** Why none of its cases has a plan that has none. */
  readonly noPlan?: string
  readonly cases: readonly Case[]
}

export interface Case {
  /** Unique on its page: the line, then the first words of the prose before it. */
  readonly title: string
  readonly given?: Block
  /** Without the marks. */
  readonly sql: string
  /** The page's line of each line of `sql`, from 1. */
  readonly lines: readonly number[]
  readonly marks: readonly Mark[]
  readonly effects?: Block
  readonly plan?: Block
  /** Why a statement of it that hurts has no plan: the rest of a line `No plan: …` behind the case, or at the page's head for all of its cases. */
  readonly noPlan?: string
  /** The only major version that the case is about. */
  readonly version?: number
}

/** `-- ^^^^ long-lock: Blocks writes to`, under the piece that the finding is to have. */
export interface Mark {
  readonly hazard: string
  /** The message contains it. */
  readonly text: string
  /** Of the case's `sql`. Never more than one line: a finding that goes on is marked to the end of its first. */
  readonly span: Span
  /** The page's line. */
  readonly line: number
}

export interface Block {
  /** The lines between the fences. */
  readonly text: string
  /** The page's line of its first line, from 1. */
  readonly line: number
}

/** The names of the pages of `server/operations` or `server/hazards`; `PAGE=create-index` leaves the others out, and takes several with commas between. */
export function wantedPages(folder: Folder): readonly string[] {
  const wanted = process.env['PAGE']?.split(',')
  return pageNames(folder).filter((name) => wanted === undefined || wanted.includes(name))
}

export type Folder = 'operations' | 'hazards'

export const pageNames = (folder: Folder): readonly string[] =>
  readdirSync(new URL(`../../server/${folder}/`, import.meta.url))
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -'.md'.length))
    .sort()

/** The wanted pages, without those that cannot be read: these fail in the tests of the documents. */
export function readablePages(folder: Folder): readonly Page[] {
  return wantedPages(folder).flatMap((name) => {
    try {
      return [openPage(folder, name)]
    } catch {
      return []
    }
  })
}

/** @throws Error with the page's file and line, where it holds what no page may hold. */
export function openPage(folder: Folder, name: string): Page {
  const file = `server/${folder}/${name}.md`
  const url = new URL(`../../${file}`, import.meta.url)
  return readPage(readFileSync(url, 'utf8'), file, url)
}

/** @throws Error with the page's file and line, where it holds what no page may hold. */
export function readPage(text: string, file: string, url: URL): Page {
  const fail = failure(file)
  const cases: Building[] = []
  let title: string | undefined
  let prose = ''
  let newProse = true
  let given: Block | undefined
  let noPlan: string | undefined
  let current: Building | undefined

  const lines = text.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    const fence = /^ *```(.*)$/.exec(line)
    if (!fence) {
      if (line.trim() === '') continue
      title ??= /^# (.+)$/.exec(line)?.[1] ?? fail(i + 1, 'A page begins with its `# Title`.')
      const reason = /^No plan: (.+)$/.exec(line)?.[1]
      if (reason !== undefined && current) current.noPlan = reason
      else if (reason !== undefined) noPlan = reason
      if (newProse) prose = line
      newProse = false
      continue
    }
    const closing = lines.findIndex((other, at) => at > i && /^ *```\s*$/.test(other))
    if (closing < 0) fail(i + 1, 'This block has no end.')
    const block: Block = { text: lines.slice(i + 1, closing).join('\n'), line: i + 2 }
    const kind = fence[1]!.trim()
    switch (kind) {
      case 'sql given':
        given = block
        current = undefined
        break
      case 'sql':
        current = { line: i + 2, title: firstWords(prose), ...(given && { given, ...versionOf(given) }), ...readCase(block, fail) }
        cases.push(current)
        break
      case 'effects':
      case 'plan':
        if (!current) return fail(i + 1, `This block of ${kind} has no case before it.`)
        if (current[kind]) fail(i + 1, `The case has a block of ${kind} already.`)
        current[kind] = block
        break
      default:
        fail(i + 1, `There is no block \`${kind}\`: there are \`sql given\`, \`sql\`, \`effects\` and \`plan\`.`)
    }
    newProse = true
    i = closing
  }
  if (title === undefined) return fail(1, 'A page begins with its `# Title`.')
  return { name: basename(file, '.md'), file, url, text, title, ...(noPlan !== undefined && { noPlan }), cases: cases.map(({ line, title: words, ...rest }) => ({ ...(noPlan !== undefined && { noPlan }), ...rest, title: `${line} ${words}`.trim() })) }
}

/** The page with other text in these blocks. A block is known by its first line, so it has to be one of this page's own. */
export function withBlocks(page: Page, changes: readonly { readonly block: Block; readonly text: string }[]): string {
  const lines = page.text.split('\n')
  for (const { block, text } of [...changes].sort((a, b) => b.block.line - a.block.line)) {
    const closing = lines.findIndex((line, at) => at >= block.line - 1 && /^ *```\s*$/.test(line))
    lines.splice(block.line - 1, closing - (block.line - 1), ...(text === '' ? [] : text.split('\n')))
  }
  return lines.join('\n')
}

type Building = { -readonly [Key in keyof Case]: Case[Key] } & { readonly line: number }
type Fail = (line: number, message: string) => never

const failure =
  (file: string): Fail =>
  (line, message) => {
    throw new Error(`${file}:${line}: ${message}`)
  }

const firstWords = (prose: string): string => prose.replace(/^#+ /, '').replaceAll('`', '').split(/\s+/).slice(0, 8).join(' ')

const versionLine = /^-- PostgreSQL (\d+)$/

function versionOf(given: Block): { version?: number } {
  const version = versionLine.exec(given.text.split('\n')[0]!.trim())?.[1]
  return version === undefined ? {} : { version: Number(version) }
}

function readCase(block: Block, fail: Fail): Pick<Case, 'sql' | 'lines' | 'marks'> {
  const kept: string[] = []
  const lines: number[] = []
  const marks: Mark[] = []
  let offset = 0
  for (const [index, line] of block.text.split('\n').entries()) {
    const at = block.line + index
    if (versionLine.test(line.trim())) fail(at, 'The version stands in the first line of the `given`.')
    if (!/^\s*--\s*\^/.test(line)) {
      if (kept.length > 0) offset += kept.at(-1)!.length + 1
      kept.push(line)
      lines.push(at)
      continue
    }
    const above = kept.at(-1)
    if (above === undefined) return fail(at, 'There is no line above this mark.')
    const mark = /^(\s*--\s*)(\^+)\s+([\w-]+):\s*(\S.*)$/.exec(line)
    if (!mark) return fail(at, 'A mark is `-- ^^^^ hazard: text of its message`.')
    const [, lead, carets, hazard, text] = mark
    const dashes = line.indexOf('--')
    // The comment's own two characters underline as well where nothing but they could: what begins the line.
    const start = dashes + 2 === lead!.length && above.slice(dashes, dashes + 2).trim() !== '' ? dashes : lead!.length
    const end = lead!.length + carets!.length
    if (end > above.length || above.slice(start, end).trim().length !== end - start) fail(at, `The mark underlines \`${above.slice(start, end)}\`, which is not a piece of the line above.`)
    marks.push({ hazard: hazard!, text: text!.trimEnd(), span: { start: offset + start, end: offset + end }, line: at })
  }
  if (kept.every((line) => line.trim() === '')) fail(block.line, 'The case is empty.')
  return { sql: kept.join('\n'), lines, marks }
}
