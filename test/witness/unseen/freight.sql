-- schema when asked
CREATE SCHEMA fleet;
CREATE SCHEMA "Depot 7";
CREATE EXTENSION btree_gist SCHEMA public;
CREATE EXTENSION citext SCHEMA public;
CREATE EXTENSION pg_trgm SCHEMA public;
CREATE ROLE dispatcher NOLOGIN;
CREATE ROLE driver NOLOGIN IN ROLE dispatcher;
SET search_path = fleet, public;
CREATE TYPE fleet.weekday AS ENUM ('mon', 'tue', 'wed');
CREATE TYPE fleet.size AS (width int, height int);
CREATE DOMAIN fleet.kilograms AS numeric(8,3) CHECK (VALUE > 0) CHECK (VALUE < 90000);
CREATE DOMAIN fleet.code AS text COLLATE "C" NOT NULL DEFAULT '?';
CREATE TABLE fleet.trucks (
  plate varchar(10) COLLATE "C",
  country text DEFAULT 'DE',
  built date,
  "maxLoad" fleet.kilograms,
  axles int,
  driver_id int,
  tows varchar(10),
  tows_country text,
  days fleet.weekday[],
  box fleet.size,
  notes citext,
  odometer bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (country, plate)
);
CREATE TABLE fleet.drivers (
  id int GENERATED ALWAYS AS IDENTITY (START WITH 50 INCREMENT BY 2),
  "Name" text NOT NULL CHECK ("Name" <> ''),
  licence char(3)[],
  hired date NOT NULL DEFAULT '2020-01-01',
  wage numeric(10,2),
  yearly numeric(12,2) GENERATED ALWAYS AS (wage * 12) STORED,
  boss int,
  badge fleet.code,
  CONSTRAINT drivers_pk PRIMARY KEY (id),
  CONSTRAINT drivers_boss FOREIGN KEY (boss) REFERENCES fleet.drivers DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT badge_once UNIQUE (badge) DEFERRABLE
);
ALTER TABLE fleet.trucks ADD CONSTRAINT trucks_driver FOREIGN KEY (driver_id) REFERENCES fleet.drivers ON DELETE SET DEFAULT;
ALTER TABLE fleet.trucks ADD CONSTRAINT trucks_tow FOREIGN KEY (tows_country, tows) REFERENCES fleet.trucks (country, plate) ON UPDATE CASCADE;
CREATE TABLE fleet.parcels (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  region text NOT NULL,
  weight real,
  sent timestamp NOT NULL,
  recipient varchar(80),
  value_cents int DEFAULT 0 CHECK (value_cents >= 0),
  truck_country text,
  truck_plate varchar(10),
  PRIMARY KEY (id, region),
  FOREIGN KEY (truck_country, truck_plate) REFERENCES fleet.trucks ON UPDATE CASCADE ON DELETE SET NULL
) PARTITION BY LIST (region);
CREATE TABLE fleet.parcels_eu PARTITION OF fleet.parcels FOR VALUES IN ('de', 'fr', 'pl') PARTITION BY HASH (id);
CREATE TABLE fleet.parcels_eu_0 PARTITION OF fleet.parcels_eu FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE fleet.parcels_eu_1 PARTITION OF fleet.parcels_eu FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE fleet.parcels_eu_2 PARTITION OF fleet.parcels_eu FOR VALUES WITH (MODULUS 3, REMAINDER 2);
CREATE TABLE fleet.parcels_us PARTITION OF fleet.parcels FOR VALUES IN ('us', 'ca');
CREATE TABLE "Depot 7".parcels_rest PARTITION OF fleet.parcels DEFAULT;
CREATE TABLE fleet.scans (
  at timestamp(0) NOT NULL,
  parcel uuid,
  region text,
  "where" point,
  kind smallint DEFAULT 1,
  FOREIGN KEY (parcel, region) REFERENCES fleet.parcels
) PARTITION BY RANGE (at);
CREATE TABLE fleet.scans_q1 PARTITION OF fleet.scans FOR VALUES FROM ('2024-01-01') TO ('2024-04-01');
CREATE TABLE fleet.scans_q2 PARTITION OF fleet.scans FOR VALUES FROM ('2024-04-01') TO ('2024-07-01');
CREATE TABLE fleet.scans_q3 (at timestamp(0) NOT NULL, region text, parcel uuid, kind smallint DEFAULT 1, "where" point);
CREATE TABLE "Depot 7"."Shelf" (
  "Row" text COLLATE "C",
  "No" int,
  "Booked" int4range,
  contents text,
  "Last Check" time,
  "a b" bit(4) DEFAULT B'0000',
  PRIMARY KEY ("Row", "No"),
  CONSTRAINT "no double booking" EXCLUDE USING gist ("No" WITH =, "Booked" WITH &&)
);
CREATE TABLE "Depot 7".moves (shelf_row text, shelf_no int, parcel text, moved timestamptz DEFAULT now(), by_whom text, n numeric);
CREATE TABLE fleet.fuel (truck text, litres double precision, price money, station varchar(30), filled date, receipt xml) WITH (fillfactor = 75);
CREATE TABLE fleet.asset (tag text PRIMARY KEY, bought date, cost int);
CREATE TABLE fleet.trailer (length int, CONSTRAINT long CHECK (length > 1)) INHERITS (fleet.asset);
CREATE TABLE fleet."Line" (id bigint, "from" text, "to" text, km int, PRIMARY KEY (id)) PARTITION BY HASH (id);
CREATE TABLE fleet.line_a PARTITION OF fleet."Line" FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE fleet.line_b PARTITION OF fleet."Line" FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE UNLOGGED TABLE fleet.positions (plate text, x real, y real, seen timestamptz);
CREATE INDEX trucks_built ON fleet.trucks (built) INCLUDE (axles);
CREATE INDEX trucks_notes ON fleet.trucks USING gin (notes gin_trgm_ops);
CREATE INDEX trucks_days ON fleet.trucks USING gin (days);
CREATE UNIQUE INDEX trucks_driver_once ON fleet.trucks (driver_id) WHERE axles > 2;
CREATE INDEX "drivers by NAME" ON fleet.drivers (lower("Name") varchar_pattern_ops, hired DESC);
CREATE INDEX drivers_wage ON fleet.drivers (wage) WHERE wage > 1000.00;
CREATE INDEX parcels_sent ON fleet.parcels (sent);
CREATE INDEX parcels_value ON fleet.parcels_us (value_cents DESC) WHERE weight > 1;
CREATE INDEX scans_kind ON fleet.scans USING brin (kind);
CREATE UNIQUE INDEX moves_parcel ON "Depot 7".moves (parcel, moved);
CREATE INDEX fuel_hash ON fleet.fuel USING hash (station);
CREATE INDEX fuel_spgist ON fleet.fuel USING spgist (truck);
CREATE VIEW fleet.heavy AS SELECT country, plate, "maxLoad", axles FROM fleet.trucks WHERE axles > 3;
CREATE VIEW fleet.heavy_drivers AS SELECT h.plate, d."Name" AS driver FROM fleet.heavy h JOIN fleet.trucks t USING (country, plate) JOIN fleet.drivers d ON d.id = t.driver_id;
CREATE RULE heavy_insert AS ON INSERT TO fleet.heavy_drivers DO INSTEAD NOTHING;
CREATE MATERIALIZED VIEW "Depot 7"."Full Shelves" AS SELECT "Row", count(*) AS n FROM "Depot 7"."Shelf" WHERE contents IS NOT NULL GROUP BY "Row";
CREATE UNIQUE INDEX "full by row" ON "Depot 7"."Full Shelves" ("Row");
CREATE FUNCTION fleet.upper_plate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.plate := upper(NEW.plate); RETURN NEW; END $$;
CREATE TRIGGER "a first" BEFORE INSERT OR UPDATE ON fleet.trucks FOR EACH ROW EXECUTE FUNCTION fleet.upper_plate();
ALTER TABLE fleet.trucks ENABLE ALWAYS TRIGGER "a first";
CREATE FUNCTION fleet.count_moves() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER moved AFTER UPDATE ON "Depot 7".moves REFERENCING OLD TABLE AS o NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION fleet.count_moves();
ALTER TABLE "Depot 7"."Shelf" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "drivers see" ON "Depot 7"."Shelf" AS RESTRICTIVE FOR SELECT TO driver USING ("No" > 0);
CREATE POLICY all_see ON "Depot 7"."Shelf" USING (true) WITH CHECK (true);
ALTER TABLE fleet.trucks ADD CONSTRAINT "plate is short" CHECK (length(plate) < 12) NOT VALID;
CREATE STATISTICS fleet.fuel_stat (mcv) ON station, filled FROM fleet.fuel;
ALTER TABLE fleet.trucks ALTER COLUMN country SET STATISTICS 50, ALTER COLUMN notes SET STORAGE MAIN;
ALTER TABLE fleet.trucks REPLICA IDENTITY USING INDEX trucks_pkey;
ALTER TABLE fleet.drivers CLUSTER ON drivers_pk;
CREATE PUBLICATION fleet_changes FOR TABLE fleet.drivers, "Depot 7".moves;
COMMENT ON TABLE fleet.drivers IS 'people -- not machines';
COMMENT ON COLUMN fleet.drivers.wage IS 'a month, $$ before tax $$';
COMMENT ON COLUMN fleet.parcels.weight IS 'kg';
COMMENT ON CONSTRAINT trucks_driver ON fleet.trucks IS 'one''s own';
COMMENT ON INDEX fleet."drivers by NAME" IS 'the "phone" book';
COMMENT ON POLICY all_see ON "Depot 7"."Shelf" IS 'for now';
COMMENT ON MATERIALIZED VIEW "Depot 7"."Full Shelves" IS 'hourly';
GRANT USAGE ON SCHEMA fleet, "Depot 7" TO dispatcher, driver;
GRANT SELECT, REFERENCES ON fleet.trucks, fleet.drivers, fleet.heavy TO dispatcher;
GRANT UPDATE (wage), SELECT ("Name", wage) ON fleet.drivers TO driver;
GRANT INSERT, UPDATE ("Booked"), TRUNCATE ON "Depot 7"."Shelf" TO dispatcher WITH GRANT OPTION;
GRANT SELECT ON fleet.parcels, fleet.parcels_us TO driver;
GRANT SELECT ON "Depot 7"."Full Shelves" TO PUBLIC;
INSERT INTO fleet.drivers ("Name", licence, wage, boss, badge) SELECT 'Driver ' || g, ARRAY['C', 'CE'], 900 + g * 20, CASE WHEN g > 3 THEN 50 END, 'b' || g FROM generate_series(1, 18) g;
INSERT INTO fleet.trucks SELECT 'ab' || g, (ARRAY['DE', 'FR'])[1 + g % 2], '2015-01-01'::date + g * 30, g * 100.5, 2 + g % 3, 48 + 2 * g, NULL, NULL, ARRAY['mon', 'wed']::fleet.weekday[], ROW(g, 2 * g)::fleet.size, 'Note ' || g FROM generate_series(1, 18) g;
UPDATE fleet.trucks SET tows = 'AB2', tows_country = 'DE' WHERE axles = 2 AND country = 'FR';
INSERT INTO fleet.parcels (id, region, weight, sent, recipient, value_cents, truck_country, truck_plate) SELECT md5('p' || g)::uuid, (ARRAY['de', 'fr', 'us', 'jp'])[1 + g % 4], g / 3.0, '2024-01-01'::timestamp + g * interval '1 day', 'Recipient ' || g, g * 7, CASE WHEN g % 5 = 0 THEN 'DE' END, CASE WHEN g % 5 = 0 THEN 'AB4' END FROM generate_series(1, 80) g;
INSERT INTO fleet.scans SELECT '2024-01-02'::timestamp + g * interval '2 days', md5('p' || g)::uuid, (ARRAY['de', 'fr', 'us', 'jp'])[1 + g % 4], point(g, g), g % 6 FROM generate_series(1, 80) g;
INSERT INTO fleet.scans_q3 SELECT '2024-07-02'::timestamp + g * interval '1 day', (ARRAY['de', 'fr', 'us', 'jp'])[1 + g % 4], md5('p' || g)::uuid, 2, NULL FROM generate_series(1, 30) g;
INSERT INTO "Depot 7"."Shelf" SELECT chr(65 + g % 5), g, int4range(g, g + 5), CASE WHEN g % 3 > 0 THEN 'box ' || g END, '08:00'::time + g * interval '1 minute', g::bit(4) FROM generate_series(1, 33) g;
INSERT INTO "Depot 7".moves SELECT chr(65 + g % 5), g % 30, 'P' || g, '2024-01-01'::timestamptz + g * interval '1 hour', 'driver', g / 3.0 FROM generate_series(1, 44) g;
INSERT INTO fleet.fuel SELECT 'AB' || g, g * 3.7, (g * 5)::numeric::money, 'Station ' || g % 7, '2024-02-01'::date + g, NULL FROM generate_series(1, 37) g;
INSERT INTO fleet.asset SELECT 'a' || g, '2020-02-02', g FROM generate_series(1, 9) g;
INSERT INTO fleet.trailer SELECT 't' || g, NULL, g, g + 5 FROM generate_series(1, 9) g;
INSERT INTO fleet."Line" SELECT g, 'A' || g, 'B' || g, g * 100 FROM generate_series(1, 31) g;
INSERT INTO fleet.positions SELECT 'AB' || g, g, g, now() FROM generate_series(1, 15) g;
REFRESH MATERIALIZED VIEW "Depot 7"."Full Shelves";

