import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import type { Rule } from '../catalog/relation'
import type { Effect } from '../model/effect'
import type { Missed } from '../model/finding'
import { quoteIdentifier, relationName, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import type { Rename } from '../sql/command'
import { writtenName } from '../sql/print'
import { altered, changeTables, isNew, lockAll } from './alteration'
import { withUseRenamed } from './column-uses'
import { changeFiring, changeNamed, changePolicies, missed, partitionsBelow, withNewName } from './common'
import { noWay } from './constraint-plans'
import { moveRoutine, moveType } from './moved-relation'
import { attributeMissed, withAttributes } from './attributes'
import { operationType } from './operation'
import type { Operation } from './operation'
import { renamedPublication } from './publication'
import { withRenamed } from './rename-column'
import { refusal } from './refusal'
import type { Refusal } from './refusal'
import { withRoleRenamed } from './role'

interface RenameOther extends Operation {
  readonly kind: 'rename-other'
  readonly command: Rename
}

export const renameOther = operationType<RenameOther>({
  kind: 'rename-other',
  title: 'Rename a trigger, policy, rule, type, function, schema or role',
  recognise: (command) => (command.kind === 'rename' ? { kind: 'rename-other', span: command.span, command, ...(command.relation && { relation: command.relation }) } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const name = command.relation && altered({ relation: command.relation, ifExists: command.ifExists }, catalog)
    if (!name) return []
    switch (command.object) {
      case 'trigger':
        return lockAll(withTrigger(catalog, name))
      case 'policy':
      case 'rule':
        return lockAll([name])
      case 'attribute':
        return lockAll([typeNamed(command, catalog) ?? name, ...(command.cascade ? catalog.typed(typeNamed(command, catalog) ?? name) : [])])
      case 'type': {
        const type = typeNamed(command, catalog)
        // A composite type is a relation in pg_class; others are none.
        return type && catalog.type(type)?.kind === 'composite' ? lockAll([type]) : []
      }
      default:
        return []
    }
  },

  apply({ command }, catalog) {
    const { object, from, to } = command
    const name = command.relation && catalog.resolve(command.relation)
    switch (object) {
      case 'trigger':
        return name === undefined ? catalog : inUses(changeTables(catalog, withTrigger(catalog, name), (table) => ({ ...table, triggers: withNewName(table.triggers, command) })), withTrigger(catalog, name), object, command)
      case 'rule':
        return name === undefined ? catalog : changeFiring(inUses(catalog, [name], object, command), name, ({ rules, ...rest }) => ({ ...rest, rules: changeNamed(withNewName(rules, command), to, withoutDefinition) }))
      case 'policy':
        return name === undefined ? catalog : changePolicies(inUses(catalog, [name], object, command), name, (policies) => withNewName(policies, command))
      case 'schema':
        return withSchemaRenamed(from, to, catalog)
      case 'role':
        return withRoleRenamed(from, to, catalog)
      case 'attribute': {
        const type = typeNamed(command, catalog)!
        const renamed = withAttributes(catalog, type, (attributes) => attributes.map((one) => (one.name === from ? { ...one, name: to } : one)))
        return command.cascade ? changeTables(renamed, catalog.typed(type), (table) => withRenamed(table, from, to)) : renamed
      }
      case 'publication':
        return renamedPublication(catalog, from, to)
      case 'type': {
        const type = typeNamed(command, catalog)
        return type ? moveType(catalog, type, relationName(schemaOf(type), to)) : catalog
      }
      default: {
        const called = command.function && catalog.resolveFunction(command.function)
        return called ? moveRoutine(catalog, called, relationName(schemaOf(called), to), command.arguments) : catalog
      }
    }
  },

  breaks({ command }, catalog) {
    const fails = 'fails from here on: no version of the code works before and after.'
    if (command.object === 'schema') {
      return heldBy(command.from, catalog).map((name) => ({ sentence: `Running code that finds \`${shortName(name)}\` in \`${command.from}\` ${fails}`, relation: name, missed: missed(name, catalog) }))
    }
    if (command.object === 'attribute') return attributeMissed(typeNamed(command, catalog)!, command.from, command.cascade === true, catalog)
    const named = namedByCode(command, catalog)
    return named ? [{ sentence: `Running code that ${named.object === 'routine' ? 'calls' : 'names'} \`${shortName(named.relation)}\` ${fails}`, relation: named.relation, missed: named }] : []
  },

  plan({ command }, catalog): Plan | undefined {
    if (command.object === 'schema') return heldBy(command.from, catalog).length === 0 ? undefined : noWay('Let code find what is in it by a search path that has both names, and rename it then')
    if (command.object === 'attribute') return renameOther.breaks!({ kind: 'rename-other', span: command.span, command }, catalog).length === 0 ? undefined : noWay('Let no code name it first, as by a function that is given the value and tells what is in it, and rename it then')
    switch (namedByCode(command, catalog)?.object) {
      case 'routine':
        return noWay('Rename it and make one of the old name that calls it, both in one transaction, and drop that one when no code calls it any more')
      case 'type':
        // A domain of the old name would not be compared with the values of an enum: there is no operator for it.
        return noWay("Let no code name it first, as in a cast, for a value without one is taken for the column's, and rename it then")
      default:
        return undefined
    }
  },

  fails({ command }, catalog) {
    if (command.object === 'trigger' && command.relation) return refusedTrigger(command.from, catalog.resolve(command.relation), catalog)
    const [typed] = command.object === 'attribute' && !command.cascade && command.relation ? catalog.typed(typeNamed(command, catalog) ?? catalog.resolveType(command.relation)) : []
    return typed === undefined ? [] : [refusal(`Ends in an error: \`${shortName(typed)}\` is a table of this type, and follows it only with CASCADE.`)]
  },

  wayBack({ command }) {
    const [from, to] = [quoteIdentifier(command.from), quoteIdentifier(command.to)]
    if (command.object === 'schema') return `ALTER SCHEMA ${to} RENAME TO ${from};`
    if (command.object === 'role') return `ALTER ROLE ${to} RENAME TO ${from};`
    if (command.object === 'publication') return `ALTER PUBLICATION ${to} RENAME TO ${from};`
    const isOnTable = command.object === 'trigger' || command.object === 'policy' || command.object === 'rule'
    return isOnTable && command.relation ? `ALTER ${command.object.toUpperCase()} ${to} ON ${writtenName(command.relation)} RENAME TO ${from};` : undefined
  },
})

/** From 15 on a trigger that a partition has from its whole is renamed there (renametrig in src/backend/commands/trigger.c). */
function refusedTrigger(trigger: string, name: RelationName, catalog: Catalog): readonly Refusal[] {
  const parent = catalog.surroundings.version >= 15 ? catalog.table(name)?.partitionOf?.parent : undefined
  const own = catalog.table(name)?.triggers.find((one) => one.name === trigger)
  const isCopied = own?.forEach === 'row' && catalog.table(parent ?? name)?.triggers.some((one) => one.name === trigger && one.forEach === 'row' && one.function === own.function)
  return parent !== undefined && isCopied ? [refusal(`Ends in an error: \`${trigger}\` comes to \`${shortName(name)}\` from \`${shortName(parent)}\`, and is renamed there.`)] : []
}

/** All that refers to what is in it refers to it still, texts that were understood when they were written among them; what routines run, and the search path, say the old name. */
function withSchemaRenamed(from: string, to: string, catalog: Catalog): Catalog {
  const qualifier = new RegExp(`(?<![\\w$."])${quoteIdentifier(from).replaceAll(/[$.*+?()[\]{}|^\\]/g, '\\$&')}\\.(?=[\\w"])`, 'g')
  const [before, after] = [`schema ${from}`, `schema ${to}`]
  const renamed = catalog.rewritten((text) => (text === before ? after : text.includes('.') ? text.replaceAll(qualifier, `${quoteIdentifier(to)}.`) : text))
  return renamed.withPublications(renamed.publications().map((one) => (one.schemas?.includes(from) ? { ...one, schemas: one.schemas.map((schema) => (schema === from ? to : schema)) } : one)))
}

const inUses = (catalog: Catalog, tables: readonly RelationName[], kind: 'trigger' | 'rule' | 'policy', { from, to }: Rename): Catalog =>
  changeTables(catalog, tables, (table) => ({ ...table, ...(table.columnUses && { columnUses: withUseRenamed(table.columnUses, kind, from, to) }) }))

/** It tells the old name. */
const withoutDefinition = ({ definition: _, ...rule }: Rule): Rule => rule

/** From 15 on the triggers of partitions follow that of their parent. */
const withTrigger = (catalog: Catalog, name: RelationName): readonly RelationName[] => (catalog.surroundings.version >= 15 ? [name, ...partitionsBelow(catalog, name)] : [name])

/** What code may name with the schema before it. */
const heldBy = (schema: string, catalog: Catalog): readonly RelationName[] =>
  catalog.relations().flatMap(({ name, kind }) => (schemaOf(name) === schema && kind !== 'index' && kind !== 'sequence' && !isNew(catalog, name) ? [name] : []))

/** A function that returns a trigger nobody calls. */
function namedByCode(command: Rename, catalog: Catalog): Missed | undefined {
  if (command.object === 'type') {
    const type = typeNamed(command, catalog)
    return type !== undefined && catalog.type(type) ? { relation: type, object: 'type' } : undefined
  }
  const called = command.function && catalog.resolveFunction(command.function)
  const routine = called && catalog.routine(called)
  return routine && !routine.isTrigger ? { relation: called, object: 'routine' } : undefined
}

const typeNamed = (command: Rename, catalog: Catalog): RelationName | undefined => command.relation && catalog.resolveType(command.relation)
