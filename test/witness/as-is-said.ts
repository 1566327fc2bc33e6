import type { Plan } from '../../server/model/plan'
import { stepsOf } from '../../server/model/plan'
import type { CatalogState } from '../support/catalog-state'

/** What a plan says that it does not bring back, or leaves behind. */
export const asIsSaid = (plans: readonly Plan[]) => (state: CatalogState): CatalogState => {
  const says = (words: string): boolean => plans.some((plan) => stepsOf(plan).some(({ why }) => why.includes(words)))
  const kept = says('Its comment, which is not known here, is not in the way back') ? Object.entries(state).filter(([object]) => !/^comment on (?:index|table constraint) /.test(object)) : Object.entries(state)
  const isOwn = says("is then the table's own too") || says('has NOT NULL on the columns of its key in its own right then')
  const others = says('what is granted on the type and said of it stays') ? kept.filter(([object]) => !object.startsWith('comment on type ')) : kept
  const areOwn = says('is its own too from here on, and stays so on the way back')
  const isTargetLost = says('A target that ALTER STATISTICS has set')
  const known: readonly (readonly [string, CatalogState[string]])[] = isTargetLost ? others.map(([object, facts]) => [object, object.startsWith('statistics ') ? { ...facts, target: undefined } : facts]) : others
  return Object.fromEntries(known.map(([object, { local, ...facts }]) => [object, areOwn || (isOwn && facts['type'] === 'n') ? facts : { ...facts, ...(local !== undefined && { local }) }]))
}
