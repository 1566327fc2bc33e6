import { PGlite } from '@electric-sql/pglite'
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist'
import { citext } from '@electric-sql/pglite/contrib/citext'
import { hstore } from '@electric-sql/pglite/contrib/hstore'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { pgcrypto } from '@electric-sql/pglite/contrib/pgcrypto'
import { uuid_ossp } from '@electric-sql/pglite/contrib/uuid_ossp'
import { overPglite, reset, type Database } from './probe'

/**
 * The one PGlite of this test worker, emptied of whatever the case before left.
 *
 * Booting takes seconds and cloning a second; dropping what a case made takes a few milliseconds.
 * There is one connection: whoever asks for a clean database takes it from whoever had it.
 */
export async function cleanPglite(): Promise<Database> {
  const database = await (booted ??= boot())
  await reset(database)
  return database
}

let booted: Promise<Database> | undefined

async function boot(): Promise<Database> {
  const pglite = await PGlite.create({
    extensions: { btree_gist, citext, hstore, pg_trgm, pgcrypto, uuid_ossp },
  })
  return overPglite(pglite)
}
