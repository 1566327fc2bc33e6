import written from './newer-names.json'

/** Functions, types and settings by name, each with the major version that brought it; of all that the oldest version has, none. */
export interface NewerNames {
  readonly functions: ReadonlyMap<string, number>
  readonly types: ReadonlyMap<string, number>
  readonly settings: ReadonlyMap<string, number>
}

/** As servers of every version list them; `npm run witness` writes the file. */
export const newerNames = (): NewerNames => (known ??= { functions: byName(written.functions), types: byName(written.types), settings: byName(written.settings) })

let known: NewerNames | undefined

const byName = (lists: Readonly<Record<string, string>>): ReadonlyMap<string, number> =>
  new Map(Object.entries(lists).flatMap(([version, names]) => names.split(' ').filter((name) => name !== '').map((name): [string, number] => [name, Number(version)])))
