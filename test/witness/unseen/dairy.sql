-- schema when asked
CREATE SCHEMA dairy;
CREATE SCHEMA "Lab";
CREATE SCHEMA reports;
CREATE EXTENSION btree_gist SCHEMA public;
CREATE ROLE milkman NOLOGIN;
CREATE ROLE "Vet Nurse" NOLOGIN;
CREATE ROLE bookkeeper NOLOGIN;
CREATE TYPE dairy.grade AS ENUM ('A', 'B', 'reject');
CREATE TYPE "Lab"."Phase" AS ENUM ('queued', 'Running', 'done');
CREATE DOMAIN "Lab".ph AS numeric(4,2) CHECK (VALUE > 0 AND VALUE < 14);
CREATE DOMAIN dairy.eartag AS varchar(14) CONSTRAINT tag_form CHECK (VALUE ~ '^[A-Z]{2}[0-9]+$');
CREATE COLLATION dairy.by_bytes (locale = 'C');
CREATE SEQUENCE dairy.route_no START 500 INCREMENT 10;
CREATE TABLE dairy.breed (
  code text PRIMARY KEY,
  title text NOT NULL,
  milk_l numeric(6,1),
  UNIQUE (title)
);
CREATE TABLE dairy."Farm" (
  id serial PRIMARY KEY,
  "Name" varchar(50) COLLATE dairy.by_bytes NOT NULL,
  "ownerName" text,
  since date,
  hectares numeric(8,2) CHECK (hectares > 0),
  route integer DEFAULT nextval('dairy.route_no'),
  active boolean DEFAULT true,
  notes text DEFAULT '',
  CONSTRAINT "Farm_Name_key" UNIQUE ("Name")
);
CREATE TABLE dairy.animal (
  farm_id integer NOT NULL,
  tag dairy.eartag NOT NULL,
  name varchar(30),
  breed text DEFAULT 'HF' REFERENCES dairy.breed ON UPDATE CASCADE,
  born date NOT NULL,
  sold_on date,
  dam_tag dairy.eartag,
  weight_kg real,
  photo bytea,
  traits jsonb DEFAULT '{}' NOT NULL,
  CONSTRAINT animal_pkey PRIMARY KEY (farm_id, tag),
  CONSTRAINT animal_farm_fk FOREIGN KEY (farm_id) REFERENCES dairy."Farm" ON DELETE CASCADE,
  CONSTRAINT animal_dam_fk FOREIGN KEY (farm_id, dam_tag) REFERENCES dairy.animal (farm_id, tag) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE dairy.tank (
  tank_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  farm_id integer NOT NULL REFERENCES dairy."Farm" (id),
  litres integer NOT NULL,
  label varchar(20) NOT NULL,
  cooled boolean,
  in_use tstzrange NOT NULL,
  serial_no bigint,
  CONSTRAINT tank_label_key UNIQUE (label),
  CONSTRAINT tank_in_turn EXCLUDE USING gist (farm_id WITH =, litres WITH =, in_use WITH &&)
);
CREATE TABLE dairy.pickup (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  farm_id integer NOT NULL REFERENCES dairy."Farm",
  tank uuid REFERENCES dairy.tank ON DELETE SET NULL,
  picked_at timestamp without time zone NOT NULL DEFAULT now(),
  litres integer NOT NULL CONSTRAINT some_milk CHECK (litres > 0),
  temp real,
  grade dairy.grade NOT NULL DEFAULT 'A',
  driver varchar(40),
  receipt char(12),
  value_cents integer GENERATED ALWAYS AS (litres * 38) STORED,
  cancelled boolean DEFAULT false,
  "slipNo" text
);
CREATE TABLE "Lab"."Sample" (
  "sampleId" serial,
  pickup_id integer NOT NULL,
  phase "Lab"."Phase" DEFAULT 'queued' NOT NULL,
  acidity "Lab".ph,
  fat numeric(5,3),
  "takenBy" varchar(30),
  taken timestamptz,
  barcode varchar(32) NOT NULL,
  remarks text,
  CONSTRAINT "Sample_pkey" PRIMARY KEY ("sampleId"),
  CONSTRAINT "Sample_barcode_key" UNIQUE (barcode),
  CONSTRAINT "Sample_pickup_fk" FOREIGN KEY (pickup_id) REFERENCES dairy.pickup (id) ON DELETE CASCADE
);
CREATE TABLE "Lab"."Finding" (
  "sampleId" integer NOT NULL REFERENCES "Lab"."Sample" ("sampleId") ON UPDATE CASCADE ON DELETE CASCADE,
  analyte varchar(20) NOT NULL,
  value double precision,
  unit text,
  flagged boolean NOT NULL DEFAULT false,
  PRIMARY KEY ("sampleId", analyte)
);
CREATE TABLE dairy.payout (
  month date NOT NULL,
  farm_id integer NOT NULL REFERENCES dairy."Farm" (id) DEFERRABLE INITIALLY DEFERRED,
  pickup_id integer,
  gross money,
  cents bigint NOT NULL,
  iban text,
  status text NOT NULL DEFAULT 'open',
  CONSTRAINT payout_pickup_fk FOREIGN KEY (pickup_id) REFERENCES dairy.pickup (id)
);
CREATE TABLE dairy.milking (
  at timestamp NOT NULL,
  farm_id integer NOT NULL,
  tag text,
  litres real,
  stall smallint,
  robot text DEFAULT 'r1'
) PARTITION BY RANGE (at);
CREATE TABLE dairy.milking_2023 PARTITION OF dairy.milking FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE dairy.milking_2024 PARTITION OF dairy.milking FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (farm_id);
CREATE TABLE dairy.milking_2024_north PARTITION OF dairy.milking_2024 FOR VALUES IN (1, 2, 3);
CREATE TABLE dairy."milking_2024_South" PARTITION OF dairy.milking_2024 DEFAULT;
CREATE TABLE dairy.milking_2025 (LIKE dairy.milking INCLUDING ALL);
CREATE TABLE "Lab".reading (
  device text NOT NULL,
  no integer NOT NULL,
  taken_at timestamptz,
  value numeric,
  raw json,
  PRIMARY KEY (device, no)
) PARTITION BY HASH (device);
CREATE TABLE "Lab".reading_0 PARTITION OF "Lab".reading FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE "Lab".reading_1 PARTITION OF "Lab".reading FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE dairy.note (id serial PRIMARY KEY, farm_id integer, body text, made date DEFAULT '2024-01-01');
CREATE TABLE dairy.note_vet (animal text, dose numeric) INHERITS (dairy.note);
CREATE TABLE dairy.note_feed (kilos integer NOT NULL, CHECK (kilos > 0)) INHERITS (dairy.note);
CREATE TABLE dairy.gate_log (gate text, passed timestamp, tag text, direction char(1));
CREATE TABLE reports.daily (day date PRIMARY KEY, litres bigint, farms integer, computed timestamptz);
CREATE TABLE dairy.import_line (line integer, farm text, raw text, done boolean);
CREATE INDEX animal_born ON dairy.animal (born);
CREATE INDEX animal_traits ON dairy.animal USING gin (traits);
CREATE INDEX animal_living ON dairy.animal (farm_id) INCLUDE (name) WHERE sold_on IS NULL;
CREATE INDEX "pickup farm day" ON dairy.pickup (farm_id, picked_at DESC);
CREATE INDEX pickup_tank ON dairy.pickup (tank);
CREATE UNIQUE INDEX pickup_slip ON dairy.pickup ("slipNo") WHERE NOT cancelled;
CREATE INDEX pickup_driver_lower ON dairy.pickup (lower(driver));
CREATE INDEX sample_pickup ON "Lab"."Sample" (pickup_id);
CREATE UNIQUE INDEX payout_once ON dairy.payout (month, farm_id);
CREATE INDEX milking_tag ON dairy.milking (tag, at);
CREATE INDEX reading_taken ON "Lab".reading (taken_at);
CREATE INDEX gate_log_passed ON dairy.gate_log USING brin (passed);
CREATE UNIQUE INDEX import_line_line ON dairy.import_line (line);
CREATE VIEW dairy.living AS SELECT farm_id, tag, name, breed, weight_kg FROM dairy.animal WHERE sold_on IS NULL;
CREATE VIEW reports.herd AS SELECT f."Name", count(*) AS heads, avg(l.weight_kg) AS kg FROM dairy.living l JOIN dairy."Farm" f ON f.id = l.farm_id GROUP BY f."Name";
CREATE VIEW reports.pickups AS SELECT p.id, p.farm_id, p.litres, p.grade, f."Name" FROM dairy.pickup p JOIN dairy."Farm" f ON f.id = p.farm_id;
CREATE MATERIALIZED VIEW reports.by_month AS SELECT date_trunc('month', picked_at) AS month, farm_id, sum(litres) AS litres FROM dairy.pickup GROUP BY 1, 2;
CREATE UNIQUE INDEX by_month_key ON reports.by_month (month, farm_id);
CREATE MATERIALIZED VIEW reports.quality AS SELECT s.pickup_id, max(f.value) AS worst FROM "Lab"."Sample" s JOIN "Lab"."Finding" f USING ("sampleId") GROUP BY 1;
CREATE FUNCTION dairy.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.notes := coalesce(NEW.notes, ''); RETURN NEW; END $$;
CREATE TRIGGER farm_stamp BEFORE INSERT OR UPDATE ON dairy."Farm" FOR EACH ROW EXECUTE FUNCTION dairy.stamp();
CREATE FUNCTION dairy.quiet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER animal_log AFTER UPDATE OF weight_kg, name ON dairy.animal FOR EACH ROW EXECUTE FUNCTION dairy.quiet();
CREATE TRIGGER payout_many AFTER INSERT ON dairy.payout REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION dairy.quiet();
CREATE TRIGGER milking_seen AFTER INSERT ON dairy.milking FOR EACH ROW EXECUTE FUNCTION dairy.quiet();
CREATE RULE daily_stays AS ON DELETE TO reports.daily DO INSTEAD NOTHING;
CREATE RULE living_new AS ON INSERT TO dairy.living DO INSTEAD INSERT INTO dairy.animal (farm_id, tag, name, born) VALUES (NEW.farm_id, NEW.tag, NEW.name, '2024-01-01');
ALTER TABLE dairy.payout ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_books ON dairy.payout TO bookkeeper USING (status <> 'secret');
ALTER TABLE dairy.animal ENABLE ROW LEVEL SECURITY;
ALTER TABLE dairy.animal FORCE ROW LEVEL SECURITY;
CREATE POLICY nurse_sees ON dairy.animal FOR SELECT TO "Vet Nurse" USING (sold_on IS NULL);
CREATE POLICY nurse_writes ON dairy.animal FOR UPDATE TO "Vet Nurse" USING (sold_on IS NULL) WITH CHECK (weight_kg < 2000);
CREATE STATISTICS dairy.farm_route (ndistinct, dependencies) ON route, active FROM dairy."Farm";
CREATE STATISTICS "Lab".fat_acid (mcv) ON fat, acidity FROM "Lab"."Sample";
ALTER TABLE dairy.pickup ALTER COLUMN driver SET STATISTICS 250, ALTER COLUMN farm_id SET (n_distinct = 9);
ALTER TABLE dairy.animal ALTER COLUMN photo SET STORAGE EXTERNAL;
ALTER TABLE dairy.pickup SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE dairy.tank REPLICA IDENTITY USING INDEX tank_label_key;
ALTER TABLE dairy.payout REPLICA IDENTITY FULL;
ALTER TABLE dairy.pickup CLUSTER ON "pickup farm day";
ALTER TABLE "Lab"."Sample" ADD CONSTRAINT fat_range CHECK (fat BETWEEN 0 AND 20) NOT VALID;
CREATE PUBLICATION dairy_feed FOR TABLE dairy.pickup, dairy.tank, dairy.payout, "Lab"."Sample";
COMMENT ON TABLE dairy.pickup IS 'what the lorry takes; "wet" litres';
COMMENT ON COLUMN dairy.pickup.temp IS 'at the valve, in °C';
COMMENT ON COLUMN dairy.animal.weight_kg IS 'last weighed';
COMMENT ON CONSTRAINT some_milk ON dairy.pickup IS 'an empty visit is no pickup';
COMMENT ON INDEX dairy."pickup farm day" IS 'dispatch''s list';
COMMENT ON INDEX dairy.animal_born IS 'for the age pyramid';
COMMENT ON TRIGGER animal_log ON dairy.animal IS 'changes that the vet wants to see';
COMMENT ON POLICY own_books ON dairy.payout IS 'not everything';
COMMENT ON COLUMN "Lab"."Sample".acidity IS 'pH';
COMMENT ON CONSTRAINT "Sample_pkey" ON "Lab"."Sample" IS 'printed on the tube';
GRANT USAGE ON SCHEMA dairy, "Lab", reports TO milkman, "Vet Nurse", bookkeeper;
GRANT SELECT, INSERT ON dairy.pickup TO milkman;
GRANT UPDATE (litres, temp) ON dairy.pickup TO milkman WITH GRANT OPTION;
GRANT SELECT (farm_id, tag, weight_kg), UPDATE (weight_kg) ON dairy.animal TO "Vet Nurse";
GRANT SELECT ON ALL TABLES IN SCHEMA reports TO bookkeeper;
GRANT ALL ON dairy.payout TO bookkeeper;
GRANT USAGE ON SEQUENCE dairy.route_no TO milkman;
GRANT SELECT ("sampleId", acidity) ON "Lab"."Sample" TO "Vet Nurse";
INSERT INTO dairy.breed VALUES ('HF', 'Holstein', 9000), ('JE', 'Jersey', 6000.5), ('BS', 'Brown Swiss', NULL);
INSERT INTO dairy."Farm" ("Name", "ownerName", since, hectares, active) SELECT 'Farm ' || g, 'Owner ' || g, '1990-01-01'::date + g * 33, g * 4.5, g % 4 > 0 FROM generate_series(1, 9) g;
INSERT INTO dairy.animal (farm_id, tag, name, breed, born, sold_on, dam_tag, weight_kg, traits) SELECT 1 + g % 9, 'DE' || g, 'Cow ' || g, (ARRAY['HF', 'JE', 'BS', NULL])[1 + g % 4], '2016-01-01'::date + g * 20, CASE WHEN g % 5 = 0 THEN '2024-02-02'::date END, CASE WHEN g > 18 THEN 'DE' || (g - 18) END, 400 + g * 1.5, jsonb_build_object('no', g) FROM generate_series(1, 63) g;
INSERT INTO dairy.tank SELECT md5('t' || g)::uuid, 1 + g % 9, 1000 * g, 'T-' || g, CASE g % 3 WHEN 0 THEN true WHEN 1 THEN false END, tstzrange('2023-01-01'::timestamptz + g * interval '1 day', NULL), 77000 + g FROM generate_series(1, 18) g;
INSERT INTO dairy.pickup (farm_id, tank, picked_at, litres, temp, grade, driver, receipt, cancelled, "slipNo") SELECT 1 + g % 9, CASE WHEN g % 6 > 0 THEN md5('t' || (1 + g % 18))::uuid END, '2024-01-01 04:00'::timestamp + g * interval '11 hours', 500 + g * 3, 3 + (g % 20) / 10.0, (enum_range(NULL::dairy.grade))[1 + g % 3], CASE WHEN g % 7 > 0 THEN 'Driver ' || g % 5 END, 'R' || g, g % 13 = 0, 'S' || g FROM generate_series(1, 120) g;
INSERT INTO "Lab"."Sample" (pickup_id, phase, acidity, fat, "takenBy", taken, barcode, remarks) SELECT 1 + g % 120, (enum_range(NULL::"Lab"."Phase"))[1 + g % 3], 6 + (g % 10) / 10.0, 3 + (g % 15) / 10.0, 'Nurse ' || g % 3, '2024-03-01 08:00+00'::timestamptz + g * interval '2 hours', 'BC' || lpad(g::text, 8, '0'), CASE WHEN g % 2 = 0 THEN 'fine ' || g END FROM generate_series(1, 90) g;
INSERT INTO "Lab"."Finding" SELECT g, (ARRAY['fat', 'cells'])[k], g * k * 1.5, CASE WHEN g % 3 > 0 THEN 'mg' END, g % 11 = 0 FROM generate_series(1, 70) g, generate_series(1, 2) k;
INSERT INTO dairy.payout SELECT '2024-01-01'::date + (g / 9) * 31, 1 + g % 9, g + 1, (g * 10)::numeric::money, g * 1000, 'DE' || g, (ARRAY['open', 'paid'])[1 + g % 2] FROM generate_series(0, 44) g;
INSERT INTO dairy.milking SELECT '2023-03-01 05:00'::timestamp + g * interval '6 days', 1 + g % 9, 'DE' || (1 + g % 63), 10 + g % 20, g % 8, 'r' || g % 3 FROM generate_series(1, 100) g;
INSERT INTO dairy.milking_2025 SELECT '2025-01-02'::timestamp + g * interval '1 day', 1 + g % 9, 'DE' || g, 12, 1, 'r1' FROM generate_series(1, 40) g;
INSERT INTO "Lab".reading SELECT 'dev' || g % 6, g, '2024-05-01 00:00+00'::timestamptz + g * interval '1 hour', g * 1.1, json_build_object('v', g) FROM generate_series(1, 80) g;
INSERT INTO dairy.note (farm_id, body) SELECT g, 'Note ' || g FROM generate_series(1, 9) g;
INSERT INTO dairy.note_vet (farm_id, body, animal, dose) SELECT 1 + g % 9, 'Shot ' || g, 'DE' || g, g FROM generate_series(1, 12) g;
INSERT INTO dairy.note_feed (farm_id, body, kilos) SELECT 1 + g % 9, 'Hay ' || g, g * 10 FROM generate_series(1, 12) g;
INSERT INTO dairy.gate_log SELECT 'g' || g % 4, '2024-06-01'::timestamp + g * interval '7 minutes', 'DE' || g, CASE WHEN g % 2 = 0 THEN 'i' ELSE 'o' END FROM generate_series(1, 150) g;
INSERT INTO reports.daily SELECT '2024-01-01'::date + g, g * 1000, 9, '2024-12-01' FROM generate_series(1, 40) g;
INSERT INTO dairy.import_line SELECT g, 'Farm ' || 1 + g % 9, 'x;' || g, g % 2 = 0 FROM generate_series(1, 50) g;
REFRESH MATERIALIZED VIEW reports.by_month;
REFRESH MATERIALIZED VIEW reports.quality;

-- case
CREATE INDEX pickup_grade_idx ON dairy.pickup (grade) WHERE cancelled IS NOT TRUE;
-- case
create unique index if not exists "Finding unit once" on "Lab"."Finding" using btree ("sampleId", analyte, unit);
-- case
ALTER TABLE dairy.pickup ADD CONSTRAINT pickup_receipt_uq UNIQUE (receipt) DEFERRABLE INITIALLY DEFERRED;
-- case
ALTER TABLE "Lab"."Sample" ADD CONSTRAINT sample_farm_pickup FOREIGN KEY (pickup_id) REFERENCES dairy.pickup ON UPDATE CASCADE NOT DEFERRABLE;
-- case
ALTER TABLE dairy.payout ADD CHECK (cents >= 0), ADD CONSTRAINT "iban is German" CHECK (iban IS NULL OR iban LIKE 'DE%');
-- case
ALTER TABLE dairy."Farm" ALTER COLUMN "ownerName" SET NOT NULL;
-- case
ALTER TABLE dairy.pickup ADD COLUMN public_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;
-- case
ALTER TABLE dairy.animal ADD COLUMN last_seen timestamptz NOT NULL DEFAULT now(), ADD COLUMN checked boolean NOT NULL DEFAULT false;
-- case
ALTER TABLE "Lab"."Sample" ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('simple', coalesce(remarks, ''))) STORED;
CREATE INDEX sample_search ON "Lab"."Sample" USING gin (search);
-- case
ALTER TABLE dairy.gate_log ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
-- case
ALTER TABLE dairy.import_line ADD COLUMN seq smallserial NOT NULL;
-- case
ALTER TABLE dairy.pickup ALTER COLUMN id TYPE bigint;
-- case
ALTER TABLE dairy.pickup ALTER COLUMN picked_at TYPE timestamptz USING picked_at AT TIME ZONE 'UTC';
-- case
ALTER TABLE dairy.tank ALTER COLUMN litres TYPE numeric(10,1), ALTER COLUMN label TYPE text;
-- case
ALTER TABLE dairy.pickup RENAME COLUMN temp TO temperature;
-- case
ALTER TABLE dairy.gate_log RENAME TO gate_passage;
-- case
ALTER TABLE dairy.pickup DROP COLUMN driver;
-- case
DROP TABLE dairy.gate_log;
-- case
ALTER TABLE dairy.milking ATTACH PARTITION dairy.milking_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
-- case
ALTER TABLE dairy.milking DETACH PARTITION dairy.milking_2023;
-- case
REFRESH MATERIALIZED VIEW reports.quality;
-- case
VACUUM FULL dairy.pickup;
-- case
CLUSTER dairy.pickup;
-- case
ALTER TYPE dairy.grade ADD VALUE 'A+' BEFORE 'A';
ALTER TABLE dairy.pickup ALTER grade SET DEFAULT 'B';
-- case
-- no plan: Every row of `dairy.gate_log` is gone
TRUNCATE dairy.gate_log;
-- case
DELETE FROM dairy.gate_log WHERE passed < '2024-06-01 06:00' AND direction = 'o';
-- case
ALTER DOMAIN "Lab".ph ADD CONSTRAINT milk_ph CHECK (VALUE BETWEEN 5 AND 9);
-- case
ALTER TABLE dairy.payout SET UNLOGGED;
ALTER TABLE dairy.payout SET LOGGED;
-- case
ALTER TABLE dairy.gate_log SET TABLESPACE pg_default, ALTER COLUMN gate SET NOT NULL, ADD CONSTRAINT way CHECK (direction IN ('i', 'o'));
-- case
UPDATE dairy.pickup SET driver = 'unknown' WHERE driver IS NULL;
-- case
ALTER TABLE dairy.animal ALTER COLUMN weight_kg TYPE numeric(7,2);
-- case
ALTER TABLE dairy.animal ALTER COLUMN tag TYPE varchar(20);
-- case
ALTER TABLE dairy.animal ALTER COLUMN farm_id TYPE bigint;
-- case
ALTER TABLE dairy.animal RENAME COLUMN dam_tag TO mother_tag;
-- case
ALTER TABLE dairy.animal DROP CONSTRAINT animal_dam_fk, ADD CONSTRAINT animal_dam_fk FOREIGN KEY (farm_id, dam_tag) REFERENCES dairy.animal (farm_id, tag) ON DELETE NO ACTION;
-- case
ALTER TABLE dairy.breed ALTER COLUMN code TYPE varchar(8);
-- case
ALTER TABLE dairy."Farm" ALTER COLUMN id TYPE bigint;
-- case
ALTER TABLE dairy."Farm" ALTER COLUMN "Name" TYPE text COLLATE "C";
-- case
ALTER TABLE dairy."Farm" ADD COLUMN "Slug" text GENERATED ALWAYS AS (lower("ownerName")) STORED, ADD CONSTRAINT "Farm_Slug_key" UNIQUE ("Slug");
-- case
ALTER TABLE "Lab"."Sample" ALTER COLUMN "sampleId" TYPE bigint;
-- case
ALTER TABLE "Lab"."Sample" ALTER COLUMN acidity TYPE numeric(5,3), ALTER COLUMN barcode TYPE varchar(64), ALTER COLUMN taken SET NOT NULL;
-- case
ALTER TABLE "Lab"."Finding" DROP CONSTRAINT "Finding_pkey", ADD COLUMN id bigserial PRIMARY KEY, ADD CONSTRAINT finding_once UNIQUE ("sampleId", analyte);
-- case
ALTER TABLE dairy.payout ADD CONSTRAINT payout_pk PRIMARY KEY USING INDEX payout_once;
-- case
ALTER TABLE dairy.payout ALTER COLUMN gross TYPE numeric USING gross::numeric;
-- case
ALTER TABLE dairy.payout ALTER COLUMN status TYPE varchar(12), ALTER COLUMN iban SET NOT NULL;
-- case
ALTER TABLE dairy.tank ALTER COLUMN tank_id SET DEFAULT md5(random()::text)::uuid, ALTER COLUMN cooled SET DEFAULT true, ALTER COLUMN serial_no TYPE text USING to_char(serial_no, 'FM000000');
-- case
ALTER TABLE dairy.tank DROP CONSTRAINT tank_label_key, ADD CONSTRAINT tank_label_key UNIQUE (farm_id, label);
-- case
ALTER TABLE dairy.milking ALTER COLUMN litres TYPE numeric(6,2);
-- case
ALTER TABLE dairy.milking ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid();
-- case
CREATE INDEX ON dairy.milking (farm_id, at DESC);
ALTER TABLE dairy.milking ADD CONSTRAINT milking_farm_fk FOREIGN KEY (farm_id) REFERENCES dairy."Farm";
-- case
ALTER TABLE dairy.milking ALTER COLUMN tag SET NOT NULL, ADD CHECK (stall >= 0);
-- case
ALTER TABLE dairy.milking ADD PRIMARY KEY (at, farm_id);
-- case
-- refused: is violated by some row
ALTER TABLE dairy.milking_2024 ATTACH PARTITION dairy.milking_2025 FOR VALUES IN (10);
-- case
ALTER TABLE "Lab".reading ALTER COLUMN no TYPE bigint, ALTER COLUMN raw TYPE jsonb;
-- case
ALTER TABLE dairy.note ALTER COLUMN id TYPE bigint;
-- case
ALTER TABLE dairy.note ALTER COLUMN body SET NOT NULL, ADD CONSTRAINT note_has_farm CHECK (farm_id > 0);
-- case
ALTER TABLE dairy.note ADD COLUMN author uuid DEFAULT gen_random_uuid();
-- case
ALTER TABLE dairy.note_vet ALTER COLUMN dose TYPE double precision, ADD CONSTRAINT vet_farm FOREIGN KEY (farm_id) REFERENCES dairy."Farm" (id);
-- case
ALTER TABLE dairy.note_feed NO INHERIT dairy.note;
ALTER TABLE dairy.note_feed ADD PRIMARY KEY (id);
-- case
BEGIN;
ALTER TABLE dairy.pickup ADD COLUMN tanker integer;
UPDATE dairy.pickup SET tanker = 1 + farm_id % 3;
ALTER TABLE dairy.pickup ALTER COLUMN tanker SET NOT NULL;
CREATE INDEX pickup_tanker ON dairy.pickup (tanker);
COMMIT;
-- case
CREATE TABLE dairy.driver (id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, name varchar(40) NOT NULL UNIQUE);
INSERT INTO dairy.driver (name) SELECT DISTINCT driver FROM dairy.pickup WHERE driver IS NOT NULL ORDER BY 1;
ALTER TABLE dairy.pickup ADD COLUMN driver_id integer;
UPDATE dairy.pickup p SET driver_id = d.id FROM dairy.driver d WHERE d.name = p.driver;
ALTER TABLE dairy.pickup ADD CONSTRAINT pickup_driver_fk FOREIGN KEY (driver_id) REFERENCES dairy.driver;
CREATE INDEX pickup_driver_id ON dairy.pickup (driver_id);
-- case
ALTER TABLE dairy.pickup ALTER COLUMN id TYPE bigint;
ALTER TABLE "Lab"."Sample" ALTER COLUMN pickup_id TYPE bigint;
ALTER TABLE dairy.payout ALTER COLUMN pickup_id TYPE bigint;
-- case
ALTER TABLE dairy.pickup ADD COLUMN litres_exact numeric(10,2);
UPDATE dairy.pickup SET litres_exact = litres;
ALTER TABLE dairy.pickup ALTER COLUMN litres_exact SET NOT NULL, ADD CONSTRAINT exact_milk CHECK (litres_exact > 0);
-- case
ALTER TYPE dairy.grade ADD VALUE 'organic';
CREATE INDEX pickup_grade ON dairy.pickup (grade, farm_id);
ALTER TABLE dairy.pickup ALTER COLUMN temp SET DEFAULT 4, ALTER COLUMN temp SET NOT NULL;
-- case
CREATE UNIQUE INDEX payout_pickup_once ON dairy.payout (pickup_id);
ALTER TABLE dairy.payout ADD CONSTRAINT payout_pickup_once UNIQUE USING INDEX payout_pickup_once;
ALTER TABLE dairy.payout ALTER COLUMN pickup_id SET NOT NULL;
-- case
ALTER TABLE dairy.import_line ADD CONSTRAINT import_line_pkey PRIMARY KEY USING INDEX import_line_line;
ALTER TABLE dairy.import_line ADD COLUMN farm_id integer REFERENCES dairy."Farm" (id);
UPDATE dairy.import_line SET farm_id = f.id FROM dairy."Farm" f WHERE f."Name" = import_line.farm;
DELETE FROM dairy.import_line WHERE done;
-- case
BEGIN;
DROP INDEX dairy.pickup_driver_lower;
CREATE INDEX pickup_driver_lower ON dairy.pickup (lower(driver) text_pattern_ops);
COMMIT;
-- case
SET lock_timeout = '3s';
ALTER TABLE "Lab"."Sample" VALIDATE CONSTRAINT fat_range;
ALTER TABLE "Lab"."Sample" ALTER COLUMN fat SET NOT NULL;
ALTER TABLE "Lab"."Sample" RENAME COLUMN remarks TO comment;
-- case
CREATE TABLE dairy.milking_2026 PARTITION OF dairy.milking FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
ALTER TABLE dairy.milking ATTACH PARTITION dairy.milking_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE INDEX milking_robot ON dairy.milking (robot);
ALTER TABLE dairy.milking DETACH PARTITION dairy.milking_2023;
-- case
BEGIN;
DROP VIEW reports.pickups;
ALTER TABLE dairy.pickup ALTER COLUMN litres TYPE bigint;
CREATE VIEW reports.pickups AS SELECT p.id, p.farm_id, p.litres, p.grade, f."Name" FROM dairy.pickup p JOIN dairy."Farm" f ON f.id = p.farm_id;
COMMIT;
-- case
DROP MATERIALIZED VIEW reports.by_month;
ALTER TABLE dairy.pickup ALTER COLUMN picked_at TYPE timestamptz;
CREATE MATERIALIZED VIEW reports.by_month AS SELECT date_trunc('month', picked_at) AS month, farm_id, sum(litres) AS litres FROM dairy.pickup GROUP BY 1, 2;
CREATE UNIQUE INDEX by_month_key ON reports.by_month (month, farm_id);
-- case
CREATE TABLE "Lab".reading_new (LIKE "Lab".reading INCLUDING ALL) PARTITION BY RANGE (no);
-- case
BEGIN;
CREATE TABLE dairy.gate_log_new (gate text, passed timestamp, tag text, direction char(1)) PARTITION BY RANGE (passed);
CREATE TABLE dairy.gate_log_all PARTITION OF dairy.gate_log_new FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
INSERT INTO dairy.gate_log_new SELECT * FROM dairy.gate_log;
ALTER TABLE dairy.gate_log RENAME TO gate_log_old;
ALTER TABLE dairy.gate_log_new RENAME TO gate_log;
COMMIT;
-- case
ALTER TABLE "Lab"."Finding" ADD COLUMN measured numeric;
UPDATE "Lab"."Finding" SET measured = value::numeric;
ALTER TABLE "Lab"."Finding" DROP COLUMN value;
-- case
UPDATE dairy.animal SET breed = 'HF' WHERE breed IS NULL;
ALTER TABLE dairy.animal ALTER COLUMN breed SET NOT NULL;
ALTER TABLE dairy.animal ADD CONSTRAINT sold_later CHECK (sold_on >= born);
CREATE INDEX CONCURRENTLY animal_breed ON dairy.animal (breed);
-- case
ALTER TABLE reports.daily ALTER COLUMN litres TYPE numeric, ALTER COLUMN farms TYPE bigint;
-- case
-- refused: violates foreign key constraint
INSERT INTO reports.daily (day, litres, farms) SELECT picked_at::date, sum(litres), count(DISTINCT farm_id) FROM dairy.pickup WHERE picked_at >= '2024-03-01' GROUP BY 1;
DELETE FROM dairy.pickup WHERE cancelled;
-- case
ALTER TABLE dairy."Farm" ADD COLUMN herd_size integer DEFAULT 0 NOT NULL;
UPDATE dairy."Farm" f SET herd_size = (SELECT count(*) FROM dairy.animal a WHERE a.farm_id = f.id);
ALTER TABLE dairy."Farm" ADD CONSTRAINT herd_ok CHECK (herd_size BETWEEN 0 AND 10000);
ALTER TABLE dairy."Farm" RENAME COLUMN since TO "memberSince";
-- case from 15
CREATE UNIQUE INDEX tank_serial ON dairy.tank (farm_id, serial_no) NULLS NOT DISTINCT;
-- case from 18
ALTER TABLE dairy.pickup ADD COLUMN euros numeric GENERATED ALWAYS AS (litres * 0.38), ADD CONSTRAINT driver_there CHECK (driver <> '') NOT ENFORCED;
