import { nameParts } from '../model/name'
import type { RelationName } from '../model/name'

/** The name PostgreSQL gives to a check of a domain: `positive_check`, `positive_check1` (ChooseConstraintName in src/backend/catalog/pg_constraint.c). */
export function domainCheckName(domain: RelationName, taken: readonly string[]): string {
  const base = `${nameParts(domain).name}_check`
  for (let number = 0; ; number++) {
    const name = number === 0 ? base : `${base}${number}`
    if (!taken.includes(name)) return name
  }
}
