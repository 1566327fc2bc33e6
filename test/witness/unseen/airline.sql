-- schema when asked
CREATE SCHEMA "Ops";
CREATE SCHEMA ledger;
CREATE TYPE cabin AS ENUM ('economy', 'premium', 'business');
CREATE TYPE "BookingStatus" AS ENUM ('NEW', 'HELD', 'TICKETED', 'VOID');
CREATE TYPE meal AS ENUM ('none', 'veg', 'fish');
CREATE TYPE geo AS (lat numeric(8,5), lng numeric(8,5));
CREATE DOMAIN iata AS char(3) CHECK (VALUE ~ '^[A-Z]{3}$');
CREATE DOMAIN pnr AS varchar(8);
CREATE TABLE airports (code iata PRIMARY KEY, name text NOT NULL, city varchar(60) COLLATE "C", at geo, elevation integer DEFAULT 0, CONSTRAINT airports_name_key UNIQUE (name));
CREATE TABLE aircraft (tail varchar(10) PRIMARY KEY, model varchar(30) NOT NULL, seats smallint NOT NULL, bought_on date, weight real, retired boolean DEFAULT false);
CREATE TABLE flights (carrier char(2) NOT NULL, number integer NOT NULL, day date NOT NULL, origin iata NOT NULL REFERENCES airports, destination iata NOT NULL REFERENCES airports, tail varchar(10) REFERENCES aircraft ON UPDATE CASCADE, leaves time NOT NULL, minutes smallint, gate varchar(4), delay integer, PRIMARY KEY (carrier, number, day), CONSTRAINT flights_ends CHECK (origin <> destination));
CREATE INDEX flights_tail ON flights (tail);
CREATE INDEX flights_day_origin ON flights (day DESC, origin) INCLUDE (gate);
CREATE TABLE passengers (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), first_name varchar(50), last_name varchar(50) NOT NULL, email varchar(120), born date, passport varchar(20), phone text, miles integer NOT NULL DEFAULT 0, created_at timestamp NOT NULL DEFAULT '2024-01-01', referred_by uuid REFERENCES passengers);
CREATE UNIQUE INDEX passengers_email ON passengers (lower(email)) WHERE email IS NOT NULL;
CREATE INDEX passengers_names ON passengers (last_name varchar_pattern_ops, first_name);
CREATE STATISTICS passengers_who (dependencies) ON last_name, born FROM passengers;
CREATE TABLE bookings (id integer GENERATED ALWAYS AS IDENTITY (START WITH 100) PRIMARY KEY, locator pnr NOT NULL UNIQUE, passenger_id uuid NOT NULL REFERENCES passengers ON DELETE CASCADE, carrier char(2) NOT NULL, number integer NOT NULL, day date NOT NULL, status "BookingStatus" NOT NULL DEFAULT 'NEW', class cabin DEFAULT 'economy', meal meal, seat varchar(4), fare numeric(8,2) NOT NULL CONSTRAINT fare_not_negative CHECK (fare >= 0), tax numeric(8,2) NOT NULL DEFAULT 0, total numeric(9,2) GENERATED ALWAYS AS (fare + tax) STORED, meta json, booked_at timestamp NOT NULL DEFAULT '2024-01-02', CONSTRAINT bookings_flight FOREIGN KEY (carrier, number, day) REFERENCES flights ON DELETE RESTRICT, CONSTRAINT bookings_seat UNIQUE (carrier, number, day, seat) DEFERRABLE);
CREATE INDEX bookings_passenger ON bookings (passenger_id);
CREATE INDEX bookings_open ON bookings (booked_at) WHERE status = 'NEW';
CREATE TABLE bags (id bigserial PRIMARY KEY, booking_id integer NOT NULL REFERENCES bookings ON DELETE CASCADE, tag varchar(12) NOT NULL, kg double precision, state integer NOT NULL DEFAULT 0, note text);
CREATE INDEX bags_booking ON bags (booking_id);
CREATE TABLE "Ops"."CrewMember" ("id" text NOT NULL, "fullName" text NOT NULL, "baseCode" char(3), "hiredAt" timestamp(3) NOT NULL DEFAULT '2024-01-01', "salary" double precision, "active" boolean, "metaData" json, CONSTRAINT "CrewMember_pkey" PRIMARY KEY ("id"));
CREATE INDEX "CrewMember_baseCode_idx" ON "Ops"."CrewMember" ("baseCode");
CREATE TABLE "Ops"."Duty" ("id" serial NOT NULL, "crewId" text NOT NULL, "carrier" char(2) NOT NULL, "number" integer NOT NULL, "day" date NOT NULL, "role" varchar(20) DEFAULT 'cabin', "hours" integer, CONSTRAINT "Duty_pkey" PRIMARY KEY ("id"));
ALTER TABLE "Ops"."Duty" ADD CONSTRAINT "Duty_crewId_fkey" FOREIGN KEY ("crewId") REFERENCES "Ops"."CrewMember" ("id") ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE UNIQUE INDEX "Duty_crewId_day_key" ON "Ops"."Duty" ("crewId", "day", "number");
CREATE TABLE ledger.entries (tenant integer NOT NULL, at timestamptz NOT NULL, account varchar(20) NOT NULL, amount integer NOT NULL, memo text, PRIMARY KEY (tenant, at, account)) PARTITION BY LIST (tenant);
CREATE TABLE ledger.entries_1 PARTITION OF ledger.entries FOR VALUES IN (1);
CREATE TABLE ledger.entries_2 PARTITION OF ledger.entries FOR VALUES IN (2) PARTITION BY RANGE (at);
CREATE TABLE ledger.entries_2_old PARTITION OF ledger.entries_2 FOR VALUES FROM (MINVALUE) TO ('2025-01-01 00:00+00');
CREATE TABLE ledger.entries_2_new PARTITION OF ledger.entries_2 FOR VALUES FROM ('2025-01-01 00:00+00') TO (MAXVALUE);
CREATE TABLE ledger.entries_3 (tenant integer NOT NULL, at timestamptz NOT NULL, account varchar(20) NOT NULL, amount integer NOT NULL, memo text);
CREATE INDEX entries_account ON ledger.entries (account);
CREATE TABLE telemetry (tail text, at timestamptz, altitude integer, speed real, raw bytea);
CREATE INDEX telemetry_at ON telemetry USING brin (at);
CREATE TABLE events (id serial PRIMARY KEY, at timestamptz NOT NULL DEFAULT '2024-01-01', kind text);
CREATE TABLE gate_events (gate varchar(4)) INHERITS (events);
CREATE TABLE searches (term text, hits integer, day date NOT NULL) WITH (fillfactor = 80, autovacuum_enabled = false);
CREATE UNLOGGED TABLE seat_locks (flight text NOT NULL, seat varchar(4) NOT NULL, until timestamptz, CONSTRAINT seat_locks_key PRIMARY KEY (flight, seat));
CREATE VIEW departures AS SELECT carrier, number, day, origin, gate, delay FROM flights WHERE tail IS NOT NULL;
CREATE VIEW board WITH (security_barrier) AS SELECT carrier || number AS flight, gate FROM departures;
CREATE VIEW frequent AS SELECT id, last_name, miles FROM passengers WHERE miles > 100 WITH LOCAL CHECK OPTION;
CREATE MATERIALIZED VIEW revenue AS SELECT carrier, day, sum(fare) AS fares, count(*) AS n FROM bookings GROUP BY 1, 2;
CREATE UNIQUE INDEX revenue_key ON revenue (carrier, day);
CREATE FUNCTION seat_row(text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT nullif(regexp_replace($1, '\D', '', 'g'), '')::integer $$;
CREATE INDEX bookings_row ON bookings (seat_row(seat));
CREATE FUNCTION old_points(integer) RETURNS integer LANGUAGE sql STABLE AS $$ SELECT $1 * 2 $$;
CREATE FUNCTION touch_bag() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := coalesce(NEW.note, ''); RETURN NEW; END $$;
CREATE TRIGGER bags_touch BEFORE INSERT OR UPDATE OF kg ON bags FOR EACH ROW EXECUTE FUNCTION touch_bag();
CREATE FUNCTION note_flight() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER flights_noted AFTER UPDATE ON flights FOR EACH ROW WHEN (OLD.delay IS DISTINCT FROM NEW.delay) EXECUTE FUNCTION note_flight();
ALTER TABLE passengers ENABLE ROW LEVEL SECURITY;
CREATE POLICY passengers_all ON passengers USING (true) WITH CHECK (miles >= 0);
COMMENT ON TABLE flights IS 'one a day';
COMMENT ON COLUMN bookings.fare IS 'without tax';
COMMENT ON INDEX bookings_open IS 'for the desk';
COMMENT ON VIEW departures IS 'for the screens';
COMMENT ON CONSTRAINT bookings_flight ON bookings IS 'none without a flight';
GRANT SELECT ON passengers, frequent, departures TO PUBLIC;
GRANT SELECT (locator, status), UPDATE (seat) ON bookings TO PUBLIC;
GRANT SELECT ON board TO pg_monitor WITH GRANT OPTION;
INSERT INTO airports (code, name, city, elevation) SELECT 'A' || chr(65 + g / 8) || chr(65 + g % 8), 'airport ' || g, 'city ' || g, g FROM generate_series(0, 39) g;
INSERT INTO aircraft (tail, model, seats, bought_on, weight) SELECT 'OE-' || g, 'A32' || g % 3, 150 + g, date '2015-01-01' + g, 40.5 FROM generate_series(1, 20) g;
INSERT INTO flights (carrier, number, day, origin, destination, tail, leaves, minutes, gate, delay) SELECT CASE g % 2 WHEN 0 THEN 'OS' ELSE 'LH' END, g % 25, date '2024-01-01' + g / 2, 'A' || chr(65 + g % 5) || 'A', 'A' || chr(65 + g % 5) || 'B', CASE WHEN g % 7 > 0 THEN 'OE-' || 1 + g % 20 END, '10:00', 60 + g % 90, 'G' || g % 9, CASE WHEN g % 3 = 0 THEN g % 40 END FROM generate_series(1, 120) g;
INSERT INTO passengers (id, first_name, last_name, email, born, passport, phone, miles) SELECT md5('p' || g)::uuid, 'first ' || g, 'last ' || g % 30, 'p' || g || '@x.org', date '1970-01-01' + g * 30, 'P' || g, CASE WHEN g % 4 = 0 THEN '+43 ' || g END, g * 5 FROM generate_series(1, 90) g;
UPDATE passengers SET referred_by = md5('p1')::uuid WHERE miles > 300;
INSERT INTO bookings (locator, passenger_id, carrier, number, day, status, class, meal, seat, fare, tax, meta) SELECT 'L' || g, md5('p' || 1 + g % 90)::uuid, f.carrier, f.number, f.day, (enum_range(NULL::"BookingStatus"))[1 + g % 4], (enum_range(NULL::cabin))[1 + g % 3], CASE WHEN g % 2 = 0 THEN 'veg'::meal END, g || 'A', g * 1.25, 9.5, '{"a": 1}' FROM (SELECT row_number() OVER (ORDER BY day, number, carrier)::integer AS g, carrier, number, day FROM flights) f;
INSERT INTO bags (booking_id, tag, kg, state, note) SELECT id, 'T' || id, 12.5, id % 3, CASE WHEN id % 5 = 0 THEN 'fragile' END FROM bookings;
INSERT INTO "Ops"."CrewMember" ("id", "fullName", "baseCode", "salary", "active", "metaData") SELECT 'c' || g, 'Crew ' || g, 'AAA', 2500.5 + g, CASE WHEN g % 3 > 0 THEN true END, '{}' FROM generate_series(1, 60) g;
INSERT INTO "Ops"."Duty" ("crewId", "carrier", "number", "day", "hours") SELECT 'c' || 1 + g % 60, carrier, number, day, 4 FROM (SELECT row_number() OVER (ORDER BY day, number, carrier)::integer AS g, * FROM flights) f;
INSERT INTO ledger.entries SELECT 1 + g % 2, timestamptz '2024-06-01 00:00+00' + g * interval '3 days', 'acc' || g % 7, g * 100, 'memo' FROM generate_series(1, 130) g;
INSERT INTO ledger.entries_3 SELECT 3, timestamptz '2024-06-01 00:00+00' + g * interval '3 days', 'acc' || g % 7, g, NULL FROM generate_series(1, 60) g;
INSERT INTO telemetry SELECT 'OE-' || 1 + g % 20, timestamptz '2024-01-01 00:00+00' + g * interval '1 hour', g * 10, 400.5, '\x00' FROM generate_series(1, 110) g;
INSERT INTO events (kind) SELECT 'k' || g % 4 FROM generate_series(1, 60) g;
INSERT INTO gate_events (kind, gate) SELECT 'g', 'G' || g FROM generate_series(1, 60) g;
INSERT INTO searches SELECT 'to ' || g % 9, g, date '2024-01-01' + g FROM generate_series(1, 90) g;
INSERT INTO seat_locks SELECT 'OS' || g, 'A' || g % 6, timestamptz '2024-01-01 00:00+00' + g * interval '1 hour' FROM generate_series(1, 60) g;
REFRESH MATERIALIZED VIEW revenue;

-- case
-- AlterEnum
BEGIN;
CREATE TYPE "BookingStatus_new" AS ENUM ('NEW', 'HELD', 'TICKETED', 'VOID', 'REFUNDED');
DROP INDEX bookings_open;
ALTER TABLE "bookings" ALTER COLUMN "status" DROP DEFAULT;
ALTER TABLE "bookings" ALTER COLUMN "status" TYPE "BookingStatus_new" USING ("status"::text::"BookingStatus_new");
ALTER TYPE "BookingStatus" RENAME TO "BookingStatus_old";
ALTER TYPE "BookingStatus_new" RENAME TO "BookingStatus";
DROP TYPE "BookingStatus_old";
ALTER TABLE "bookings" ALTER COLUMN "status" SET DEFAULT 'NEW';
COMMIT;
-- case
-- AlterEnum
BEGIN;
CREATE TYPE "cabin_new" AS ENUM ('economy', 'business', 'premium', 'first');
ALTER TABLE "public"."bookings" ALTER COLUMN "class" DROP DEFAULT;
ALTER TABLE "bookings" ALTER COLUMN "class" TYPE "cabin_new" USING ("class"::text::"cabin_new");
ALTER TYPE "cabin" RENAME TO "cabin_old";
ALTER TYPE "cabin_new" RENAME TO "cabin";
DROP TYPE "public"."cabin_old";
ALTER TABLE "bookings" ALTER COLUMN "class" SET DEFAULT 'economy';
COMMIT;
-- case
CREATE TYPE meal_new AS ENUM ('none', 'veg', 'vegan', 'fish');
ALTER TABLE bookings ALTER COLUMN meal TYPE meal_new USING meal::text::meal_new;
DROP TYPE meal;
ALTER TYPE meal_new RENAME TO meal;
-- case
ALTER TYPE meal RENAME TO meal_old;
CREATE TYPE meal AS ENUM ('none', 'veg');
ALTER TABLE bookings ALTER COLUMN meal TYPE meal USING meal::text::meal;
DROP TYPE meal_old;
-- case
-- AlterTable
ALTER TABLE "bookings" DROP COLUMN "meal";
-- DropEnum
DROP TYPE "meal";
-- case
ALTER TYPE cabin ADD VALUE IF NOT EXISTS 'first' AFTER 'business';
-- case
DROP FUNCTION old_points(integer);
-- case
DROP FUNCTION IF EXISTS seat_row(text) CASCADE;
-- case
DROP TRIGGER bags_touch ON bags;
DROP FUNCTION touch_bag();
-- case
DROP TYPE geo CASCADE;
-- case
ALTER TABLE airports DROP COLUMN at;
DROP TYPE geo;
-- case
ALTER TABLE bookings ALTER COLUMN locator TYPE varchar(8);
DROP DOMAIN pnr;
-- case
-- CreateIndex
CREATE UNIQUE INDEX "Duty_day_key" ON "Ops"."Duty"("carrier", "number", "day", "crewId");
-- case
-- DropIndex
DROP INDEX "Ops"."Duty_crewId_day_key";
-- CreateIndex
CREATE UNIQUE INDEX "Duty_crewId_carrier_number_day_key" ON "Ops"."Duty"("crewId", "carrier", "number", "day");
-- AddForeignKey
ALTER TABLE "Ops"."Duty" ADD CONSTRAINT "Duty_carrier_number_day_fkey" FOREIGN KEY ("carrier", "number", "day") REFERENCES "flights"("carrier", "number", "day") ON DELETE RESTRICT ON UPDATE CASCADE;
-- case
-- AlterTable
ALTER TABLE "Ops"."CrewMember" ALTER COLUMN "salary" SET DATA TYPE DECIMAL(12,2), ALTER COLUMN "hiredAt" SET DATA TYPE TIMESTAMPTZ(3) USING "hiredAt" AT TIME ZONE 'UTC', ADD COLUMN "updatedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
-- case
-- AlterTable
ALTER TABLE "Ops"."CrewMember" DROP COLUMN "active", DROP COLUMN "metaData", ADD COLUMN "status" TEXT NOT NULL DEFAULT 'active';
-- case
-- RedefineTables
BEGIN;
ALTER TABLE "Ops"."CrewMember" RENAME COLUMN "fullName" TO "name";
UPDATE "Ops"."CrewMember" SET "active" = false WHERE "active" IS NULL;
ALTER TABLE "Ops"."CrewMember" ALTER COLUMN "active" SET NOT NULL, ALTER COLUMN "active" SET DEFAULT true;
COMMIT;
-- case
ALTER TABLE "passengers" ADD "loyalty_tier" integer DEFAULT 0 NOT NULL;
CREATE INDEX "index_passengers_on_loyalty_tier" ON "passengers" ("loyalty_tier");
-- case
ALTER TABLE "bags" ADD "flight_carrier" character(2), ADD "uuid" uuid DEFAULT gen_random_uuid() NOT NULL;
CREATE UNIQUE INDEX "index_bags_on_uuid" ON "bags" ("uuid");
-- case
ALTER TABLE "passengers" ALTER COLUMN "miles" TYPE bigint;
-- case
ALTER TABLE "bookings" ALTER COLUMN "id" TYPE bigint;
-- case
ALTER TABLE "passengers" RENAME COLUMN "phone" TO "phone_number";
-- case
ALTER TABLE bags RENAME TO luggage;
ALTER SEQUENCE bags_id_seq RENAME TO luggage_id_seq;
-- case
BEGIN;
ALTER TABLE "passengers" DROP COLUMN "passport" CASCADE;
COMMIT;
-- case
BEGIN;
ALTER TABLE "flights" ALTER COLUMN "minutes" TYPE integer USING "minutes"::integer;
ALTER TABLE "flights" ALTER COLUMN "delay" SET DEFAULT 0;
UPDATE "flights" SET "delay" = 0 WHERE "delay" IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE "flights" ALTER COLUMN "delay" SET NOT NULL;
ALTER TABLE "flights" ALTER COLUMN "delay" DROP DEFAULT;
COMMIT;
-- case
BEGIN;
CREATE TABLE "seat_maps" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "layout" jsonb NOT NULL, "aircraft_id" varchar(10) NOT NULL);
ALTER TABLE "seat_maps" ADD CONSTRAINT "seat_maps_aircraft_id_6b7dfe3b_fk_aircraft_tail" FOREIGN KEY ("aircraft_id") REFERENCES "aircraft" ("tail") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "seat_maps_aircraft_id_6b7dfe3b" ON "seat_maps" ("aircraft_id");
ALTER TABLE "bookings" ADD COLUMN "seat_map_id" bigint NULL CONSTRAINT "bookings_seat_map_id_fk" REFERENCES "seat_maps"("id") DEFERRABLE INITIALLY DEFERRED;
COMMIT;
-- case
BEGIN;
ALTER TABLE "aircraft" ADD CONSTRAINT "aircraft_model_seats_uniq" UNIQUE ("model", "seats", "tail");
ALTER TABLE "aircraft" ADD CONSTRAINT "seats_gt_0" CHECK ("seats" > 0);
COMMIT;
-- case
ALTER TABLE bookings ALTER COLUMN fare TYPE NUMERIC(12, 4);
-- case
ALTER TABLE bookings ALTER COLUMN day TYPE TIMESTAMP WITHOUT TIME ZONE USING day::timestamp;
-- case
ALTER TABLE passengers ALTER COLUMN id TYPE TEXT;
-- case
ALTER TABLE aircraft ALTER COLUMN tail TYPE VARCHAR(20);
-- case
ALTER TABLE airports ALTER COLUMN name TYPE VARCHAR(80);
-- case
ALTER TABLE passengers ALTER COLUMN born TYPE TEXT USING to_char(born, 'YYYY-MM-DD');
-- case
ALTER TABLE bags ALTER COLUMN kg TYPE NUMERIC(6,2), ALTER COLUMN state TYPE TEXT USING (CASE state WHEN 0 THEN 'checked' WHEN 1 THEN 'loaded' ELSE 'lost' END), ALTER COLUMN state SET DEFAULT 'checked';
-- case
ALTER TABLE bookings DROP COLUMN total, ADD COLUMN total numeric(10,2) GENERATED ALWAYS AS (fare + tax + 1) STORED;
-- case
ALTER TABLE bookings ALTER COLUMN total DROP EXPRESSION;
-- case
ALTER TABLE bookings ALTER COLUMN meta TYPE jsonb USING meta::jsonb;
CREATE INDEX ix_bookings_meta ON bookings USING gin (meta jsonb_path_ops);
-- case
ALTER TABLE bookings DROP CONSTRAINT bookings_flight, ADD CONSTRAINT bookings_flight FOREIGN KEY (carrier, number, day) REFERENCES flights ON UPDATE CASCADE ON DELETE CASCADE;
-- case
ALTER TABLE bookings DROP CONSTRAINT bookings_seat, ADD CONSTRAINT bookings_seat UNIQUE (carrier, number, day, seat);
-- case
ALTER TABLE flights DROP CONSTRAINT flights_pkey CASCADE;
ALTER TABLE flights ADD COLUMN id bigserial PRIMARY KEY;
-- case
ALTER TABLE telemetry ADD COLUMN id bigserial;
ALTER TABLE telemetry ADD PRIMARY KEY (id);
-- case
ALTER TABLE searches ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(), ADD PRIMARY KEY (id);
-- case
ALTER TABLE searches ALTER COLUMN term SET NOT NULL, ALTER COLUMN hits TYPE bigint;
-- case
ALTER TABLE seat_locks DROP CONSTRAINT seat_locks_key, ADD PRIMARY KEY (flight, seat);
-- case
ALTER TABLE seat_locks SET LOGGED;
-- case
ALTER TABLE ledger.entries ALTER COLUMN amount TYPE bigint;
-- case
ALTER TABLE ledger.entries ADD COLUMN currency char(3) NOT NULL DEFAULT 'EUR', ADD CONSTRAINT entries_amount CHECK (amount <> 0);
-- case
ALTER TABLE ledger.entries ATTACH PARTITION ledger.entries_3 FOR VALUES IN (3);
-- case
ALTER TABLE ledger.entries_2 DETACH PARTITION ledger.entries_2_old;
-- case
CREATE INDEX entries_memo ON ledger.entries (memo text_pattern_ops) WHERE memo IS NOT NULL;
DROP INDEX ledger.entries_account;
-- case
REINDEX INDEX ledger.entries_account;
-- case
CREATE TABLE ledger.entries_default PARTITION OF ledger.entries DEFAULT;
ALTER TABLE ledger.entries ALTER COLUMN memo SET NOT NULL;
-- case
ALTER TABLE events ADD COLUMN source text NOT NULL DEFAULT 'app';
ALTER TABLE events ALTER COLUMN kind SET NOT NULL;
-- case
ALTER TABLE events ALTER COLUMN kind TYPE varchar(20);
-- case
ALTER TABLE gate_events NO INHERIT events;
ALTER TABLE gate_events ADD CONSTRAINT gate_events_key UNIQUE (id);
-- case
ALTER TABLE flights RENAME COLUMN gate TO stand;
-- case
ALTER TABLE flights DROP COLUMN gate CASCADE;
-- case
CREATE OR REPLACE VIEW departures AS SELECT carrier, number, day, origin, gate, delay, destination FROM flights WHERE tail IS NOT NULL;
-- case
DROP VIEW board;
DROP VIEW departures;
ALTER TABLE flights ALTER COLUMN gate TYPE varchar(8), ALTER COLUMN delay TYPE smallint;
CREATE VIEW departures AS SELECT carrier, number, day, origin, gate, delay FROM flights WHERE tail IS NOT NULL;
CREATE VIEW board WITH (security_barrier) AS SELECT carrier || number AS flight, gate FROM departures;
-- case
REFRESH MATERIALIZED VIEW revenue;
-- case
DROP MATERIALIZED VIEW revenue;
ALTER TABLE bookings ALTER COLUMN fare TYPE integer USING (fare * 100)::integer;
CREATE MATERIALIZED VIEW revenue AS SELECT carrier, day, sum(fare) AS fares, count(*) AS n FROM bookings GROUP BY 1, 2;
CREATE UNIQUE INDEX revenue_key ON revenue (carrier, day);
-- case
CREATE TABLE contacts (passenger_id uuid PRIMARY KEY REFERENCES passengers (id), email varchar(120), phone text);
INSERT INTO contacts SELECT id, email, phone FROM passengers;
DROP INDEX passengers_email;
ALTER TABLE passengers DROP COLUMN email, DROP COLUMN phone;
-- case
CREATE TABLE telemetry_new (LIKE telemetry INCLUDING DEFAULTS) PARTITION BY RANGE (at);
CREATE TABLE telemetry_2023 PARTITION OF telemetry_new FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE telemetry_2024 PARTITION OF telemetry_new FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO telemetry_new SELECT * FROM telemetry;
ALTER TABLE telemetry RENAME TO telemetry_old;
ALTER TABLE telemetry_new RENAME TO telemetry;
DROP TABLE telemetry_old;
-- case
DELETE FROM telemetry WHERE at < '2024-01-03';
-- case
DELETE FROM flights f WHERE NOT EXISTS (SELECT FROM bookings b WHERE (b.carrier, b.number, b.day) = (f.carrier, f.number, f.day)) AND f.day < '2024-01-10';
-- case
UPDATE flights SET delay = 0, gate = coalesce(gate, 'G1') WHERE delay IS NULL;
-- case
UPDATE passengers SET miles = miles + b.n FROM (SELECT passenger_id, count(*)::integer AS n FROM bookings GROUP BY 1) b WHERE b.passenger_id = passengers.id;
-- case
VACUUM (FULL, ANALYZE) bags;
-- case
CLUSTER flights USING flights_tail;
-- case
REINDEX (VERBOSE) TABLE bookings;
-- case
ALTER DOMAIN iata DROP CONSTRAINT iata_check;
ALTER DOMAIN iata ADD CONSTRAINT iata_check CHECK (VALUE ~ '^[A-Z0-9]{3}$');
-- case
ALTER DOMAIN pnr SET NOT NULL;
-- case
ALTER TABLE passengers ALTER COLUMN email SET NOT NULL, ADD CONSTRAINT passengers_email_form CHECK (email LIKE '%@%');
-- case from 18
ALTER TABLE passengers ADD CONSTRAINT passengers_email_given NOT NULL email;
-- case crlf
ALTER TABLE bookings ADD COLUMN agent_id integer;
ALTER TABLE bookings ADD CONSTRAINT bookings_agent_fk FOREIGN KEY (agent_id) REFERENCES bookings (id) ON DELETE SET NULL;
CREATE INDEX bookings_agent ON bookings (agent_id);
-- case
ALTER TABLE "Ops"."Duty" SET SCHEMA public;
-- case
ALTER TABLE "Ops"."Duty" ALTER COLUMN "id" DROP DEFAULT, ALTER COLUMN "id" TYPE bigint, ALTER COLUMN "id" ADD GENERATED BY DEFAULT AS IDENTITY;
DROP SEQUENCE "Ops"."Duty_id_seq";
-- case
ALTER TABLE bags ADD CONSTRAINT bags_no_two EXCLUDE USING btree (tag WITH =);
-- case
DROP TABLE IF EXISTS "Ops"."Duty", "Ops"."CrewMember" CASCADE;
-- case
DROP SCHEMA "Ops" CASCADE;
