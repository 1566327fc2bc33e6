import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { planFiles } from '../editor/plan-files'
import type { PlanFiles } from '../editor/plan-files'
import type { View } from '../editor/view'
import { standingOf } from '../frameworks/applied'
import type { Carried } from '../frameworks/tool'
import type { FileAnalysis } from '../model/assessed'
import type { Snapshot } from '../model/snapshot'
import { namesIn, readFolderOf } from '../sources/migration-folder'
import { writeWhole } from '../sources/write-whole'
import type { Output } from './output'
import { UsageError } from './usage-error'

export interface Written {
  readonly path: string
  readonly text: string
  readonly analysis: FileAnalysis
  /** The statements whose plans are wanted, as indexes. */
  readonly statements: readonly number[]
  readonly directory: string
  readonly transaction: Carried
  readonly snapshot: Snapshot | undefined
}

/**
 * Writes the migration with its first stage in it, and the files that run after it; says what it did, a line for each file.
 * Nothing that is there is written over but the migration itself, where it stands in the directory; all of it is written, or nothing.
 * @throws {UsageError} where it cannot be, with nothing written.
 */
export async function writePlan({ path, text, analysis, statements, directory, transaction, snapshot }: Written, output: Output): Promise<void> {
  if (path === '-') throw new UsageError('--write needs a file, for the names of the new ones are made of its own.')
  const { folder, path: name, siblings: own, down } = await readFolderOf(resolve(path))
  const target = resolve(directory)
  if (standingOf(own.filter((one) => one.endsWith('.sql')), snapshot?.migrations, false).applied.has(name)) throw new UsageError(`${path} has run already, as the snapshot tells; what it did is done, and a new migration may change it.`)

  const isInPlace = target === folder
  const view: View = { uri: '', text, analysis, page: (page) => page, hasCommands: false }
  const made = planFiles(view, statements, { path: name, siblings: [...new Set([...own, ...(isInPlace ? [] : await namesIn(target))])], transaction, ...(down && { down }) })
  if ('problem' in made) throw new UsageError(`${made.problem}.`)
  for (const { statement, reason } of made.left) process.stderr.write(`Line ${lineOf(analysis, statement)} is left as it is: ${reason}.\n`)
  if (made.edits.length === 0) throw new UsageError(`there is nothing to write for ${path}.`)

  const changed = { path: name, text: TextDocument.applyEdits(TextDocument.create('file:///a.sql', 'sql', 0, text), [...made.edits]) }
  const both = [changed, ...(made.down ? [made.down] : [])]
  createAll(target, isInPlace ? made.files : [...both, ...made.files])
  try {
    if (isInPlace) for (const one of both.toReversed()) await writeWhole(join(target, one.path), one.text)
  } catch (error) {
    if (made.down && down) await writeWhole(join(target, down.path), down.text)
    for (const one of made.files) rmSync(join(target, one.path), { force: true })
    throw error
  }
  output.write([...both.map((one) => `${isInPlace ? 'Changed' : 'Wrote'} ${join(directory, one.path)}`), ...made.files.map((one) => `Wrote ${join(directory, one.path)}${noteOn(one)}`)].map((line) => `${line}\n`).join(''))
}

const noteOn = ({ later }: PlanFiles['files'][number]): string => (later ? ', for a later deploy' : '')

const lineOf = (analysis: FileAnalysis, statement: number): number => analysis.lines.position(analysis.statements[statement]!.span.start).line + 1

/** A link to a name that is taken is refused by the system itself, so that nothing is written over. */
function createAll(directory: string, files: readonly { readonly path: string; readonly text: string }[]): void {
  const done: string[] = []
  for (const { path, text } of files) {
    const file = join(directory, path)
    const partial = `${file}.${process.pid}.partial`
    try {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(partial, text)
      linkSync(partial, file)
      done.push(file)
    } catch (error) {
      for (const one of done) rmSync(one, { force: true })
      const { code } = error as NodeJS.ErrnoException
      throw new UsageError(code === 'EEXIST' ? `${file} is there already; nothing was written.` : `${file} cannot be written (${code ?? 'unknown reason'}); nothing was written.`)
    } finally {
      rmSync(partial, { force: true })
    }
  }
}
