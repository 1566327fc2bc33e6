import { compareMigrations } from './sql'

/**
 * Names for files that run right after another and before the next one, in the scheme that its own name shows: V3__x.sql, 0003_x.sql, 20240101120000_x.up.sql, 2018-01-18-172821_x/up.sql.
 * Paths are relative to the folder of the series, with `/`; `parts` are what their descriptions end in.
 */
export function nextNames(path: string, siblings: readonly string[], parts: readonly string[]): { readonly names: readonly string[] } | { readonly problem: string } {
  const others = siblings.filter((sibling) => sibling !== path && !isCounterpart(sibling, path))
  const next = others.filter((sibling) => compareMigrations(path, sibling) < 0).sort(compareMigrations)[0]
  const name = parse(path)
  for (const schemeNames of candidates(name, parts, next !== undefined)) {
    const all = [path, ...schemeNames, ...(next === undefined ? [] : [next])]
    const isInOrder = all.every((one, index) => index === 0 || (compareMigrations(all[index - 1]!, one) < 0 && (versionOf(all[index - 1]!) !== versionOf(one) || name.version === '')))
    if (isInOrder && !schemeNames.some((one) => others.includes(one))) return { names: schemeNames }
  }
  return { problem: `${path} is followed by ${next ?? 'a file of the same name'}, with no room for ${parts.length === 1 ? 'a file' : `${parts.length} files`} between them` }
}

/** `x.down.sql` of `x.up.sql`, `x/down.sql` of `x/up.sql`, `2.undo.x.sql` of `2.do.x.sql`; undefined where the scheme has none. */
export function downName(path: string): string | undefined {
  const down = path.replace(/\bup(\.\w+)$/i, 'down$1')
  if (down !== path) return down
  const undo = path.replace(/^((?:.*\/)?\d+\.)do\./, '$1undo.')
  return undo === path ? undefined : undo
}

/** Whether the name of the file is its folder's: `x/up.sql`, `x/migration.sql`. */
export const isNamedByFolder = (path: string): boolean => /(^|[\\/])(up|migration)\.\w+$/i.test(path)

const isCounterpart = (sibling: string, path: string): boolean => downName(path) === sibling

interface Name {
  readonly before: string
  /** Empty where there is none. */
  readonly version: string
  readonly separator: string
  readonly description: string
  readonly after: string
}

function parse(path: string): Name {
  const file = /[^/]*$/.exec(path)![0]
  const folder = path.slice(0, path.length - file.length)
  const [, above = '', unit, after] = isNamedByFolder(path) ? /^(.*\/)?([^/]+)(\/[^/]+)$/.exec(path) ?? [] : ['', folder, ...splitExtension(file)]
  if (unit === undefined || after === undefined) return { before: path, version: '', separator: '', description: '', after: '' }
  const match = /^(V?)(\d{4}(?:-\d\d){2}-\d{4,6}(?:-\d+)?|\d+(?:[._]\d+)*(?=__)|\d+)(__|[._-]|$)(.*)$/.exec(unit)
  return match ? { before: above + match[1]!, version: match[2]!, separator: match[3]! || '_', description: match[4]!, after } : { before: above, version: '', separator: '', description: unit, after }
}

const versionOf = (path: string): string => parse(path).version

const splitExtension = (file: string): readonly [string, string] => {
  const at = file.search(/(?:\.up)?\.\w+$/i)
  return at < 0 ? [file, ''] : [file.slice(0, at), file.slice(at)]
}

/** One way after the other, the plainest first. */
function* candidates({ before, version, separator, description, after }: Name, parts: readonly string[], isFollowed: boolean): Iterable<readonly string[]> {
  const joint = description.includes('-') && !description.includes('_') ? '-' : '_'
  const described = (part: string): string => (description === '' ? part : `${description}${joint}${part}`)
  if (version === '') {
    yield parts.map((part, index) => `${before}${described(`${index + 2}${joint}${part}`)}${after}`)
    return
  }
  const named = (versions: readonly (string | undefined)[]): readonly string[] | undefined => (versions.includes(undefined) ? undefined : parts.map((part, index) => `${before}${versions[index]!}${separator}${described(part)}${after}`))
  const plain = named(parts.map((_, index) => later(version, index + 1)))
  if (plain) yield plain
  // Only Flyway's versions have parts.
  if (isFollowed && separator === '__') yield named(parts.map((_, index) => `${version}${version.includes('_') ? '_' : '.'}${index + 1}`))!
}

/** The version so many steps on: a second of a time, a day of a date, else one. */
function later(version: string, steps: number): string | undefined {
  const digits = version.replaceAll('-', '')
  if (version.includes('-')) {
    const [, date, rest = ''] = /^(\d{4}-\d\d-\d\d-\d{4,6})(-\d+)?$/.exec(version) ?? []
    const moved = date && laterTime(date.replaceAll('-', ''), steps)
    return moved === undefined ? undefined : `${moved.slice(0, 4)}-${moved.slice(4, 6)}-${moved.slice(6, 8)}-${moved.slice(8)}${rest}`
  }
  const moved = /^(?:19|20)\d{6}(?:\d{4}|\d{6})?$/.test(digits) ? laterTime(digits, steps) : undefined
  if (moved !== undefined) return moved
  const last = /\d+$/.exec(version)!
  return version.slice(0, last.index) + String(BigInt(last[0]) + BigInt(steps)).padStart(last[0].length, '0')
}

/** Of `YYYYMMDD`, with hours and minutes, with seconds; undefined for what is no time. */
function laterTime(digits: string, steps: number): string | undefined {
  const part = (from: number, length = 2): number => Number(digits.slice(from, from + length) || '0')
  const unitMs = digits.length === 8 ? 86_400_000 : digits.length === 12 ? 60_000 : 1000
  const time = Date.UTC(part(0, 4), part(4) - 1, part(6), part(8), part(10), part(12))
  const printed = (ms: number): string => new Date(ms).toISOString().replaceAll(/\D/g, '').slice(0, digits.length)
  return printed(time) === digits ? printed(time + steps * unitMs) : undefined
}
