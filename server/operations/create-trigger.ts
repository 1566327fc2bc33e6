import type { Catalog } from '../catalog/catalog'
import type { Trigger } from '../catalog/relation'
import type { Effect } from '../model/effect'
import { quoteIdentifier, relationName, shortName } from '../model/name'
import type { RelationName, WrittenName } from '../model/name'
import type { CreateTrigger as Command } from '../sql/command'
import { writtenName } from '../sql/print'
import { lock, partitionsBelow, withFiring } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'
import { signaturesOf } from './overloads'
import { refusal, unlessMade, unlessRun } from './refusal'
import type { Refusal } from './refusal'

interface CreateTrigger extends Operation {
  readonly kind: 'create-trigger'
  readonly command: Command
}

export const createTrigger = operationType<CreateTrigger>({
  kind: 'create-trigger',
  title: 'Create a trigger',
  recognise: (command) => (command.kind === 'create-trigger' ? { kind: 'create-trigger', relation: command.relation, span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const table = catalog.resolve(command.relation)
    // Only row triggers are copied to partitions (CreateTriggerFiringOn in src/backend/commands/trigger.c).
    const below = command.forEachRow ? partitionsBelow(catalog, table) : []
    return [...[table, ...below].map((one) => lock(one, 'SHARE ROW EXCLUSIVE')), ...(command.from ? [lock(catalog.resolve(command.from), 'ACCESS SHARE')] : [])]
  },

  fails({ command }, catalog) {
    const name = catalog.resolve(command.relation)
    const kind = catalog.relation(name)?.kind
    if (kind === undefined || kind === 'index' || kind === 'sequence') return []
    const because = (sentence: string): readonly Refusal[] => [refusal(`Ends in an error: \`${shortName(name)}\` is a ${kind}, ${sentence}.`)]
    if (kind === 'view') return command.timing !== 'instead of' && command.forEachRow ? because('whose rows have triggers INSTEAD OF alone') : command.events.includes('truncate') ? because('which nobody truncates') : []
    if (command.timing === 'instead of') return because('and INSTEAD OF is for views')
    if (kind === 'materialized view') return because('which has no triggers')
    const signatures = routineSignatures(command.function, catalog)
    if (signatures.length > 0 && !signatures.includes('')) return unlessRun(`\`${command.function.name}\` takes arguments, and what a trigger calls takes none`)
    const own = catalog.table(name)
    if (!command.replace && own?.triggers.some((one) => one.name === command.name)) return unlessMade(own, `\`${shortName(name)}\` has a trigger \`${command.name}\` already`)
    return kind === 'partitioned table' && command.timing === 'before' && command.forEachRow && catalog.surroundings.version < 13 ? because('which has no BEFORE trigger for rows in this version') : []
  },

  apply({ command }, catalog) {
    const table = catalog.resolve(command.relation)
    const below = command.forEachRow ? partitionsBelow(catalog, table) : []
    const { name, timing, events, of, forEachRow, constraint, deferrable, deferred, transition, when, arguments: given } = command
    const trigger: Trigger = {
      name,
      enabled: true,
      fires: timing,
      on: events,
      ...(of.length > 0 && { of }),
      forEach: forEachRow ? 'row' : 'statement',
      ...(deferred && { deferred }),
      ...(transition.length > 0 && { transition }),
      ...(when !== undefined && { when: { sql: when } }),
      function: calledFunction(command.function, catalog),
      ...(given > 0 && { arguments: given }),
      ...(constraint && { constraint }),
      ...(deferrable && { deferrable }),
    }
    return [table, ...below].reduce((result, one) => withFiring(result, one, 'triggers', trigger), catalog)
  },

  wayBack({ command }, catalog) {
    const table = catalog.table(catalog.resolve(command.relation))
    // What OR REPLACE replaced is not known.
    if (command.replace && (!table?.complete || table.triggers.some(({ name }) => name === command.name))) return undefined
    return `DROP TRIGGER ${quoteIdentifier(command.name)} ON ${writtenName(command.relation)};`
  },
})

/** Empty where they are not known. */
function routineSignatures(written: WrittenName, catalog: Catalog): readonly string[] {
  const routine = catalog.routine(calledFunction(written, catalog))
  return ((routine && signaturesOf(routine)) ?? []).map((one) => one.trim())
}

/** Those that PostgreSQL brings along are in no schema of the user's. */
const calledFunction = (written: WrittenName, catalog: Catalog): RelationName => {
  const own = catalog.resolveFunction(written)
  return written.schema === undefined && builtin.has(written.name) && catalog.routine(own) === undefined ? relationName('pg_catalog', written.name) : own
}

const builtin = new Set(['suppress_redundant_updates_trigger', 'tsvector_update_trigger', 'tsvector_update_trigger_column'])
