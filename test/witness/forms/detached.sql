-- schema
CREATE TABLE airport (id int PRIMARY KEY, city text) PARTITION BY RANGE (id);
CREATE TABLE airport_low PARTITION OF airport FOR VALUES FROM (0) TO (100);
CREATE TABLE airport_high PARTITION OF airport FOR VALUES FROM (100) TO (200) PARTITION BY RANGE (id);
CREATE TABLE airport_high_1 PARTITION OF airport_high FOR VALUES FROM (100) TO (200);
CREATE TABLE carrier (id int PRIMARY KEY, name text);
CREATE TABLE flight (no int NOT NULL, airport_id int REFERENCES airport, carrier_id int REFERENCES carrier ON DELETE CASCADE) PARTITION BY RANGE (no);
CREATE TABLE flight_now PARTITION OF flight FOR VALUES FROM (0) TO (100);
CREATE TABLE flight_left PARTITION OF flight FOR VALUES FROM (100) TO (200);
CREATE TABLE flight_tree PARTITION OF flight FOR VALUES FROM (200) TO (300) PARTITION BY RANGE (no);
CREATE TABLE flight_tree_1 PARTITION OF flight_tree FOR VALUES FROM (200) TO (300);
CREATE TABLE flight_own (no int NOT NULL, airport_id int REFERENCES airport, carrier_id int REFERENCES carrier ON DELETE CASCADE);
CREATE TABLE flight_visitor (no int NOT NULL, airport_id int REFERENCES airport, carrier_id int REFERENCES carrier ON DELETE CASCADE);
CREATE TABLE leg (no int NOT NULL, carrier_id int REFERENCES carrier) PARTITION BY RANGE (no);
CREATE TABLE leg_left PARTITION OF leg FOR VALUES FROM (0) TO (100);
CREATE TABLE leg_own (no int NOT NULL, carrier_id int REFERENCES carrier);
INSERT INTO airport SELECT g, 'c' FROM generate_series(1, 199) g;
INSERT INTO carrier SELECT g, 'c' FROM generate_series(1, 10) g;
INSERT INTO flight SELECT g, 1 + g % 150, 1 + g % 9 FROM generate_series(1, 299) g;
INSERT INTO flight_own SELECT g, 1 + g % 150, 1 + g % 9 FROM generate_series(300, 350) g;
INSERT INTO flight_visitor SELECT g, 1 + g % 150, 1 + g % 9 FROM generate_series(400, 450) g;
INSERT INTO leg SELECT g, 1 + g % 9 FROM generate_series(1, 99) g;
INSERT INTO leg_own SELECT g, 1 + g % 9 FROM generate_series(100, 150) g;
ALTER TABLE flight DETACH PARTITION flight_left;
ALTER TABLE flight DETACH PARTITION flight_tree;
ALTER TABLE flight ATTACH PARTITION flight_visitor FOR VALUES FROM (400) TO (500);
ALTER TABLE flight DETACH PARTITION flight_visitor;
ALTER TABLE leg DETACH PARTITION leg_left;

