import type { IndexShape } from '../model/effect'
import type { IndexElement } from './command'
import { collationName } from './print'
import { read } from './read'

/** What the keys of an index say of their order themselves, where the column or its type does not. */
export type KeyOptions = Pick<IndexShape, 'collations' | 'operatorClasses'>

export function keyOptions(elements: readonly IndexElement[]): KeyOptions {
  return {
    ...(elements.some((one) => one.collation) && { collations: elements.map(({ collation }) => collation && collationName(collation)) }),
    ...(elements.some((one) => one.operatorClass) && { operatorClasses: elements.map((one) => one.operatorClass?.name) }),
  }
}

/** The same of an index as pg_get_indexdef prints it, which most say nothing of. */
export function keyOptionsOf(definition: string | undefined): KeyOptions {
  if (definition === undefined || !/ COLLATE |_ops\b/.test(definition)) return {}
  const [command] = read(definition).commands
  return command?.kind === 'create-index' ? keyOptions(command.elements) : {}
}
