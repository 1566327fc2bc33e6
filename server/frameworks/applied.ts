import type { MigrationsSnapshot } from '../model/snapshot'
import { compareMigrations } from './sql'

/** How the files of one folder stand to what the tools of the database have written down. */
export interface Standing {
  /** The files that have run, of those that were asked about. */
  readonly applied: ReadonlySet<string>
  /** The table that says so; absent where none knows any of the files. */
  readonly record?: string
  readonly tool?: MigrationsSnapshot['tool']
  /** Sentences: where the record and the folder do not agree. */
  readonly remarks: readonly string[]
}

export type Records = Readonly<Record<string, MigrationsSnapshot>> | undefined

/** `paths` are relative to the folder. `whole`: they are all that it has, so what else was recorded has no file. */
export function standingOf(paths: readonly string[], records: Records, whole: boolean): Standing {
  const known = Object.entries(records ?? {}).filter(([, { tool, applied }]) => tool !== 'alembic' && applied.length > 0)
  if (known.length === 0 || paths.length === 0) return nothing
  const answers = known.map(([record, { tool, applied }]): Required<Standing> => ({ record, tool, ...compare(paths, tool, applied, whole) }))
  const best = answers.reduce((most, one) => (one.applied.size > most.applied.size ? one : most))
  if (best.applied.size > 0) return best
  const tables = known.map(([record, { tool, applied }]) => `\`${record}\` (${tool}, ${applied.length})`)
  return whole ? { ...nothing, remarks: [`No file is one of those that ${tables.join(' and ')} has written down as run, so all of them are taken as pending.`] } : nothing
}

const nothing: Standing = { applied: new Set(), remarks: [] }

function compare(paths: readonly string[], tool: MigrationsSnapshot['tool'], recorded: readonly string[], whole: boolean): Pick<Standing, 'applied' | 'remarks'> {
  const keysOf = byName.has(tool) ? namesOf : (path: string): readonly string[] => versionOf(path)
  const normal = byName.has(tool) ? (id: string): string => id : normalVersion
  const ids = new Map(recorded.map((id) => [normal(id), id]))
  const found = new Set<string>()
  const exact = ofOneFolder(paths.filter((path) => keysOf(path).some((key) => ids.has(key))), keysOf)
  for (const path of exact) for (const key of keysOf(path)) found.add(key)
  const sorted = [...paths].sort(compareMigrations)
  const last = exact.map((path) => sorted.indexOf(path)).reduce((most, one) => Math.max(most, one), -1)
  const earlier = sorted.slice(0, last + 1)
  // Where only the newest is kept, all that come before it have run.
  if (onlyNewest.has(tool)) return { applied: new Set(earlier), remarks: [] }
  const skipped = earlier.filter((path) => !exact.includes(path) && keysOf(path).length > 0)
  const missing = whole ? [...ids].flatMap(([key, id]) => (found.has(key) ? [] : [id])) : []
  return {
    applied: new Set(exact),
    remarks: [
      ...(skipped.length > 0 ? [`Not written down as run, though later ones are: ${some(skipped)}. ${skipped.length === 1 ? 'It is' : 'They are'} taken as pending.`] : []),
      ...(missing.length > 0 ? [`Written down as run, but not in the folder: ${some(missing)}.`] : []),
    ],
  }
}

/** Where two services have a file of the same number each, the record is that of the service which has more of it; of neither where that does not tell. */
function ofOneFolder(paths: readonly string[], keysOf: (path: string) => readonly string[]): readonly string[] {
  const keys = paths.flatMap((path) => keysOf(path).slice(0, 1))
  if (new Set(keys).size === keys.length) return paths
  const folders = new Map<string, string[]>()
  for (const path of paths) {
    const parts = path.split(/[\\/]/)
    const folder = parts.slice(0, /^\d|^V\d/.test(parts.at(-1)!) ? -1 : -2).join('/')
    folders.set(folder, [...(folders.get(folder) ?? []), path])
  }
  const [most, next] = [...folders.values()].sort((a, b) => b.length - a.length)
  return most && most.length > (next?.length ?? 0) && new Set(most.flatMap((path) => keysOf(path).slice(0, 1))).size === most.length ? most : []
}

const some = (names: readonly string[]): string => (names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', '))

const byName: ReadonlySet<string> = new Set(['django', 'knex', 'node-pg-migrate', 'prisma', 'sql-migrate'])
const onlyNewest: ReadonlySet<string> = new Set(['golang-migrate', 'tern'])

/** The file's own name, with and without its extension, and its folder's, which is the migration's where the file is `migration.sql`. */
function namesOf(path: string): readonly string[] {
  const parts = path.split(/[\\/]/)
  const name = parts.at(-1)!
  return [name, name.replace(/\.[^.]+$/, ''), ...parts.slice(-2, -1)]
}

/** The digits that a name begins with: Flyway's `V1.2__x.sql` is 1.2, diesel's `2018-01-18-172821-0000_x/up.sql` is 201801181728210000; none for Flyway's repeatable ones, which run whenever they change. */
function versionOf(path: string): readonly string[] {
  const parts = path.split(/[\\/]/)
  const name = parts.at(-1)!
  const own = /^\d|^V\d/.test(name) || parts.length === 1 ? name : parts.at(-2)!
  const version = /^V(\d[\d._]*?)__/.exec(own)?.[1]?.replaceAll('_', '.') ?? /^\d{4}(?:-\d\d){2}(?:-\d+)+(?=_)/.exec(own)?.[0].replaceAll('-', '') ?? /^\d+/.exec(own)?.[0]
  return version === undefined ? [] : [normalVersion(version)]
}

/** 1.0 is 1, and 0001 is 1. */
const normalVersion = (version: string): string =>
  version
    .split('.')
    .map((part) => part.replace(/^0+(?=\d)/, ''))
    .join('.')
    .replace(/(\.0)+$/, '')
