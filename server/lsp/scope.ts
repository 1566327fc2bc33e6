import { isAbsolute, join, parse, relative, resolve, sep } from 'node:path'
import { defaultSettings } from '../../common/settings'
import type { Settings } from '../../common/settings'
import type { World } from '../analyse'
import type { Catalog } from '../catalog/catalog'
import { parseName } from '../catalog/parse-name'
import { worldFrom } from '../world'
import type { RelationName } from '../model/name'
import { defaultPolicy } from '../model/policy'
import type { Policy, Tolerance } from '../model/policy'
import { matchesGlob, rootOf } from '../frameworks/match-glob'
import { otherDatabase } from '../frameworks/sql'
import type { Place } from '../frameworks/tool'
import { placeReader } from '../sources/migration-folder'
import { freshMs, History } from './history'
import type { SnapshotFile } from './snapshots'

/**
 * What all documents of one workspace folder have in common: the settings, the snapshot and what follows from them.
 * A value but for what it remembers; when a setting or the snapshot changes, a new one takes its place.
 */
export class Scope {
  readonly settings: Settings
  readonly policy: Policy
  readonly snapshotPath: string | undefined
  readonly snapshot: SnapshotFile | undefined
  readonly #madeAt = performance.now()
  readonly #base: string
  readonly #world: World
  readonly #worlds = new WeakMap<Catalog, World>()
  readonly #histories = new Map<string, History>()
  #placeOf = placeReader()
  #lookedAt = -Infinity

  /** `base` is the workspace folder; `snapshot` what was found at the path that the settings name. */
  constructor(base: string | undefined, settings: Settings, snapshot: SnapshotFile | undefined) {
    this.settings = settings
    this.policy = policyOf(settings)
    this.snapshotPath = snapshotPathOf(base, settings)
    // Nobody asked for the default one, so that it is missing is no news.
    this.snapshot = snapshot?.problem !== undefined && snapshot.missing && settings.snapshot === defaultSettings.snapshot ? undefined : snapshot
    this.#base = base ?? parse(resolve('.')).root
    this.#world = worldFrom(this.snapshot?.snapshot, settings.postgresVersion ?? undefined)
    this.#worlds.set(this.#world.catalog, this.#world)
  }

  /**
   * The catalogs keep every name that was ever typed, each half of it too, for as long as there is one of them.
   * So in time a new scope is to take the place of this one; but not often, for then everything is analysed anew.
   */
  isWorn(now = performance.now()): boolean {
    return now - this.#madeAt > leastAgeMs && this.#world.catalog.everNamed > mostNamed
  }

  /** Whether a file is looked at; one that is not on disk always is, and one whose name says that it is for another database never. */
  looksAt(path: string | undefined): boolean {
    return path === undefined || (otherDatabase(relative(this.#base, path)) === undefined && (this.settings.files === 'sql' || this.#isMigration(path)))
  }

  /** The world before a file: what the snapshot says, and what the earlier migrations of its folder have made. */
  async worldOf(path: string | undefined): Promise<World> {
    if (path === undefined || !this.#isMigration(path)) return this.#world
    const catalog = await this.#historyOf(path).before(path)
    let world = this.#worlds.get(catalog)
    if (!world) this.#worlds.set(catalog, (world = { ...this.#world, catalog }))
    return world
  }

  /** The table of the migration tool that says that the file has run already. */
  async appliedBy(path: string | undefined): Promise<string | undefined> {
    return path === undefined || !this.snapshot?.snapshot?.migrations || !this.#isMigration(path) ? undefined : this.#historyOf(path).appliedBy(path)
  }

  /** What tells how a file is run. */
  placeOf(path: string): Promise<Place> {
    if (performance.now() - this.#lookedAt > freshMs) {
      this.#placeOf = placeReader()
      this.#lookedAt = performance.now()
    }
    return isAbsolute(path) ? this.#placeOf(path) : Promise.resolve({ path, siblings: [] })
  }

  #historyOf(path: string): History {
    const root = rootOf(path, this.#base, (one) => this.#isMigration(one))
    let history = this.#histories.get(root)
    if (!history) this.#histories.set(root, (history = new History(root, (one) => this.#isMigration(one), this.#world, this.settings.transaction, this.snapshot?.snapshot?.migrations)))
    return history
  }

  /** Files on disk have changed. */
  forgetHistory(): void {
    for (const history of this.#histories.values()) history.forget()
  }

  #isMigration(path: string): boolean {
    return matchesGlob(relative(this.#base, path).split(sep).join('/'), this.settings.migrations)
  }
}

/** Of some sixty bytes each. */
const mostNamed = 500_000
const leastAgeMs = 10 * 60_000

export const snapshotPathOf = (base: string | undefined, settings: Settings): string | undefined => {
  const path = settings.snapshot.trim()
  if (path === '') return undefined
  if (isAbsolute(path)) return path
  return base === undefined ? undefined : join(base, path)
}

function policyOf(settings: Settings): Policy {
  const tables: Record<RelationName, Partial<Tolerance>> = {}
  for (const [name, limits] of Object.entries(settings['policy.tables'])) {
    const relation = parseName(name)
    if (relation !== undefined) tables[relation] = inMs(limits)
  }
  return {
    ...defaultPolicy,
    ...inMs({
      blockedWarning: settings['policy.blockedWarning'],
      blockedError: settings['policy.blockedError'],
      changeWarning: settings['policy.changeWarning'],
      changeError: settings['policy.changeError'],
    }),
    tables,
  }
}

const inMs = (seconds: { readonly blockedWarning?: number; readonly blockedError?: number; readonly changeWarning?: number; readonly changeError?: number }): Partial<Tolerance> => ({
  ...(seconds.blockedWarning !== undefined && { blockedWarningMs: seconds.blockedWarning * 1000 }),
  ...(seconds.blockedError !== undefined && { blockedErrorMs: seconds.blockedError * 1000 }),
  ...(seconds.changeWarning !== undefined && { changeWarningMs: seconds.changeWarning * 1000 }),
  ...(seconds.changeError !== undefined && { changeErrorMs: seconds.changeError * 1000 }),
})
