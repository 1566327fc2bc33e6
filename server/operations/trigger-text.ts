import type { KnownText, Trigger } from '../catalog/relation'
import { quoteIdentifier } from '../model/name'
import { columnList } from '../sql/print'
import { TokenKind, Tokens } from '../sql/tokens'

/** Whoever takes a snapshot empties the literals of a text, so that one without any is known as a whole. */
export function isKnown(text: KnownText | undefined): boolean {
  if (!text?.emptied) return true
  const { kinds } = new Tokens(text.sql)
  return !kinds.some((kind) => kind === TokenKind.String || kind === TokenKind.Number)
}

/** Undefined where not all of it is known. Of its arguments the catalog knows how many there are: each is `argument`. */
export function triggerText({ name, function: called, fires, on, of, forEach, constraint, deferrable, deferred, when, transition, arguments: given = 0 }: Trigger, table: string, argument = "''"): string | undefined {
  if (called === undefined || fires === undefined || on === undefined || forEach === undefined || transition || !isKnown(when)) return undefined
  const events = on.map((event) => `${event.toUpperCase()}${event === 'update' && of ? ` OF ${columnList(of)}` : ''}`)
  const waits = deferrable ? ` DEFERRABLE${deferred ? ' INITIALLY DEFERRED' : ''}` : ''
  return `CREATE ${constraint ? 'CONSTRAINT ' : ''}TRIGGER ${quoteIdentifier(name)} ${fires.toUpperCase()} ${events.join(' OR ')} ON ${table}${waits} FOR EACH ${forEach.toUpperCase()}${when ? ` WHEN (${when.sql})` : ''} EXECUTE FUNCTION ${called}(${Array.from({ length: given }, () => argument).join(', ')})`
}
