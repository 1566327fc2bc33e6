/**
 * Which relations PostgreSQL locks, to take them or a part of them away, when an object that is no relation is dropped with CASCADE: the walk of findDependentObjects (src/backend/catalog/dependency.c).
 * Yields a row for each such object: `"function public.shout(text)":["public.orders"]`.
 */
export const dependentsQuery = `
  WITH RECURSIVE source AS MATERIALIZED (
    SELECT DISTINCT d.refclassid AS classid, d.refobjid AS objid
      FROM pg_depend d
     WHERE d.refobjid >= ${firstOfUsers()} AND d.refclassid IN (${droppable().map((name) => `'pg_catalog.${name}'::regclass`).join(', ')})
       -- What belongs to an extension goes with that alone.
       AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = d.refclassid AND m.objid = d.refobjid AND m.deptype = 'e')
       -- The type of a table's rows and that of an array go with what they are of; told is what hangs on functions of such rows.
       AND (d.classid = 'pg_catalog.pg_proc'::regclass OR NOT EXISTS (SELECT FROM pg_depend m WHERE d.refclassid = 'pg_catalog.pg_type'::regclass AND m.classid = d.refclassid AND m.objid = d.refobjid AND m.deptype = 'i'))
  ), walk (sourceclass, source, classid, objid, part) AS (
    SELECT s.classid, s.objid, s.classid, s.objid, 0 FROM source s
    UNION
    SELECT w.sourceclass, w.source, next.classid, next.objid, next.part
      FROM walk w CROSS JOIN LATERAL (
        SELECT d.classid, d.objid, d.objsubid FROM pg_depend d
         WHERE d.refclassid = w.classid AND d.refobjid = w.objid AND (w.part = 0 OR d.refobjsubid = w.part) AND d.deptype IN ('n', 'a', 'i', 'P', 'S', 'e')
        UNION ALL
        SELECT d.refclassid, d.refobjid, d.refobjsubid FROM pg_depend d
         WHERE d.classid = w.classid AND d.objid = w.objid AND (w.part = 0 OR d.objsubid = w.part) AND d.deptype IN ('i', 'e')
      ) AS next (classid, objid, part)
  ), locked AS (
    SELECT DISTINCT w.sourceclass, w.source, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
      FROM walk w
      JOIN pg_class c ON c.oid = CASE w.classid
             WHEN 'pg_catalog.pg_class'::regclass THEN w.objid
             WHEN 'pg_catalog.pg_attrdef'::regclass THEN (SELECT a.adrelid FROM pg_attrdef a WHERE a.oid = w.objid)
             WHEN 'pg_catalog.pg_constraint'::regclass THEN (SELECT k.conrelid FROM pg_constraint k WHERE k.oid = w.objid)
             WHEN 'pg_catalog.pg_trigger'::regclass THEN (SELECT g.tgrelid FROM pg_trigger g WHERE g.oid = w.objid)
             WHEN 'pg_catalog.pg_rewrite'::regclass THEN (SELECT r.ev_class FROM pg_rewrite r WHERE r.oid = w.objid)
             WHEN 'pg_catalog.pg_policy'::regclass THEN (SELECT p.polrelid FROM pg_policy p WHERE p.oid = w.objid) END
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  ), told AS (
    SELECT i.type || ' ' || i.identity AS object, json_strip_nulls(json_agg(l.name ORDER BY l.name COLLATE "C"))::text AS relations
      FROM locked l CROSS JOIN LATERAL pg_identify_object(l.sourceclass, l.source, 0) AS i
     WHERE i.identity IS NOT NULL GROUP BY 1
  )
  SELECT to_json(t.object) || ':' || t.relations || CASE WHEN lead(t.object) OVER (ORDER BY t.object COLLATE "C") IS NULL THEN '' ELSE ',' END AS line
    FROM told t ORDER BY t.object COLLATE "C"`

/** FirstNormalObjectId in src/include/access/transam.h: below it all is PostgreSQL's own. */
export function firstOfUsers(): number {
  return 16384
}

function droppable(): readonly string[] {
  return ['pg_collation', 'pg_extension', 'pg_foreign_data_wrapper', 'pg_foreign_server', 'pg_language', 'pg_proc', 'pg_ts_config', 'pg_ts_dict', 'pg_ts_parser', 'pg_ts_template', 'pg_type']
}
