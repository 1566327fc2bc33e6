// A view answers to the name that a relation, or one of its columns, gives up, so that old code and new code run side by side.
// A second column with a trigger would be written to every row of the table, with its indexes and keys once more; and it takes a NULL that code writes for a value that code left out.
import type { Catalog } from '../catalog/catalog'
import { freeName, schemaOf } from '../catalog/catalog'
import { isTable } from '../catalog/relation'
import type { Relation } from '../catalog/relation'
import { nameParts, quoteIdentifier, quoteLiteral, shortName } from '../model/name'
import type { RelationName, WrittenName } from '../model/name'
import type { Plan } from '../model/plan'
import type { GrantSnapshot } from '../model/snapshot'
import type { RelationKind } from '../sql/command'
import { inCase } from '../sql/print'
import { isNew } from './alteration'
import { clip } from './automatic-name'
import { createdLike, noWay, sqlStep } from './constraint-plans'
import { grantText } from './grant-text'
import type { PlanContext } from './operation'

/** What gives up a name. */
export interface GivenUp {
  readonly name: RelationName
  readonly written: WrittenName
  /** As ALTER calls it. */
  readonly kind: RelationKind | 'other'
  /** Of a column, the relation keeps its own name. */
  readonly column?: { readonly from: string; readonly to: string }
  /** What new code calls the relation; absent where only a column has another name. */
  readonly to?: WrittenName
  /** The statement that takes the author's own back. */
  readonly undo: string
}

