import type { Catalog } from '../catalog/catalog'
import type { Work } from '../model/effect'
import type { Estimate } from '../model/estimate'
import type { RelationName } from '../model/name'
import type { Calibration } from './calibration'

/** How long one piece of work on a relation takes, at the catalog before the statement. No duration where a size that matters is unknown. */
export function estimate(work: Work, relation: RelationName, catalog: Catalog, calibration: Calibration): Estimate {
  void work, relation, catalog, calibration
  return { because: [] }
}
