import { lookup } from '../model/lookup'

const general = `Lockscope tells which locks PostgreSQL migrations take, what they block, for how long, and the safe way.

  lockscope check FILE|DIR…      findings in migrations
  lockscope plan FILE[:LINE]     the safe way for each statement that has one
  lockscope snapshot --url URL   schema and sizes of a database, without row data
  lockscope calibrate --url URL  how fast a server is, measured
  lockscope learn LOG            how fast it was, from timed statements
  lockscope lsp --stdio          the language server, for editors

  lockscope COMMAND --help       the options of a command
  lockscope --version`

const engine = `  --snapshot FILE       sizes and schema of the database, from lockscope snapshot; of several the worst counts
  --scale TABLE=ROWS    another size for a table: orders=52M, orders=x10, or '*=x100' for all, for a snapshot of staging
  --in TIME             the sizes that are to come, such as "6 months", at the rate at which rows were inserted
  --stale-after TIME    age from which a snapshot is called stale, such as "2 weeks" (30 days)
  --postgres VERSION    12 to 18; the snapshot's own, or 18
  --transaction WHICH   auto: as the tool does that folder, names or comments show, else as psql (default)
                        statement: each runs by itself outside BEGIN … COMMIT, as with psql
                        file: the tool wraps each file in one transaction`

const helps: Readonly<Record<string, string | undefined>> = lookup({
  check: `lockscope check FILE|DIR…|-

  Prints which locks are held for too long, and everything else in which migrations hurt.
  In a DIR all .sql files are migrations, in the order of their names; earlier ones make the schema that later ones meet.
  - is standard input.

${engine}
  --format FORMAT       pretty (default), or json: schemas/report.schema.json describes it
  --fail-on LEVEL       error, warning, info, or never: findings of the level and above make the exit code 1 (error)
  --verbose             the safe statements too

  Exit code: 0 nothing of that level, 1 findings, 2 wrong usage, an unreadable file or a broken snapshot.`,
  plan: `lockscope plan FILE[:LINE]

  Prints the safe sequence for each statement that has one, or for the statement on LINE.
  - is standard input.

${engine}
  --format FORMAT       sql (default): runs with psql; or json
  --write DIR           puts the first stage into the migration and the others into new files behind it, named and marked
                        as the tool wants them; DIR is the migration's own folder, or another for all of them`,
  snapshot: `lockscope snapshot --url URL

  Reads schema, sizes, statistics, settings and activity of a running server, 12 or newer, in one read-only transaction.
  It reads no rows, and of the statistics only widths, shares of nulls and numbers of distinct values.

  --url URL             postgresql://user@host:5432/database?sslmode=require
                        what it leaves out comes from PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE and .pgpass
  --output FILE         where it goes (standard output)
  --sample SECONDS      counts reads and writes for so long, where the server does not tell since when it counts (15 and newer)
  --merge FILE FILE…    asks no server, but makes of several snapshots one of the worst in any
  --print-sql           prints a script for psql in place of asking a server; what it prints is the snapshot:
                        lockscope snapshot --print-sql > snapshot.sql; psql -XAt -f snapshot.sql > lockscope.snapshot.json`,
  calibrate: `lockscope calibrate --url URL --snapshot FILE

  Times real statements on made-up tables, for about a quarter of a minute, and puts the rates into the snapshot, so that durations are this machine's.
  Everything happens in one transaction that is taken back, also when the program is killed or the connection is lost.
  Use staging or a clone on the same hardware: a server that is in use is refused.

  --url URL             as for lockscope snapshot
  --snapshot FILE       where the rates are kept (standard output, as a snapshot of their own)
  --yes                 do not ask
  --under-traffic       also on a server that is in use`,
  learn: `lockscope learn LOG… --snapshot FILE

  Reads what statements really took, and corrects the rates in the snapshot.
  LOG is PostgreSQL's log with log_min_duration_statement (plain text or JSON), or what psql -a prints with \\timing on; - is standard input.

  --snapshot FILE       taken before the statements ran; the rates are kept in it`,
  lsp: `lockscope lsp --stdio

  Serves the Language Server Protocol over standard input and output.`,
})

/** The help of a command, or of the program. */
export const helpFor = (command: string | undefined): string => (command !== undefined && helps[command]) || general
