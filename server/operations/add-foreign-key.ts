import type { Plan } from '../model/plan'
import type { AlterRelation } from '../sql/command'
import { applyConstraint } from './added-constraint'
import { partitionsBelow } from './common'
import { alterHead, equivalentPlan, isMade, unvalidatedSteps } from './constraint-plans'
import { addedWayBack } from './constraint-way-back'
import { foreignKeyEffects } from './foreign-key'
import type { ForeignKeyDefinition } from './foreign-key'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusedReference } from './reference-refusal'
import { refusal, refusedConstraint } from './refusal'

interface AddForeignKey extends Operation {
  readonly kind: 'add-foreign-key'
  readonly alter: AlterRelation
  readonly definition: ForeignKeyDefinition
}

export const addForeignKey = operationType<AddForeignKey>({
  kind: 'add-foreign-key',
  title: 'Add a foreign key',
  recognise: (command) =>
    command.kind === 'alter' && command.action.action === 'add-constraint' && command.action.constraint.type === 'foreign-key'
      ? { kind: 'add-foreign-key', relation: command.relation, span: command.action.constraint.span, alter: command, definition: command.action.constraint }
      : undefined,

  effects: ({ alter, definition }, catalog) => foreignKeyEffects(catalog, catalog.resolve(alter.relation), definition, checked(definition), alter.only),

  apply: ({ alter, definition }, catalog) => applyConstraint(catalog, catalog.resolve(alter.relation), definition),

  needs: ({ alter, definition }, catalog) => (definition.notValid && catalog.table(catalog.resolve(alter.relation))?.kind === 'partitioned table' ? [{ what: 'a NOT VALID foreign key of a partitioned table', since: 18 }] : []),

  fails({ alter, definition }, catalog) {
    if (namesOneTwice(definition)) return [refusal('Ends in an error, after waiting for its locks: a column that is referred to may be named only once.')]
    const name = catalog.resolve(alter.relation)
    const table = catalog.table(name)
    if (alter.only && table?.kind === 'partitioned table') return [refusal(`Ends in an error: a foreign key of a partitioned table is one of its partitions too. Leave out ONLY.`)]
    return [...(table ? refusedReference(catalog, table, definition) : []), ...refusedConstraint(catalog, name, definition)]
  },

  plan({ alter, definition }, catalog, context): Plan | undefined {
    const table = catalog.resolve(alter.relation)
    if (isMade(catalog, table) || !foreignKeyEffects(catalog, table, definition, checked(definition)).some((effect) => effect.work.length > 0)) return undefined
    const plan = equivalentPlan('Add the key unvalidated, then validate it', unvalidatedSteps(catalog, table, alter.relation, definition, context, alterHead(alter, context)))
    // Up to 17 VALIDATE leaves out the parts that watch the partitions of the referenced table: they stay marked as not valid.
    return catalog.surroundings.version < 18 && partitionsBelow(catalog, catalog.resolve(definition.references)).length > 0 ? { ...plan, fit: 'outline' } : plan
  },

  wayBack: ({ alter, definition }, catalog) => addedWayBack(catalog, alter, definition),
})

const checked = (definition: ForeignKeyDefinition): 'rows' | 'nothing' => (definition.notValid || definition.notEnforced ? 'nothing' : 'rows')

const namesOneTwice = ({ referencedColumns }: ForeignKeyDefinition): boolean => new Set(referencedColumns).size < referencedColumns.length