-- case
ALTER TABLE fleet.drivers ALTER COLUMN id TYPE bigint
-- case
ALTER TABLE fleet.trucks ALTER COLUMN plate TYPE varchar(6);
-- case
ALTER TABLE fleet.trucks ALTER COLUMN plate TYPE varchar(12) COLLATE "POSIX";
-- case
ALTER TABLE fleet.trucks ALTER COLUMN country TYPE char(2);
-- case
ALTER TABLE fleet.trucks ALTER COLUMN "maxLoad" TYPE numeric(10,1), ALTER COLUMN axles TYPE smallint;
-- case
ALTER TABLE fleet.trucks ALTER COLUMN "maxLoad" TYPE real;
-- case
ALTER TABLE fleet.trucks ALTER COLUMN odometer TYPE int, ALTER COLUMN odometer DROP NOT NULL;
-- case
ALTER TABLE fleet.trucks ALTER COLUMN odometer TYPE numeric(12,1) USING odometer / 10.0, ALTER odometer SET DEFAULT 0.5;
-- case
ALTER TABLE fleet.trucks ALTER COLUMN days TYPE text[];
-- case
ALTER TABLE fleet.trucks ALTER COLUMN notes TYPE text;
-- case
ALTER TABLE fleet.trucks ALTER COLUMN box TYPE int USING (box).width;
-- case
ALTER TABLE fleet.trucks ALTER COLUMN built TYPE timestamptz USING built::timestamp AT TIME ZONE 'UTC';
-- case
ALTER TABLE fleet.trucks ALTER COLUMN driver_id TYPE smallint;
-- case
ALTER TABLE fleet.drivers ALTER COLUMN wage TYPE numeric(12,4);
-- case
ALTER TABLE fleet.drivers ALTER COLUMN licence TYPE text[] USING licence::text[];
-- case
ALTER TABLE fleet.drivers ALTER COLUMN badge TYPE varchar(20), ALTER badge DROP DEFAULT;
-- case
ALTER TABLE fleet.drivers ALTER COLUMN "Name" TYPE citext;
-- case
ALTER TABLE fleet.drivers ALTER COLUMN "Name" TYPE varchar(40) USING substr("Name", 1, 40);
-- case
ALTER TABLE fleet.drivers ALTER hired TYPE int USING extract(year from hired)::int;
-- case
-- refused: cannot be cast automatically
ALTER TABLE fleet.drivers ALTER hired DROP DEFAULT, ALTER hired TYPE int;
-- case crlf
ALTER TABLE fleet.parcels
  ALTER COLUMN value_cents TYPE bigint, -- room to grow
  ALTER COLUMN recipient SET NOT NULL;
