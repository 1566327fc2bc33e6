-- at length
-- schema
CREATE TABLE orders (id int PRIMARY KEY, state text, placed date, note text);
CREATE INDEX orders_state ON orders (state);
CREATE TABLE events (id bigint, at date NOT NULL, kind text) PARTITION BY RANGE (at);
CREATE TABLE events_old PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2024-01-01');
CREATE TABLE loose (LIKE events);
CREATE TABLE hashed (id int NOT NULL, v text) PARTITION BY HASH (id);
CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE tally (what text PRIMARY KEY, n int);
CREATE TABLE names (name text);
CREATE TABLE other (id int, v int);
INSERT INTO orders SELECT g, 's' || g, '2024-01-01', 'n' FROM generate_series(1, 40) g;
INSERT INTO events SELECT g, '2023-01-01', 'k' FROM generate_series(1, 40) g;
INSERT INTO tally SELECT 'w' || g, g FROM generate_series(1, 40) g;
INSERT INTO names VALUES ('tally');
INSERT INTO other SELECT g, g FROM generate_series(1, 40) g;
CREATE FUNCTION count_of(t text) RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN EXECUTE 'SELECT n FROM tally WHERE what = ' || quote_literal(t) INTO n; RETURN n; END $$;
CREATE FUNCTION set_state(s text, i int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('UPDATE orders SET state = %L WHERE id = %s', s, i); END $$;
CREATE FUNCTION clean(days int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DELETE FROM orders WHERE placed < now() - interval ''' || days || ' days'''; END $$;

-- forms
-- wrong: the name of what is made is put together when it runs, which is said.
DO $$ DECLARE d date := now()::date + 400; BEGIN EXECUTE format('CREATE TABLE %I PARTITION OF events FOR VALUES FROM (%L) TO (%L)', 'events_' || to_char(d, 'YYYYMMDD'), d, d + 1); END $$;
-- wrong: the name of what is made is put together when it runs, which is said.
DO $$ DECLARE d date := now()::date + 400; BEGIN EXECUTE 'CREATE TABLE events_' || to_char(d, 'YYYYMMDD') || ' PARTITION OF events FOR VALUES FROM (''' || d || ''') TO (''' || (d + 1) || ''')'; END $$;
DO $$ DECLARE d date := now()::date + 400; BEGIN EXECUTE format('ALTER TABLE events ATTACH PARTITION loose FOR VALUES FROM (''%s'') TO (''%s'')', d, d + 1); END $$;
DO $$ DECLARE n int; BEGIN SELECT count(*) INTO n FROM orders WHERE id < 3; EXECUTE format('CREATE TABLE %I PARTITION OF hashed FOR VALUES WITH (MODULUS %s, REMAINDER 1)', 'hashed_1', n); END $$;
DO $$ DECLARE c text; BEGIN SELECT max(state) INTO c FROM orders; EXECUTE format('UPDATE tally SET n = 0 WHERE what = %L', c); END $$;
DO $$ DECLARE c text; BEGIN SELECT max(state) INTO c FROM orders; EXECUTE 'DELETE FROM tally WHERE what = ' || quote_literal(c); END $$;
-- wrong: a query before it reads the table as the planner likes.
DO $$ DECLARE c text; BEGIN SELECT 'note' INTO c FROM orders LIMIT 1; EXECUTE format('ALTER TABLE orders ALTER COLUMN %I SET DEFAULT %L', c, 'x'); END $$;
DO $$ DECLARE c text; BEGIN SELECT 'extra_' || max(id) INTO c FROM orders; EXECUTE format('ALTER TABLE orders ADD COLUMN %I text', c); END $$;
-- wrong: the name of what is made is put together when it runs, which is said.
DO $$ DECLARE c text; BEGIN SELECT 'by_' || max(id) INTO c FROM orders; EXECUTE format('CREATE INDEX %I ON orders (note)', c); END $$;
-- wrong: the name of what is made is put together when it runs, which is said.
DO $$ DECLARE c text; BEGIN SELECT 'by_' || max(id) INTO c FROM orders; EXECUTE 'CREATE INDEX ' || c || ' ON orders (note)'; END $$;
DO $$ DECLARE s text; BEGIN SELECT string_agg(quote_literal(what), ',') INTO s FROM tally; EXECUTE 'DELETE FROM orders WHERE state IN (' || s || ')'; END $$;
DO $$ DECLARE n int; v int; BEGIN SELECT max(id) INTO n FROM orders; EXECUTE 'SELECT n FROM tally LIMIT ' || n INTO v; END $$;
DO $$ DECLARE t text := 'x'; BEGIN SELECT max(state) INTO t FROM orders; EXECUTE format('COMMENT ON TABLE tally IS %L', t); END $$;
DO $$ DECLARE t text := 'x'; BEGIN SELECT max(state) INTO t FROM orders; EXECUTE 'INSERT INTO other SELECT id, length(' || quote_literal(t) || ') FROM orders'; END $$;
-- wrong: the name of what is made is put together when it runs, which is said.
DO $$ DECLARE t text; BEGIN SELECT '_b' INTO t FROM orders LIMIT 1; EXECUTE 'CREATE TABLE tally' || t || ' (LIKE tally INCLUDING ALL)'; END $$;
DO $$ DECLARE t text; BEGIN SELECT 'fk_' || max(id) INTO t FROM orders; EXECUTE format('ALTER TABLE other ADD CONSTRAINT %I FOREIGN KEY (v) REFERENCES orders', t); END $$;
DO $$ DECLARE t text; BEGIN SELECT max(state) INTO t FROM orders; EXECUTE 'TRUNCATE tally'; EXECUTE format('INSERT INTO tally VALUES (%L, 1)', t); END $$;
SELECT count_of('w1');
SELECT set_state('x', 3);
-- wrong: the text that EXECUTE runs is of several parts, of which the first leaves a literal open; it stays on the server, which is said.
SELECT clean(30);
DO $$ BEGIN CREATE INDEX ON orders (note); UPDATE orders SET note = 'y' WHERE id = 3; END $$;
DO $$ BEGIN CREATE INDEX ON orders (note); COMMENT ON TABLE orders IS 'x'; END $$;
DO $$ BEGIN INSERT INTO tally VALUES ('new', 1); LOCK TABLE tally IN SHARE MODE; END $$;
DO $$ DECLARE d text; n int; BEGIN SELECT '2023-05-05' INTO d FROM orders LIMIT 1; EXECUTE format('SELECT count(*) FROM events WHERE at = %L', d) INTO n; END $$;
DO $$ DECLARE d text; BEGIN SELECT '2023-05-05' INTO d FROM orders LIMIT 1; EXECUTE format('DELETE FROM events WHERE at = %L', d); END $$;
DO $$ DECLARE d text; BEGIN SELECT '2023-05-05' INTO d FROM orders LIMIT 1; EXECUTE format('INSERT INTO events VALUES (1, %L, ''k'')', d); END $$;
DO $$ DECLARE c text; n int; BEGIN SELECT 'kind' INTO c FROM orders LIMIT 1; EXECUTE format('SELECT count(%I) FROM tally', 'n') INTO n; EXECUTE format('SELECT count(*) FROM orders WHERE %I = %L', 'state', c) INTO n; END $$;
