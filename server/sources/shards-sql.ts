/**
 * What Citus keeps of a table on its nodes: the table itself is empty, and its rows lie in shards, which are tables of their own.
 * Each node is asked once and adds up the shards that it holds.
 */

/** The name of a shard, without its schema: to look one up by its whole name takes rights on the schema. */
const shardName = (relation: string, shard: string): string => `(SELECT parts.name[cardinality(parts.name)] FROM (SELECT pg_catalog.parse_ident(pg_catalog.shard_name(${relation}, ${shard})) AS name) AS parts)`

/** What others hold locked is not asked for its size, which would wait for them. */
const sizeOf = (relation: string, size: string): string => `CASE WHEN h.shard IN (SELECT locked.relation FROM locked) THEN ${relation}.relpages * pg_catalog.current_setting('block_size')::int8 ELSE ${size}(${relation}.oid) END`

/** Yields one value: by table, how many shards are there and what they hold. Up to 13 a table that was never analysed says 0 rows. */
const ofOneNode = `
  WITH locked AS MATERIALIZED (
    SELECT l.relation FROM pg_catalog.pg_locks l WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
  ), held AS MATERIALIZED (
    SELECT p.logicalrelid AS whole, n.nspname, c.relname, c.relnamespace, s.shardid, part.oid AS shard
      FROM pg_catalog.pg_dist_partition p
      JOIN pg_catalog.pg_class c ON c.oid = p.logicalrelid AND c.relkind IN ('r', 'm')
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_dist_shard s ON s.logicalrelid = p.logicalrelid
      JOIN pg_catalog.pg_dist_placement l ON l.shardid = s.shardid AND l.groupid = (SELECT g.groupid FROM pg_catalog.pg_dist_local_group g)
      JOIN pg_catalog.pg_class part ON part.relnamespace = c.relnamespace AND part.relname = ${shardName('p.logicalrelid', 's.shardid')}
  ), columns AS (
    SELECT one.whole, pg_catalog.json_object_agg(one.attname, pg_catalog.json_build_array(one.width, one.nulls)) AS told
      FROM (SELECT h.whole, st.attname, avg(st.avg_width) AS width, avg(st.null_frac) AS nulls
              FROM held h JOIN pg_catalog.pg_class c ON c.oid = h.shard JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_catalog.pg_stats st ON st.schemaname = n.nspname AND st.tablename = c.relname AND NOT st.inherited
             GROUP BY h.whole, st.attname) AS one GROUP BY one.whole
  ), indexes AS (
    SELECT one.whole, pg_catalog.json_object_agg(one.relname, one.bytes) AS told
      FROM (SELECT h.whole, x.relname, sum(${sizeOf('part', 'pg_catalog.pg_relation_size')}) AS bytes
              FROM held h JOIN pg_catalog.pg_index i ON i.indrelid = h.whole JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
              JOIN pg_catalog.pg_class part ON part.relnamespace = h.relnamespace AND part.relname = ${shardName('i.indexrelid', 'h.shardid')}
             GROUP BY h.whole, x.relname) AS one GROUP BY one.whole
  )
  SELECT coalesce(pg_catalog.json_object_agg(pg_catalog.quote_ident(one.nspname) || '.' || pg_catalog.quote_ident(one.relname), pg_catalog.json_build_object(
           'shards', one.shards, 'rows', one.rows, 'heap', one.heap, 'toast', one.toast, 'columns', columns.told, 'indexes', indexes.told)), '{}')
    FROM (SELECT h.whole, h.nspname, h.relname, count(c.oid) AS shards,
                 CASE WHEN bool_and(c.reltuples > 0 OR c.relpages > 0 OR (c.reltuples = 0 AND pg_catalog.current_setting('server_version_num')::int >= 140000)) THEN sum(greatest(c.reltuples, 0))::int8 END AS rows,
                 sum(${sizeOf('c', 'pg_catalog.pg_relation_size')})::int8 AS heap,
                 sum(CASE WHEN long.oid IS NULL THEN 0 ELSE ${sizeOf('long', 'pg_catalog.pg_total_relation_size')} END)::int8 AS toast
            FROM held h JOIN pg_catalog.pg_class c ON c.oid = h.shard LEFT JOIN pg_catalog.pg_class long ON long.oid = nullif(c.reltoastrelid, 0)
           GROUP BY h.whole, h.nspname, h.relname) AS one
    LEFT JOIN columns ON columns.whole = one.whole LEFT JOIN indexes ON indexes.whole = one.whole`