-- forms
ALTER TABLE flight ATTACH PARTITION flight_left FOR VALUES FROM (100) TO (200);
ALTER TABLE flight ATTACH PARTITION flight_tree FOR VALUES FROM (200) TO (300);
ALTER TABLE flight ATTACH PARTITION flight_own FOR VALUES FROM (300) TO (400);
ALTER TABLE flight ATTACH PARTITION flight_visitor FOR VALUES FROM (400) TO (500);
ALTER TABLE leg ATTACH PARTITION leg_left FOR VALUES FROM (0) TO (100);
ALTER TABLE leg ATTACH PARTITION leg_own FOR VALUES FROM (100) TO (200);
ALTER TABLE flight DETACH PARTITION flight_now;
-- before: ALTER TABLE flight DETACH PARTITION flight_now
ALTER TABLE flight ATTACH PARTITION flight_now FOR VALUES FROM (0) TO (100);
-- before: ALTER TABLE flight ATTACH PARTITION flight_left FOR VALUES FROM (100) TO (200)
ALTER TABLE flight DETACH PARTITION flight_left;
DROP TABLE flight_left;
DROP TABLE flight_tree;
DROP TABLE flight_own;
DROP TABLE flight_visitor;
DROP TABLE leg_left;
DROP TABLE leg_own;
-- before: ALTER TABLE flight DETACH PARTITION flight_now
DROP TABLE flight_now;
DROP TABLE flight_now;
-- until 12
ALTER TABLE flight_left DROP CONSTRAINT flight_airport_id_fkey;
-- from 15
ALTER TABLE flight_left DROP CONSTRAINT flight_airport_id_fkey;
ALTER TABLE flight_left DROP CONSTRAINT IF EXISTS flight_airport_id_fkey;
ALTER TABLE flight_tree DROP CONSTRAINT IF EXISTS flight_airport_id_fkey;
ALTER TABLE flight_left DROP CONSTRAINT flight_carrier_id_fkey;
ALTER TABLE flight_own DROP CONSTRAINT flight_own_airport_id_fkey;
ALTER TABLE flight_visitor DROP CONSTRAINT IF EXISTS flight_visitor_airport_id_fkey;
ALTER TABLE leg_left DROP CONSTRAINT leg_carrier_id_fkey;
-- before: ALTER TABLE flight DETACH PARTITION flight_now
ALTER TABLE flight_now DROP CONSTRAINT IF EXISTS flight_airport_id_fkey;
ALTER TABLE flight_left DROP COLUMN airport_id;
ALTER TABLE flight_tree DROP COLUMN airport_id;
ALTER TABLE flight_own DROP COLUMN airport_id;
ALTER TABLE flight_visitor DROP COLUMN airport_id;
ALTER TABLE flight_left ALTER COLUMN airport_id TYPE bigint;
ALTER TABLE flight_tree ALTER COLUMN airport_id TYPE bigint;
ALTER TABLE flight_own ALTER COLUMN airport_id TYPE bigint;
ALTER TABLE flight_left ALTER COLUMN carrier_id TYPE bigint;
ALTER TABLE flight_left ADD FOREIGN KEY (airport_id) REFERENCES airport;
ALTER TABLE flight_left ADD CONSTRAINT again FOREIGN KEY (airport_id) REFERENCES airport NOT VALID;
-- until 12
ALTER TABLE flight_left VALIDATE CONSTRAINT flight_airport_id_fkey;
ALTER TABLE flight_left DISABLE TRIGGER ALL;
ALTER TABLE airport DISABLE TRIGGER ALL;
ALTER TABLE airport ADD COLUMN country text;
ALTER TABLE airport ALTER COLUMN id TYPE bigint;
ALTER TABLE airport DETACH PARTITION airport_low;
CREATE TABLE airport_more PARTITION OF airport FOR VALUES FROM (200) TO (300);
TRUNCATE airport CASCADE;
TRUNCATE airport, flight, flight_left, flight_tree, flight_own, flight_visitor;
TRUNCATE airport_low CASCADE;
TRUNCATE carrier CASCADE;
DROP TABLE airport CASCADE;
DROP TABLE airport_low;
DROP TABLE airport_low CASCADE;
DROP TABLE carrier CASCADE;
DROP TABLE flight;
DROP TABLE airport CASCADE;
ALTER TABLE airport DROP CONSTRAINT airport_pkey CASCADE;
ALTER TABLE carrier DROP CONSTRAINT carrier_pkey CASCADE;
DELETE FROM airport WHERE id = 199;
UPDATE airport SET id = id + 300 WHERE id = 199;
DELETE FROM airport_high WHERE id = 198;
DELETE FROM airport_high_1 WHERE id = 198;
DELETE FROM carrier WHERE id = 10;
INSERT INTO flight_left VALUES (101, 1, 1);
INSERT INTO flight_tree VALUES (201, 1, 1);
UPDATE flight_left SET airport_id = 2;
LOCK TABLE flight_tree;
