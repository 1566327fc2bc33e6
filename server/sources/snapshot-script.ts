import { closing, opening, parts, sampling } from './snapshot-sql'

/**
 * The queries as a script for psql, for those who may reach the server and will not give their password to an editor.
 * What psql prints is the snapshot file, to the byte what a connection of ours gives.
 */
export function snapshotScript({ sampleSeconds }: { readonly sampleSeconds?: number } = {}): string {
  return [
    '-- Prints a snapshot of the database for Lockscope: schema, sizes, statistics, settings and activity.',
    '-- It reads no row of any table but the catalogs and changes nothing. PostgreSQL 12 and newer:',
    '--   psql -XAt -f snapshot.sql postgresql://user@host/database > lockscope.snapshot.json',
    '\\set QUIET on',
    '\\set ON_ERROR_STOP on',
    '\\pset format unaligned',
    '\\pset tuples_only on',
    '\\pset footer off',
    "\\pset null ''",
    '\\pset pager off',
    '\\timing off',
    "\\encoding UTF8",
    ...[...opening, ...(sampleSeconds ? sampling(sampleSeconds) : [])].map((sql) => `${sql};`),
    ...parts.map(({ sql, generates }) => `${sql.replace(/^\n/, '')}${generates ? '\n\\gexec' : ';'}`),
    `${closing};`,
    '',
  ].join('\n')
}
