-- schema
CREATE TABLE accounts (id int PRIMARY KEY, owner text NOT NULL, balance numeric DEFAULT 0, updated_at timestamptz);
CREATE TABLE audit (id bigserial PRIMARY KEY, tab text, op text, at timestamptz DEFAULT now());
CREATE TABLE entries (id int PRIMARY KEY, account_id int REFERENCES accounts ON DELETE CASCADE ON UPDATE CASCADE, amount numeric, note text);
CREATE INDEX entries_account ON entries (account_id);
CREATE TABLE totals (account_id int PRIMARY KEY, total numeric);
CREATE TABLE notes (id int PRIMARY KEY, entry_id int REFERENCES entries ON DELETE SET NULL, body text);
CREATE TABLE limits (account_id int, most numeric);
CREATE TABLE settings (name text PRIMARY KEY, value text);
CREATE TABLE plain (id int, v text);
CREATE TABLE quiet (id int PRIMARY KEY, v text);
CREATE TABLE stamped (id int PRIMARY KEY, v text, updated_at timestamptz);
CREATE TABLE chain_a (id int);
CREATE TABLE chain_b (id int);
CREATE TABLE chain_c (id int);
CREATE TABLE looping (id int PRIMARY KEY, depth int);
CREATE TABLE dynamic (id int, v text);
CREATE TABLE whole (id int, v text);
CREATE TABLE bulk (id int, v text);
CREATE TABLE deferred (id int, v text);
CREATE TABLE checked (id int, v text);
CREATE TABLE ruled (id int, v text);
CREATE TABLE ruled_log (id int, v text);
CREATE TABLE muted (id int, v text);
CREATE TABLE redirected (id int, v text);
CREATE TABLE parted (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');
CREATE TABLE guarded (id int PRIMARY KEY, v text);
CREATE TABLE columned (id int PRIMARY KEY, a int, b int);
CREATE TABLE conditional (id int PRIMARY KEY, a int, b int);
CREATE TABLE stages (id int, v text);
CREATE TABLE disabled (id int, v text);
CREATE TABLE replicated (id int, v text);
CREATE TABLE searched (id int, doc text, words tsvector);
CREATE TABLE viaproc (id int, v text);
CREATE TABLE viasql (id int, v text);
CREATE TABLE root (id int PRIMARY KEY);
CREATE TABLE branch (id int PRIMARY KEY, root_id int REFERENCES root ON DELETE CASCADE);
CREATE TABLE leaf (id int PRIMARY KEY, branch_id int REFERENCES branch ON DELETE CASCADE);
CREATE TABLE leaf_log (id int);
CREATE VIEW open_accounts AS SELECT id, owner, balance FROM accounts WHERE balance >= 0;
CREATE VIEW account_totals AS SELECT a.id, a.owner, t.total FROM accounts a JOIN totals t ON t.account_id = a.id;
CREATE VIEW ruled_view AS SELECT id, v FROM ruled_log;
CREATE VIEW joined AS SELECT q.id, q.v, s.value FROM quiet q JOIN settings s ON s.name = q.v;

CREATE FUNCTION write_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- It's kept for ever.
  INSERT INTO audit (tab, op) VALUES (TG_TABLE_NAME, TG_OP);
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE FUNCTION sum_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  which int;
BEGIN
  which := CASE WHEN TG_OP = 'DELETE' THEN OLD.account_id ELSE NEW.account_id END;
  UPDATE totals SET total = (SELECT sum(e.amount) FROM entries e WHERE e.account_id = which) WHERE account_id = which;
  RETURN NULL;
END $$;
CREATE FUNCTION check_limit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  most_allowed numeric;
BEGIN
  SELECT l.most INTO most_allowed FROM limits l WHERE l.account_id = NEW.account_id;
  IF NEW.amount > most_allowed THEN
    RAISE EXCEPTION 'over the limit of %', most_allowed;
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION to_b() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO chain_b VALUES (NEW.id); RETURN NEW; END $$;
CREATE FUNCTION to_c() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO chain_c VALUES (NEW.id); RETURN NEW; END $$;
CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.depth < 3 THEN UPDATE looping SET depth = depth + 1 WHERE id = NEW.id; END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION by_name() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('INSERT INTO %I VALUES ($1)', TG_ARGV[0]) USING NEW.id; RETURN NEW; END $$;
CREATE FUNCTION constant_execute() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DELETE FROM plain'; RETURN NULL; END $$;
CREATE FUNCTION from_transition() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit (tab) SELECT n.v FROM fresh n; RETURN NULL; END $$;
CREATE FUNCTION log_rows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO ruled_log VALUES (1, 'log'); RETURN NULL; END $$;
CREATE FUNCTION lookup(text) RETURNS text LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (SELECT value FROM settings WHERE name = $1); END $$;
CREATE FUNCTION with_lookup() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.v := lookup('x'); RETURN NEW; END $$;
CREATE FUNCTION lookup_sql(text) RETURNS text LANGUAGE sql STABLE AS $$ SELECT value FROM settings WHERE name = $1 $$;
CREATE FUNCTION with_lookup_sql() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.v := lookup_sql('x'); RETURN NEW; END $$;
CREATE PROCEDURE note_it(text) LANGUAGE plpgsql AS $$ BEGIN INSERT INTO plain VALUES (1, $1); END $$;
CREATE FUNCTION with_procedure() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN CALL note_it('E''x'); RETURN NEW; END $$;
CREATE FUNCTION move_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO quiet VALUES (NEW.id, NEW.v);
  ELSIF TG_OP = 'UPDATE' THEN
    UPDATE quiet SET v = NEW.v WHERE id = OLD.id;
    UPDATE settings SET value = NEW.value WHERE name = OLD.v;
  ELSE
    DELETE FROM quiet WHERE id = OLD.id;
    RETURN OLD;
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION leaf_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO leaf_log VALUES (OLD.id); RETURN OLD; END $$;

CREATE TRIGGER accounts_audit AFTER INSERT OR UPDATE OR DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION write_audit();
CREATE TRIGGER accounts_touch BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER entries_sum AFTER INSERT OR UPDATE OR DELETE ON entries FOR EACH ROW EXECUTE FUNCTION sum_up();
CREATE TRIGGER entries_limit BEFORE INSERT OR UPDATE ON entries FOR EACH ROW EXECUTE FUNCTION check_limit();
CREATE TRIGGER stamped_touch BEFORE INSERT OR UPDATE ON stamped FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER chain_a_to_b AFTER INSERT ON chain_a FOR EACH ROW EXECUTE FUNCTION to_b();
CREATE TRIGGER chain_b_to_c AFTER INSERT ON chain_b FOR EACH ROW EXECUTE FUNCTION to_c();
CREATE TRIGGER looping_again AFTER UPDATE ON looping FOR EACH ROW EXECUTE FUNCTION again();
CREATE TRIGGER dynamic_by_name AFTER INSERT ON dynamic FOR EACH ROW EXECUTE FUNCTION by_name('chain_c');
CREATE TRIGGER whole_empties AFTER TRUNCATE ON whole FOR EACH STATEMENT EXECUTE FUNCTION constant_execute();
CREATE TRIGGER bulk_transition AFTER INSERT ON bulk REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION from_transition();
CREATE CONSTRAINT TRIGGER deferred_log AFTER INSERT ON deferred DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_rows();
CREATE CONSTRAINT TRIGGER checked_log AFTER INSERT OR UPDATE ON checked FOR EACH ROW EXECUTE FUNCTION log_rows();
CREATE TRIGGER parted_audit AFTER INSERT OR UPDATE OR DELETE ON parted FOR EACH ROW EXECUTE FUNCTION write_audit();
CREATE TRIGGER columned_log AFTER UPDATE OF a ON columned FOR EACH ROW EXECUTE FUNCTION log_rows();
CREATE TRIGGER conditional_log AFTER UPDATE ON conditional FOR EACH ROW WHEN (OLD.a IS DISTINCT FROM NEW.a) EXECUTE FUNCTION log_rows();
CREATE TRIGGER stages_before BEFORE INSERT OR UPDATE OR DELETE ON stages FOR EACH STATEMENT EXECUTE FUNCTION log_rows();
CREATE TRIGGER disabled_log AFTER INSERT ON disabled FOR EACH ROW EXECUTE FUNCTION log_rows();
ALTER TABLE disabled DISABLE TRIGGER disabled_log;
CREATE TRIGGER replicated_log AFTER INSERT ON replicated FOR EACH ROW EXECUTE FUNCTION log_rows();
ALTER TABLE replicated ENABLE REPLICA TRIGGER replicated_log;
CREATE TRIGGER searched_words BEFORE INSERT OR UPDATE ON searched FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger(words, 'pg_catalog.english', doc);
CREATE TRIGGER guarded_same BEFORE UPDATE ON guarded FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE TRIGGER viaproc_note BEFORE INSERT ON viaproc FOR EACH ROW EXECUTE FUNCTION with_procedure();
CREATE TRIGGER viasql_lookup BEFORE INSERT ON viasql FOR EACH ROW EXECUTE FUNCTION with_lookup_sql();
CREATE TRIGGER plain_lookup BEFORE INSERT ON plain FOR EACH ROW EXECUTE FUNCTION with_lookup();
CREATE TRIGGER joined_moves INSTEAD OF INSERT OR UPDATE OR DELETE ON joined FOR EACH ROW EXECUTE FUNCTION move_rows();
CREATE TRIGGER totals_instead INSTEAD OF DELETE ON account_totals FOR EACH ROW EXECUTE FUNCTION write_audit();
CREATE TRIGGER leaf_logs BEFORE DELETE ON leaf FOR EACH ROW EXECUTE FUNCTION leaf_gone();
CREATE RULE ruled_also AS ON INSERT TO ruled DO ALSO INSERT INTO ruled_log VALUES (NEW.id, 'added');
CREATE RULE ruled_gone AS ON DELETE TO ruled DO ALSO DELETE FROM ruled_log WHERE id = OLD.id;
CREATE RULE muted_nothing AS ON INSERT TO muted DO INSTEAD NOTHING;
CREATE RULE muted_kept AS ON DELETE TO muted WHERE OLD.id > 5 DO INSTEAD NOTHING;
CREATE RULE redirected_insert AS ON INSERT TO redirected DO INSTEAD INSERT INTO ruled_log VALUES (NEW.id, NEW.v);
CREATE RULE redirected_update AS ON UPDATE TO redirected DO INSTEAD UPDATE ruled_log SET v = NEW.v WHERE id = OLD.id;
CREATE RULE view_insert AS ON INSERT TO ruled_view DO INSTEAD (INSERT INTO ruled_log VALUES (NEW.id, NEW.v); INSERT INTO settings VALUES (NEW.v, 'x'));
CREATE RULE view_delete AS ON DELETE TO ruled_view DO INSTEAD NOTHING;
CREATE TABLE tracked (id int PRIMARY KEY, v text, version int DEFAULT 0);
CREATE TABLE tracked_history (id int, v text, version int);
CREATE TABLE tracked_too (id int PRIMARY KEY, v text);
CREATE TABLE tracked_too_history (id int, v text);
CREATE TABLE "Tracked Quoted" (id int PRIMARY KEY, v text);
CREATE TABLE "Tracked Quoted_history" (id int, v text);
CREATE TABLE tracked_parts (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE tracked_parts_1 PARTITION OF tracked_parts FOR VALUES FROM (0) TO (100);
CREATE TABLE tracked_parts_2 PARTITION OF tracked_parts FOR VALUES FROM (100) TO (200);
CREATE TABLE tracked_parts_1_history (id int, v text);
CREATE TABLE tracked_parts_2_history (id int, v text);
CREATE FUNCTION keep_old() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('INSERT INTO %s_history SELECT ($1).*', TG_TABLE_NAME) USING OLD; RETURN NULL; END $$;
CREATE FUNCTION keep_of_tracked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_TABLE_NAME = 'tracked' THEN INSERT INTO plain VALUES (OLD.id); ELSE INSERT INTO muted VALUES (OLD.id); END IF; RETURN NULL; END $$;
CREATE FUNCTION count_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF pg_trigger_depth() = 1 THEN EXECUTE format('UPDATE %I.%I SET version = $1 WHERE id = $2', TG_TABLE_SCHEMA, TG_TABLE_NAME) USING OLD.version + 1, NEW.id; END IF; RETURN NULL; END $$;
CREATE FUNCTION by_relid() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SELECT count(*) FROM ' || TG_RELID::regclass; RETURN NULL; END $$;
CREATE FUNCTION fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  column_name text;
  old_value text;
  new_value text;
BEGIN
  FOREACH column_name IN ARRAY TG_ARGV LOOP
    EXECUTE format('SELECT $1.%I', column_name) INTO old_value USING OLD;
    EXECUTE format('SELECT ($1).%I::text', column_name) INTO new_value USING NEW;
    IF old_value IS DISTINCT FROM new_value THEN RAISE EXCEPTION '% is fixed', column_name; END IF;
  END LOOP;
  RETURN NEW;
END $$;
CREATE TABLE fixed_ones (id int PRIMARY KEY, v text, w text);
CREATE TRIGGER tracked_keep AFTER UPDATE OR DELETE ON tracked FOR EACH ROW EXECUTE FUNCTION keep_old();
CREATE TRIGGER tracked_count AFTER UPDATE ON tracked FOR EACH ROW EXECUTE FUNCTION count_up();
CREATE TRIGGER tracked_keep AFTER UPDATE OR DELETE ON tracked_too FOR EACH ROW EXECUTE FUNCTION keep_old();
CREATE TRIGGER tracked_other AFTER DELETE ON tracked_too FOR EACH ROW EXECUTE FUNCTION keep_of_tracked();
CREATE TRIGGER tracked_keep AFTER UPDATE OR DELETE ON tracked_parts FOR EACH ROW EXECUTE FUNCTION keep_old();
CREATE TRIGGER fixed_kept BEFORE UPDATE ON fixed_ones FOR EACH ROW EXECUTE FUNCTION fixed('w');
CREATE TRIGGER fixed_counted AFTER DELETE ON fixed_ones FOR EACH STATEMENT EXECUTE FUNCTION by_relid();

INSERT INTO accounts SELECT g, 'o' || g, g FROM generate_series(1, 50) g;
INSERT INTO tracked SELECT g, 'v' || g FROM generate_series(1, 20) g;
INSERT INTO tracked_too SELECT g, 'v' || g FROM generate_series(1, 20) g;
INSERT INTO tracked_parts SELECT g, 'v' || g FROM generate_series(1, 199) g;
INSERT INTO fixed_ones SELECT g, 'v' || g, 'w' FROM generate_series(1, 20) g;
INSERT INTO totals SELECT g, 0 FROM generate_series(1, 50) g;
INSERT INTO limits SELECT g, 1000 FROM generate_series(1, 50) g;
INSERT INTO entries SELECT g, 1 + g % 50, g, 'n' FROM generate_series(1, 100) g;
INSERT INTO notes SELECT g, g, 'b' FROM generate_series(1, 100) g;
INSERT INTO settings SELECT 'v' || g, 'x' FROM generate_series(1, 20) g;
INSERT INTO quiet SELECT g, 'v' || g FROM generate_series(1, 20) g;
INSERT INTO stamped SELECT g, 'v' FROM generate_series(1, 20) g;
INSERT INTO looping SELECT g, 0 FROM generate_series(1, 5) g;
INSERT INTO parted SELECT g, date '2024-01-01' + g FROM generate_series(1, 300) g;
INSERT INTO columned SELECT g, g, g FROM generate_series(1, 20) g;
INSERT INTO conditional SELECT g, g, g FROM generate_series(1, 20) g;
INSERT INTO stages SELECT g, 'v' FROM generate_series(1, 20) g;
INSERT INTO guarded SELECT g, 'v' FROM generate_series(1, 20) g;
INSERT INTO searched (id, doc) SELECT g, 'some words' FROM generate_series(1, 5) g;
INSERT INTO ruled SELECT g, 'v' FROM generate_series(1, 20) g;
INSERT INTO whole SELECT g, 'v' FROM generate_series(1, 5) g;
INSERT INTO checked SELECT g, 'v' FROM generate_series(1, 5) g;
INSERT INTO root SELECT g FROM generate_series(1, 10) g;
INSERT INTO branch SELECT g, g FROM generate_series(1, 10) g;
INSERT INTO leaf SELECT g, g FROM generate_series(1, 10) g;

-- forms
INSERT INTO accounts VALUES (1001, 'x');
INSERT INTO accounts VALUES (1001, 'x') ON CONFLICT DO NOTHING;
INSERT INTO accounts VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET owner = excluded.owner;
UPDATE accounts SET owner = 'y';
UPDATE accounts SET owner = 'y' WHERE id = 3;
UPDATE accounts SET id = id + 1000;
DELETE FROM accounts;
DELETE FROM accounts WHERE id = 7;
UPDATE open_accounts SET owner = 'z';
DELETE FROM open_accounts WHERE id = 8;
INSERT INTO open_accounts VALUES (2000, 'x', 1);
-- from 15
MERGE INTO accounts a USING totals t ON a.id = t.account_id WHEN MATCHED THEN UPDATE SET balance = t.total;
-- from 15
MERGE INTO accounts a USING limits l ON a.id = l.account_id + 1000 WHEN NOT MATCHED THEN INSERT VALUES (l.account_id + 5000, 'm');
-- from 15
MERGE INTO stamped s USING quiet q ON s.id = q.id WHEN MATCHED THEN DELETE;
WITH gone AS (DELETE FROM accounts WHERE id < 4 RETURNING *) SELECT count(*) FROM gone;
INSERT INTO entries VALUES (2001, 1, 5, 'n');
UPDATE entries SET amount = amount + 1;
UPDATE entries SET note = 'm' WHERE id = 5;
DELETE FROM entries;
DELETE FROM entries WHERE id = 9;
INSERT INTO notes VALUES (2001, 1, 'b');
UPDATE notes SET body = 'c';
DELETE FROM totals WHERE account_id = 60;
UPDATE stamped SET v = 'w';
INSERT INTO stamped VALUES (3000, 'w');
DELETE FROM stamped;
INSERT INTO chain_a VALUES (1);
INSERT INTO chain_a SELECT g FROM generate_series(1, 10) g;
INSERT INTO chain_b VALUES (1);
UPDATE chain_a SET id = 2;
UPDATE looping SET depth = 0;
DELETE FROM looping;
-- wrong: what EXECUTE runs is put together only when it runs, which is said.
INSERT INTO dynamic VALUES (1, 'x');
UPDATE dynamic SET v = 'y';
TRUNCATE whole;
TRUNCATE whole, chain_a;
TRUNCATE accounts CASCADE;
TRUNCATE leaf;
INSERT INTO bulk VALUES (1, 'x'), (2, 'y');
INSERT INTO deferred VALUES (1, 'x');
-- before: SET session_replication_role = replica
INSERT INTO chain_a VALUES (1);
INSERT INTO checked VALUES (1, 'x');
UPDATE checked SET v = 'w';
INSERT INTO parted VALUES (1, '2024-02-01');
UPDATE parted SET id = 5 WHERE at = '2024-02-01';
UPDATE parted SET at = '2024-08-01' WHERE at = '2024-02-03';
DELETE FROM parted;
DELETE FROM parted_1 WHERE id = 3;
INSERT INTO parted_2 VALUES (7, '2024-08-01');
UPDATE columned SET a = 5;
UPDATE columned SET b = 5;
UPDATE columned SET b = 5, a = 6 WHERE id = 3;
UPDATE conditional SET a = 100;
INSERT INTO conditional VALUES (100, 1, 1);
INSERT INTO stages VALUES (1, 'x');
UPDATE stages SET v = 'x' WHERE false;
DELETE FROM stages;
INSERT INTO disabled VALUES (1, 'x');
INSERT INTO replicated VALUES (1, 'x');
-- before: ALTER TABLE disabled ENABLE TRIGGER disabled_log
INSERT INTO disabled VALUES (1, 'x');
-- before: ALTER TABLE chain_a DISABLE TRIGGER ALL
INSERT INTO chain_a VALUES (1);
-- before: ALTER TABLE chain_a DISABLE TRIGGER USER
INSERT INTO chain_a VALUES (1);
-- before: ALTER TABLE chain_b DISABLE TRIGGER chain_b_to_c
INSERT INTO chain_a VALUES (1);
-- before: DROP TRIGGER chain_a_to_b ON chain_a
INSERT INTO chain_a VALUES (1);
INSERT INTO searched VALUES (9, 'other words');
UPDATE searched SET doc = 'more words';
UPDATE guarded SET v = 'w';
DELETE FROM guarded WHERE id = 4;
INSERT INTO viaproc VALUES (1, 'x');
INSERT INTO viasql VALUES (1, 'x');
INSERT INTO plain VALUES (1, 'x');
INSERT INTO plain SELECT id, v FROM quiet;
INSERT INTO joined VALUES (100, 'w', 'y');
UPDATE joined SET v = 'w' WHERE id = 3;
UPDATE joined SET value = 'w';
DELETE FROM joined WHERE id = 3;
DELETE FROM joined;
DELETE FROM account_totals WHERE id = 3;
DELETE FROM leaf WHERE id = 3;
DELETE FROM branch;
DELETE FROM root WHERE id = 5;
DELETE FROM root;
TRUNCATE root CASCADE;
INSERT INTO ruled VALUES (50, 'x');
UPDATE ruled SET v = 'w';
DELETE FROM ruled WHERE id = 5;
INSERT INTO muted VALUES (1, 'x');
DELETE FROM muted;
INSERT INTO redirected VALUES (1, 'x');
UPDATE redirected SET v = 'y';
DELETE FROM redirected;
INSERT INTO ruled_view VALUES (1, 'x');
DELETE FROM ruled_view;
UPDATE ruled_view SET v = 'y';
COPY ruled FROM PROGRAM 'echo 1';
-- before: CREATE TABLE made (id int)
-- before: CREATE FUNCTION made_log() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO ruled_log VALUES (1); RETURN NULL; END'
-- before: CREATE TRIGGER made_logs AFTER INSERT ON made FOR EACH ROW EXECUTE FUNCTION made_log()
INSERT INTO made VALUES (1);
-- before: CREATE TRIGGER quiet_logs AFTER UPDATE OF v ON quiet FOR EACH ROW EXECUTE FUNCTION log_rows()
UPDATE quiet SET v = 'w' WHERE id = 1;
-- before: CREATE TRIGGER quiet_logs AFTER UPDATE OF v ON quiet FOR EACH ROW EXECUTE FUNCTION log_rows()
UPDATE quiet SET id = 500 WHERE id = 1;
-- before: CREATE TRIGGER quiet_logs AFTER INSERT OR DELETE ON quiet FOR EACH STATEMENT EXECUTE PROCEDURE log_rows()
DELETE FROM quiet WHERE false;
-- before: CREATE OR REPLACE FUNCTION log_rows() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'
INSERT INTO checked VALUES (1, 'x');
-- before: CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM plain; RETURN NEW; END'
UPDATE stamped SET v = 'x';
-- before: CREATE RULE quiet_rule AS ON UPDATE TO quiet DO ALSO INSERT INTO ruled_log VALUES (OLD.id)
UPDATE quiet SET v = 'w' WHERE id = 2;
-- before: DROP RULE ruled_also ON ruled
INSERT INTO ruled VALUES (50, 'x');
-- before: ALTER TABLE ruled DISABLE RULE ruled_also
INSERT INTO ruled VALUES (50, 'x');
DO $$ BEGIN INSERT INTO chain_a VALUES (1); END $$;
DO $$ BEGIN EXECUTE format('INSERT INTO %I VALUES (%L)', 'chain_a', 1); END $$;
DO $$ BEGIN DELETE FROM joined WHERE id = 2; END $$;
SELECT lookup('x');
SELECT lookup_sql('x');
CALL note_it('x');
SELECT lookup('x') FROM quiet;
PREPARE p AS INSERT INTO chain_a VALUES (1);
EXPLAIN INSERT INTO chain_a VALUES (1);
EXPLAIN ANALYZE INSERT INTO chain_a VALUES (1);
EXPLAIN DELETE FROM joined;
CREATE TABLE copied AS SELECT * FROM chain_a;
ALTER TABLE accounts ADD COLUMN extra int;
ALTER TABLE accounts ALTER COLUMN owner TYPE varchar(100);
ALTER TABLE ruled ENABLE ALWAYS RULE ruled_also;
CREATE RULE newer AS ON INSERT TO quiet DO ALSO NOTHING;
DROP RULE ruled_also ON ruled;
DROP FUNCTION write_audit() CASCADE;
DROP FUNCTION log_rows() CASCADE;
DROP TABLE ruled;
DROP TABLE ruled_log CASCADE;
DROP VIEW joined;
DROP VIEW ruled_view;
-- before: DROP TRIGGER columned_log ON columned
-- before: CREATE TRIGGER columned_log AFTER UPDATE OF b ON columned FOR EACH ROW EXECUTE FUNCTION log_rows()
ALTER TABLE columned DROP COLUMN a;
-- from 14
-- before: CREATE OR REPLACE TRIGGER columned_log AFTER UPDATE OF b ON columned FOR EACH ROW EXECUTE FUNCTION log_rows()
ALTER TABLE columned DROP COLUMN a;
-- before: CREATE OR REPLACE RULE ruled_also AS ON INSERT TO ruled DO ALSO NOTHING
ALTER TABLE ruled DROP COLUMN v;
-- before: ALTER TRIGGER columned_log ON columned RENAME TO columned_logs
ALTER TABLE columned DROP COLUMN a;
-- before: ALTER RULE redirected_insert ON redirected RENAME TO redirected_inserts
ALTER TABLE redirected DROP COLUMN v;
UPDATE tracked SET v = 'w' WHERE id = 3;
DELETE FROM tracked WHERE id = 4;
UPDATE tracked_too SET v = 'w';
-- wrong: what the name of the table is compared with stays on the server, so that both branches are told.
DELETE FROM tracked_too WHERE id = 4;
UPDATE tracked_parts SET v = 'w' WHERE id = 5;
UPDATE tracked_parts SET v = 'w';
DELETE FROM tracked_parts_2;
UPDATE fixed_ones SET v = 'w';
DELETE FROM fixed_ones WHERE id = 3;
DO $$ DECLARE c text; BEGIN SELECT max(v) INTO c FROM quiet; EXECUTE format('SELECT %I FROM settings', 'value') INTO c; EXECUTE format('SELECT max(%I) FROM settings', CASE WHEN c = 'x' THEN 'name' ELSE 'value' END) INTO c; END $$;
-- before: CREATE FUNCTION newer_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('INSERT INTO %I SELECT ($1).*', TG_TABLE_NAME || '_history') USING NEW; RETURN NULL; END $$
-- before: CREATE TRIGGER newer_keeps AFTER INSERT ON "Tracked Quoted" FOR EACH ROW EXECUTE FUNCTION newer_keep()
INSERT INTO "Tracked Quoted" VALUES (700, 'n');
-- before: CREATE OR REPLACE FUNCTION keep_of_tracked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_TABLE_NAME = 'tracked' THEN INSERT INTO plain VALUES (OLD.id); ELSE INSERT INTO muted VALUES (OLD.id); END IF; RETURN NULL; END $$
DELETE FROM tracked_too WHERE id = 4;
