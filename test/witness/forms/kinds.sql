-- schema
CREATE EXTENSION IF NOT EXISTS btree_gist;
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE forms_fast LOCATION '';
CREATE ROLE forms_tenant;
CREATE TYPE shade AS ENUM ('red', 'green', 'blue');
CREATE TYPE pair AS (a int, b text);
CREATE TYPE nested AS (p pair, n numeric(8,2));
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN short_text AS varchar(10);
CREATE DOMAIN shades AS shade[];
CREATE DOMAIN deep AS positive CHECK (VALUE < 1000000);
CREATE COLLATION german (provider = icu, locale = 'de');
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE FUNCTION fresh_id() RETURNS int LANGUAGE plpgsql VOLATILE AS $$ BEGIN RETURN 1; END $$;
CREATE TABLE thing (id serial PRIMARY KEY, hue shade DEFAULT 'red', p pair, amount positive, label short_text, doubled int GENERATED ALWAYS AS (id * 2) STORED, words text COLLATE "C");
CREATE TABLE thing_arr (id int, hues shades, ps pair[], d deep, n nested);
CREATE TABLE typed OF pair;
CREATE TABLE rowed (id int, t typed, r thing_arr);
CREATE TABLE tracked (id bigint GENERATED ALWAYS AS IDENTITY, valid_at tsrange, room int, body text STORAGE EXTERNAL, EXCLUDE USING gist (room WITH =, valid_at WITH &&)) WITH (fillfactor = 80);
CREATE TABLE secured (id int PRIMARY KEY, tenant text, v int);
ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_tenant ON secured USING (tenant = current_user AND EXISTS (SELECT FROM thing WHERE thing.id = secured.id));
GRANT ALL ON secured TO forms_tenant;
CREATE UNLOGGED TABLE cache (key text PRIMARY KEY, value jsonb, at timestamptz DEFAULT now());
CREATE TABLE logged_ref (id int PRIMARY KEY, k int);
CREATE TABLE logged_child (id int, ref int REFERENCES logged_ref);
CREATE TABLE far (id int, v text) TABLESPACE forms_fast;
CREATE INDEX far_v ON far (v) TABLESPACE forms_fast;
CREATE TABLE near (id int PRIMARY KEY USING INDEX TABLESPACE forms_fast, v text);
CREATE MATERIALIZED VIEW far_mat TABLESPACE forms_fast AS SELECT id, v FROM far;
CREATE INDEX thing_expr ON thing (twice(id));
CREATE INDEX thing_hue ON thing (hue) WHERE hue <> 'blue';
CREATE INDEX thing_words ON thing (words);
CREATE INDEX thing_label ON thing (lower(label));
CREATE STATISTICS thing_stats (ndistinct, dependencies) ON hue, amount FROM thing;
CREATE VIEW v1 AS SELECT id, hue, amount, words FROM thing;
CREATE VIEW v2 AS SELECT v1.id, v1.hue, secured.tenant FROM v1 JOIN secured USING (id);
CREATE VIEW v3 WITH (security_barrier) AS SELECT id FROM v2 WHERE hue = 'red';
CREATE VIEW v_check AS SELECT id, k FROM logged_ref WHERE k > 0 WITH CASCADED CHECK OPTION;
CREATE VIEW v_group AS SELECT id, words, hue FROM thing GROUP BY id;
CREATE VIEW v_star AS SELECT t.* FROM thing t;
CREATE MATERIALIZED VIEW m1 AS SELECT hue, count(*) AS n FROM v1 GROUP BY hue;
CREATE UNIQUE INDEX m1_hue ON m1 (hue);
CREATE MATERIALIZED VIEW m2 AS SELECT sum(n) AS total FROM m1;
CREATE MATERIALIZED VIEW m_empty AS SELECT * FROM logged_ref WITH NO DATA;
CREATE TABLE ruled (id int, v text);
CREATE RULE ruled_copy AS ON INSERT TO ruled DO ALSO INSERT INTO cache (key) VALUES (NEW.v);
CREATE PUBLICATION pub_some FOR TABLE thing, secured;
CREATE PUBLICATION pub_empty;
CREATE TABLE clustered (id int PRIMARY KEY, v text);
CREATE INDEX clustered_v ON clustered (v);
ALTER TABLE clustered CLUSTER ON clustered_v;
CREATE AGGREGATE total_of (int) (sfunc = int4pl, stype = int, initcond = '0');
CREATE SEQUENCE counting CACHE 10;
CREATE TABLE counted (id int DEFAULT nextval('counting'), v int);
INSERT INTO thing (p, amount, label, words) SELECT ROW(g, 'x')::pair, g, 'l', 'w' || g FROM generate_series(1, 30) g;
INSERT INTO thing_arr SELECT g, '{red}', NULL, g, NULL FROM generate_series(1, 30) g;
INSERT INTO tracked (room, body) SELECT g, 'b' FROM generate_series(1, 30) g;
INSERT INTO secured SELECT g, 't', g FROM generate_series(1, 30) g;
INSERT INTO cache SELECT 'k' || g FROM generate_series(1, 30) g;
INSERT INTO logged_ref SELECT g, g FROM generate_series(1, 30) g;
INSERT INTO logged_child SELECT g, g FROM generate_series(1, 30) g;
INSERT INTO far SELECT g, 'v' FROM generate_series(1, 30) g;
INSERT INTO near SELECT g, 'v' FROM generate_series(1, 30) g;
INSERT INTO clustered SELECT g, 'v' FROM generate_series(1, 30) g;
INSERT INTO counted (v) SELECT g FROM generate_series(1, 30) g;
INSERT INTO typed SELECT g, 'b' FROM generate_series(1, 30) g;

