import { readdirSync, statSync } from 'node:fs'
import type { Dirent } from 'node:fs'
import { dirname, join, parse, relative, resolve, sep } from 'node:path'
import { defaultSettings } from '../../common/settings'
import { matchesGlob, rootOf } from '../frameworks/match-glob'
import { compareMigrations, isDownFile, isMigrationFile, onPostgres, otherDatabase, upFileOf } from '../frameworks/sql'
import type { World } from '../analyse'
import { listWords } from '../model/format'
import type { Snapshot } from '../model/snapshot'
import { UsageError } from './usage-error'

export interface FoundFile {
  /** As it is to be printed. */
  readonly path: string
  /** Files of one series run one after the other on one database. */
  readonly series: string
  /** All files of the series are among those that were found. */
  readonly whole: boolean
  /** Nobody asked for it: it runs before one that was named, and is read for the schema that it leaves. */
  readonly earlier?: true
}

/** The files to check, in the order in which they run; a folder's files that take changes back, or run on other databases, are left out. `others` names those databases, once for each file. */
export function findFiles(args: readonly string[]): { readonly files: readonly FoundFile[]; readonly others: readonly string[] } {
  const others: string[] = []
  const found = new Map<string, FoundFile>()
  const add = (file: FoundFile): void => {
    const key = file.path === '-' ? '-' : resolve(file.path)
    if (!found.has(key)) found.set(key, file)
  }
  for (const argument of args) {
    if (argument === '-') add({ path: '-', series: '-', whole: false })
    else if (isDirectory(argument)) {
      const below = filesBelow(argument)
      others.push(...below.others)
      for (const path of below.files) add({ path: join(argument, path), series: resolve(argument), whole: true })
    }
    else add({ path: argument, series: dirname(resolve(argument)), whole: false })
  }
  return { files: [...found.values()], others }
}

/** A snapshot of everything has what earlier migrations made, unless it says which of them have not run. */
export const leavesOutEarlier = (world: World, snapshot: Snapshot | undefined): boolean => world.catalog.surroundings.complete && !snapshot?.migrations

/**
 * The files of one migration folder in the order in which they run, each that was named by itself too; `whole`: behind those of its folder that run before it.
 * A folder for each migration, as Prisma and Diesel have it, is not where a series ends.
 */
export function inSeries(files: readonly FoundFile[], whole: boolean): readonly FoundFile[] {
  const walked = new Set(files.filter((file) => file.whole).map(({ series }) => series))
  const groups = new Map<string, { readonly root?: string; readonly members: FoundFile[] }>()
  for (const file of files) {
    const found = file.whole || file.path === '-' ? undefined : rootOfFile(resolve(file.path))
    const root = found !== undefined && walked.has(found) ? undefined : found
    // What takes a change back meets the schema after that change, and leaves one that nobody meets.
    const series = root === undefined ? undefined : isDownFile(file.path) ? resolve(file.path) : root
    const key = series ?? resolve(file.path)
    const { members } = groups.get(key) ?? groups.set(key, { members: [], ...(root !== undefined && { root }) }).get(key)!
    members.push(series === undefined ? file : { ...file, series })
  }
  return [...groups.values()].flatMap(({ root, members }) => (root === undefined ? members : whole ? behindEarlier(members, root) : members.sort((a, b) => compareMigrations(relative(root, resolve(a.path)), relative(root, resolve(b.path))))))
}

function behindEarlier(group: readonly FoundFile[], root: string): readonly FoundFile[] {
  const { series, path } = group[0]!
  const below = filesBelow(root).files
  if (isDownFile(path)) {
    const up = upFileOf(relative(root, resolve(path)))
    return [...below.filter((name) => compareMigrations(name, up) <= 0).map((name) => earlier(root, name, series)), ...group]
  }
  const names = new Map(group.map((file) => [relative(root, resolve(file.path)), file]))
  const all = [...new Set([...below, ...names.keys()])].sort(compareMigrations)
  return all.slice(0, all.findLastIndex((name) => names.has(name)) + 1).map((name) => names.get(name) ?? earlier(root, name, series))
}

const earlier = (root: string, name: string, series: string): FoundFile => ({ path: join(root, name), series, whole: false, earlier: true })

/** The folder of migrations that a file lies in, by the names that such folders have. */
function rootOfFile(path: string): string | undefined {
  const base = parse(path).root
  const isMigration = (one: string): boolean => matchesGlob(relative(base, one).split(sep).join('/'), defaultSettings.migrations)
  return isMigration(path) ? rootOf(path, base, isMigration) : undefined
}

/** What cannot be looked at is no directory; reading it will say why. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function filesBelow(directory: string): { readonly files: readonly string[]; readonly others: readonly string[] } {
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
  const run = onPostgres(found)
  const others = found.flatMap((path) => otherDatabase(path) ?? [])
  if (run.length === 0) {
    if (others.length > 0) throw new UsageError(`${directory} has no migrations for PostgreSQL: by ${others.length === 1 ? 'its name the one .sql file below it is' : `their names all ${others.length} .sql files below it are`} for ${listWords([...new Set(others)].sort())}; name them to check them.`)
    throw new UsageError(down === 0 ? `${directory} has no migrations: no file below it ends in .sql.` : `${directory} has no migrations: all ${down} .sql files below it take changes back; name them to check them.`)
  }
  return { files: [...run].sort(compareMigrations), others }
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
