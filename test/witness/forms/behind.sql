-- at length
-- schema
CREATE SCHEMA app;
CREATE TABLE app.member (id int PRIMARY KEY, name text NOT NULL, team int, status text, seen timestamp, note text);
CREATE TABLE app.team (id int PRIMARY KEY, title text, boss int);
CREATE INDEX member_team ON app.member (team);
CREATE TABLE allowed (team int PRIMARY KEY, until date);
CREATE TABLE tally (what text PRIMARY KEY, n int);
CREATE TABLE history (id bigserial, what text);
CREATE TABLE other (id int, v int);
CREATE TABLE child (id int PRIMARY KEY, member int REFERENCES app.member ON DELETE CASCADE, label text);
CREATE TABLE visit (member int, at timestamp NOT NULL, page text, kind text) PARTITION BY RANGE (at);
CREATE TABLE visit_a PARTITION OF visit FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
CREATE TABLE visit_b PARTITION OF visit FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');
CREATE TABLE visit_rest PARTITION OF visit DEFAULT;
CREATE INDEX visit_page ON visit (page);
CREATE VIEW plain AS SELECT id AS number, name AS called, team FROM app.member;
CREATE VIEW current_team AS SELECT id, name, team FROM app.member WHERE team IN (SELECT team FROM allowed WHERE until > '2024-01-01');
CREATE VIEW of_current AS SELECT id, name FROM current_team WHERE name <> 'nobody';
CREATE VIEW checked_team AS SELECT id, name, team FROM app.member WHERE EXISTS (SELECT FROM app.team t WHERE t.id = member.team AND t.title <> 'x') WITH LOCAL CHECK OPTION;
CREATE VIEW counted AS SELECT m.id, m.name, (SELECT count(*) FROM child c WHERE c.member = m.id AND c.label = 'x') AS children FROM app.member m;
CREATE VIEW joined AS SELECT m.id, m.name, t.title FROM app.member m JOIN app.team t ON t.id = m.team AND t.title <> 'none' WHERE m.id IN (SELECT id FROM other WHERE v > 3);
CREATE VIEW derived AS SELECT s.id FROM (SELECT id, team FROM app.member WHERE status = 'new') s, app.team t WHERE t.id = s.team;
CREATE VIEW grouped AS SELECT team, count(*) AS n FROM app.member WHERE status = 'new' GROUP BY team;
CREATE VIEW both_of AS SELECT id FROM app.member WHERE status = 'a' UNION ALL SELECT id FROM other WHERE v = 1;
CREATE VIEW first_ones AS SELECT id, name FROM app.member WHERE status = 'new' ORDER BY id LIMIT 5;
CREATE VIEW visits AS SELECT member AS who, at AS moment, page FROM visit WHERE kind = 'web';
CREATE VIEW late_visits AS SELECT who, moment FROM visits WHERE moment >= '2024-07-01' AND moment < '2025-01-01';
CREATE VIEW walled WITH (security_barrier = true) AS SELECT member, at, page FROM visit WHERE kind = 'web';
CREATE VIEW ranked AS SELECT member, at, row_number() OVER (PARTITION BY member ORDER BY at) AS nth FROM visit WHERE kind = 'web';
CREATE FUNCTION count_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE tally SET n = n + 1 WHERE what = TG_TABLE_NAME; RETURN NULL; END $$;
CREATE FUNCTION keep_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO history (what) VALUES ('changed'); RETURN NULL; END $$;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := 'stamped'; RETURN NEW; END $$;
CREATE FUNCTION dynamic_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'INSERT INTO history (what) VALUES (''dynamic'')'; RETURN NULL; END $$;
CREATE TRIGGER member_status AFTER UPDATE ON app.member FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION keep_it();
CREATE TRIGGER member_team AFTER INSERT ON app.member FOR EACH ROW WHEN (NEW.team IS NOT NULL AND NEW.status = 'new') EXECUTE FUNCTION count_it();
CREATE TRIGGER child_label AFTER INSERT OR UPDATE ON child FOR EACH ROW WHEN (NEW.label IS NOT NULL) EXECUTE FUNCTION count_it();
CREATE TRIGGER child_stamp BEFORE INSERT ON child FOR EACH ROW WHEN (NEW.id < 0) EXECUTE FUNCTION stamp();
CREATE TRIGGER other_any AFTER UPDATE ON other FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION count_it();
CREATE TRIGGER other_dynamic AFTER DELETE ON other FOR EACH ROW EXECUTE FUNCTION dynamic_note();
CREATE TRIGGER team_title AFTER UPDATE ON app.team FOR EACH ROW WHEN (OLD.title <> NEW.title OR OLD.boss IS NULL AND NEW.boss IS NOT NULL) EXECUTE FUNCTION keep_it();
CREATE TRIGGER visit_kind AFTER INSERT ON visit FOR EACH ROW WHEN (NEW.kind IS NOT NULL) EXECUTE FUNCTION count_it();
CREATE FUNCTION clear_other() RETURNS int LANGUAGE sql AS $$ DELETE FROM other WHERE v = 7; SELECT 1 $$;
CREATE FUNCTION read_tally() RETURNS int LANGUAGE plpgsql AS $$ DECLARE r int; BEGIN EXECUTE 'SELECT n FROM tally WHERE what = ' || quote_literal('x') INTO r; RETURN r; END $$;
CREATE FUNCTION drop_part(part text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('TRUNCATE app.team'); PERFORM 1 FROM allowed; END $$;
CREATE FUNCTION wipe() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE $q$DELETE FROM tally WHERE what = 'x'$q$; EXECUTE 'ALTER TABLE other ADD COLUMN w text DEFAULT ''none'''; END $$;
INSERT INTO app.team SELECT g, 't' || g, g FROM generate_series(1, 40) g;
INSERT INTO app.member SELECT g, 'm' || g, g, CASE WHEN g % 2 = 0 THEN 'new' ELSE 'a' END FROM generate_series(1, 40) g;
INSERT INTO allowed SELECT g, '2030-01-01' FROM generate_series(1, 40) g;
INSERT INTO tally SELECT 'w' || g, g FROM generate_series(1, 40) g;
INSERT INTO other SELECT g, g FROM generate_series(1, 40) g;
INSERT INTO child SELECT g, g, 'x' FROM generate_series(1, 40) g;
INSERT INTO visit SELECT g, timestamp '2024-01-05' + g * interval '9 days', 'p', 'web' FROM generate_series(1, 50) g;

-- forms
SELECT * FROM current_team;
SELECT * FROM current_team FOR UPDATE;
SELECT * FROM of_current FOR SHARE;
SELECT * FROM counted FOR UPDATE;
SELECT * FROM joined FOR UPDATE;
SELECT * FROM joined j JOIN other o ON o.id = j.id FOR UPDATE OF j;
SELECT * FROM derived FOR UPDATE;
SELECT * FROM grouped FOR UPDATE;
SELECT * FROM both_of FOR UPDATE;
SELECT * FROM first_ones FOR UPDATE;
SELECT * FROM visits WHERE moment = '2024-03-03';
SELECT * FROM visits WHERE moment = '2024-03-03' FOR UPDATE;
SELECT * FROM visits v WHERE v.moment < '2024-07-01' AND v.page = 'x' FOR KEY SHARE;
-- wrong: the values in the condition of a view stay on the server.
SELECT * FROM late_visits;
-- wrong: the values in the condition of a view stay on the server.
SELECT * FROM late_visits WHERE who = 3 FOR UPDATE;
SELECT * FROM walled WHERE at = '2024-03-03' FOR UPDATE;
SELECT * FROM ranked WHERE at = '2024-03-03';
SELECT * FROM visit WHERE at = '2024-03-03' AND member IN (SELECT id FROM current_team) FOR UPDATE;
INSERT INTO plain (number, called) VALUES (100, 'x');
INSERT INTO plain VALUES (100, 'x', 3);
INSERT INTO current_team (id, name, team) VALUES (100, 'x', 3);
INSERT INTO of_current (id, name) VALUES (100, 'x');
INSERT INTO checked_team (id, name, team) VALUES (100, 'x', 3);
INSERT INTO visits (who, moment, page) VALUES (1, '2024-03-03', 'q');
UPDATE plain SET called = 'y' WHERE number = 3;
UPDATE current_team SET name = 'y';
UPDATE of_current SET name = 'y' WHERE id = 3;
UPDATE checked_team SET team = 5 WHERE id = 2;
UPDATE counted SET name = 'y' WHERE id = 3;
UPDATE visits SET page = 'z' WHERE moment >= '2024-07-01' AND moment < '2024-09-01';
-- wrong: the values in the condition of a view stay on the server.
UPDATE late_visits SET who = 4;
UPDATE walled SET page = 'z' WHERE at = '2024-03-03';
DELETE FROM current_team WHERE id = 3;
DELETE FROM visits WHERE moment < '2024-02-01';
-- wrong: the values in the condition of a view stay on the server.
DELETE FROM late_visits WHERE who = 3;
-- from 17
MERGE INTO current_team c USING other o ON o.id = c.id WHEN MATCHED THEN UPDATE SET name = 'm';
INSERT INTO app.member (id, name) VALUES (200, 'x');
INSERT INTO app.member (id, name, team) VALUES (200, 'x', NULL);
INSERT INTO app.member (id, name, team, status) VALUES (200, 'x', 3, 'new');
INSERT INTO app.member SELECT g, 'x' FROM generate_series(300, 310) g;
UPDATE app.member SET name = 'y';
UPDATE app.member SET name = 'y', team = 3 WHERE id = 5;
UPDATE app.member SET status = 'gone';
-- wrong: another trigger might make another row of it, if its condition held.
INSERT INTO child (id, member) VALUES (500, 3);
INSERT INTO child (id, member, label) VALUES (500, 3, 'l');
UPDATE child SET member = 4 WHERE id = 3;
UPDATE other SET v = v + 1;
UPDATE app.team SET title = 'other' WHERE id = 3;
UPDATE app.team SET id = id + 1000 WHERE id = 3;
-- wrong: which rows there are, or conflict, or refer to others, no snapshot says.
UPDATE app.team SET boss = 5;
INSERT INTO visit (member, at) VALUES (1, '2024-03-03');
INSERT INTO visit (member, at, kind) VALUES (1, '2024-03-03', 'web');
-- wrong: another trigger might make another row of it, if its condition held.
COPY child (id, member) FROM PROGRAM 'printf "501\t3\n"';
DELETE FROM other WHERE id = 3;
DELETE FROM app.member WHERE false;
UPDATE app.member SET status = 'x', team = 5 WHERE false;
UPDATE visit SET page = 'x' WHERE false;
DELETE FROM visit WHERE false AND at = '2024-03-03';
SELECT * FROM visit WHERE false;
SELECT * FROM visit WHERE false FOR UPDATE;
SELECT clear_other() WHERE false;
SELECT clear_other() FROM app.member WHERE false;
SELECT clear_other() FROM app.member WHERE 1 = 2;
SELECT (SELECT clear_other() WHERE false), 1;
SELECT nextval('history_id_seq') WHERE false;
SELECT m.id FROM app.member m WHERE false AND m.id IN (SELECT id FROM other);
WITH gone AS (DELETE FROM tally RETURNING 1) SELECT clear_other() FROM gone WHERE false;
INSERT INTO history (what) SELECT 'x' WHERE false;
INSERT INTO child SELECT 900, 3, 'x' WHERE false;
INSERT INTO child SELECT 900, 3, 'x' FROM other WHERE false;
CREATE TABLE made AS SELECT clear_other() AS c WHERE false;
SELECT clear_other() LIMIT 0;
SELECT read_tally();
SELECT wipe();
SELECT drop_part('visit_a');
DO $$ BEGIN PERFORM wipe(); END $$;
DO $$ BEGIN IF false THEN DELETE FROM tally; END IF; WHILE false LOOP DELETE FROM other; END LOOP; END $$;
DO $$ BEGIN BEGIN DELETE FROM tally; RAISE EXCEPTION 'no'; EXCEPTION WHEN raise_exception THEN UPDATE other SET v = 0; END; END $$;
DO $$ BEGIN BEGIN DELETE FROM tally; PERFORM 1 / 0; EXCEPTION WHEN division_by_zero THEN NULL; END; END $$;
DO $$ BEGIN BEGIN TRUNCATE tally; EXCEPTION WHEN OTHERS THEN NULL; END; END $$;
EXPLAIN DELETE FROM current_team;
EXPLAIN SELECT * FROM visits WHERE moment = '2024-03-03' FOR UPDATE;
-- from 15
MERGE INTO child c USING (VALUES (1, 2), (2, 3), (600, 4)) v (id, member) ON c.id = v.id WHEN MATCHED THEN UPDATE SET member = v.member WHEN NOT MATCHED THEN INSERT (id, member) VALUES (v.id, v.member);
-- from 15
MERGE INTO tally t USING (SELECT 'x' AS what) s ON t.what = s.what WHEN NOT MATCHED THEN INSERT VALUES (s.what, 1);
CREATE VIEW again AS SELECT * FROM current_team WHERE id > 5;
-- before: CREATE VIEW own AS SELECT id AS n, team FROM app.member WHERE team IN (SELECT team FROM allowed)
UPDATE own SET team = 4 WHERE n = 3;
-- before: CREATE VIEW own AS SELECT id AS n, team FROM app.member WHERE team IN (SELECT team FROM allowed) WITH CHECK OPTION
INSERT INTO own VALUES (800, 4);
-- before: CREATE VIEW own AS SELECT m.id FROM app.member m, app.team t WHERE t.id = m.team AND EXISTS (SELECT FROM other)
SELECT * FROM own FOR UPDATE;
-- before: CREATE TRIGGER own AFTER UPDATE ON tally FOR EACH ROW WHEN (NEW.n IS DISTINCT FROM OLD.n) EXECUTE FUNCTION keep_it()
UPDATE tally SET what = what || 'x';