/**
 * One row where there is Citus: the query that keeps in the setting `lockscope.shards`, by table, what all nodes together say.
 * A shard may have several copies, and a reference table has one on each node: what is told is that of one copy.
 * Where a node does not answer, or Citus is older than 11 and cannot ask all of them, nothing is told of the tables that it holds but that they are distributed.
 */
export const shardsQuery = `
  SELECT replace($query$
    WITH told AS MATERIALIZED (
      SELECT t.key AS name, sum((t.value ->> 'shards')::int8) AS copies, count(*) AS nodes, CASE WHEN bool_and(t.value ->> 'rows' IS NOT NULL) THEN sum((t.value ->> 'rows')::numeric) END AS rows,
             sum((t.value ->> 'heap')::numeric) AS heap, sum((t.value ->> 'toast')::numeric) AS toast, json_agg(t.value -> 'indexes') AS indexes, json_agg(t.value -> 'columns') AS columns
        FROM @answers AS a CROSS JOIN LATERAL json_each(a.result::json) AS t WHERE a.success GROUP BY t.key
    ), known AS (
      SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, count(DISTINCT s.shardid) AS shards, count(*) AS copies
        FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_dist_shard s ON s.logicalrelid = p.logicalrelid JOIN pg_dist_placement l ON l.shardid = s.shardid
       WHERE c.relkind IN ('r', 'm') GROUP BY 1
    )
    SELECT set_config('lockscope.shards', (
      SELECT json_object_agg(k.name, CASE WHEN t.copies = k.copies THEN json_build_object('shards', k.shards, 'nodes', t.nodes,
               'rows', round(t.rows * k.shards / k.copies), 'heap', round(t.heap * k.shards / k.copies), 'toast', round(t.toast * k.shards / k.copies),
               'indexes', (SELECT json_object_agg(i.key, i.bytes) FROM (SELECT e.key, round(sum(e.value::text::numeric) * k.shards / k.copies) AS bytes FROM json_array_elements(t.indexes) AS one CROSS JOIN LATERAL json_each(CASE WHEN json_typeof(one) = 'object' THEN one END) AS e GROUP BY e.key) AS i),
               'columns', (SELECT json_object_agg(i.key, json_build_array(i.width, i.nulls)) FROM (SELECT e.key, round(avg((e.value ->> 0)::numeric)) AS width, round(avg((e.value ->> 1)::numeric), 6) AS nulls FROM json_array_elements(t.columns) AS one CROSS JOIN LATERAL json_each(CASE WHEN json_typeof(one) = 'object' THEN one END) AS e GROUP BY e.key) AS i)
             ) ELSE '{}' END)::text
        FROM known k LEFT JOIN told t ON t.name = k.name), true) AS line OFFSET 1 $query$,
    '@answers', CASE WHEN EXISTS (SELECT FROM pg_proc f WHERE f.proname = 'run_command_on_all_nodes' AND f.pronamespace = 'pg_catalog'::regnamespace)
                     THEN ${literal(`pg_catalog.run_command_on_all_nodes(${literal(ofOneNode.replaceAll(/\s+/g, ' ').trim())})`)}
                     ELSE '(SELECT NULL::text AS result, false AS success)' END) AS line
    FROM pg_extension e WHERE e.extname = 'citus'`

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
