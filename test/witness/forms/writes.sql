-- schema
CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL, email text UNIQUE, tier int DEFAULT 1);
CREATE TABLE product (sku text PRIMARY KEY, price numeric CHECK (price >= 0), stock int);
CREATE TABLE purchase (id bigserial PRIMARY KEY, customer_id int REFERENCES customer ON DELETE CASCADE, sku text REFERENCES product ON UPDATE CASCADE ON DELETE RESTRICT, at date NOT NULL DEFAULT '2024-01-01', qty int);
CREATE TABLE parcel (id int PRIMARY KEY, purchase_id bigint REFERENCES purchase ON DELETE SET NULL, weight numeric);
CREATE TABLE parcel_item (parcel_id int REFERENCES parcel ON DELETE CASCADE ON UPDATE SET DEFAULT, item int, note text);
CREATE TABLE trail (id int, parcel_id int DEFAULT 1 REFERENCES parcel ON DELETE SET DEFAULT DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE log (id serial, what text, at timestamptz DEFAULT now());
CREATE TABLE hits (page text, day date, n int, PRIMARY KEY (page, day)) PARTITION BY RANGE (day);
CREATE TABLE hits_1 PARTITION OF hits FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
CREATE TABLE hits_2 PARTITION OF hits FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');
CREATE INDEX hits_n ON hits (n);
CREATE TABLE hit_note (page text, day date, note text, FOREIGN KEY (page, day) REFERENCES hits ON DELETE SET NULL ON UPDATE CASCADE);
CREATE TABLE owner_of (id int PRIMARY KEY, v text);
CREATE TABLE owned (id int, owner_id int REFERENCES owner_of ON DELETE CASCADE, day date) PARTITION BY RANGE (day);
CREATE TABLE owned_1 PARTITION OF owned FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
CREATE TABLE owned_2 PARTITION OF owned DEFAULT;
CREATE INDEX owned_owner ON owned (owner_id);
CREATE TABLE nullified (id int, owner_id int REFERENCES owner_of ON DELETE SET NULL ON UPDATE CASCADE) PARTITION BY HASH (id);
CREATE TABLE nullified_0 PARTITION OF nullified FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE nullified_1 PARTITION OF nullified FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE tree (id int PRIMARY KEY, parent int REFERENCES tree ON DELETE CASCADE, label text);
CREATE TABLE ring_a (id int PRIMARY KEY, b int);
CREATE TABLE ring_b (id int PRIMARY KEY, a int REFERENCES ring_a ON DELETE CASCADE);
ALTER TABLE ring_a ADD FOREIGN KEY (b) REFERENCES ring_b ON DELETE CASCADE;
CREATE TABLE heap (a int, b int, c text);
CREATE TABLE stage (id int, sku text, qty int);
CREATE VIEW active AS SELECT id, name, tier FROM customer WHERE tier > 0;
CREATE VIEW joined AS SELECT p.id, c.name, p.qty FROM purchase p JOIN customer c ON c.id = p.customer_id;
CREATE VIEW over_active AS SELECT id, name FROM active WHERE name <> '' WITH CHECK OPTION;
CREATE VIEW sub_view AS SELECT id, (SELECT max(weight) FROM parcel WHERE purchase_id = purchase.id) AS w FROM purchase;
CREATE MATERIALIZED VIEW spend AS SELECT customer_id, sum(qty) AS n FROM purchase GROUP BY customer_id;
CREATE FUNCTION note_it(what text) RETURNS void LANGUAGE sql AS $$ INSERT INTO log (what) VALUES ($1) $$;
CREATE FUNCTION tier_of(c int) RETURNS int LANGUAGE sql STABLE AS $$ SELECT tier FROM customer WHERE id = c $$;
CREATE FUNCTION restock(amount int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  total int;
BEGIN
  UPDATE product SET stock = stock + amount;
  GET DIAGNOSTICS total = ROW_COUNT;
  PERFORM note_it('restocked');
  RETURN total;
END $$;
CREATE FUNCTION names() RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT name FROM customer ORDER BY id; END $$;
CREATE FUNCTION pure(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN $1 + 1; END $$;
CREATE PROCEDURE clean(before date) LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM purchase WHERE at < before;
  IF FOUND THEN INSERT INTO log (what) VALUES ('cleaned'); END IF;
END $$;
CREATE PROCEDURE batches() LANGUAGE plpgsql AS $$
BEGIN
  LOOP
    UPDATE stage SET qty = 0 WHERE id IN (SELECT id FROM stage WHERE qty > 0 LIMIT 10);
    EXIT WHEN NOT FOUND;
    COMMIT;
  END LOOP;
END $$;
CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log (what) VALUES (TG_TABLE_NAME); RETURN NULL; END $$;
CREATE TRIGGER product_log AFTER UPDATE OF price ON product FOR EACH STATEMENT EXECUTE FUNCTION log_change();
INSERT INTO customer SELECT g, 'n' || g, 'e' || g FROM generate_series(1, 40) g;
INSERT INTO product SELECT 's' || g, g, g FROM generate_series(1, 40) g;
INSERT INTO purchase (customer_id, sku, qty) SELECT g, 's' || g, g FROM generate_series(1, 40) g;
INSERT INTO parcel SELECT g, g, g FROM generate_series(1, 40) g;
INSERT INTO parcel_item SELECT g, g FROM generate_series(1, 40) g;
INSERT INTO trail SELECT g, g FROM generate_series(1, 40) g;
INSERT INTO hits SELECT 'p' || g, date '2024-01-05' + g * 8, g FROM generate_series(1, 40) g;
INSERT INTO hit_note SELECT page, day FROM hits LIMIT 10;
INSERT INTO owner_of SELECT g, 'v' FROM generate_series(1, 40) g;
INSERT INTO owned SELECT g, g, date '2024-01-05' + g * 8 FROM generate_series(1, 30) g;
INSERT INTO nullified SELECT g, g FROM generate_series(1, 30) g;
INSERT INTO tree SELECT g, nullif(g / 2, 0), 'l' FROM generate_series(1, 40) g;
INSERT INTO ring_a SELECT g FROM generate_series(1, 10) g;
INSERT INTO ring_b SELECT g, g FROM generate_series(1, 10) g;
INSERT INTO heap SELECT g, g, 'c' FROM generate_series(1, 40) g;
INSERT INTO stage SELECT g, 's' || g, g FROM generate_series(1, 40) g;

-- forms
UPDATE purchase SET qty = s.qty FROM stage s WHERE s.sku = purchase.sku;
UPDATE purchase p SET qty = 0 FROM customer c, product d WHERE c.id = p.customer_id AND d.sku = p.sku AND c.tier = 1;
UPDATE purchase SET (qty, at) = (SELECT stock, current_date FROM product WHERE product.sku = purchase.sku);
UPDATE purchase SET qty = 1 WHERE EXISTS (SELECT FROM parcel WHERE parcel.purchase_id = purchase.id);
UPDATE purchase SET customer_id = 1;
UPDATE purchase SET customer_id = NULL WHERE id = 4;
UPDATE product SET sku = sku || 'x';
UPDATE product SET sku = 'new' WHERE sku = 's5';
UPDATE product SET stock = 0 RETURNING *;
UPDATE product SET price = 5 WHERE sku = 's3';
UPDATE parcel SET id = id + 100;
UPDATE parcel SET weight = (SELECT avg(qty) FROM purchase);
UPDATE customer SET tier = tier_of(id);
UPDATE customer SET tier = pure(tier);
UPDATE customer SET email = 'z' || id;
UPDATE active SET name = 'x';
UPDATE over_active SET name = 'y' WHERE id = 3;
UPDATE hits SET n = n + 1;
UPDATE hits SET n = n + 1 WHERE day = '2024-02-01';
UPDATE hits_1 SET n = 0;
UPDATE hits SET day = day + 1 WHERE page = 'p1';
UPDATE hits SET page = 'q' WHERE n = 3;
UPDATE owner_of SET id = 900 WHERE id = 35;
UPDATE owner_of SET id = 900 WHERE id = 3;
UPDATE tree SET parent = NULL;
UPDATE heap SET a = 1 WHERE ctid = '(0,1)';
UPDATE ONLY tree SET label = 'x';
UPDATE heap SET b = h2.b FROM heap h2 WHERE h2.a = heap.a;
-- wrong: no row fits, and so nobody is asked who refers to it.
DELETE FROM purchase USING customer c WHERE c.id = purchase.customer_id AND c.tier > 5;
DELETE FROM customer;
DELETE FROM customer WHERE id = 3;
DELETE FROM product WHERE sku = 's1';
DELETE FROM parcel WHERE id = 5;
DELETE FROM hits WHERE day < '2024-03-01';
DELETE FROM hits_2;
DELETE FROM owner_of WHERE id > 35;
DELETE FROM owner_of;
DELETE FROM owned WHERE id = 5;
DELETE FROM tree WHERE id = 1;
DELETE FROM ring_a WHERE id = 1;
DELETE FROM ring_b;
DELETE FROM active WHERE id = 40;
-- wrong: no row fits, and so nobody is asked who refers to it.
DELETE FROM purchase WHERE id NOT IN (SELECT purchase_id FROM parcel) RETURNING id;
DELETE FROM heap WHERE a IN (VALUES (1), (2));
INSERT INTO purchase (customer_id, sku, qty) VALUES (1, 's1', 3);
INSERT INTO purchase (customer_id, sku) SELECT c.id, s.sku FROM customer c CROSS JOIN stage s LIMIT 5;
INSERT INTO customer (id, name, email) VALUES (1, 'n', 'e') ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE customer.tier = 1;
INSERT INTO customer (id, name, email) VALUES (1, 'n', 'e1') ON CONFLICT DO NOTHING;
-- wrong: the indexes that were made before that of the constraint are opened too; which they are is not known.
INSERT INTO customer (id, name, email) VALUES (77, 'n', 'e1') ON CONFLICT ON CONSTRAINT customer_email_key DO UPDATE SET tier = (SELECT max(tier) FROM customer);
INSERT INTO product VALUES ('s1', 2) ON CONFLICT (sku) DO UPDATE SET price = product.price + 1;
INSERT INTO hits VALUES ('p9', '2024-02-02', 1) ON CONFLICT (page, day) DO UPDATE SET n = hits.n + 1;
INSERT INTO hits SELECT page || 'z', day, n FROM hits;
INSERT INTO hits_2 VALUES ('x', '2024-08-08', 1);
-- wrong: the rows that fit are all of one partition.
INSERT INTO hit_note SELECT page, day, 'n' FROM hits WHERE n < 3;
INSERT INTO owned VALUES (1, 1, '2024-02-02'), (2, NULL, '2030-01-01');
INSERT INTO nullified VALUES (5, 5);
INSERT INTO tree VALUES (100, 1, 'x');
INSERT INTO trail VALUES (100, 2);
INSERT INTO log DEFAULT VALUES;
INSERT INTO log (what) VALUES ('a') RETURNING id, tier_of(1);
INSERT INTO active (id, name) VALUES (500, 'x');
INSERT INTO over_active VALUES (501, 'x') ON CONFLICT DO NOTHING;
WITH moved AS (DELETE FROM stage WHERE qty > 3 RETURNING *) INSERT INTO heap (a, b) SELECT id, qty FROM moved;
WITH a AS (UPDATE product SET stock = 0 RETURNING sku), b AS (SELECT count(*) FROM a) SELECT * FROM b;
WITH RECURSIVE up AS (SELECT id, parent FROM tree WHERE id = 40 UNION ALL SELECT t.id, t.parent FROM tree t JOIN up ON t.id = up.parent) DELETE FROM tree USING up WHERE tree.id = up.id;
WITH n AS (INSERT INTO customer (id, name) VALUES (800, 'w') RETURNING id) INSERT INTO purchase (customer_id, qty) SELECT id, 1 FROM n;
WITH gone AS (DELETE FROM parcel_item RETURNING parcel_id) DELETE FROM parcel WHERE id IN (SELECT parcel_id FROM gone);
WITH unused AS (SELECT * FROM log) SELECT 1;
WITH used AS MATERIALIZED (SELECT * FROM stage) UPDATE heap SET c = used.sku FROM used WHERE used.id = heap.a;
-- from 15
MERGE INTO product p USING stage s ON p.sku = s.sku WHEN MATCHED AND s.qty > 5 THEN UPDATE SET stock = p.stock + s.qty WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.sku, 1, s.qty);
-- wrong: a join with one row of constants leaves partitions out, which is not worked out.
-- from 15
MERGE INTO hits h USING (SELECT 'p1' AS page, date '2024-01-13' AS day) s ON h.page = s.page AND h.day = s.day WHEN MATCHED THEN UPDATE SET n = h.n + 1;
-- from 15
MERGE INTO hits h USING stage s ON h.page = s.sku WHEN NOT MATCHED THEN INSERT VALUES (s.sku, '2024-03-03', s.qty);
-- from 15
MERGE INTO customer c USING (SELECT customer_id, sum(qty) AS n FROM purchase GROUP BY 1) t ON t.customer_id = c.id WHEN MATCHED AND n > 100 THEN UPDATE SET tier = 2 WHEN MATCHED THEN DO NOTHING;
-- wrong: every row is matched, so none is deleted.
-- from 17
MERGE INTO product p USING stage s ON p.sku = s.sku WHEN NOT MATCHED BY SOURCE THEN DELETE WHEN MATCHED THEN UPDATE SET price = 1 RETURNING merge_action(), p.sku;
-- from 17
MERGE INTO active a USING stage s ON a.id = s.id WHEN MATCHED THEN UPDATE SET name = s.sku;
-- from 15
WITH s AS (SELECT id, qty FROM stage) MERGE INTO heap USING s ON heap.a = s.id WHEN MATCHED THEN DELETE;
SELECT * FROM customer WHERE id = 1 FOR UPDATE;
SELECT * FROM customer JOIN purchase ON customer_id = customer.id FOR NO KEY UPDATE OF purchase;
SELECT * FROM active FOR UPDATE;
SELECT * FROM joined FOR SHARE;
SELECT * FROM over_active FOR KEY SHARE NOWAIT;
SELECT * FROM joined j, stage s FOR UPDATE OF s SKIP LOCKED;
SELECT * FROM (SELECT * FROM heap) h FOR UPDATE;
WITH h AS (SELECT * FROM heap FOR UPDATE) SELECT * FROM h;
SELECT * FROM stage WHERE id IN (SELECT id FROM heap FOR SHARE);
SELECT * FROM hits WHERE day = '2024-02-06' FOR UPDATE;
SELECT * FROM sub_view WHERE id = 5;
SELECT id FROM sub_view;
SELECT * FROM spend;
SELECT note_it('x');
SELECT restock(3);
SELECT names();
SELECT * FROM names();
SELECT tier_of(id) FROM stage;
SELECT pure(5);
SELECT count(*) FROM customer;
SELECT * FROM log ORDER BY id LIMIT 1;
SELECT * FROM heap UNION SELECT id, qty, sku FROM stage EXCEPT SELECT id, tier, name FROM customer;
SELECT 1 WHERE EXISTS (SELECT FROM product WHERE price > 3);
SELECT * FROM hits_1 h LEFT JOIN LATERAL (SELECT * FROM stage WHERE id = h.n) s ON true;
SELECT * FROM pg_class WHERE relname = 'heap';
SELECT * INTO heap_copy FROM heap;
VALUES (1, (SELECT max(id) FROM stage));
TABLE product;
CREATE TABLE totals AS SELECT customer_id, count(*) FROM joined JOIN purchase USING (id) GROUP BY 1 WITH NO DATA;
CREATE TABLE totals AS WITH d AS (DELETE FROM stage RETURNING *) SELECT * FROM d;
CREATE TABLE names_copy AS SELECT * FROM names();
COPY stage TO PROGRAM 'cat > /dev/null';
COPY (SELECT * FROM joined) TO PROGRAM 'cat > /dev/null';
COPY (DELETE FROM stage RETURNING *) TO PROGRAM 'cat > /dev/null';
COPY stage (id, sku) FROM PROGRAM 'printf "1,a\n"' WITH (FORMAT csv);
-- wrong: the file has rows of one partition alone.
COPY hits FROM PROGRAM 'printf "zz,2024-02-02,5\n"' CSV;
COPY purchase (customer_id, qty) FROM PROGRAM 'printf "1\t5\n"';
COPY product TO PROGRAM 'cat > /dev/null' (FORMAT binary);
TRUNCATE stage, heap, log;
TRUNCATE TABLE log RESTART IDENTITY;
TRUNCATE customer CASCADE;
TRUNCATE parcel, parcel_item, trail;
TRUNCATE parcel;
TRUNCATE hits, hit_note;
TRUNCATE hits_1;
TRUNCATE hits CASCADE;
TRUNCATE owner_of CASCADE;
TRUNCATE owned;
TRUNCATE ring_a CASCADE;
TRUNCATE tree;
-- wrong: no row is so old, and so nothing behind IF FOUND runs.
CALL clean('2020-01-01');
CALL clean('2030-01-01');
CALL batches();
-- wrong: no row is so old.
DO $$ BEGIN PERFORM restock(1); CALL clean('2020-01-01'); END $$;
DO $$ DECLARE c CURSOR FOR SELECT * FROM heap FOR UPDATE; r record; BEGIN FOR r IN c LOOP UPDATE heap SET b = 0 WHERE CURRENT OF c; END LOOP; END $$;
DO $$ BEGIN FOR i IN 1..3 LOOP INSERT INTO log (what) SELECT name FROM customer WHERE id = i; END LOOP; END $$;
DO $$ BEGIN WHILE EXISTS (SELECT 1 FROM stage WHERE qty > 0) LOOP DELETE FROM stage WHERE id IN (SELECT id FROM stage LIMIT 20); END LOOP; END $$;
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['heap', 'stage'] LOOP EXECUTE 'ANALYZE ' || quote_ident(t); END LOOP; END $$;
DO $$ DECLARE x int := (SELECT max(tier) FROM customer); BEGIN IF x > 3 THEN DELETE FROM heap; ELSE UPDATE heap SET b = x; END IF; END $$;
DO $$ BEGIN INSERT INTO customer (id, name) VALUES (1, 'x'); EXCEPTION WHEN unique_violation THEN UPDATE customer SET tier = 3 WHERE id = 1; END $$;
DECLARE cur CURSOR WITH HOLD FOR SELECT * FROM stage;
PREPARE get AS SELECT * FROM heap WHERE a = $1;
EXPLAIN SELECT * FROM joined;
EXPLAIN (ANALYZE, COSTS off) UPDATE heap SET b = 1;
EXPLAIN ANALYZE CREATE TABLE explained AS SELECT * FROM stage;
REFRESH MATERIALIZED VIEW spend;
SELECT * FROM heap TABLESAMPLE SYSTEM (10);
SELECT setval('log_id_seq', 100);
-- wrong: a function of PostgreSQL itself opens what the view reads.
SELECT pg_get_viewdef('joined'::regclass);
SELECT pg_relation_size('heap');
LOCK joined;
LOCK TABLE heap, stage IN SHARE UPDATE EXCLUSIVE MODE;
LOCK hits IN ROW SHARE MODE NOWAIT;
NOTIFY done, 'x';
