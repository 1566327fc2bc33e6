import type { Catalog } from '../catalog/catalog'
import type { KnownText, Rule, Table } from '../catalog/relation'
import type { Failure } from '../model/assessed'
import { quoteIdentifier, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import { readExpression } from '../sql/expression'

/** What names a column and does not follow it, neither to another type nor when it goes. `name` as SQL: `touch`, `"Touch me"`, `total(integer)`. */
export interface ColumnUse {
  readonly kind: string
  readonly name: string
  /** What it belongs to: the table itself, or another relation whose policy or rule names it. */
  readonly table: RelationName
}

export function usesOf(catalog: Catalog, name: RelationName, column: string): readonly ColumnUse[] {
  const table = catalog.table(name)
  if (!table) return []
  const known = (table.columnUses?.[column] ?? []).flatMap((use): readonly ColumnUse[] => {
    const [, kind, named] = /^(\w+) (.*)$/s.exec(use) ?? []
    return kind === undefined || named === undefined ? [] : [{ kind, name: named, table: name }]
  })
  const isKnown = (kind: string, own: string): boolean => known.some((use) => use.kind === kind && use.name === quoteIdentifier(own))
  const namesIt = ({ sql, emptied }: KnownText): boolean => {
    const facts = readExpression(sql)
    return !emptied && facts.readable && !facts.hasSubquery && facts.columns.includes(column)
  }
  const isNamed = ({ of, when }: (typeof table.triggers)[number]): boolean => of?.includes(column) === true || (when !== undefined && readExpression(when.sql).columns.includes(column))
  // What the snapshot says holds of a trigger, a rule or a policy that is there still, and of this one as it was.
  const triggers = table.triggers.filter((one) => isKnown('trigger', one.name) || isNamed(one)).map((one) => ({ kind: 'trigger', name: quoteIdentifier(one.name), table: name }))
  const rules = [name, ...catalog.ruling(name)].flatMap((owner) => {
    const relation = catalog.relation(owner)
    const named = (one: Rule): boolean => (owner === name ? (one.columns?.includes(column) ?? isKnown('rule', one.name)) : one.names.includes(name) && isKnown('rule', one.name))
    return relation && 'rules' in relation ? relation.rules.filter(named).map((one) => ({ kind: 'rule', name: quoteIdentifier(one.name), table: owner })) : []
  })
  const policies = [name, ...catalog.guarded(name)].flatMap((owner) =>
    (catalog.table(owner)?.policies ?? []).flatMap((policy) => {
      const texts = [policy.using, policy.check].flatMap((one) => one ?? [])
      const isSaid = texts.every(({ emptied }) => emptied) && isKnown('policy', policy.name) && (owner === name || policy.names.includes(name))
      return isSaid || (owner === name && texts.some(namesIt)) ? [{ kind: 'policy', name: quoteIdentifier(policy.name), table: owner }] : []
    }),
  )
  return [...known.filter(({ kind }) => !followed.has(kind)), ...triggers, ...rules, ...policies]
}

/** A trigger, a rule or a policy of the table has another name. */
export const withUseRenamed = (uses: NonNullable<Table['columnUses']>, kind: 'trigger' | 'rule' | 'policy', from: string, to: string): NonNullable<Table['columnUses']> =>
  Object.fromEntries(Object.entries(uses).map(([column, of]) => [column, of.map((use) => (use === `${kind} ${quoteIdentifier(from)}` ? `${kind} ${quoteIdentifier(to)}` : use))]))

/** Triggers, rules or policies of the table are gone; ones of their names that come later name other columns. */
export const withoutUsesBy = (uses: NonNullable<Table['columnUses']>, kind: 'trigger' | 'rule' | 'policy', gone: readonly string[]): NonNullable<Table['columnUses']> =>
  Object.fromEntries(Object.entries(uses).map(([column, of]) => [column, of.filter((use) => !gone.some((name) => use === `${kind} ${quoteIdentifier(name)}`))]))

/** Kinds of which the catalog knows whether they are there. */
const followed: ReadonlySet<string> = new Set(['trigger', 'rule', 'policy'])

/** Policies whose conditions name the column, of the table itself and of others. */
export const policiesOver = (catalog: Catalog, name: RelationName, column: string): readonly ColumnUse[] => usesOf(catalog, name, column).filter(({ kind }) => kind === 'policy')

/** `afterwards`: what is to be done with it when the column is changed or gone. */
export function refusedUses(catalog: Catalog, tables: readonly RelationName[], column: string, afterwards: string): readonly Omit<Failure, 'span'>[] {
  const found = tables.flatMap((table) => usesOf(catalog, table, column))
  const use = found.find(({ kind }) => followed.has(kind)) ?? found[0]
  if (!use) return []
  const words = `the ${use.kind} \`${use.name}\` of \`${shortName(use.table)}\` names \`${column}\``
  // Whether a function, or what a publication says of the columns, is still as it was is not followed.
  return followed.has(use.kind)
    ? [{ sentence: `Ends in an error, after waiting for its lock: ${words}. ${afterwards}`, certain: true }]
    : [{ sentence: `Ends in an error, after waiting for its lock, if ${words}. ${afterwards}`, certain: false }]
}
