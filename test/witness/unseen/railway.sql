-- schema when asked
CREATE SCHEMA rail;
CREATE SCHEMA "Ops";
CREATE EXTENSION citext SCHEMA rail;
CREATE ROLE conductor NOLOGIN;
CREATE ROLE "Ticket Office" NOLOGIN;
CREATE ROLE auditor NOLOGIN;
CREATE TYPE rail.journey_state AS ENUM ('planned', 'boarding', 'running', 'arrived', 'cancelled');
CREATE TYPE rail.travel_class AS ENUM ('first', 'second', 'third');
CREATE TYPE "Ops"."ShiftKind" AS ENUM ('Early', 'Late', 'Night');
CREATE TYPE rail.platform_side AS ENUM ('L', 'R');
CREATE DOMAIN rail.uic AS text CHECK (VALUE ~ '^[0-9]{2,7}$');
CREATE DOMAIN "Ops"."Phone" AS varchar(24);
CREATE FUNCTION rail.norm(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT lower(trim($1)) $$;
CREATE TABLE rail.audit (at timestamptz NOT NULL DEFAULT '2024-01-01 00:00+00', tab text, op text, old_id text);
CREATE FUNCTION rail.keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO rail.audit (tab, op) VALUES (TG_TABLE_NAME, TG_OP); RETURN NULL; END $$;
CREATE FUNCTION rail.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed := timestamp '2024-06-06 06:06'; RETURN NEW; END $$;
CREATE TABLE rail.operators (
  id serial PRIMARY KEY,
  uic rail.uic UNIQUE,
  name varchar(60) NOT NULL,
  country char(2) NOT NULL DEFAULT 'DE',
  vat varchar(20),
  parent integer REFERENCES rail.operators (id) ON DELETE SET NULL,
  founded varchar(10),
  active smallint NOT NULL DEFAULT 1
);
CREATE TABLE rail.stations (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code char(5) NOT NULL CONSTRAINT stations_code_key UNIQUE,
  name varchar(80) NOT NULL,
  lat numeric(8,5),
  lon real,
  opened text,
  platforms smallint DEFAULT 2,
  facilities varchar(20)[] NOT NULL DEFAULT '{}',
  attrs json DEFAULT '{}',
  region text,
  homepage varchar(120),
  CONSTRAINT stations_platforms CHECK (platforms BETWEEN 0 AND 60)
);
CREATE INDEX stations_name_norm ON rail.stations (rail.norm(name));
CREATE INDEX stations_facilities ON rail.stations USING gin (facilities);
CREATE INDEX stations_place ON rail.stations (lat, lon) WHERE lat IS NOT NULL;
COMMENT ON COLUMN rail.stations.opened IS 'as the archive''s card says';
CREATE TABLE rail.trains (
  train_no varchar(12) PRIMARY KEY,
  operator integer NOT NULL,
  model text,
  seats integer NOT NULL DEFAULT 400 CONSTRAINT trains_seats CHECK (seats > 0),
  weight numeric(7,2),
  built date,
  speeds integer[],
  changed timestamp,
  CONSTRAINT trains_operator FOREIGN KEY (operator) REFERENCES rail.operators ON UPDATE CASCADE
);
CREATE INDEX trains_model_like ON rail.trains (model text_pattern_ops);
CREATE TRIGGER trains_stamp BEFORE UPDATE ON rail.trains FOR EACH ROW EXECUTE FUNCTION rail.stamp();
CREATE TABLE rail.journeys (
  id serial CONSTRAINT journeys_pkey PRIMARY KEY,
  train varchar(12) NOT NULL CONSTRAINT journeys_train REFERENCES rail.trains (train_no) ON UPDATE CASCADE,
  state rail.journey_state NOT NULL DEFAULT 'planned',
  status text DEFAULT 'ok' CONSTRAINT journeys_status CHECK (status IN ('ok', 'late', 'gone')),
  departs timestamp NOT NULL,
  arrives timestamp without time zone,
  delay integer DEFAULT 0,
  minutes integer GENERATED ALWAYS AS (delay / 60) STORED,
  distance real,
  crew_ref text,
  notes varchar(255),
  CONSTRAINT journeys_times CHECK (arrives > departs)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX journeys_late ON rail.journeys (delay DESC NULLS LAST, departs) WHERE status = 'late';
CREATE INDEX journeys_day ON rail.journeys ((departs::date));
CREATE UNIQUE INDEX journeys_once ON rail.journeys (train, departs);
CREATE STATISTICS rail.journeys_stat (dependencies, ndistinct) ON state, status, delay FROM rail.journeys;
CREATE TRIGGER journeys_audit AFTER UPDATE OF delay OR DELETE ON rail.journeys FOR EACH ROW EXECUTE FUNCTION rail.keep_audit();
COMMENT ON COLUMN rail.journeys.delay IS 'seconds; "0" when on time';
COMMENT ON STATISTICS rail.journeys_stat IS 'late ones go together';
COMMENT ON INDEX rail.journeys_late IS 'the board';
CREATE TABLE rail.stops (
  journey integer NOT NULL,
  seq smallint NOT NULL,
  station integer NOT NULL CONSTRAINT stops_station REFERENCES rail.stations (id),
  platform varchar(4),
  side rail.platform_side,
  due time,
  dwell integer NOT NULL DEFAULT 60,
  CONSTRAINT stops_pk PRIMARY KEY (journey, seq),
  CONSTRAINT stops_journey FOREIGN KEY (journey) REFERENCES rail.journeys (id) ON DELETE CASCADE
);
CREATE INDEX stops_station_ix ON rail.stops (station) INCLUDE (due);
CREATE TABLE rail.tickets (
  id bigserial PRIMARY KEY,
  token varchar(36) NOT NULL,
  journey integer NOT NULL CONSTRAINT tickets_journey REFERENCES rail.journeys ON DELETE RESTRICT DEFERRABLE,
  from_seq smallint,
  class char(1) DEFAULT '2',
  fare numeric(8,2) NOT NULL DEFAULT 0,
  price_cents integer,
  bought timestamp DEFAULT '2024-02-02 02:02',
  email text,
  seat varchar(5),
  extras json,
  refund_of bigint CONSTRAINT tickets_refund REFERENCES rail.tickets (id) DEFERRABLE INITIALLY DEFERRED,
  valid_days integer,
  used boolean,
  CONSTRAINT tickets_stop FOREIGN KEY (journey, from_seq) REFERENCES rail.stops (journey, seq) NOT VALID,
  CONSTRAINT tickets_fare CHECK (fare >= 0 AND price_cents >= 0)
);
CREATE UNIQUE INDEX tickets_token_uq ON rail.tickets (token);
CREATE INDEX tickets_email_ci ON rail.tickets (lower(email)) WHERE email IS NOT NULL;
CREATE INDEX tickets_bought_fare ON rail.tickets (bought DESC, fare);
CREATE INDEX tickets_journey_ix ON rail.tickets (journey);
ALTER TABLE rail.tickets ALTER COLUMN extras SET STORAGE EXTERNAL, ALTER COLUMN fare SET STATISTICS 400;
COMMENT ON CONSTRAINT tickets_fare ON rail.tickets IS 'no gifts';
CREATE TABLE rail.positions (
  train varchar(12) NOT NULL,
  at timestamptz NOT NULL,
  lat numeric(8,5),
  speed integer,
  raw text,
  ok boolean,
  PRIMARY KEY (train, at)
) PARTITION BY RANGE (at);
CREATE TABLE rail.positions_q1 PARTITION OF rail.positions FOR VALUES FROM ('2024-01-01 00:00+00') TO ('2024-04-01 00:00+00');
CREATE TABLE rail.positions_q2 PARTITION OF rail.positions FOR VALUES FROM ('2024-04-01 00:00+00') TO ('2024-07-01 00:00+00') PARTITION BY LIST (train);
CREATE TABLE rail.positions_q2_ice PARTITION OF rail.positions_q2 FOR VALUES IN ('ICE1', 'ICE2', 'ICE3');
CREATE TABLE rail.positions_q2_rest PARTITION OF rail.positions_q2 DEFAULT;
CREATE INDEX positions_speed ON rail.positions (speed) WHERE ok;
CREATE TABLE rail.positions_q3 (LIKE rail.positions INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
CREATE TABLE rail.wagons (id uuid NOT NULL DEFAULT gen_random_uuid(), kind text, tare integer, owner integer, last_check varchar(10)) PARTITION BY HASH (id);
CREATE TABLE rail.wagons_0 PARTITION OF rail.wagons FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE rail.wagons_1 PARTITION OF rail.wagons FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE rail.beeps (gate smallint, at timestamp, card text, amount integer, ok char(1) DEFAULT 'Y');
CREATE INDEX beeps_card ON rail.beeps (card);
CREATE TABLE "Ops"."Crew" (
  "crewId" varchar(36) NOT NULL CONSTRAINT "PK_Crew" PRIMARY KEY,
  "fullName" text NOT NULL,
  "hiredOn" varchar(10),
  "phone" "Ops"."Phone",
  "Grade" integer DEFAULT 1,
  languages text,
  "homeStation" integer CONSTRAINT "FK_Crew_Home" REFERENCES rail.stations (id) ON DELETE SET NULL,
  "managerId" varchar(36) CONSTRAINT "FK_Crew_Manager" REFERENCES "Ops"."Crew" ("crewId")
);
CREATE TABLE "Ops"."Shifts" (
  "shiftNo" integer NOT NULL,
  "crewId" varchar(36) NOT NULL,
  "Kind" "Ops"."ShiftKind" NOT NULL DEFAULT 'Early',
  "from" timestamp NOT NULL,
  "to" timestamp NOT NULL,
  hours numeric(4,1),
  paid text DEFAULT 'no',
  journey integer CONSTRAINT "FK_Shifts_Journey" REFERENCES rail.journeys (id),
  "Note" varchar(100),
  CONSTRAINT "PK_Shifts" PRIMARY KEY ("crewId", "shiftNo"),
  CONSTRAINT "FK_Shifts_Crew" FOREIGN KEY ("crewId") REFERENCES "Ops"."Crew" ("crewId") ON UPDATE CASCADE ON DELETE CASCADE,
  CONSTRAINT "CK_Shifts_Order" CHECK ("to" > "from")
);
CREATE INDEX "IX_Shifts_from" ON "Ops"."Shifts" ("from" DESC) WHERE paid = 'no';
CREATE TABLE "Ops"."Incidents" (
  "Id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "Severity" smallint NOT NULL,
  "reportedBy" varchar(36),
  "text" varchar(500),
  costs real,
  closed text,
  PRIMARY KEY ("Id", "Severity")
) PARTITION BY LIST ("Severity");
CREATE TABLE "Ops"."Incidents_low" PARTITION OF "Ops"."Incidents" FOR VALUES IN (1, 2);
CREATE TABLE "Ops"."Incidents_high" PARTITION OF "Ops"."Incidents" FOR VALUES IN (3);
CREATE TABLE "Ops"."Incidents_other" PARTITION OF "Ops"."Incidents" DEFAULT;
CREATE TABLE "Ops"."Devices" ("deviceId" integer, name text, imei bigint, seen timestamptz, battery smallint);
CREATE VIEW rail.board AS SELECT j.id, j.train, j.departs, j.delay, s.name AS operator FROM rail.journeys j JOIN rail.trains t ON t.train_no = j.train JOIN rail.operators s ON s.id = t.operator WHERE j.state <> 'arrived';
CREATE VIEW rail.late_board WITH (security_barrier) AS SELECT id, delay FROM rail.board WHERE delay > 300;
CREATE VIEW "Ops"."OpenShifts" AS SELECT "crewId", "shiftNo", "Note" FROM "Ops"."Shifts" WHERE paid = 'no' WITH CASCADED CHECK OPTION;
CREATE MATERIALIZED VIEW rail.takings AS SELECT journey, sum(fare) AS fares, count(*) AS n FROM rail.tickets GROUP BY journey;
CREATE UNIQUE INDEX takings_journey ON rail.takings (journey);
CREATE MATERIALIZED VIEW rail.speeds AS SELECT train, max(speed) AS fastest FROM rail.positions GROUP BY train;
ALTER TABLE "Ops"."Shifts" ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_shifts ON "Ops"."Shifts" TO conductor USING (hours < 20 OR "Kind" = 'Night');
CREATE PUBLICATION timetable FOR TABLE rail.stations, rail.stops;
GRANT USAGE ON SCHEMA rail, "Ops" TO conductor, "Ticket Office", auditor;
GRANT SELECT, INSERT, UPDATE ON rail.tickets, rail.journeys TO "Ticket Office" WITH GRANT OPTION;
GRANT SELECT (delay, departs), UPDATE (delay) ON rail.journeys TO conductor;
GRANT SELECT (fare, email) ON rail.tickets TO auditor;
GRANT SELECT ON rail.board, rail.late_board, rail.takings TO PUBLIC;
GRANT ALL ON "Ops"."Shifts" TO conductor;
GRANT SELECT ("crewId", hours) ON "Ops"."Shifts" TO auditor;
GRANT USAGE ON SEQUENCE rail.journeys_id_seq TO "Ticket Office";
COMMENT ON VIEW rail.board IS 'what hangs in the hall';
COMMENT ON COLUMN rail.board.delay IS 'in seconds';
COMMENT ON MATERIALIZED VIEW rail.takings IS 'each night';
INSERT INTO rail.operators (uic, name, country, vat, founded) SELECT (1000 + g)::text, 'Operator ' || g, (ARRAY['DE', 'FR', 'CH'])[1 + g % 3], CASE WHEN g % 3 > 0 THEN 'V' || g END, (1835 + g)::text FROM generate_series(1, 20) g;
UPDATE rail.operators SET parent = 1 + id % 4 WHERE id > 10;
INSERT INTO rail.stations (code, name, lat, lon, opened, platforms, facilities, attrs, region, homepage) SELECT 'S' || lpad(g::text, 4, '0'), 'Station ' || g, CASE WHEN g % 9 > 0 THEN 48 + g * 0.01 END, 8 + g * 0.02, (1850 + g % 100)::text || '-05-01', CASE WHEN g % 7 > 0 THEN g % 20 END, ARRAY['wc', 'lift' || g % 3], json_build_object('wifi', g % 2 = 0), CASE WHEN g % 4 > 0 THEN 'region ' || g % 6 END, CASE WHEN g % 5 > 0 THEN 'https://s' || g END FROM generate_series(1, 120) g;
INSERT INTO rail.trains (train_no, operator, model, seats, weight, built, speeds) SELECT CASE WHEN g < 10 THEN 'ICE' || g ELSE 'RE' || g END, 1 + g % 20, CASE WHEN g % 6 > 0 THEN 'Model ' || g % 5 END, 100 + g, g * 10.5, date '2001-01-01' + g * 30, ARRAY[g, 2 * g] FROM generate_series(1, 60) g;
INSERT INTO rail.journeys (train, state, status, departs, arrives, delay, distance, crew_ref, notes) SELECT CASE WHEN n < 10 THEN 'ICE' || n ELSE 'RE' || n END, (enum_range(NULL::rail.journey_state))[1 + g % 5], (ARRAY['ok', 'late', 'gone'])[1 + g % 3], timestamp '2024-03-01 05:00' + g * interval '47 minutes', timestamp '2024-03-01 09:00' + g * interval '47 minutes', CASE WHEN g % 8 > 0 THEN g * 3 END, g * 1.25, md5('c' || g % 50)::uuid::text, CASE WHEN g % 3 = 0 THEN 'note ' || g END FROM (SELECT g, 1 + g % 60 AS n FROM generate_series(1, 260) g) x;
INSERT INTO rail.stops SELECT 1 + g % 260, 1 + g / 260, 1 + g % 120, CASE WHEN g % 4 > 0 THEN (g % 20)::text END, (enum_range(NULL::rail.platform_side))[1 + g % 2], time '05:00' + g * interval '1 minute', 30 + g % 200 FROM generate_series(1, 600) g;
INSERT INTO rail.tickets (token, journey, from_seq, class, fare, price_cents, email, seat, extras, valid_days, used) SELECT md5('t' || g)::uuid::text, 1 + g % 260, 2, (g % 3 + 1)::text, g * 1.1, CASE WHEN g % 5 > 0 THEN g * 110 END, CASE WHEN g % 4 > 0 THEN 'Rider' || g || '@x.org' END, CASE WHEN g % 2 = 0 THEN g % 90 || 'A' END, CASE WHEN g % 3 > 0 THEN json_build_object('dog', g) END, CASE WHEN g % 6 > 0 THEN g % 30 END, CASE WHEN g % 5 > 0 THEN g % 2 = 0 END FROM generate_series(1, 300) g;
UPDATE rail.tickets SET refund_of = id - 10 WHERE id % 20 = 0;
INSERT INTO rail.positions SELECT CASE WHEN g % 9 < 3 THEN 'ICE' || (1 + g % 3) ELSE 'RE' || (10 + g % 20) END, timestamptz '2024-01-02 00:00+00' + g * interval '10 hours', CASE WHEN g % 5 > 0 THEN 48 + g * 0.001 END, CASE WHEN g % 6 > 0 THEN g % 250 END, (g * 7)::text, CASE WHEN g % 7 > 0 THEN g % 2 = 0 END FROM generate_series(1, 380) g;
INSERT INTO rail.positions_q3 SELECT 'RE' || (10 + g % 20), timestamptz '2024-07-02 00:00+00' + g * interval '9 hours', 48, g, g::text, true FROM generate_series(1, 100) g;
INSERT INTO rail.wagons SELECT md5('w' || g)::uuid, CASE WHEN g % 4 > 0 THEN 'kind ' || g % 5 END, g * 100, CASE WHEN g % 3 > 0 THEN 1 + g % 20 END, '2023-0' || (1 + g % 9) || '-11' FROM generate_series(1, 150) g;
INSERT INTO rail.beeps SELECT g % 12, CASE WHEN g % 9 > 0 THEN timestamp '2024-05-05 05:05' + g * interval '3 seconds' END, 'card' || g % 70, g * 5, CASE WHEN g % 8 = 0 THEN 'N' ELSE 'Y' END FROM generate_series(1, 320) g;
INSERT INTO "Ops"."Crew" ("crewId", "fullName", "hiredOn", phone, "Grade", languages, "homeStation") SELECT md5('c' || g)::uuid::text, 'Person ' || g, CASE WHEN g % 5 > 0 THEN '2010-0' || (1 + g % 9) || '-15' END, CASE WHEN g % 3 > 0 THEN '+49 ' || g END, CASE WHEN g % 6 > 0 THEN g % 5 END, CASE WHEN g % 2 = 0 THEN 'de,fr' END, CASE WHEN g % 4 > 0 THEN 1 + g % 120 END FROM generate_series(1, 50) g;
UPDATE "Ops"."Crew" SET "managerId" = md5('c1')::uuid::text WHERE "Grade" = 1;
INSERT INTO "Ops"."Shifts" SELECT g, md5('c' || (1 + g % 50))::uuid::text, (enum_range(NULL::"Ops"."ShiftKind"))[1 + g % 3], timestamp '2024-04-01 06:00' + g * interval '8 hours', timestamp '2024-04-01 13:30' + g * interval '8 hours', CASE WHEN g % 7 > 0 THEN 7.5 END, CASE WHEN g % 2 = 0 THEN 'yes' ELSE 'no' END, CASE WHEN g % 3 > 0 THEN 1 + g % 260 END, CASE WHEN g % 5 > 0 THEN 'n' || g END FROM generate_series(1, 200) g;
INSERT INTO "Ops"."Incidents" SELECT md5('i' || g)::uuid, 1 + g % 5, CASE WHEN g % 3 > 0 THEN md5('c' || (1 + g % 50))::uuid::text END, 'what ' || g, CASE WHEN g % 4 > 0 THEN g * 0.5 END, CASE WHEN g % 2 = 0 THEN 'true' ELSE 'false' END FROM generate_series(1, 140) g;
INSERT INTO "Ops"."Devices" SELECT g, 'device ' || g, 350000000000 + g, timestamptz '2024-05-05 05:05+00' + g * interval '1 hour', CASE WHEN g % 5 > 0 THEN g % 100 END FROM generate_series(1, 90) g;
DELETE FROM rail.audit;
INSERT INTO rail.audit (tab, op, old_id) SELECT 't' || g % 5, 'UPDATE', g::text FROM generate_series(1, 200) g;
REFRESH MATERIALIZED VIEW rail.takings;
REFRESH MATERIALIZED VIEW rail.speeds;

-- case
ALTER TABLE rail.journeys ALTER COLUMN id TYPE bigint;
-- case
BEGIN;
ALTER TABLE rail.operators ALTER COLUMN id TYPE bigint;
ALTER TABLE rail.trains ALTER COLUMN operator TYPE bigint;
ALTER TABLE rail.operators ALTER COLUMN parent TYPE bigint;
COMMIT;
-- case
ALTER TABLE rail.stations ALTER COLUMN id SET DATA TYPE bigint;
-- case
ALTER TABLE rail.tickets ALTER COLUMN journey TYPE bigint, ALTER COLUMN from_seq TYPE integer;
-- case
ALTER TABLE rail.stops ALTER COLUMN journey TYPE bigint, ALTER COLUMN seq TYPE integer;
-- case
ALTER TABLE "Ops"."Crew" ALTER COLUMN "crewId" TYPE uuid USING "crewId"::uuid;
-- case
ALTER TABLE rail.tickets ALTER COLUMN token TYPE uuid USING token::uuid;
-- case
ALTER TABLE rail.tickets ALTER COLUMN token SET DATA TYPE text;
-- case
ALTER TABLE rail.tickets ALTER COLUMN email TYPE varchar(120);
-- case
ALTER TABLE rail.tickets ALTER COLUMN email TYPE rail.citext;
-- case
ALTER TABLE rail.tickets ALTER COLUMN bought TYPE timestamptz;
-- case
SET TIME ZONE 'UTC';
ALTER TABLE rail.tickets ALTER COLUMN bought TYPE timestamptz;
-- case
ALTER TABLE rail.tickets ALTER COLUMN fare TYPE numeric(12,4);
-- case
ALTER TABLE rail.tickets ALTER COLUMN fare TYPE integer USING (fare * 100)::integer;
-- case
ALTER TABLE rail.tickets ALTER COLUMN class DROP DEFAULT;
ALTER TABLE rail.tickets ALTER COLUMN class TYPE rail.travel_class USING (CASE class WHEN '1' THEN 'first' WHEN '2' THEN 'second' ELSE 'third' END)::rail.travel_class;
ALTER TABLE rail.tickets ALTER COLUMN class SET DEFAULT 'second';
-- case
ALTER TABLE rail.tickets ALTER COLUMN class TYPE text;
-- case
ALTER TABLE rail.tickets ALTER COLUMN extras SET DATA TYPE jsonb USING extras::jsonb;
-- case
ALTER TABLE rail.tickets ALTER COLUMN extras TYPE jsonb;
CREATE INDEX tickets_extras ON rail.tickets USING gin (extras);
-- case
ALTER TABLE rail.tickets ALTER COLUMN price_cents TYPE bigint, ALTER COLUMN valid_days TYPE smallint;
-- case
ALTER TABLE rail.tickets ALTER COLUMN valid_days TYPE interval USING make_interval(days => valid_days);
-- case
ALTER TABLE rail.tickets ALTER COLUMN used TYPE integer USING used::integer, ALTER COLUMN seat SET NOT NULL;
-- case
ALTER TABLE rail.journeys ALTER COLUMN delay TYPE bigint;
-- case
ALTER TABLE rail.journeys ALTER COLUMN status DROP DEFAULT, ALTER COLUMN status TYPE rail.journey_state USING 'planned'::rail.journey_state;
-- case
ALTER TABLE rail.journeys ALTER COLUMN state TYPE text USING state::text;
-- case
ALTER TABLE rail.journeys ALTER COLUMN state TYPE varchar(12);
-- case
ALTER TABLE rail.journeys ALTER COLUMN departs TYPE timestamptz USING departs AT TIME ZONE 'Europe/Berlin', ALTER COLUMN arrives TYPE timestamptz USING arrives AT TIME ZONE 'Europe/Berlin';
-- case
ALTER TABLE rail.journeys ALTER COLUMN arrives TYPE timestamp(0);
-- case
ALTER TABLE rail.journeys ALTER COLUMN distance TYPE numeric(9,3);
-- case
ALTER TABLE rail.journeys ALTER COLUMN crew_ref TYPE uuid USING crew_ref::uuid;
ALTER TABLE rail.journeys ALTER COLUMN notes TYPE text;
-- case
ALTER TABLE rail.journeys ALTER COLUMN notes TYPE varchar(100);
-- case
ALTER TABLE rail.journeys ALTER COLUMN minutes TYPE bigint;
-- case
ALTER TABLE rail.journeys ALTER COLUMN train TYPE text;
-- case
ALTER TABLE rail.trains ALTER COLUMN train_no TYPE varchar(20);
-- case
ALTER TABLE rail.trains ALTER COLUMN train_no TYPE text;
-- case
ALTER TABLE rail.trains ALTER COLUMN seats TYPE smallint, ALTER COLUMN weight TYPE numeric(9,1);
-- case
ALTER TABLE rail.trains ALTER COLUMN speeds TYPE bigint[];
-- case
ALTER TABLE rail.trains ALTER COLUMN speeds TYPE integer USING speeds[1], ALTER COLUMN model TYPE varchar(30);
-- case
ALTER TABLE rail.trains ALTER COLUMN built TYPE integer USING extract(year FROM built)::integer;
-- case
ALTER TABLE rail.stations ALTER COLUMN code TYPE text;
-- case
ALTER TABLE rail.stations ALTER COLUMN code TYPE varchar(8) USING trim(code);
-- case
ALTER TABLE rail.stations ALTER COLUMN facilities TYPE text[];
-- case
ALTER TABLE rail.stations ALTER COLUMN lat TYPE double precision, ALTER COLUMN lon TYPE double precision;
-- case
ALTER TABLE rail.stations ALTER COLUMN opened TYPE date USING opened::date;
-- case
ALTER TABLE rail.stations ALTER COLUMN attrs DROP DEFAULT, ALTER COLUMN attrs TYPE jsonb USING attrs::jsonb, ALTER COLUMN attrs SET DEFAULT '{}'::jsonb;
-- case
ALTER TABLE rail.stations ALTER COLUMN name TYPE text, ALTER COLUMN platforms TYPE integer;
-- case
ALTER TABLE rail.operators ALTER COLUMN active DROP DEFAULT, ALTER COLUMN active TYPE boolean USING active = 1, ALTER COLUMN active SET DEFAULT true;
-- case
ALTER TABLE rail.operators ALTER COLUMN uic TYPE integer USING uic::integer;
-- case
ALTER TABLE rail.operators ALTER COLUMN country TYPE varchar(3), ALTER COLUMN founded TYPE integer USING founded::integer;
-- case
ALTER TABLE rail.stops ALTER COLUMN dwell TYPE interval USING dwell * interval '1 second';
-- case
ALTER TABLE rail.stops ALTER COLUMN dwell DROP DEFAULT, ALTER COLUMN dwell TYPE interval USING dwell * interval '1 second', ALTER COLUMN dwell SET DEFAULT '1 minute';
-- case
ALTER TABLE rail.stops ALTER COLUMN platform TYPE smallint USING nullif(platform, '')::smallint;
-- case
ALTER TABLE rail.stops ALTER COLUMN side TYPE char(1) USING side::text;
-- case
ALTER TABLE rail.stops ALTER COLUMN due TYPE timetz;
-- case
ALTER TABLE rail.positions ALTER COLUMN speed TYPE numeric(6,2);
-- case
ALTER TABLE rail.positions ALTER COLUMN raw TYPE bigint USING raw::bigint, ALTER COLUMN lat TYPE numeric(10,7);
-- case
ALTER TABLE rail.positions ALTER COLUMN train TYPE text;
-- case
ALTER TABLE rail.positions ALTER COLUMN at TYPE timestamp USING at AT TIME ZONE 'UTC';
-- case
ALTER TABLE rail.wagons ALTER COLUMN last_check TYPE date USING last_check::date, ALTER COLUMN tare TYPE bigint;
-- case
ALTER TABLE rail.beeps ALTER COLUMN amount TYPE numeric(10,2) USING amount / 100.0, ALTER COLUMN ok DROP DEFAULT, ALTER COLUMN ok TYPE boolean USING ok = 'Y';
-- case
ALTER TABLE rail.beeps ALTER COLUMN card TYPE varchar(16), ALTER COLUMN at TYPE timestamptz USING at AT TIME ZONE 'UTC';
-- case
ALTER TABLE "Ops"."Crew" ALTER COLUMN "hiredOn" TYPE date USING to_date("hiredOn", 'YYYY-MM-DD'), ALTER COLUMN phone TYPE text;
-- case
ALTER TABLE "Ops"."Crew" ALTER COLUMN languages TYPE text[] USING string_to_array(languages, ',');
-- case
ALTER TABLE "Ops"."Crew" ALTER COLUMN "Grade" DROP DEFAULT, ALTER COLUMN "Grade" TYPE varchar(10) USING 'G' || "Grade";
-- case
ALTER TABLE "Ops"."Shifts" ALTER COLUMN hours TYPE numeric(6,2);
-- case
ALTER TABLE "Ops"."Shifts" ALTER COLUMN paid DROP DEFAULT, ALTER COLUMN paid TYPE boolean USING paid = 'yes';
-- case
ALTER TABLE "Ops"."Shifts" ALTER COLUMN "from" TYPE timestamptz USING "from" AT TIME ZONE 'UTC', ALTER COLUMN "to" TYPE timestamptz USING "to" AT TIME ZONE 'UTC';
-- case
ALTER TABLE "Ops"."Shifts" ALTER COLUMN "shiftNo" TYPE bigint, ALTER COLUMN "Note" TYPE varchar(50);
-- case
ALTER TABLE "Ops"."Incidents" ALTER COLUMN costs TYPE numeric(10,2), ALTER COLUMN closed TYPE boolean USING closed::boolean;
-- case
ALTER TABLE "Ops"."Incidents" ALTER COLUMN "Severity" TYPE integer;
-- case
ALTER TABLE "Ops"."Incidents" ALTER COLUMN "reportedBy" TYPE uuid USING "reportedBy"::uuid;
-- case
DROP VIEW rail.late_board, rail.board;
ALTER TABLE rail.journeys ALTER COLUMN delay TYPE interval USING make_interval(secs => delay);
-- case
BEGIN;
DROP MATERIALIZED VIEW rail.takings;
ALTER TABLE rail.tickets ALTER COLUMN fare TYPE numeric(14,2), ALTER COLUMN price_cents TYPE bigint;
CREATE MATERIALIZED VIEW rail.takings AS SELECT journey, sum(fare) AS fares, count(*) AS n FROM rail.tickets GROUP BY journey;
CREATE UNIQUE INDEX takings_journey ON rail.takings (journey);
COMMIT;
-- case
ALTER TABLE "Ops"."Devices" ALTER COLUMN "deviceId" TYPE bigint, ALTER COLUMN "deviceId" SET NOT NULL, ADD CONSTRAINT "PK_Devices" PRIMARY KEY ("deviceId");
-- case
ALTER TABLE "Ops"."Devices" ALTER COLUMN imei TYPE text, ALTER COLUMN seen TYPE date;
-- case
ALTER TABLE rail.journeys RENAME COLUMN delay TO delay_seconds;
-- case
ALTER TABLE rail.tickets RENAME COLUMN bought TO bought_at;
ALTER TABLE rail.tickets RENAME COLUMN fare TO amount;
-- case
ALTER TABLE "Ops"."Shifts" RENAME TO shifts;
-- case
ALTER TABLE rail.positions RENAME COLUMN speed TO kmh;
-- case
ALTER TABLE rail.tickets DROP COLUMN price_cents, DROP COLUMN seat;
-- case
ALTER TABLE rail.positions DROP COLUMN raw;
DROP INDEX rail.positions_speed;
-- case
DROP TABLE rail.stops CASCADE;
-- case
ALTER TABLE rail.journeys DROP CONSTRAINT journeys_status, ADD CONSTRAINT journeys_status CHECK (status IN ('ok', 'late', 'gone', 'lost'));
-- case
ALTER TABLE rail.tickets ADD CONSTRAINT tickets_seat_once UNIQUE (journey, seat, id), ADD CONSTRAINT tickets_days CHECK (valid_days < 400);
ALTER TABLE rail.tickets VALIDATE CONSTRAINT tickets_stop;
-- case
ALTER TABLE rail.positions ADD CONSTRAINT positions_train FOREIGN KEY (train) REFERENCES rail.trains (train_no);
CREATE INDEX positions_lat ON rail.positions (lat) INCLUDE (ok);
-- case
CREATE UNIQUE INDEX wagons_id ON rail.wagons (id);
ALTER TABLE rail.wagons ADD CONSTRAINT wagons_owner FOREIGN KEY (owner) REFERENCES rail.operators (id), ALTER COLUMN tare SET NOT NULL;
-- case
ALTER TABLE "Ops"."Incidents" ADD CONSTRAINT "FK_Incidents_Crew" FOREIGN KEY ("reportedBy") REFERENCES "Ops"."Crew" ("crewId") ON DELETE SET NULL, ADD COLUMN "openedAt" timestamptz NOT NULL DEFAULT clock_timestamp();
-- case
ALTER TABLE rail.beeps ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
-- case
UPDATE rail.tickets SET valid_days = 1 WHERE valid_days IS NULL;
ALTER TABLE rail.tickets ALTER COLUMN valid_days SET NOT NULL;
-- case
ALTER TABLE rail.tickets ADD COLUMN currency char(3);
UPDATE rail.tickets SET currency = 'EUR';
ALTER TABLE rail.tickets ALTER COLUMN currency SET NOT NULL;
-- case
UPDATE rail.stations SET region = upper(region);
ALTER TABLE rail.stations ADD COLUMN country text GENERATED ALWAYS AS (left(code, 1)) STORED;
-- case
DELETE FROM rail.beeps WHERE at IS NULL;
ALTER TABLE rail.beeps ALTER COLUMN at SET NOT NULL;
-- case
ALTER TABLE rail.positions ATTACH PARTITION rail.positions_q3 FOR VALUES FROM ('2024-07-01 00:00+00') TO ('2024-10-01 00:00+00');
-- case
ALTER TABLE "Ops"."Incidents" DETACH PARTITION "Ops"."Incidents_high";
-- case
BEGIN;
ALTER TYPE "Ops"."ShiftKind" RENAME TO "ShiftKind_old";
CREATE TYPE "Ops"."ShiftKind" AS ENUM ('Early', 'Late', 'Night', 'Split');
ALTER TABLE "Ops"."Shifts" ALTER COLUMN "Kind" DROP DEFAULT;
ALTER TABLE "Ops"."Shifts" ALTER COLUMN "Kind" TYPE text;
ALTER TABLE "Ops"."Shifts" ALTER COLUMN "Kind" SET DEFAULT 'Early';
COMMIT;
-- case
ALTER TABLE rail.trains DROP CONSTRAINT trains_operator, ADD CONSTRAINT trains_operator FOREIGN KEY (operator) REFERENCES rail.operators (id) ON DELETE CASCADE, ALTER COLUMN model SET DEFAULT 'unknown';
-- case
CREATE VIEW rail.cheap AS SELECT id, fare FROM rail.tickets WHERE fare < 10;
ALTER TABLE rail.tickets ADD COLUMN fee numeric NOT NULL DEFAULT random(), ADD UNIQUE (token, fee);
-- case crlf
ALTER TABLE "Ops"."Shifts"
  ALTER COLUMN "Note" TYPE text, -- no limit
  ALTER COLUMN journey TYPE bigint,
  ADD COLUMN breaks integer[] NOT NULL DEFAULT '{}',
  ADD CONSTRAINT "CK_Shifts_Hours" CHECK (hours > 0);
-- case
ALTER TABLE rail.audit ALTER COLUMN old_id TYPE bigint USING old_id::bigint;
CREATE INDEX audit_old ON rail.audit (old_id);
-- case from 17
ALTER TABLE rail.journeys ALTER COLUMN minutes SET EXPRESSION AS (delay / 30);
