import type { Catalog } from '../catalog/catalog'
import type { Command } from '../sql/command'
import { inPassOrder } from './in-pass-order'
import { recognise, typeOf } from './index'
import type { Operation, OperationType } from './operation'

/** What came of asking the operations of statements that another one runs. */
export interface Within<T> {
  readonly found: readonly T[]
  readonly after: Catalog
  /** Statements that no operation covers, one sentence each. */
  readonly unread: readonly string[]
}

/** Walks through the commands of one statement that stands inside another, in the order in which PostgreSQL would run them. `as`: what one of them comes to where it stands. */
export function within<T>(commands: readonly Command[], catalog: Catalog, ask: (type: OperationType<Operation>, operation: Operation, before: Catalog) => readonly T[], as: (command: Command, before: Catalog) => Command = (command) => command): Within<T> {
  const found: T[] = []
  const unread: string[] = []
  let after = catalog
  for (const written of inPassOrder(commands)) {
    const command = as(written, after)
    const operation = recognise(command)
    if (!operation) {
      unread.push(`No operation of Lockscope covers a statement that it runs${command.kind === 'other' ? ` (${command.statement})` : ''}: its locks are unknown.`)
      continue
    }
    const type = typeOf(operation, command, after)
    found.push(...ask(type, operation, after))
    after = type.apply(operation, after)
  }
  return { found, after, unread }
}
