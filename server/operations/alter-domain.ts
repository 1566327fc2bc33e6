import type { Catalog } from '../catalog/catalog'
import type { UserType } from '../catalog/relation'
import type { Effect, Work } from '../model/effect'
import type { AlterDomain as Command } from '../sql/command'
import { lock } from './common'
import { domainCheckName } from './domain-check-name'
import { operationType } from './operation'
import type { Operation } from './operation'

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
    // Every table with a column of the domain; a partitioned one has no rows to look at (get_rels_with_domain in src/backend/commands/typecmds.c).
    return catalog
      .using(catalog.resolveType(command.name))
      .filter((name) => ['table', 'materialized view'].includes(catalog.table(name)?.kind ?? ''))
      .map((name) => lock(name, 'SHARE', scan))
  },

  apply({ command }, catalog) {
    const name = catalog.resolveType(command.name)
    const domain = catalog.type(name)
    return domain?.kind === 'domain' ? catalog.withType(name, changed(domain, command, domainCheckName(name, domain.checks.map((check) => check.name)))) : catalog
  },
})

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
