import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { World } from '../analyse'
import type { Catalog } from '../catalog/catalog'
import type { Records, Standing } from '../frameworks/applied'
import { standingOf } from '../frameworks/applied'
import { compareMigrations, isDownFile, isMigrationFile, onPostgres, read, upFileOf } from '../frameworks/sql'
import type { Carried } from '../frameworks/tool'
import { passThrough } from '../history'

/** One file of the history, and the schema once it has been deployed. */
interface Link {
  readonly path: string
  readonly stamp: string
  readonly before: Catalog
  readonly after: Catalog
}

/** Longer than this a file is data, not schema. */
const mostBytes = 10 * 1024 * 1024
const mostFiles = 20_000

/** For so long the files on disk are taken to be as they were seen, in milliseconds. */
export const freshMs = 2_000

/**
 * The migrations of one folder as they lie on disk: what exists before each of them.
 * A file that changes costs itself and those after it; unsaved text of other files counts for nothing, for nobody can have run it.
 */
export class History {
  readonly #root: string
  readonly #isMigration: (path: string) => boolean
  readonly #world: World
  readonly #carried: Carried
  readonly #records: Records
  #standing: Standing | undefined
  #links: readonly Link[] = []
  #files: readonly { readonly path: string; readonly stamp: string }[] = []
  #seenAt = -Infinity
  /** Answers about the files as they were last seen. */
  readonly #answers = new Map<string, Catalog>()
  #turn: Promise<unknown> = Promise.resolve()

  /** `world.catalog` is what exists before the first file. */
  constructor(root: string, isMigration: (path: string) => boolean, world: World, carried: Carried, records: Records) {
    this.#root = root
    this.#isMigration = isMigration
    this.#world = world
    this.#carried = carried
    this.#records = records
  }

  /** The next question looks at the disk again. */
  forget(): void {
    this.#seenAt = -Infinity
  }

  /** What exists before the file, whether or not it is on disk already. */
  before(path: string): Promise<Catalog> {
    // One at a time, so that two questions do not walk the same files twice.
    const answer = this.#turn.then(() => this.#before(path))
    this.#turn = answer.catch(() => undefined)
    return answer
  }

  /** The table of the migration tool that says that the file has run. */
  async appliedBy(path: string): Promise<string | undefined> {
    if (!this.#records) return undefined
    await this.before(path)
    const { applied, record } = this.#standings()
    return applied.has(relative(this.#root, path)) ? record : undefined
  }

  #standings(): Standing {
    return (this.#standing ??= standingOf(this.#files.map((file) => relative(this.#root, file.path)), this.#records, true))
  }

  async #before(path: string): Promise<Catalog> {
    await this.#look()
    const known = this.#answers.get(path)
    if (known) return known
    const catalog = await this.#replay(path)
    this.#answers.set(path, catalog)
    return catalog
  }

  async #replay(path: string): Promise<Catalog> {
    // A file that takes a change back meets the schema after that change.
    const undoes = isDownFile(path)
    const up = upFileOf(relative(this.#root, path))
    const { applied } = this.#standings()
    const earlier = this.#files.filter((file) => {
      const name = relative(this.#root, file.path)
      // The snapshot has what it has done.
      if (applied.has(name)) return false
      return undoes ? compareMigrations(name, up) <= 0 : file.path !== path && compareMigrations(name, relative(this.#root, path)) < 0
    })
    let catalog = this.#world.catalog
    const links: Link[] = []
    let turnEnds = performance.now() + 20
    for (const [index, file] of earlier.entries()) {
      const known = this.#links[index]
      const link = known?.path === file.path && known.stamp === file.stamp && known.before === catalog ? known : await this.#run(file, catalog)
      links.push(link)
      catalog = link.after
      if (performance.now() > turnEnds) {
        // An answer to somebody else must not wait for a thousand files.
        await nextTurn()
        turnEnds = performance.now() + 20
      }
    }
    // A question about an early file does not forget what is known of the later ones.
    if (links.length >= this.#links.length || links.some((link, index) => link !== this.#links[index])) this.#links = links
    return catalog
  }

  async #run(file: { readonly path: string; readonly stamp: string }, before: Catalog): Promise<Link> {
    const text = await readText(file.path)
    if (text === undefined) return { ...file, before, after: before }
    return { ...file, before, after: passThrough(read(file.path, text, this.#carried), { ...this.#world, catalog: before }, this.#world.catalog) }
  }

  async #look(): Promise<void> {
    if (performance.now() - this.#seenAt < freshMs) return
    const paths: string[] = []
    await collect(this.#root, this.#isMigration, paths)
    const names = [...onPostgres(paths.map((path) => relative(this.#root, path)))].sort(compareMigrations)
    const files = await Promise.all(names.map((name) => join(this.#root, name)).map(async (path) => ({ path, stamp: await stampOf(path) })))
    this.#seenAt = performance.now()
    if (files.length === this.#files.length && files.every((file, index) => file.path === this.#files[index]!.path && file.stamp === this.#files[index]!.stamp)) return
    this.#files = files
    this.#answers.clear()
    this.#standing = undefined
  }
}

async function collect(folder: string, isMigration: (path: string) => boolean, found: string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    // A folder that is not there, or closed to us, has no earlier migrations for us; the file that is open has been said to be in it.
    if (error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'ENOTDIR' || error.code === 'EPERM') return []
    throw error
  })
  for (const entry of entries) {
    if (found.length >= mostFiles) return
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules' && !entry.name.startsWith('.')) await collect(path, isMigration, found)
    } else if (entry.isFile() && isMigrationFile(entry.name) && !isDownFile(path) && isMigration(path)) found.push(path)
  }
}

async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size } = await stat(path)
    return `${mtimeMs}:${size}`
  } catch {
    return 'gone'
  }
}

/** Undefined for what cannot be read or is no text: opening that file says so. */
async function readText(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path)
    if (size > mostBytes) return undefined
    const text = await readFile(path, 'utf8')
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}