-- forms
ALTER DOMAIN positive ADD CONSTRAINT most CHECK (VALUE < 100000);
ALTER DOMAIN positive ADD CONSTRAINT most CHECK (VALUE < 100000) NOT VALID;
-- before: ALTER DOMAIN positive ADD CONSTRAINT most CHECK (VALUE < 100000) NOT VALID
ALTER DOMAIN positive VALIDATE CONSTRAINT most;
ALTER DOMAIN positive SET NOT NULL;
ALTER DOMAIN positive DROP CONSTRAINT positive_check;
ALTER DOMAIN short_text SET DEFAULT 'x';
ALTER DOMAIN shades ADD CHECK (array_length(VALUE, 1) < 5);
ALTER DOMAIN deep SET NOT NULL;
ALTER DOMAIN positive RENAME TO above_zero;
DROP DOMAIN short_text CASCADE;
ALTER TYPE pair ADD ATTRIBUTE c int;
ALTER TYPE pair ADD ATTRIBUTE c int CASCADE;
ALTER TYPE pair DROP ATTRIBUTE b CASCADE;
ALTER TYPE pair RENAME ATTRIBUTE a TO aa CASCADE;
ALTER TYPE nested ADD ATTRIBUTE m text, DROP ATTRIBUTE p;
ALTER TYPE shade ADD VALUE 'black' AFTER 'red';
ALTER TYPE shade RENAME VALUE 'red' TO 'crimson';
ALTER TYPE shade SET SCHEMA pg_catalog;
DROP TYPE shade CASCADE;
DROP TYPE pair CASCADE;
ALTER TABLE typed NOT OF;
ALTER TABLE near ADD COLUMN p positive;
ALTER TABLE near ADD COLUMN p positive DEFAULT 3;
ALTER TABLE near ADD COLUMN p positive NOT NULL DEFAULT 5, ADD COLUMN q short_text;
ALTER TABLE near ADD COLUMN d int DEFAULT fresh_id();
ALTER TABLE near ADD COLUMN d int DEFAULT twice(4);
ALTER TABLE near ADD COLUMN c text COLLATE german GENERATED ALWAYS AS (v || 'x') STORED;
-- from 18
ALTER TABLE near ADD COLUMN c text GENERATED ALWAYS AS (v || 'x') VIRTUAL;
-- from 18
ALTER TABLE near ADD CONSTRAINT vnn NOT NULL v NOT VALID;
-- from 17
ALTER TABLE thing ALTER COLUMN doubled SET EXPRESSION AS (id * 3);
-- from 13
ALTER TABLE thing ALTER COLUMN doubled DROP EXPRESSION;
ALTER TABLE thing ALTER COLUMN words TYPE text COLLATE german;
ALTER TABLE logged_ref ALTER COLUMN k TYPE positive;
ALTER TABLE clustered ALTER COLUMN v TYPE text COLLATE "C";
ALTER TABLE clustered ALTER COLUMN v TYPE short_text;
ALTER TABLE thing_arr ALTER COLUMN d TYPE int;
ALTER TABLE thing_arr ALTER COLUMN d TYPE positive;
ALTER TABLE rowed DROP COLUMN t;
ALTER TABLE typed OF pair;
ALTER TABLE thing_arr ADD COLUMN extra int;
ALTER TABLE thing_arr ALTER COLUMN id TYPE bigint;
ALTER TABLE thing DROP COLUMN hue CASCADE;
ALTER TABLE thing DROP COLUMN p;
-- wrong: that a view groups by a primary key is not known.
ALTER TABLE thing DROP CONSTRAINT thing_pkey CASCADE;
ALTER TABLE tracked ALTER COLUMN id SET GENERATED BY DEFAULT SET INCREMENT BY 5;
ALTER TABLE tracked ALTER COLUMN id RESTART WITH 1000;
ALTER TABLE tracked ALTER COLUMN id DROP IDENTITY;
ALTER TABLE tracked SET (fillfactor = 90, autovacuum_enabled = off), RESET (toast.autovacuum_enabled);
-- from 14
ALTER TABLE tracked ALTER COLUMN body SET COMPRESSION pglz;
ALTER TABLE tracked DROP CONSTRAINT tracked_room_valid_at_excl;
ALTER TABLE tracked ADD EXCLUDE USING gist (room WITH =) WHERE (room > 100);
ALTER TABLE logged_ref SET UNLOGGED;
ALTER TABLE logged_child SET UNLOGGED;
ALTER TABLE cache SET LOGGED;
ALTER TABLE clustered SET UNLOGGED;
-- from 15
ALTER SEQUENCE counting SET UNLOGGED;
-- from 15
ALTER TABLE clustered SET ACCESS METHOD heap;
ALTER TABLE far SET TABLESPACE pg_default;
ALTER TABLE near SET TABLESPACE forms_fast;
ALTER TABLE near SET TABLESPACE pg_default;
ALTER INDEX far_v SET TABLESPACE pg_default;
ALTER INDEX near_pkey SET TABLESPACE pg_default;
ALTER MATERIALIZED VIEW far_mat SET TABLESPACE pg_default;
ALTER TABLE ALL IN TABLESPACE forms_fast SET TABLESPACE pg_default;
-- wrong: in which tablespace an index lies is not known, which is said.
ALTER INDEX ALL IN TABLESPACE forms_fast SET TABLESPACE pg_default NOWAIT;
ALTER MATERIALIZED VIEW ALL IN TABLESPACE forms_fast SET TABLESPACE pg_default;
ALTER INDEX ALL IN TABLESPACE pg_default OWNED BY forms_tenant SET TABLESPACE forms_fast;
ALTER TABLESPACE forms_fast SET (random_page_cost = 1);
ALTER TABLESPACE forms_fast RENAME TO forms_faster;
CREATE TABLE placed (id int PRIMARY KEY) TABLESPACE forms_fast;
ALTER TABLE secured FORCE ROW LEVEL SECURITY;
ALTER TABLE secured DISABLE ROW LEVEL SECURITY;
CREATE POLICY other ON secured FOR INSERT WITH CHECK (v > (SELECT min(id) FROM logged_ref));
ALTER POLICY by_tenant ON secured USING (tenant IN (SELECT key FROM cache));
ALTER POLICY by_tenant ON secured RENAME TO mine;
ALTER POLICY by_tenant ON secured TO forms_tenant, CURRENT_USER;
DROP POLICY by_tenant ON secured;
-- wrong: which policies there are is not known.
DROP POLICY IF EXISTS nobody ON secured;
-- before: SET ROLE forms_tenant
SELECT * FROM secured;
-- wrong: what the conditions of a policy read is not known.
-- before: GRANT SELECT ON thing TO forms_tenant
-- before: SET ROLE forms_tenant
UPDATE secured SET v = 5;
ALTER PUBLICATION pub_some ADD TABLE cache;
ALTER PUBLICATION pub_some ADD TABLE logged_ref, near;
ALTER PUBLICATION pub_some DROP TABLE secured;
ALTER PUBLICATION pub_some SET TABLE near;
ALTER PUBLICATION pub_some SET (publish = 'insert');
CREATE PUBLICATION pub_all FOR ALL TABLES;
CREATE PUBLICATION pub_two FOR TABLE far, near WITH (publish = 'insert, update');
-- from 15
CREATE PUBLICATION pub_where FOR TABLE near (id) WHERE (id > 5), TABLES IN SCHEMA public;
DROP PUBLICATION pub_some, pub_empty;
CREATE VIEW v4 AS SELECT * FROM v3 UNION ALL SELECT id FROM near;
CREATE RECURSIVE VIEW counting_up (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counting_up WHERE n < 10;
CREATE OR REPLACE VIEW v1 AS SELECT id, hue, amount, words, label FROM thing;
CREATE OR REPLACE VIEW v2 AS SELECT v1.id, v1.hue, 'x'::text AS tenant FROM v1;
CREATE TEMP VIEW v_temp AS SELECT * FROM v_check;
ALTER VIEW v1 ALTER COLUMN id SET DEFAULT 5;
ALTER VIEW v1 RENAME COLUMN id TO key;
ALTER VIEW v3 SET (security_barrier = false);
ALTER VIEW v1 RENAME TO v0;
ALTER VIEW v_check RESET (check_option);
DROP VIEW v1 CASCADE;
DROP VIEW v2, v3;
DROP VIEW IF EXISTS v_none, v_star;
DROP MATERIALIZED VIEW m1 CASCADE;
DROP MATERIALIZED VIEW IF EXISTS m2;
REFRESH MATERIALIZED VIEW m1;
REFRESH MATERIALIZED VIEW CONCURRENTLY m1;
REFRESH MATERIALIZED VIEW m2 WITH NO DATA;
REFRESH MATERIALIZED VIEW m_empty;
CREATE MATERIALIZED VIEW m3 AS SELECT * FROM v2 WITH NO DATA;
CREATE MATERIALIZED VIEW IF NOT EXISTS m1 AS SELECT 1;
CREATE INDEX ON m2 (total);
ALTER MATERIALIZED VIEW m1 CLUSTER ON m1_hue;
ALTER MATERIALIZED VIEW m1 RENAME COLUMN n TO many;
ALTER MATERIALIZED VIEW m2 RENAME TO m9;
CLUSTER clustered;
CLUSTER clustered USING clustered_pkey;
CLUSTER m1 USING m1_hue;
VACUUM thing;
VACUUM (FULL, ANALYZE) clustered;
VACUUM (FREEZE, VERBOSE) near, far;
VACUUM FULL far_mat;
VACUUM (DISABLE_PAGE_SKIPPING) cache;
-- from 13
VACUUM (PARALLEL 0, INDEX_CLEANUP off) clustered;
-- from 14
VACUUM (PROCESS_TOAST false) tracked;
ANALYZE thing (hue, amount);
ANALYZE m1;
ANALYZE v1;
REINDEX TABLE clustered;
REINDEX INDEX thing_expr;
REINDEX INDEX CONCURRENTLY thing_words;
REINDEX TABLE CONCURRENTLY near;
REINDEX (VERBOSE) TABLE far_mat;
CREATE STATISTICS IF NOT EXISTS thing_stats ON id, words FROM thing;
-- from 14
CREATE STATISTICS expr_stats ON twice(v), id FROM secured;
-- from 13
ALTER STATISTICS thing_stats SET STATISTICS 300;
ALTER STATISTICS thing_stats RENAME TO st;
DROP STATISTICS thing_stats;
ALTER INDEX thing_expr ALTER COLUMN 1 SET STATISTICS 300;
CREATE RULE "_RETURN" AS ON SELECT TO logged_child DO INSTEAD SELECT id, k AS ref FROM logged_ref;
CREATE OR REPLACE RULE ruled_copy AS ON INSERT TO ruled DO INSTEAD INSERT INTO near VALUES (NEW.id, NEW.v);
ALTER RULE ruled_copy ON ruled RENAME TO ruled_2;
DROP RULE ruled_copy ON ruled;
INSERT INTO ruled VALUES (5, 'v');
CREATE TEMP TABLE temporary (id int PRIMARY KEY, ref int) ON COMMIT DROP;
CREATE TEMP TABLE t2 ON COMMIT DELETE ROWS AS SELECT * FROM v1;
-- before: CREATE TEMP TABLE temporary (id int)
ALTER TABLE temporary ADD COLUMN x int DEFAULT 5, ADD PRIMARY KEY (id);
-- before: CREATE TEMP TABLE near (id int)
ALTER TABLE near ADD COLUMN x uuid DEFAULT gen_random_uuid();
CREATE UNLOGGED TABLE quick (LIKE thing INCLUDING ALL);
CREATE TABLE liked (LIKE v1, LIKE tracked INCLUDING IDENTITY INCLUDING INDEXES);
CREATE TABLE IF NOT EXISTS typed OF pair;
CREATE TABLE typed_2 OF pair (PRIMARY KEY (a), b WITH OPTIONS DEFAULT 'x');
ALTER COLLATION german REFRESH VERSION;
ALTER COLLATION german RENAME TO deutsch;
ALTER SEQUENCE counting OWNED BY counted.id;
ALTER SEQUENCE counting AS bigint RESTART;
ALTER SEQUENCE thing_id_seq OWNED BY NONE;
DROP SEQUENCE counting CASCADE;
DROP SEQUENCE IF EXISTS thing_id_seq CASCADE;
UPDATE v_check SET k = 3 WHERE id = 1;
INSERT INTO v_star (amount) VALUES (4);
DELETE FROM v3;
ALTER FUNCTION twice(int) STABLE;
DROP FUNCTION twice(int) CASCADE;
DROP AGGREGATE total_of (int);
DROP ROLE forms_tenant;
DROP OWNED BY forms_tenant;
REASSIGN OWNED BY forms_tenant TO CURRENT_USER;
