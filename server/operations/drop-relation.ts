import type { Catalog } from '../catalog/catalog'
import { freeName, schemaOf } from '../catalog/catalog'
import type { Relation } from '../catalog/relation'
import type { Failure } from '../model/assessed'
import { listNames, listWords } from '../model/format'
import { nameParts, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import type { DropRelation as Command } from '../sql/command'
import { inCase } from '../sql/print'
import { altered, identityOf, isNew } from './alteration'
import { clip } from './automatic-name'
import { changeTable, missed } from './common'
import { sqlStep, writtenLike } from './constraint-plans'
import { dependents, dropEffects, droppedWith, refusedEffects, withoutDropped } from './dropped'
import { referringTo } from './foreign-key'
import { operationType } from './operation'
import type { Operation, PlanContext } from './operation'
import { refusal, refusedKind } from './refusal'
import { asideStep, renaming, setAsidePlan } from './set-aside'

interface DropRelation extends Operation {
  readonly kind: 'drop-relation'
  readonly command: Command
}

export const dropRelation = operationType<DropRelation>({
  kind: 'drop-relation',
  title: 'Drop a table, a view or a sequence',
  recognise: (command) => (command.kind === 'drop' && command.object !== 'index' && command.object !== 'type' ? { kind: 'drop-relation', relation: command.relation, span: command.span, command } : undefined),

  effects({ command }, catalog) {
    const name = altered(command, catalog)
    if (!name) return []
    // What depends on it is found before anything is taken from the other end of a foreign key (performDeletion in src/backend/catalog/dependency.c).
    return refusals(command, catalog).length > 0 ? refusedEffects(name, catalog) : dropEffects([name], catalog, command.cascade)
  },

  apply({ command }, catalog) {
    const name = altered(command, catalog)
    if (!name || refusals(command, catalog).length > 0) return catalog
    const after = withoutDropped([name], catalog, command.cascade)
    answers.set(command.together, { catalog: after, refusals: [] })
    return after
  },

  breaks({ command }, catalog) {
    const name = altered(command, catalog)
    if (!name || refusals(command, catalog).length > 0) return []
    return gone(name, command, catalog).map((one) => ({ sentence: `Running code that names \`${shortName(one)}\` fails from here on: first deploy code that does not use it.`, relation: one, missed: missed(one, catalog) }))
  },

  loses({ command }, catalog) {
    const name = altered(command, catalog)
    if (!name || refusals(command, catalog).length > 0) return []
    return droppedWith([name], catalog, command.cascade)
      .filter((one) => !isNew(catalog, one) && (catalog.table(one)?.kind === 'table' || (one === name && command.object === 'table' && catalog.table(one) === undefined)))
      .map((one) => {
        const rows = catalog.table(one)?.size?.rows
        return { sentence: `Every row of \`${shortName(one)}\` is gone.`, relation: one, ...(rows !== undefined && { rows }) }
      })
  },

  plan({ command }, catalog, context): Plan | undefined {
    const { before, keywords } = context
    const all = command.together.flatMap((relation) => {
      const name = altered({ ...command, relation }, before)
      return name ? [{ name, relation }] : []
    })
    const name = altered(command, catalog)
    if (!name || refusals(command, before).length > 0 || all.some((one) => isNew(before, one.name))) return undefined
    const whole = before.table(name)?.partitionOf?.parent
    if (whole !== undefined && all.length === 1 && referringTo(before, whole).length === 0) return detachedFirst(command, name, whole, context)
    if (all.some((one) => before.table(one.name)?.partitionOf)) return undefined
    const words = listNames(all.map(({ name: one }) => one))
    const title = `Call ${words} otherwise once no code names ${all.length === 1 ? 'it' : 'them'}, and drop ${all.length === 1 ? 'it' : 'them'} in a later release`
    // The first of several says it for all.
    if (all[0]!.name !== name) return { title, fit: 'staged', expand: [], migrate: [], contract: [] }
    const ifExists = command.ifExists ? ' IF EXISTS' : ''
    const object = command.object.toUpperCase()
    const asides = all.map((one) => ({ ...one.relation, name: nameParts(freeName(before, schemaOf(one.name), `${clip(nameParts(one.name).name, 55)}_dropped`)).name }))
    return setAsidePlan(
      {
        things: all.map((one) => `\`${shortName(one.name)}\``),
        also: [...new Set(all.flatMap((one) => gone(one.name, command, before)))].filter((one) => !all.some((other) => other.name === one)).map((one) => `\`${shortName(one)}\``),
        names: all.map((one) => nameParts(one.name).name),
        tables: command.object === 'table' ? all.map((one) => ({ name: one.name, written: one.relation })) : [],
        expand: [],
        aside: all.map((one, index) => asideStep(renaming(`${inCase(`ALTER ${object}${ifExists}`, keywords)} ${context.name(one.relation)}`, asides[index]!.name, keywords), all.length === 1)),
        drop: `${inCase(`DROP ${object}${ifExists}`, keywords)} ${asides.map(context.name).join(', ')}${command.cascade ? inCase(' CASCADE', keywords) : ''};`,
        effects: dropEffects(all.map((one) => one.name), before, command.cascade),
      },
      title,
      before,
      context,
    )
  },

  fails({ command }, catalog) {
    const name = altered(command, catalog)
    return name ? refusals(command, catalog) : []
  },
})

/** The rows of a partition are missed in its whole, from which it is taken while it is there still; from 14 on while the whole is in use, where there is no default partition. */
function detachedFirst(command: Command, name: RelationName, whole: RelationName, context: PlanContext): Plan {
  const { before, keywords } = context
  const cased = (text: string): string => inCase(text, keywords)
  const concurrently = before.surroundings.version >= 14 && before.defaultPartition(whole) === undefined
  const [partition, parent] = [context.name(command.relation), context.name(writtenLike(whole, command.relation, before))]
  return setAsidePlan(
    {
      things: [`\`${shortName(name)}\``],
      also: [`its rows in \`${shortName(whole)}\``],
      names: [nameParts(name).name],
      tables: [{ name, written: command.relation }],
      expand: [],
      aside: [sqlStep(`${cased('ALTER TABLE')} ${parent} ${cased('DETACH PARTITION')} ${partition}${concurrently ? cased(' CONCURRENTLY') : ''};`, concurrently ? 'none' : 'shared', 'Its rows are not in the whole from here on, and nothing is lost.')],
      drop: `${cased(`DROP TABLE${command.ifExists ? ' IF EXISTS' : ''}`)} ${partition}${command.cascade ? cased(' CASCADE') : ''};`,
      // Its foreign keys are its own by then.
      effects: dropEffects([name], changeTable(before, name, ({ partitionOf: _, ...table }) => table), command.cascade),
    },
    `Detach \`${shortName(name)}\` once no code needs its rows, and drop it in a later release`,
    before,
    context,
  )
}

/** What people may be using: partitions and sequences go with what they belong to. */
const gone = (name: RelationName, command: Command, catalog: Catalog): readonly RelationName[] =>
  droppedWith([name], catalog, command.cascade).filter((one) => {
    const relation = catalog.relation(one)
    return !isNew(catalog, one) && (one === name || (relation?.kind !== 'sequence' && catalog.table(one)?.partitionOf === undefined))
  })

/** The tables of one DROP are refused together or not at all: with hundreds of them, each is not to ask again of all. */
const answers = new WeakMap<Command['together'], { readonly catalog: Catalog; readonly refusals: readonly Omit<Failure, 'span'>[] }>()

function refusals(command: Command, catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  const name = catalog.resolve(command.relation)
  const misplaced = refusedKind(catalog, name, kindsOf(command.object), `it is no ${command.object} that goes by that name`)
  if (misplaced.length > 0) return misplaced
  const identity = identityOf(catalog, name)
  if (identity) return [refusal(`Ends in an error: the numbers of the identity column \`${identity.column}\` of \`${shortName(identity.table)}\` come from it. Say DROP IDENTITY there.`)]
  if (command.cascade) return []
  const known = answers.get(command.together)
  if (known?.catalog === catalog) return known.refusals
  const found = refusalsOfAll(command, catalog)
  answers.set(command.together, { catalog, refusals: found })
  return found
}

function refusalsOfAll(command: Command, catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  const { views, keys, children, ruling, guarded, drawing } = dependents(command.together.map((one) => catalog.resolve(one)), catalog)
  const reasons = [
    ...(views.length > 0 ? [`${listNames(views)} ${views.length === 1 ? 'reads' : 'read'} it`] : []),
    ...(keys.length > 0 ? [`${listNames(keys)} ${keys.length === 1 ? 'has a foreign key' : 'have foreign keys'} to it`] : []),
    ...(ruling.length > 0 ? [`${listNames(ruling)} ${ruling.length === 1 ? 'has a rule' : 'have rules'} that ${ruling.length === 1 ? 'names' : 'name'} it`] : []),
    ...(guarded.length > 0 ? [`${listNames(guarded)} ${guarded.length === 1 ? 'has a policy' : 'have policies'} that ${guarded.length === 1 ? 'reads' : 'read'} it`] : []),
    ...(drawing.length > 0 ? [`${listNames(drawing)} ${drawing.length === 1 ? 'takes its' : 'take their'} numbers from it`] : []),
    ...(children.length > 0 ? [`${listNames(children)} ${children.length === 1 ? 'inherits' : 'inherit'} from it`] : []),
  ]
  return reasons.length === 0 ? [] : [{ sentence: `Ends in an error, after waiting for its lock: ${listWords(reasons)}. Drop ${views.length + keys.length + children.length + ruling.length + guarded.length + drawing.length === 1 ? 'that' : 'those'} first, or say CASCADE.`, certain: catalog.surroundings.complete }]
}

const kindsOf = (object: Command['object']): readonly Exclude<Relation['kind'], 'index'>[] => (object === 'table' ? ['table', 'partitioned table'] : object === 'index' || object === 'type' ? [] : [object])