/** Undefined where no view can stand in: for an index or a sequence, and for what nobody uses yet. */
export function standInPlan({ name, written, kind, column, to, undo }: GivenUp, catalog: Catalog, context: PlanContext): Plan | undefined {
  const relation = catalog.relation(name)
  const object = objects[relation?.kind ?? kind]
  if (object === undefined || isNew(catalog, name) || (!relation && catalog.surroundings.complete)) return undefined
  const { version } = catalog.surroundings
  if (version < 15 && isTable(relation) && relation.rowSecurity) return noWay('Rename it together with a release of code that takes either name, and tries again: no view can stand in, for before PostgreSQL 15 the policies of the table do not hold through one')
  const cased = (text: string): string => inCase(text, context.keywords)
  const own = nameParts(name).name
  const beside = (suffix: string): WrittenName => createdLike(freeName(catalog, schemaOf(name), `${clip(own, 57)}_${suffix}`), written, catalog)
  const view = beside('view')
  const table = to ?? beside('base')
  const rename = (what: string, from: WrittenName, { name: until }: WrittenName): string => `${cased(`ALTER ${what}`)} ${context.name(from)} ${cased('RENAME TO')} ${quoteIdentifier(until)};`
  // From 15 on a view may act for whoever asks it: with their rights on the table, and under its policies.
  const options = version >= 15 ? `${cased(' WITH')} (security_invoker = true)` : ''
  const viewOf = (made: WrittenName, of: WrittenName, extra: readonly [string, string] | undefined): string =>
    `${cased('CREATE VIEW')} ${context.name(made)}${options} ${cased('AS SELECT')} *${extra ? `, ${quoteIdentifier(extra[0])} ${cased('AS')} ${quoteIdentifier(extra[1])}` : ''} ${cased('FROM')} ${context.name(of)};`
  const together = (...statements: readonly string[]): string => [cased('BEGIN;'), ...statements, cased('COMMIT;')].join('\n')
  const away = column ? [rename(object, written, table)] : []
  const home = column ? [rename(object, table, written)] : []
  const gone = `${cased('DROP VIEW')} ${context.name(written)};`
  const again = (): readonly string[] => [viewOf(createdLike(name, written, catalog), table, column && [column.to, column.from]), ...grantedOn(written)]
  const old = column ? `${shortName(name)}.${column.from}` : context.name(written)
  const now = column ? `${shortName(name)}.${column.to}` : context.name(table)

  const grantedOn = (made: WrittenName): readonly string[] => grantsOf(relation, column).map(({ grant, of }) => grantText(grant, of === undefined ? '' : ` (${quoteIdentifier(of)})`, context.name(made), cased))
  const granted = grantedOn(view)

  return {
    title: `Let a view answer to both names until no code says \`${old}\``,
    fit: 'staged',
    expand: [
      {
        ...sqlStep([viewOf(view, written, column && [column.from, column.to]), ...granted].join('\n'), 'shared', `Nobody uses the view yet: ${granted.length > 0 ? `it gives the rights that \`${shortName(name)}\` gives` : `grant on it what is granted on \`${shortName(name)}\``}.`),
        verify: missingGrants(context.name(written), context.name(view), version),
        back: `${cased('DROP VIEW')} ${context.name(view)};`,
      },
    ],
    migrate: [
      {
        ...sqlStep(together(`${context.sql.trim()};`, ...away, rename('VIEW', view, written)), 'own', `Takes a moment, and both names are read and written from then on; but the view takes no ${refused(version)}.`),
        back: together(rename('VIEW', written, view), ...home, undo),
      },
    ],
    contract: [
      column
        ? { ...sqlStep(together(gone, ...home), 'own', 'The table answers to its own name again, with the new name of the column alone.'), back: together(...away, ...again()) }
        : { ...sqlStep(gone, 'shared', 'The old name is nobody\'s from here on.'), back: again().join('\n') },
    ],
    code: { contract: `No code says \`${old}\` any more, but \`${now}\`.` },
  }
}

const objects: Readonly<Partial<Record<string, string>>> = { table: 'TABLE', 'partitioned table': 'TABLE', view: 'VIEW', 'materialized view': 'MATERIALIZED VIEW', 'foreign table': 'FOREIGN TABLE' }

const refused = (version: number): string =>
  `TRUNCATE, COPY${version < 17 ? ', MERGE' : ''}, ON CONFLICT ON CONSTRAINT or new foreign key, has no ctid, gives pg_get_serial_sequence nothing, and is not grouped by its key alone`

/** What may be done with a view. */
const ofView: ReadonlySet<string> = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE'])

/** The rights on the relation, and those on columns alone, which a column has under both of its names. */
function grantsOf(relation: Relation | undefined, column: GivenUp['column']): readonly { readonly grant: GrantSnapshot; readonly of?: string }[] {
  if (!relation || relation.kind === 'index' || relation.kind === 'sequence') return []
  const whole = (relation.grants ?? []).map((grant) => ({ grant }))
  const single = (relation.columns ?? []).flatMap(({ name, grants = [] }) => grants.flatMap((grant) => (name === column?.from ? [name, column.to] : [name]).map((of) => ({ grant, of }))))
  return [...whole, ...single].map(({ grant, ...of }) => ({ grant: { ...grant, privileges: grant.privileges.filter((one) => ofView.has(one)) }, ...of })).filter(({ grant }) => grant.privileges.length > 0)
}

/** Each a GRANT that the view lacks; before 15 policies of the table do not hold through a view of its owner. */
function missingGrants(table: string, view: string, version: number): string {
  const granted = (relation: string): string => {
    const of = `WHERE pg_class.oid = ${quoteLiteral(relation)}::regclass AND grantee <> relowner`
    return `(SELECT NULL::name AS of, grantee, privilege_type, is_grantable FROM pg_class, aclexplode(relacl) ${of} UNION ALL SELECT attname, grantee, privilege_type, is_grantable FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid, aclexplode(attacl) ${of})`
  }
  return [
    `SELECT format('GRANT %s%s ON %s TO %s%s;', privilege_type, ' (' || quote_ident(of) || ')', ${quoteLiteral(view)}, coalesce(quote_ident(rolname), 'PUBLIC'), CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END) AS missing`,
    `FROM (${granted(table)} EXCEPT ${granted(view)}) AS granted LEFT JOIN pg_roles ON pg_roles.oid = grantee`,
    `WHERE privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')${version < 15 ? '' : ';'}`,
    ...(version < 15 ? [`UNION ALL SELECT 'Its policies do not hold through the view.' FROM pg_class WHERE oid = ${quoteLiteral(table)}::regclass AND relrowsecurity;`] : []),
  ].join('\n')
}