-- case
ALTER TABLE fleet.parcels ALTER COLUMN weight TYPE double precision;
-- case
ALTER TABLE fleet.parcels ALTER COLUMN sent TYPE timestamptz USING sent AT TIME ZONE 'UTC';
-- case
ALTER TABLE fleet.scans ALTER kind TYPE integer;
-- case
ALTER TABLE fleet.scans ALTER COLUMN "where" SET NOT NULL, ALTER COLUMN parcel SET NOT NULL;
-- case
ALTER TABLE "Depot 7"."Shelf" ALTER COLUMN "Booked" TYPE int8range USING int8range(lower("Booked"), upper("Booked"));
-- case
ALTER TABLE "Depot 7"."Shelf" ALTER COLUMN "Last Check" TYPE timestamp USING '2024-01-01'::date + "Last Check";
-- case
ALTER TABLE "Depot 7"."Shelf" ALTER COLUMN contents TYPE varchar;
-- case
ALTER TABLE "Depot 7"."Shelf" ALTER COLUMN "a b" TYPE int USING "a b"::int;
-- case
ALTER TABLE "Depot 7"."Shelf" ALTER COLUMN "a b" DROP DEFAULT, ALTER COLUMN "a b" TYPE int USING "a b"::int, ALTER COLUMN "a b" SET DEFAULT 0;
-- case
ALTER TABLE "Depot 7"."Shelf" ALTER COLUMN "Row" TYPE text COLLATE "default";
-- case
ALTER TABLE "Depot 7".moves ALTER COLUMN n TYPE bigint, ALTER COLUMN moved TYPE timestamp USING moved AT TIME ZONE 'UTC';
-- case
ALTER TABLE "Depot 7".moves ALTER COLUMN shelf_no TYPE bigint, ADD CONSTRAINT moves_shelf FOREIGN KEY (shelf_row, shelf_no) REFERENCES "Depot 7"."Shelf" NOT VALID;
-- case
ALTER TABLE "Depot 7".moves ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY, ADD PRIMARY KEY (id);
-- case
ALTER TABLE "Depot 7".moves ADD COLUMN "select" text DEFAULT md5(random()::text), ADD COLUMN "from" fleet.code;
-- case
ALTER TABLE "Depot 7".moves ALTER by_whom SET DEFAULT current_user, ALTER by_whom SET NOT NULL, ALTER shelf_row SET NOT NULL, ADD CONSTRAINT "whom known" CHECK (by_whom <> '') ;
-- case
ALTER TABLE fleet.fuel ALTER COLUMN price TYPE numeric(10,2) USING price::numeric, ALTER litres TYPE numeric;
-- case
ALTER TABLE fleet.fuel ALTER COLUMN station TYPE text, ALTER COLUMN truck TYPE varchar(10);
-- case
ALTER TABLE fleet.fuel ADD COLUMN cost numeric GENERATED ALWAYS AS (litres::numeric * 2) STORED, ADD CONSTRAINT litres_positive CHECK (litres > 0);
-- case
ALTER TABLE fleet.fuel ADD UNIQUE (truck, filled), ALTER COLUMN truck SET NOT NULL;
-- case
ALTER TABLE fleet.fuel ADD PRIMARY KEY (truck, filled);
-- case
ALTER TABLE fleet.fuel ADD EXCLUDE USING gist (truck WITH =, daterange(filled, filled + 1) WITH &&);
-- case
ALTER TABLE fleet.fuel SET TABLESPACE pg_default, ALTER COLUMN filled SET NOT NULL;
-- case
ALTER TABLE ONLY fleet.asset ADD CONSTRAINT cost_known CHECK (cost IS NOT NULL) NO INHERIT;
-- case
ALTER TABLE fleet.asset ALTER COLUMN cost TYPE bigint, ALTER COLUMN cost SET DEFAULT 1;
-- case
ALTER TABLE fleet.asset ADD COLUMN serial_no uuid DEFAULT gen_random_uuid();
-- case
ALTER TABLE fleet.trailer ALTER COLUMN length TYPE numeric(6,2), ADD PRIMARY KEY (tag);
-- case
ALTER TABLE fleet.asset RENAME COLUMN bought TO "Bought On";
-- case
ALTER TABLE fleet."Line" ALTER COLUMN km TYPE numeric(8,1);
-- case
ALTER TABLE fleet."Line" ADD UNIQUE (id, "from");
-- case
ALTER TABLE fleet."Line" RENAME COLUMN "from" TO origin;
-- case
ALTER TABLE fleet."Line" ADD COLUMN truck_country text, ADD COLUMN truck text, ADD CONSTRAINT line_truck FOREIGN KEY (truck_country, truck) REFERENCES fleet.trucks (country, plate);
-- case
ALTER TABLE fleet.scans ATTACH PARTITION fleet.scans_q3 FOR VALUES FROM ('2024-07-01') TO ('2024-10-01');
-- case
ALTER TABLE fleet.parcels DETACH PARTITION fleet.parcels_us;
-- case
ALTER TABLE fleet.scans DETACH PARTITION fleet.scans_q1;
-- case from 14
ALTER TABLE fleet.scans DETACH PARTITION fleet.scans_q2 CONCURRENTLY;
-- case
DROP TABLE fleet.scans_q1;
-- case
DROP TABLE IF EXISTS fleet.fuel, fleet.positions CASCADE;
-- case
-- no plan: Every row of `fleet.positions` is gone
TRUNCATE ONLY fleet.positions;
-- case
-- no plan: Every row of `fleet.scans_q1` is gone
TRUNCATE fleet.scans;
-- case
CREATE INDEX parcels_truck ON fleet.parcels (truck_country, truck_plate);
-- case
CREATE INDEX scans_parcel ON fleet.scans (parcel) INCLUDE (region);
-- case
CREATE UNIQUE INDEX ON fleet."Line" (id, "to" DESC) WHERE km > 50;
-- case
CREATE INDEX parcels_recipient ON fleet.parcels_eu USING gin (recipient gin_trgm_ops);
-- case from 15
CREATE UNIQUE INDEX trucks_notes_once ON fleet.trucks (notes) NULLS NOT DISTINCT;
-- case
DROP INDEX fleet.parcels_sent, fleet.fuel_hash;
-- case
REINDEX TABLE fleet.trucks;
REINDEX INDEX fleet.trucks_notes;
-- case from 14
REINDEX TABLE fleet.parcels;
-- case
REINDEX INDEX fleet.parcels_value;
-- case
CLUSTER VERBOSE fleet.trucks USING trucks_built;
-- case
VACUUM FULL;
-- case
REFRESH MATERIALIZED VIEW "Depot 7"."Full Shelves";
-- case
DROP MATERIALIZED VIEW "Depot 7"."Full Shelves";
-- case
ALTER TABLE fleet.positions SET LOGGED;
-- case
ALTER TABLE fleet.trucks RENAME COLUMN "maxLoad" TO max_load;
-- case
ALTER TABLE fleet.drivers RENAME COLUMN wage TO monthly_wage;
-- case
ALTER TABLE "Depot 7"."Shelf" RENAME TO shelf;
-- case
ALTER INDEX fleet."drivers by NAME" RENAME TO drivers_by_name;
-- case
ALTER TABLE fleet.drivers DROP COLUMN "Name" RESTRICT;
-- case
ALTER TABLE fleet.parcels DROP COLUMN weight;
-- case
ALTER TABLE fleet.trucks DROP CONSTRAINT trucks_pkey CASCADE;
-- case
ALTER TABLE fleet.trucks DROP CONSTRAINT trucks_driver, DROP CONSTRAINT IF EXISTS "nothing";
-- case
ALTER TABLE fleet.trucks VALIDATE CONSTRAINT "plate is short", ADD CONSTRAINT built_known CHECK (built IS NOT NULL), ALTER COLUMN built SET NOT NULL;
-- case
ALTER TABLE fleet.drivers DROP COLUMN yearly, ADD COLUMN yearly numeric(14,2) GENERATED ALWAYS AS (wage * 13) STORED;
-- case
ALTER TABLE fleet.drivers ALTER COLUMN yearly DROP EXPRESSION;
-- case
ALTER TABLE fleet.drivers ALTER COLUMN yearly TYPE bigint;
-- case
ALTER TYPE fleet.weekday ADD VALUE IF NOT EXISTS 'sun' BEFORE 'mon';
-- case
ALTER TYPE fleet.size ADD ATTRIBUTE depth int CASCADE;
-- case
ALTER DOMAIN fleet.kilograms ADD CHECK (VALUE < 50000);
-- case
-- refused: syntax error
ALTER DOMAIN fleet.code DROP NOT NULL, DROP DEFAULT;
-- case
ALTER DOMAIN fleet.code DROP NOT NULL;
-- case
UPDATE ONLY fleet.asset SET cost = coalesce(cost, 0) + 1;
-- case
UPDATE fleet.parcels SET recipient = trim(recipient), value_cents = DEFAULT;
-- case
UPDATE "Depot 7"."Shelf" SET ("a b", contents) = (B'1111', 'x') WHERE "Row" <> 'A';
-- case
UPDATE fleet.fuel f SET truck = lower(f.truck) FROM fleet.trucks t WHERE t.plate = f.truck RETURNING f.truck;
-- case
DELETE FROM fleet.scans WHERE kind BETWEEN 2 AND 4;
-- case
DELETE FROM ONLY fleet.fuel AS f WHERE (SELECT count(*) FROM fleet.trucks t WHERE t.plate = f.truck) > 0;
-- case
INSERT INTO "Depot 7".moves (parcel, n) SELECT id::text, weight FROM fleet.parcels WHERE region = 'de';
-- case from 15
MERGE INTO fleet.fuel f USING fleet.trucks t ON t.plate = f.truck WHEN MATCHED THEN UPDATE SET station = t.country;
-- case
BEGIN TRANSACTION;
  SET LOCAL statement_timeout = '10min';
  ALTER TABLE fleet.drivers ADD COLUMN email text;
  COMMENT ON COLUMN fleet.drivers.email IS 'work';
  UPDATE fleet.drivers SET email = lower("Name") || '@example.org';
  ALTER TABLE fleet.drivers ADD CONSTRAINT drivers_email_once UNIQUE (email);
  GRANT SELECT (email) ON fleet.drivers TO driver;
