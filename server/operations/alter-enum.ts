import { quoteIdentifier, quoteLiteral, shortName } from '../model/name'
import type { Plan, Step } from '../model/plan'
import type { AlterEnum as Command } from '../sql/command'
import { inCase, writtenName } from '../sql/print'
import { backfill } from './backfill'
import { sqlStep, writtenLike } from './constraint-plans'
import { operationType } from './operation'
import { unlessRun } from './refusal'
import type { Operation } from './operation'
import { withIdentity } from './replica-identity'

interface AlterEnum extends Operation {
  readonly kind: 'alter-enum'
  readonly command: Command
}

export const alterEnum = operationType<AlterEnum>({
  kind: 'alter-enum',
  title: 'Add or rename a value of an enum',
  recognise: (command) => (command.kind === 'alter-enum' ? { kind: 'alter-enum', span: command.span, command } : undefined),
  effects: () => [],

  apply({ command }, catalog) {
    const name = catalog.resolveType(command.name)
    const type = catalog.type(name)
    if (type?.kind !== 'enum' || type.labels.includes(command.value)) return catalog
    if (command.change === 'rename') return catalog.withType(name, { ...type, labels: type.labels.map((label) => (label === command.from ? command.value : label)) })
    const beside = command.beside === undefined ? -1 : type.labels.indexOf(command.beside.label)
    const at = beside < 0 ? type.labels.length : beside + Number(command.beside!.isAfter)
    return catalog.withType(name, { ...type, labels: [...type.labels.slice(0, at), command.value, ...type.labels.slice(at)] })
  },

  fails({ command }, catalog) {
    const type = catalog.type(catalog.resolveType(command.name))
    const isThere = type?.kind === 'enum' && type.labels.includes(command.value)
    // A value that is renamed is not there any more once that has been done.
    return !isThere || command.ifNotExists || (command.from !== undefined && !type.labels.includes(command.from)) ? [] : unlessRun(`\`${command.name.name}\` has a value \`${command.value}\` already`)
  },

  breaks({ command }, catalog) {
    if (command.change !== 'rename') return []
    const name = catalog.resolveType(command.name)
    return [{ sentence: `Running code that names the old value of \`${shortName(name)}\` fails from here on: no version of the code works before and after.`, relation: name }]
  },

  plan({ command }, catalog, context): Plan | undefined {
    const name = catalog.resolveType(command.name)
    if (command.change !== 'rename' || command.from === undefined) return undefined
    const { keywords } = context
    const old = quoteLiteral(command.from)
    const fresh = quoteLiteral(command.value)
    const fills = catalog.using(name).flatMap((using): readonly (Step | undefined)[] => {
      const table = catalog.table(using)
      if (!table || !['table', 'partitioned table'].includes(table.kind) || table.partitionOf) return []
      const named = context.name(writtenLike(using, command.name, catalog))
      return (table.columns ?? []).filter(({ type }) => type.name === name && type.dimensions === 0).map((column) => {
        const quoted = quoteIdentifier(column.name)
        return backfill({ relation: using, head: `${inCase('UPDATE', keywords)} ${named} ${inCase('SET', keywords)} ${quoted} = ${fresh}`, where: `${quoted} = ${old}`, named, does: `Gives rows of \`${shortName(using)}\` the new value` }, catalog, context)
      })
    })
    if (fills.includes(undefined)) return undefined
    const plan: Plan = {
      title: `Add \`${command.value}\` beside \`${command.from}\`, and give it to the rows in batches; the old value can never be removed from the type, only be left unused`,
      fit: 'outline',
      expand: [sqlStep(`${inCase('ALTER TYPE', keywords)} ${writtenName(command.name)} ${inCase('ADD VALUE', keywords)} ${fresh} ${inCase('AFTER', keywords)} ${old};`, 'own', 'No table is locked; the value can be used once the transaction has ended.')],
      migrate: fills.flatMap((fill) => fill ?? []),
      contract: [],
      code: { migrate: `Code reads ${old} and ${fresh} as the same, and writes ${fresh}.` },
    }
    return withIdentity(plan, catalog.using(name), 'update', command.name, catalog, context)
  },
})
