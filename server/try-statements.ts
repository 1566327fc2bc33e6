import type { Catalog } from './catalog/catalog'
import type { Assessed } from './model/assessed'

/** A statement as far as it is assessed before its plan is made. */
export type Tried = Omit<Assessed, 'heldAfter' | 'plan'>

/** What SQL that is only being thought of would do: of each statement, and of all of them to the catalog. */
export interface Trial {
  readonly tried: readonly Tried[]
  readonly after: Catalog
}

/** Runs whole statements in thought, one after the other and outside of any transaction. */
export type TryStatements = (sql: string, catalog: Catalog) => Trial