COMMIT;
-- case
BEGIN;
ALTER TABLE fleet.parcels ADD CONSTRAINT weight_positive CHECK (weight > 0);
CREATE INDEX parcels_weight ON fleet.parcels (weight);
SAVEPOINT here;
ALTER TABLE fleet.parcels ALTER COLUMN weight SET NOT NULL;
RELEASE SAVEPOINT here;
COMMIT;
-- case
BEGIN;
DROP VIEW fleet.heavy_drivers;
DROP VIEW fleet.heavy;
ALTER TABLE fleet.trucks ALTER COLUMN axles TYPE bigint;
CREATE VIEW fleet.heavy AS SELECT country, plate, "maxLoad", axles FROM fleet.trucks WHERE axles > 3;
COMMIT;
-- case
-- no plan: Commit before it
BEGIN;
CREATE TABLE fleet.tolls (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, plate varchar(10), country text, paid numeric, FOREIGN KEY (country, plate) REFERENCES fleet.trucks);
INSERT INTO fleet.tolls (plate, country, paid) SELECT plate, country, 1 FROM fleet.trucks;
CREATE INDEX ON fleet.tolls (plate);
ALTER TABLE fleet.tolls ALTER COLUMN paid SET NOT NULL;
COMMIT;
-- case
SET client_min_messages = warning;
SET SESSION search_path = "Depot 7", fleet, public;
create index concurrently moves_row on moves(shelf_row, shelf_no);
alter table moves add constraint moves_once unique using index moves_parcel;
-- case
DO $$ BEGIN ALTER TABLE fleet.fuel ADD CONSTRAINT fuel_station CHECK (station <> ''); END $$;
-- case
ALTER TABLE fleet.trucks ALTER COLUMN axles SET DATA TYPE bigint USING (axles::bigint), ALTER COLUMN axles SET STATISTICS 200, ADD CONSTRAINT "axles ok" CHECK (axles < 20);
-- case
ALTER TABLE fleet.trucks DISABLE TRIGGER "a first", ALTER COLUMN tows SET DEFAULT 'none', ALTER axles SET NOT NULL;
-- case
ALTER TABLE IF EXISTS fleet.lorries ALTER COLUMN axles TYPE bigint;
-- case from 18
ALTER TABLE fleet.trucks ADD CONSTRAINT trucks_built_known NOT NULL built NO INHERIT, ADD CHECK (axles > 0) NOT ENFORCED;
