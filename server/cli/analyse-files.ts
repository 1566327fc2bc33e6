import { resolve } from 'node:path'
import { analyse } from '../analyse'
import type { Analysis, World } from '../analyse'
import type { Catalog } from '../catalog/catalog'
import { read } from '../frameworks/sql'
import type { Carried } from '../frameworks/tool'
import { passThrough, settle } from '../history'
import { defaultPolicy } from '../model/policy'
import { placeReader } from '../sources/migration-folder'
import { rememberReadings } from '../sql/read'
import type { FoundFile } from './find-files'
import { placeOf } from './place-of'
import { readText } from './read-text'

export type FileOutcome = { readonly path: string; readonly text: string; readonly analysis: Analysis; readonly problem?: undefined } | { readonly path: string; readonly problem: string }

/** UTF-16 code units: a statement and the steps of its plan are read more than once, another file's are not. */
const rememberedReadings = 32 * 1024

/** One file after the other, each on the schema that those of its series before it have made. Nothing of a file is kept but that schema, and of one that nobody asked for nothing is told. */
export async function* analyseFiles(files: readonly FoundFile[], world: World, carried: Carried): AsyncGenerator<FileOutcome, undefined> {
  rememberReadings(rememberedReadings)
  const catalogs = new Map<string, Catalog>()
  const placeOfMigration = placeReader()
  for (const { path, series, earlier } of files) {
    const { text, problem } = readText(path)
    if (problem !== undefined) {
      if (earlier) continue
      yield { path, problem }
      continue
    }
    const before = catalogs.get(series) ?? world.catalog
    const place = path === '-' ? undefined : await placeOfMigration(resolve(path))
    const here = before === world.catalog ? world : { ...world, catalog: before }
    let analysis: Analysis
    try {
      const migration = read(path, text, carried, place)
      if (earlier) {
        catalogs.set(series, passThrough(migration, here, world.catalog))
        continue
      }
      analysis = analyse(migration, text, here, defaultPolicy)
      catalogs.set(series, settle(analysis, world.catalog))
    } catch (error) {
      if (earlier) continue
      // The other files of a build deserve their report all the same.
      yield { path, problem: `makes Lockscope itself fail (${placeOf(error)}); this is a bug.` }
      continue
    }
    yield { path, text, analysis }
  }
}
