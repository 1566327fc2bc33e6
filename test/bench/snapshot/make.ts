import type { Server } from '../../support/server'

/** As those of a program in use: a key, two references, a constraint, defaults, indexes of several kinds, statistics. */
export async function make(server: Server, tables: number): Promise<void> {
  const client = await server.connect()
  const name = (number: number): string => `shop_${number % 20}.table_${number}`
  for (let schema = 0; schema < 20; schema++) await client.query(`CREATE SCHEMA shop_${schema}`)
  for (let first = 0; first < tables; first += 200) {
    const numbers = Array.from({ length: Math.min(200, tables - first) }, (_, index) => first + index)
    await client.query(
      numbers
        .map(
          (number) => `
            CREATE TABLE ${name(number)} (id bigserial PRIMARY KEY, parent_id bigint${number >= 20 ? ` REFERENCES ${name(number - 20)}` : ''}, status text NOT NULL DEFAULT 'new', amount numeric(12, 2) CHECK (amount >= 0),
              created_at timestamptz NOT NULL DEFAULT now(), note text, email varchar(200), tags text[], document jsonb, active boolean NOT NULL DEFAULT true);
            CREATE INDEX ON ${name(number)} (parent_id); CREATE INDEX ON ${name(number)} (lower(email)); CREATE INDEX ON ${name(number)} (created_at) WHERE active;
            INSERT INTO ${name(number)} (status, note, email, tags, document) SELECT 'open', 'note', 'somebody', ARRAY['a', 'b'], '{}' FROM generate_series(1, 5);`,
        )
        .join('\n'),
    )
  }
  for (let view = 0; view < tables / 50; view++) await client.query(`CREATE VIEW view_${view} AS SELECT a.id, b.status FROM ${name(view + 20)} a JOIN ${name(view)} b ON b.id = a.parent_id WHERE a.active`)
  await client.query('VACUUM ANALYZE')
}
