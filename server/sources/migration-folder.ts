import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { besideOf, signs } from '../frameworks/tool'
import type { Place } from '../frameworks/tool'
import { downName, isNamedByFolder } from '../frameworks/next-names'

/** A migration among its neighbours; names are relative to the folder, with `/`. */
export interface MigrationFolder {
  /** Absolute. */
  readonly folder: string
  readonly path: string
  readonly siblings: readonly string[]
  /** The file beside it that takes it back. */
  readonly down?: { readonly path: string; readonly text: string }
}

/** `file` is absolute. A folder that cannot be read has no files. */
export async function readFolderOf(file: string): Promise<MigrationFolder> {
  const folder = isNamedByFolder(file) ? dirname(dirname(file)) : dirname(file)
  const path = relative(folder, file).split(sep).join('/')
  const siblings = await namesIn(folder)
  const down = downName(path)
  return { folder, path, siblings, ...(down !== undefined && siblings.includes(down) && { down: { path: down, text: await readFile(join(folder, down), 'utf8') } }) }
}

/** Two levels deep, for a migration may be a folder of files. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const inner = names.map(async (entry) => (!entry.isDirectory() || entry.name.startsWith('.') || entry.name === 'node_modules' ? [] : (await readdir(join(folder, entry.name), { withFileTypes: true })).flatMap((one) => (one.isFile() ? [`${entry.name}/${one.name}`] : []))))
  return [...names.flatMap((entry) => (entry.isFile() ? [basename(entry.name)] : [])), ...(await Promise.all(inner)).flat()]
}

/** Answers where migration files stand, each by its absolute path; a folder's signs are looked for once. */
export function placeReader(): (file: string) => Promise<Place> {
  const folders = new Map<string, Promise<readonly string[]>>()
  const signsIn = async (folder: string): Promise<readonly string[]> => (await Promise.all(Object.values(signs).map(async (name) => ((await textOf(join(folder, name))) === undefined ? [] : [name])))).flat()
  return async (file) => {
    const folder = dirname(file)
    const known = folders.get(folder)
    const siblings = known ?? signsIn(folder)
    if (!known) folders.set(folder, siblings)
    const beside = besideOf(file)
    const text = beside === undefined ? undefined : await textOf(beside)
    return { path: file, siblings: await siblings, ...(text !== undefined && { beside: text }) }
  }
}

/** Undefined where there is no such file, or none that we may read. */
const textOf = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR' || error.code === 'EACCES' || error.code === 'EPERM') return undefined
    throw error
  })
