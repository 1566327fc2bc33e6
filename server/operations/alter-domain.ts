import type { Catalog } from '../catalog/catalog'
import type { Column, UserType } from '../catalog/relation'
import type { Failure } from '../model/assessed'
import type { Effect, Work } from '../model/effect'
import { quoteIdentifier, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import type { AlterDomain as Command } from '../sql/command'
import { substituteColumns } from '../sql/expression'
import { inCase, writtenName } from '../sql/print'
import { lock } from './common'
import { noWay, sqlStep } from './constraint-plans'
import { domainCheckName } from './domain-check-name'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal } from './refusal'
import { storedIn } from './stored-in'

interface AlterDomain extends Operation {
  readonly kind: 'alter-domain'
  readonly command: Command
}

type Domain = Extract<UserType, { kind: 'domain' }>

export const alterDomain = operationType<AlterDomain>({
  kind: 'alter-domain',
  title: 'Change a domain',
  recognise: (command) => (command.kind === 'alter-domain' ? { kind: 'alter-domain', span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    if (!looksAtData(command, catalog)) return []
    const scan: Work = { kind: 'scan', to: 'to check the values of the domain' }
    // Every table with a column of the domain or of one made over it; a partitioned one has no rows to look at (get_rels_with_domain in src/backend/commands/typecmds.c).
    return usersOf(catalog.resolveType(command.name), catalog)
      .filter((name) => ['table', 'materialized view'].includes(catalog.table(name)?.kind ?? ''))
      .map((name) => lock(name, 'SHARE', scan))
  },

  apply({ command }, catalog) {
    const name = catalog.resolveType(command.name)
    const domain = catalog.type(name)
    return domain?.kind === 'domain' ? catalog.withType(name, changed(domain, command, domainCheckName(name, domain.checks.map((check) => check.name)))) : catalog
  },

  fails({ command }, catalog) {
    if (!looksAtData(command, catalog)) return []
    const domains = domainsOf(catalog.resolveType(command.name), catalog)
    // Only values that are a column's own are checked (find_composite_type_dependencies in src/backend/commands/tablecmds.c).
    const table = usersOf(catalog.resolveType(command.name), catalog).find((one) => columnsOf(catalog, one).some(({ type }) => (domains as readonly string[]).includes(type.name) && type.dimensions > 0))
    const holder = [...usersOf(catalog.resolveType(command.name), catalog), ...domains.flatMap((one) => catalog.over(one)).filter((one) => catalog.type(one)?.kind === 'composite')].map((one) => storedIn(one, catalog)).find((one) => one !== undefined)
    if (table === undefined && holder !== undefined) return [refusal(`Ends in an error: a column of \`${shortName(holder)}\` has it inside of a row, in which PostgreSQL looks for no value. ${command.change === 'set-not-null' ? 'Add a check NOT VALID' : 'Add it NOT VALID'}.`)]
    if (command.change === 'set-not-null' && table === undefined) return withoutValue(catalog.resolveType(command.name), catalog)
    return table === undefined ? [] : [refusal(`Ends in an error: \`${shortName(table)}\` has arrays of it, in which PostgreSQL looks for no value. Add it NOT VALID.`)]
  },

  plan({ command }, catalog, context): Plan | undefined {
    if (!looksAtData(command, catalog)) return undefined
    if (command.change === 'validate-constraint') return noWay('Leave it unvalidated, for new values are checked already, and look for others that break it by a query: what marks it as valid reads every table under a lock that stops writers, whenever it comes')
    const name = catalog.resolveType(command.name)
    const domain = catalog.type(name)
    const { keywords } = context
    const condition = command.expression?.sql ?? inCase('VALUE IS NOT NULL', keywords)
    const chosen = domainCheckName(name, domain?.kind === 'domain' ? domain.checks.map((check) => check.name) : [])
    const add = command.expression ? context.sql.trim() : `${inCase('ALTER DOMAIN', keywords)} ${writtenName(command.name)} ${inCase('ADD CONSTRAINT', keywords)} ${quoteIdentifier(command.constraint ?? chosen)} ${inCase('CHECK', keywords)} (${condition})`
    const verify = offenders(name, condition, catalog)
    return {
      title: 'Add it unvalidated, as a check, and look for values that break it by a query; what marks it as valid reads every table under a lock that stops writers, whenever it comes',
      fit: 'outline',
      expand: [{ ...sqlStep(`${add} ${inCase('NOT VALID', keywords)};`, 'shared', 'New values are checked from here on, and no table is read.'), ...(verify !== undefined && { verify }) }],
      migrate: [],
      contract: [],
    }
  },
})

/** The domain and those made over it. */
const domainsOf = (domain: RelationName, catalog: Catalog): readonly RelationName[] => [domain, ...catalog.over(domain).flatMap((one) => (catalog.type(one)?.kind === 'domain' ? domainsOf(one, catalog) : []))]

const columnsOf = (catalog: Catalog, name: RelationName): readonly Column[] => catalog.table(name)?.columns ?? []

const usersOf = (domain: RelationName, catalog: Catalog): readonly RelationName[] => [...new Set(domainsOf(domain, catalog).flatMap((one) => catalog.using(one)))]

/** Columns that hold NULL, as the statistics say. */
function withoutValue(domain: RelationName, catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  const domains: readonly string[] = domainsOf(domain, catalog)
  return usersOf(domain, catalog).flatMap((name) => {
    const rows = catalog.table(name)?.size?.rows
    if (rows === 0) return []
    return columnsOf(catalog, name).flatMap(({ name: column, type, nullFraction, averageWidth }) =>
      nullFraction && domains.includes(type.name) ? [{ sentence: `Ends in an error if any row of \`${shortName(name)}\` still has no \`${column}\`: fill the column first.`, certain: averageWidth !== undefined && rows !== undefined }] : [],
    )
  })
}

/** Rows whose value breaks the condition. */
function offenders(domain: RelationName, condition: string, catalog: Catalog): string | undefined {
  const domains: readonly string[] = domainsOf(domain, catalog)
  const queries = usersOf(domain, catalog).flatMap((name) => {
    const table = catalog.table(name)
    if (table?.kind !== 'table' && table?.kind !== 'materialized view') return []
    return (table.columns ?? []).filter(({ type }) => domains.includes(type.name) && type.dimensions === 0).map((column) => {
      const own = substituteColumns(condition, (reference) => (reference.column === 'value' && reference.qualifier === undefined ? `${quoteIdentifier(column.name)}` : undefined))
      return `SELECT tableoid::regclass AS relation, ctid FROM ${name} WHERE NOT (${own})`
    })
  })
  return queries.length === 0 ? undefined : `${queries.join('\nUNION ALL ')}\nLIMIT 10;`
}

function looksAtData({ change, notValid, name }: Command, catalog: Catalog): boolean {
  const domain = catalog.type(catalog.resolveType(name))
  if (change === 'set-not-null') return !(domain?.kind === 'domain' && domain.notNull)
  return change === 'validate-constraint' || (change === 'add-constraint' && !notValid)
}

function changed(domain: Domain, command: Command, chosenName: string): Domain {
  const { default: _, ...rest } = domain
  switch (command.change) {
    case 'set-default':
      return command.expression ? { ...domain, default: command.expression.sql } : rest
    case 'drop-default':
      return rest
    case 'set-not-null':
      return { ...domain, notNull: true }
    case 'drop-not-null':
      return { ...domain, notNull: false }
    case 'add-constraint':
      if (!command.expression) return { ...domain, notNull: true }
      return { ...domain, checks: [...domain.checks, { name: command.constraint ?? chosenName, expression: command.expression.sql, validated: !command.notValid }] }
    case 'drop-constraint':
      return { ...domain, checks: domain.checks.filter((check) => check.name !== command.constraint) }
    case 'validate-constraint':
      return { ...domain, checks: domain.checks.map((check) => (check.name === command.constraint ? { ...check, validated: true } : check)) }
  }
}
