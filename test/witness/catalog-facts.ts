import type { Catalog } from '../../server/catalog/catalog'
import type { Column, Relation, Rule, Table, Trigger } from '../../server/catalog/relation'
import type { GrantSnapshot } from '../../server/model/snapshot'

/**
 * What a catalog says of each relation, as far as two that were made on different ways can agree:
 * the text of an expression is the author's in one and PostgreSQL's in the other, so only that there is one.
 * `other` is the catalog to compare with: what this one does not know of a relation is taken from there.
 */
export function catalogFacts(catalog: Catalog, other?: Catalog): Readonly<Record<string, unknown>> {
  const facts: Record<string, unknown> = {}
  for (const relation of catalog.relations()) {
    if (relation.kind === 'index' || relation.name.startsWith('pg_temp.')) continue
    facts[relation.name] = factsOf(relation, other?.relation(relation.name))
  }
  return facts
}

function factsOf(relation: Exclude<Relation, { kind: 'index' }>, other: Relation | undefined): unknown {
  switch (relation.kind) {
    case 'view':
      return {
        kind: relation.kind,
        reads: [...relation.reads].sort(),
        options: relation.options ?? {},
        commented: relation.commented ?? false,
        grants: grantFacts(relation.grants),
        columns: (relation.columns ?? (other && 'columns' in other ? other.columns : undefined))?.map(({ name, default: value, commented = false, grants }) => ({ name, default: value !== undefined, commented, grants: grantFacts(grants) })),
        triggers: relation.triggers.map(triggerFact).sort(),
        rules: relation.rules.map(ruleFact).sort(),
      }
    case 'sequence':
      return { kind: relation.kind, ownedBy: relation.ownedBy, commented: relation.commented ?? false, grants: grantFacts(relation.grants) }
    default:
      return tableFacts(relation, other && 'columns' in other ? other.columns : undefined)
  }
}

function tableFacts(table: Table, known: readonly Column[] | undefined): unknown {
  return {
    kind: table.kind,
    persistence: table.persistence,
    columns: (table.columns ?? known)?.map(columnFacts),
    constraints: Object.fromEntries(
      table.constraints
        .map((one) => [one.name, { type: one.type, columns: [...one.columns].sort(), references: one.references, referenced: one.referencedColumns, validated: one.validated, noInherit: one.noInherit ?? false, deferrable: one.deferrable ?? false, deferred: one.deferred ?? false, match: one.match, onDelete: one.onDelete, onUpdate: one.onUpdate, enforced: one.enforced ?? true, ofDetached: one.ofDetached ?? false, commented: one.commented ?? false, index: one.index, expression: one.expression !== undefined }])
        .sort(),
    ),
    indexes: Object.fromEntries(
      table.indexes
        .map(({ name, shape, valid, attachedTo, replicaIdentity = false, clustered = false, commented = false, definition = '' }) => [
          name,
          { method: shape.method, keys: shape.keys.map(keyFact), include: shape.include, unique: shape.unique, partial: shape.predicate !== undefined, valid, attachedTo, replicaIdentity, clustered, commented, options: optionFacts(definition) },
        ])
        .sort(),
    ),
    partitionBy: table.partitionBy && { strategy: table.partitionBy.strategy, keys: table.partitionBy.keys.map(keyFact) },
    partitionOf: table.partitionOf?.parent,
    inherits: [...table.inherits].sort(),
    triggers: table.triggers.map(triggerFact).sort(),
    rules: table.rules.map(ruleFact).sort(),
    policies: (table.policies ?? []).map(({ name, on = 'all', to = [], restrictive = false }) => `${name} ${on} ${[...to].sort().join()} ${restrictive}`).sort(),
    rowSecurity: [table.rowSecurity ?? false, table.forcedRowSecurity ?? false],
    accessMethod: table.accessMethod ?? 'heap',
    statistics: Object.keys(table.statisticsDefinitions ?? {}).sort(),
    ofType: table.ofType,
    replicaIdentity: table.replicaIdentity,
    publications: [...(table.publications ?? [])].sort(),
    grants: grantFacts(table.grants),
    reads: [...table.reads].sort(),
  }
}

const columnFacts = (column: Column): unknown => ({
  name: column.name,
  type: column.type,
  notNull: column.notNull,
  default: column.default !== undefined,
  generated: column.generated,
  identity: column.identity,
  collation: column.collation,
  local: column.local ?? false,
  statisticsTarget: column.statisticsTarget,
  options: column.options ?? {},
  commented: column.commented ?? false,
  grants: grantFacts(column.grants),
})

/** One for each privilege of each role. */
const grantFacts = (grants: readonly GrantSnapshot[] = []): readonly string[] => grants.flatMap(({ to, privileges, grantable }) => privileges.map((one) => `${one} to ${to ?? 'PUBLIC'}${grantable ? ' with option' : ''}`)).sort()

const keyFact = (key: string): string => (key.startsWith('(') ? '(expression)' : key)

const triggerFact = ({ name, function: called, enabled, role }: Trigger): string => `${name} ${called} ${enabled} ${role}`

const ruleFact = ({ name, on, enabled, role }: Rule): string => `${name} ${on} ${enabled} ${role}`

/** Its storage parameters, as they stand behind WITH. */
const optionFacts = (definition: string): string | undefined => /\bWITH \(([^)]*)\)/i.exec(definition)?.[1]!.replaceAll(/[\s'"]/g, '').toLowerCase()
