import { readdirSync, statSync } from 'node:fs'
import type { Dirent } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { compareMigrations, isDownFile, isMigrationFile } from '../frameworks/sql'
import { UsageError } from './usage-error'

export interface FoundFile {
  /** As it is to be printed. */
  readonly path: string
  /** Files of one series run one after the other on one database. */
  readonly series: string
  /** All files of the series are among those that were found. */
  readonly whole: boolean
}

/** The files to check, in the order in which they run; a folder's files that take changes back are left out. */
export function findFiles(args: readonly string[]): readonly FoundFile[] {
  const found = new Map<string, FoundFile>()
  const add = (file: FoundFile): void => {
    const key = file.path === '-' ? '-' : resolve(file.path)
    if (!found.has(key)) found.set(key, file)
  }
  for (const argument of args) {
    if (argument === '-') add({ path: '-', series: '-', whole: false })
    else if (isDirectory(argument)) for (const path of filesBelow(argument)) add({ path: join(argument, path), series: resolve(argument), whole: true })
    else add({ path: argument, series: dirname(resolve(argument)), whole: false })
  }
  return [...found.values()]
}

/** What cannot be looked at is no directory; reading it will say why. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function filesBelow(directory: string): readonly string[] {
  const found: string[] = []
  let down = 0
  const walk = (below: string): void => {
    for (const entry of entriesOf(join(directory, below), directory)) {
      const path = join(below, entry.name)
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && entry.name !== 'node_modules') walk(path)
      } else if (isMigrationFile(entry.name) && (entry.isFile() || isFileBehind(join(directory, path)))) {
        if (isDownFile(path)) down++
        else found.push(path)
      }
    }
  }
  walk('')
  if (found.length === 0) {
    throw new UsageError(down === 0 ? `${directory} has no migrations: no file below it ends in .sql.` : `${directory} has no migrations: all ${down} .sql files below it take changes back; name them to check them.`)
  }
  return found.sort(compareMigrations)
}

function entriesOf(path: string, directory: string): readonly Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch (error) {
    throw new UsageError(`${path === directory ? directory : path} cannot be listed (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}).`)
  }
}

/** A link to a file; one to a directory might lead in circles. */
function isFileBehind(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    // A link to nowhere is no migration.
    return false
  }
}
