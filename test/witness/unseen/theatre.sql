-- schema when asked
CREATE SCHEMA stage;
CREATE SCHEMA "Box Office";
CREATE EXTENSION btree_gist SCHEMA stage;
CREATE TABLESPACE "fly loft" LOCATION '';
CREATE ROLE stagehand NOLOGIN;
CREATE ROLE "Front of House" NOLOGIN;
CREATE ROLE prompter NOLOGIN;
CREATE TYPE stage.genre AS ENUM ('comedy', 'tragedy', 'farce', 'history', 'O''Neill');
CREATE TYPE stage.rank AS ENUM ('lead', 'support', 'extra', 'understudy');
CREATE TYPE "Box Office"."PayState" AS ENUM ('Open', 'Paid', 'Refunded', 'Lost');
CREATE TYPE stage.measure AS (width numeric, height numeric, unit text);
CREATE TYPE stage.hours AS RANGE (SUBTYPE = time);
CREATE DOMAIN stage.isni AS text CHECK (VALUE ~ '^[0-9]{4,}$');
CREATE DOMAIN "Box Office"."Cents" AS integer DEFAULT 0;
CREATE SEQUENCE "Box Office"."booking_no" START 1000;
CREATE FUNCTION stage.short(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT left($1, 12) $$;
CREATE FUNCTION stage.short(text, integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT left($1, $2) $$;
CREATE FUNCTION stage.short(integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT left($1::text, 3) $$;
CREATE TABLE "Box Office"."Ledger" (at timestamptz DEFAULT '2024-01-01 00:00+00', op text, of text, who integer);
CREATE FUNCTION "Box Office"."toLedger"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO "Box Office"."Ledger" (op, of, who) VALUES (TG_OP, TG_TABLE_NAME, TG_NARGS); RETURN NULL; END $$;
CREATE FUNCTION stage.tidy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.title := btrim(NEW.title); NEW.changed := timestamptz '2024-09-09 00:00+00'; RETURN NEW; END $$;
CREATE FUNCTION stage.no_empty_house() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.capacity = 0 THEN RAISE EXCEPTION 'a room without seats'; END IF; RETURN NULL; END $$;
CREATE TABLE stage.houses (code text COLLATE "C" PRIMARY KEY, name text NOT NULL, "City" varchar(50), opened date, subsidised boolean DEFAULT false, motto text);
CREATE TABLE stage.rooms (
  house text NOT NULL,
  no smallint NOT NULL,
  capacity integer NOT NULL DEFAULT 100,
  area stage.measure,
  grid_height real,
  heated integer,
  PRIMARY KEY (house, no),
  CONSTRAINT rooms_house FOREIGN KEY (house) REFERENCES stage.houses ON UPDATE CASCADE DEFERRABLE INITIALLY IMMEDIATE
);
CREATE CONSTRAINT TRIGGER no_empty_house AFTER INSERT OR UPDATE OF capacity ON stage.rooms DEFERRABLE FOR EACH ROW EXECUTE FUNCTION stage.no_empty_house();
CREATE TABLE stage.seats (
  house text,
  room smallint,
  "row" varchar(3),
  seat integer,
  "Price Band" char(1) NOT NULL DEFAULT 'B',
  "restricted view" boolean,
  x real, y real,
  PRIMARY KEY (house, room, "row", seat),
  CONSTRAINT "seats in a room" FOREIGN KEY (house, room) REFERENCES stage.rooms (house, no) ON UPDATE CASCADE ON DELETE CASCADE,
  CONSTRAINT seats_place UNIQUE (house, room, x, y) DEFERRABLE INITIALLY DEFERRED
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05);
CREATE TABLE stage.people (
  id integer GENERATED ALWAYS AS IDENTITY (START WITH 50 INCREMENT BY 2 MAXVALUE 100000) PRIMARY KEY,
  name text NOT NULL,
  born varchar(20),
  isni stage.isni,
  mentor integer,
  favourite uuid,
  "eMail" text,
  fee "Box Office"."Cents",
  skills text[] NOT NULL DEFAULT '{}',
  bio xml,
  CONSTRAINT people_mentor FOREIGN KEY (mentor) REFERENCES stage.people (id) ON DELETE SET NULL NOT VALID,
  CONSTRAINT "people_eMail_key" UNIQUE ("eMail")
);
CREATE INDEX people_skills ON stage.people USING gin (skills);
CREATE INDEX people_short ON stage.people (stage.short(name));
CREATE INDEX people_mentor_ix ON stage.people (mentor) INCLUDE (name) WHERE mentor IS NOT NULL;
CREATE TABLE stage.plays (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  title varchar(120) NOT NULL,
  genre stage.genre NOT NULL DEFAULT 'comedy',
  old_genre stage.genre,
  author integer,
  based_on uuid CONSTRAINT plays_based_on REFERENCES stage.plays (id) DEFERRABLE INITIALLY DEFERRED,
  minutes smallint DEFAULT 90,
  royalty numeric(5,2),
  year text,
  script json,
  upper_title text GENERATED ALWAYS AS (upper(title)) STORED,
  changed timestamptz,
  CONSTRAINT plays_author FOREIGN KEY (author) REFERENCES stage.people (id) ON DELETE RESTRICT,
  CONSTRAINT plays_minutes CHECK (minutes > 0),
  CONSTRAINT plays_royalty CHECK (royalty BETWEEN 0 AND 100) NOT VALID
);
CREATE INDEX plays_author_genre ON stage.plays (author, genre);
CREATE UNIQUE INDEX plays_upper ON stage.plays (upper_title, author);
CREATE INDEX plays_year ON stage.plays ((year::integer)) WHERE year ~ '^[0-9]+$';
CREATE TRIGGER tidy BEFORE INSERT OR UPDATE ON stage.plays FOR EACH ROW EXECUTE FUNCTION stage.tidy();
CREATE STATISTICS stage.plays_stat (ndistinct, dependencies) ON genre, author, minutes FROM stage.plays;
ALTER TABLE stage.people ADD CONSTRAINT people_favourite FOREIGN KEY (favourite) REFERENCES stage.plays (id) ON DELETE SET NULL;
CREATE TABLE stage.castings (
  play uuid NOT NULL CONSTRAINT castings_play REFERENCES stage.plays ON DELETE CASCADE,
  person integer NOT NULL CONSTRAINT castings_person REFERENCES stage.people,
  part text NOT NULL,
  rank stage.rank NOT NULL DEFAULT 'support',
  lines integer,
  nights bigint DEFAULT 0,
  since date,
  "Note!" text,
  PRIMARY KEY (play, person, part)
);
CREATE INDEX castings_person_ix ON stage.castings (person);
CREATE TRIGGER "to ledger" AFTER UPDATE OF rank OR DELETE ON stage.castings FOR EACH ROW EXECUTE FUNCTION "Box Office"."toLedger"('a', 'b');
CREATE TABLE stage.props (id bigserial PRIMARY KEY, label text NOT NULL, shelf varchar(10), value integer, bought date, CONSTRAINT props_value CHECK (value >= 0));
CREATE TABLE stage.costumes (size smallint, wearer integer, PRIMARY KEY (id)) INHERITS (stage.props);
CREATE TABLE stage.weapons (blunt boolean DEFAULT true, permit text) INHERITS (stage.props);
CREATE INDEX weapons_permit ON stage.weapons (permit);
CREATE TABLE stage.performances (
  id bigint NOT NULL,
  house text NOT NULL,
  starts timestamp NOT NULL,
  play uuid,
  sold integer DEFAULT 0,
  gross numeric(10,2),
  weather text,
  cancelled boolean,
  PRIMARY KEY (id, starts, house)
) PARTITION BY RANGE (starts);
CREATE TABLE stage.performances_2023 PARTITION OF stage.performances FOR VALUES FROM ('2023-01-01') TO ('2024-01-01') PARTITION BY LIST (house);
CREATE TABLE stage.performances_2023_north PARTITION OF stage.performances_2023 FOR VALUES IN ('H1', 'H2', 'H3');
CREATE TABLE stage.performances_2023_rest PARTITION OF stage.performances_2023 DEFAULT;
CREATE TABLE stage.performances_2024 PARTITION OF stage.performances FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX performances_play ON stage.performances (play);
CREATE TABLE stage.performances_2025 (LIKE stage.performances INCLUDING DEFAULTS, CONSTRAINT performances_2025_pkey PRIMARY KEY (id, starts, house));
CREATE TABLE stage.reviews (paper text NOT NULL, play uuid NOT NULL, printed date NOT NULL, stars smallint, body text, lang char(2) DEFAULT 'en') PARTITION BY LIST (paper);
CREATE TABLE stage.reviews_post PARTITION OF stage.reviews FOR VALUES IN ('Post');
CREATE TABLE stage.reviews_other PARTITION OF stage.reviews FOR VALUES IN ('Mail', 'Echo', NULL);
CREATE TABLE stage.rentals (prop bigint NOT NULL, during daterange NOT NULL, hirer text, deposit integer, CONSTRAINT rentals_once EXCLUDE USING gist (prop WITH =, during WITH &&));
CREATE TABLE "Box Office"."Patrons" (
  "patronId" serial,
  "Name" text NOT NULL,
  "eMail" varchar(80),
  "isMember" smallint DEFAULT 0,
  joined timestamp without time zone,
  "Street" text, "Town" text,
  "invitedBy" integer,
  CONSTRAINT "PK_Patrons" PRIMARY KEY ("patronId"),
  CONSTRAINT "FK_Patrons_invitedBy" FOREIGN KEY ("invitedBy") REFERENCES "Box Office"."Patrons" ("patronId") ON DELETE SET NULL
);
CREATE TABLE "Box Office"."Bookings" (
  ref varchar(12) NOT NULL,
  "patronId" integer NOT NULL CONSTRAINT "FK_Bookings_Patrons" REFERENCES "Box Office"."Patrons" ("patronId") ON DELETE CASCADE,
  performance bigint,
  "no" bigint DEFAULT nextval('"Box Office"."booking_no"'),
  state "Box Office"."PayState" NOT NULL DEFAULT 'Open',
  "oldState" "Box Office"."PayState",
  total "Box Office"."Cents" NOT NULL,
  placed timestamptz NOT NULL,
  "holdUntil" time,
  CONSTRAINT "PK_Bookings" PRIMARY KEY (ref),
  CONSTRAINT "CK_total" CHECK (total >= 0)
);
CREATE INDEX "IX_Bookings_patron" ON "Box Office"."Bookings" ("patronId", placed DESC NULLS LAST) INCLUDE (total);
CREATE INDEX "IX_Bookings_open" ON "Box Office"."Bookings" (placed) WHERE state = 'Open';
CREATE UNIQUE INDEX "UX_Bookings_no" ON "Box Office"."Bookings" ("no");
CREATE TABLE "Box Office"."Tickets" (
  id uuid NOT NULL,
  booking varchar(12) CONSTRAINT "FK_Tickets_Bookings" REFERENCES "Box Office"."Bookings" (ref) ON UPDATE CASCADE,
  seat integer,
  price real NOT NULL DEFAULT 10,
  "scannedAt" timestamptz,
  code text,
  CONSTRAINT "PK_Tickets" PRIMARY KEY (id)
);
CREATE TRIGGER "Tickets_ledger" AFTER INSERT OR DELETE ON "Box Office"."Tickets" FOR EACH ROW EXECUTE FUNCTION "Box Office"."toLedger"();
ALTER TABLE "Box Office"."Tickets" DISABLE TRIGGER "Tickets_ledger";
CREATE TABLE "Box Office"."TurnstileLog" (gate text, at timestamptz NOT NULL, ticket text, ok boolean, tries integer DEFAULT 1, payload text);
CREATE INDEX "IX_Turnstile_at" ON "Box Office"."TurnstileLog" (at);
CREATE UNLOGGED TABLE "Box Office".basket (session uuid, pos smallint, item text, PRIMARY KEY (session, pos));
CREATE TABLE "Box Office".vouchers (id integer, code text, cents integer, until_day date, "usedBy" integer);
CREATE UNIQUE INDEX vouchers_id ON "Box Office".vouchers (id);
CREATE VIEW stage.comedies AS SELECT id, title, author, minutes FROM stage.plays WHERE genre = 'comedy' WITH CASCADED CHECK OPTION;
CREATE VIEW stage.long_comedies AS SELECT title, minutes, p.name FROM stage.comedies c JOIN stage.people p ON p.id = c.author WHERE minutes > 100;
CREATE VIEW "Box Office"."Debts" AS SELECT b."patronId", sum(b.total) AS "Owed" FROM "Box Office"."Bookings" b WHERE b.state = 'Open' GROUP BY 1;
CREATE VIEW stage.inventory AS SELECT label, value, tableoid::regclass::text AS of FROM stage.props;
CREATE MATERIALIZED VIEW stage.season AS SELECT house, date_trunc('month', starts) AS month, sum(gross) AS gross FROM stage.performances GROUP BY 1, 2;
CREATE MATERIALIZED VIEW "Box Office"."TopPatrons" AS SELECT "patronId", count(*) AS n FROM "Box Office"."Bookings" GROUP BY 1;
CREATE UNIQUE INDEX "UX_TopPatrons" ON "Box Office"."TopPatrons" ("patronId");
ALTER TABLE "Box Office"."Bookings" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own bookings" ON "Box Office"."Bookings" FOR SELECT TO "Front of House" USING (state <> 'Lost');
CREATE POLICY all_of_it ON "Box Office"."Bookings" AS PERMISSIVE FOR ALL TO stagehand USING (true) WITH CHECK (total < 100000);
ALTER TABLE "Box Office"."Tickets" REPLICA IDENTITY USING INDEX "PK_Tickets";
ALTER TABLE "Box Office"."TurnstileLog" REPLICA IDENTITY FULL;
ALTER TABLE stage.plays ALTER COLUMN script SET STORAGE EXTERNAL, ALTER COLUMN minutes SET STATISTICS 250;
ALTER TABLE stage.castings ALTER COLUMN person SET (n_distinct = -0.2);
CREATE PUBLICATION programme FOR TABLE stage.plays, stage.people, "Box Office"."Tickets";
GRANT USAGE ON SCHEMA stage, "Box Office" TO stagehand, "Front of House", prompter;
GRANT SELECT, INSERT, UPDATE ON stage.castings, stage.plays TO stagehand WITH GRANT OPTION;
GRANT SELECT (title, minutes), UPDATE (minutes) ON stage.plays TO prompter;
GRANT SELECT ON "Box Office"."Bookings", "Box Office"."Tickets", stage.season TO "Front of House";
GRANT UPDATE (state), SELECT (ref, state) ON "Box Office"."Bookings" TO prompter;
GRANT SELECT ON stage.comedies, stage.inventory TO PUBLIC;
GRANT USAGE ON SEQUENCE stage.props_id_seq TO stagehand;
COMMENT ON TABLE stage.plays IS 'what is played; it''s long';
COMMENT ON COLUMN stage.plays.minutes IS 'without the interval';
COMMENT ON COLUMN "Box Office"."Patrons"."isMember" IS '0 or 1';
COMMENT ON CONSTRAINT castings_person ON stage.castings IS 'who plays';
COMMENT ON CONSTRAINT plays_minutes ON stage.plays IS 'no play takes none';
COMMENT ON INDEX "Box Office"."IX_Bookings_open" IS 'to be paid';
COMMENT ON TRIGGER tidy ON stage.plays IS 'no blanks';
COMMENT ON COLUMN "Box Office"."Debts"."Owed" IS 'in cents';
COMMENT ON TYPE stage.rank IS 'as on the bill';
INSERT INTO stage.houses (code, name, "City", opened, motto) SELECT 'H' || g, 'House ' || g, 'City ' || g % 4, date '1890-01-01' + g * 300, CASE WHEN g % 2 = 0 THEN 'ars longa' END FROM generate_series(1, 12) g;
INSERT INTO stage.rooms SELECT 'H' || (1 + g % 12), g, 50 + g, ROW(g, 2 * g, 'm')::stage.measure, g * 0.5, CASE WHEN g % 3 > 0 THEN g % 2 END FROM generate_series(1, 36) g;
INSERT INTO stage.seats SELECT 'H' || (1 + g % 12), g % 36 + CASE WHEN g % 36 = 0 THEN 36 ELSE 0 END, chr(65 + g % 5), g, chr(65 + g % 3), CASE WHEN g % 4 > 0 THEN g % 8 = 0 END, g, g % 7 FROM generate_series(1, 180) g;
INSERT INTO stage.people (name, born, isni, "eMail", fee, skills) SELECT 'Person ' || g, (1940 + g % 60)::text || '-02-03', '000' || (1000 + g), CASE WHEN g % 5 > 0 THEN 'p' || g || '@stage.org' END, g * 100, ARRAY['s' || g % 6, 't' || g % 4] FROM generate_series(1, 90) g;
UPDATE stage.people SET mentor = 50 + 2 * (id % 20) WHERE id % 3 = 0;
INSERT INTO stage.plays (id, title, genre, old_genre, author, minutes, royalty, year, script) SELECT md5('p' || g)::uuid, 'Play ' || g, (enum_range(NULL::stage.genre))[1 + g % 4], CASE WHEN g % 3 = 0 THEN (enum_range(NULL::stage.genre))[1 + g % 2] END, 50 + 2 * (g % 90), 60 + g, CASE WHEN g % 4 > 0 THEN g % 12 END, (1900 + g)::text, json_build_object('n', g) FROM generate_series(1, 100) g;
UPDATE stage.plays SET based_on = md5('p1')::uuid WHERE minutes % 5 = 0;
UPDATE stage.people SET favourite = md5('p' || id % 100 + 1)::uuid WHERE id % 4 = 0 AND id % 100 < 99 AND id > 60;
INSERT INTO stage.castings SELECT md5('p' || (1 + g % 100))::uuid, 50 + 2 * (g % 90), 'part ' || g, (enum_range(NULL::stage.rank))[1 + g % 3], CASE WHEN g % 3 > 0 THEN g * 4 END, g, date '2022-01-01' + g, CASE WHEN g % 7 = 0 THEN 'ill' END FROM generate_series(1, 220) g;
INSERT INTO stage.props (label, shelf, value, bought) SELECT 'prop ' || g, CASE WHEN g % 3 > 0 THEN 'S' || g % 9 END, g, date '2010-01-01' + g FROM generate_series(1, 60) g;
INSERT INTO stage.costumes (label, shelf, value, bought, size, wearer) SELECT 'costume ' || g, 'C' || g % 9, g * 2, date '2012-01-01' + g, 34 + g % 20, 50 + 2 * (g % 90) FROM generate_series(1, 70) g;
INSERT INTO stage.weapons (label, shelf, value, permit) SELECT 'sword ' || g, CASE WHEN g % 2 = 0 THEN 'W' END, g, 'permit ' || g FROM generate_series(1, 50) g;
INSERT INTO stage.performances SELECT g, 'H' || (1 + g % 12), timestamp '2023-01-03 20:00' + g * interval '3 days', md5('p' || (1 + g % 100))::uuid, CASE WHEN g % 4 > 0 THEN g END, g * 10.5, CASE WHEN g % 2 = 0 THEN 'rain' END, CASE WHEN g % 6 > 0 THEN g % 12 = 1 END FROM generate_series(1, 200) g;
INSERT INTO stage.performances_2025 SELECT g, 'H' || (1 + g % 12), timestamp '2025-01-03 20:00' + (g - 1000) * interval '1 day', md5('p' || (1 + g % 100))::uuid, g, g, NULL, NULL FROM generate_series(1001, 1080) g;
INSERT INTO stage.reviews SELECT (ARRAY['Post', 'Mail', 'Echo'])[1 + g % 3], md5('p' || (1 + g % 100))::uuid, date '2023-01-01' + g, CASE WHEN g % 4 > 0 THEN g % 6 END, 'review ' || g, CASE WHEN g % 5 > 0 THEN 'fr' END FROM generate_series(1, 150) g;
INSERT INTO stage.rentals SELECT 1 + g % 60, daterange(date '2020-01-01' + g * 10, date '2020-01-09' + g * 10), 'h' || g % 8, g FROM generate_series(1, 120) g;
INSERT INTO "Box Office"."Patrons" ("Name", "eMail", "isMember", joined, "Street", "Town", "invitedBy") SELECT 'Patron ' || g, CASE WHEN g % 6 > 0 THEN 'patron' || g || '@x.org' END, g % 2, CASE WHEN g % 5 > 0 THEN timestamp '2020-01-01' + g * interval '7 hours' END, 'Street ' || g, 'Town ' || g % 9, CASE WHEN g > 30 THEN g % 30 + 1 END FROM generate_series(1, 130) g;
INSERT INTO "Box Office"."Bookings" (ref, "patronId", performance, state, "oldState", total, placed, "holdUntil") SELECT 'B' || lpad(g::text, 6, '0'), 1 + g % 130, 1 + g % 200, (enum_range(NULL::"Box Office"."PayState"))[1 + g % 3], CASE WHEN g % 2 = 0 THEN (enum_range(NULL::"Box Office"."PayState"))[1 + g % 2] END, g * 10, timestamptz '2024-01-01 00:00+00' + g * interval '5 hours', CASE WHEN g % 3 > 0 THEN time '18:00' END FROM generate_series(1, 190) g;
INSERT INTO "Box Office"."Tickets" (id, booking, seat, price, "scannedAt", code) SELECT md5('t' || g)::uuid, CASE WHEN g % 9 > 0 THEN 'B' || lpad((1 + g % 190)::text, 6, '0') END, CASE WHEN g % 4 > 0 THEN g END, 10 + g % 5, CASE WHEN g % 3 > 0 THEN timestamptz '2024-02-01 00:00+00' + g * interval '1 hour' END, md5('c' || g) FROM generate_series(1, 210) g;
INSERT INTO "Box Office"."TurnstileLog" SELECT 'gate ' || g % 4, timestamptz '2024-03-01 00:00+00' + g * interval '11 minutes', md5('t' || g), CASE WHEN g % 5 > 0 THEN g % 2 = 0 END, g % 3, CASE WHEN g % 2 = 0 THEN '{"g": ' || g || '}' END FROM generate_series(1, 240) g;
INSERT INTO "Box Office".basket SELECT md5('s' || g % 30)::uuid, g, 'item ' || g FROM generate_series(1, 80) g;
INSERT INTO "Box Office".vouchers SELECT g, CASE WHEN g % 8 > 0 THEN 'V' || g END, g * 50, date '2025-01-01' + g, CASE WHEN g % 3 = 0 THEN g END FROM generate_series(1, 90) g;
DELETE FROM "Box Office"."Ledger";
INSERT INTO "Box Office"."Ledger" (op, of, who) SELECT 'old', 't' || g % 4, g FROM generate_series(1, 140) g;
REFRESH MATERIALIZED VIEW stage.season;
REFRESH MATERIALIZED VIEW "Box Office"."TopPatrons";

-- case
CREATE INDEX ON stage.castings (rank, lower(part) text_pattern_ops) INCLUDE (lines) WHERE "Note!" IS NULL;
-- case
CREATE UNIQUE INDEX IF NOT EXISTS "UX_Tickets_code" ON "Box Office"."Tickets" USING btree (code COLLATE "C" DESC);
-- case
CREATE INDEX performances_sold ON stage.performances (sold DESC, house) WHERE NOT cancelled;
COMMENT ON INDEX stage.performances_sold IS 'full houses';
-- case
CREATE UNIQUE INDEX reviews_once ON stage.reviews (paper, play, printed);
-- case
CREATE INDEX brin_turnstile ON "Box Office"."TurnstileLog" USING brin (at) WITH (pages_per_range = 32) TABLESPACE "fly loft";
-- case
DROP INDEX "Box Office"."IX_Bookings_open", stage.plays_year;
-- case
DROP INDEX stage.performances_play;
-- case
REINDEX INDEX stage.people_short;
REINDEX TABLE "Box Office"."Bookings";
-- case
REINDEX SCHEMA "Box Office";
-- case
ALTER TABLE stage.rentals ADD CONSTRAINT rentals_prop FOREIGN KEY (prop) REFERENCES stage.props (id) ON DELETE CASCADE;
-- case
ALTER TABLE "Box Office".vouchers ADD CONSTRAINT "FK_vouchers_Patrons" FOREIGN KEY ("usedBy") REFERENCES "Box Office"."Patrons" ("patronId") MATCH FULL ON DELETE SET DEFAULT DEFERRABLE;
-- case
ALTER TABLE stage.performances ADD FOREIGN KEY (house) REFERENCES stage.houses, ADD CONSTRAINT performances_of FOREIGN KEY (play) REFERENCES stage.plays (id) ON DELETE CASCADE;
-- case
ALTER TABLE stage.props ADD CONSTRAINT props_shelf CHECK (shelf IS NULL OR length(shelf) < 8), ALTER COLUMN value SET NOT NULL;
-- case
ALTER TABLE ONLY stage.weapons ADD CHECK (permit <> ''), ALTER COLUMN permit SET NOT NULL, ALTER permit SET DEFAULT 'none';
-- case
ALTER TABLE stage.performances ADD CONSTRAINT sold_some CHECK (sold >= 0 OR cancelled);
-- case
ALTER TABLE "Box Office".vouchers ADD CONSTRAINT vouchers_code UNIQUE (code) INCLUDE (cents), ALTER COLUMN cents SET NOT NULL;
-- case
ALTER TABLE "Box Office".vouchers ALTER COLUMN id SET NOT NULL, ADD CONSTRAINT vouchers_pkey PRIMARY KEY USING INDEX vouchers_id;
-- case
ALTER TABLE "Box Office".vouchers ADD PRIMARY KEY (id), ADD COLUMN given timestamptz NOT NULL DEFAULT clock_timestamp();
-- case
ALTER TABLE stage.rooms ADD CONSTRAINT rooms_no_once UNIQUE (no) DEFERRABLE INITIALLY DEFERRED;
-- case
ALTER TABLE stage.reviews ADD PRIMARY KEY (paper, play, printed);
-- case
ALTER TABLE stage.castings ADD CONSTRAINT one_part_a_day EXCLUDE USING gist (part WITH =, since WITH =);
-- case
ALTER TABLE stage.performances ALTER COLUMN play SET NOT NULL;
-- case
ALTER TABLE "Box Office"."Tickets" ALTER COLUMN code SET NOT NULL, ALTER COLUMN code SET DEFAULT md5(random()::text), ADD CONSTRAINT "UQ_code" UNIQUE (code);
-- case
ALTER TABLE "Box Office"."Bookings" ADD COLUMN "publicId" uuid NOT NULL DEFAULT gen_random_uuid(), ADD CONSTRAINT "UQ_publicId" UNIQUE ("publicId");
-- case
ALTER TABLE stage.seats ADD COLUMN id bigserial, ADD COLUMN lottery double precision DEFAULT random() NOT NULL;
-- case
ALTER TABLE "Box Office"."TurnstileLog" ADD COLUMN id bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 1000);
ALTER TABLE "Box Office"."TurnstileLog" ADD PRIMARY KEY (id);
-- case
ALTER TABLE stage.castings ADD COLUMN per_night numeric GENERATED ALWAYS AS (lines::numeric / NULLIF(nights, 0)) STORED, ADD CONSTRAINT castings_lines CHECK (lines > 0);
-- case
ALTER TABLE stage.performances ADD COLUMN takings numeric(10,2) GENERATED ALWAYS AS (gross * 0.8) STORED;
-- case
ALTER TABLE stage.props ADD COLUMN tag uuid DEFAULT gen_random_uuid() NOT NULL;
-- case
ALTER TABLE stage.plays ADD COLUMN "seasonId" integer NOT NULL;
-- case
ALTER TABLE stage.plays ADD COLUMN translator integer CONSTRAINT plays_translator REFERENCES stage.people (id), ADD COLUMN first_night date NOT NULL DEFAULT CURRENT_DATE, ADD COLUMN isbn stage.isni UNIQUE;
-- case
ALTER TABLE stage.people ALTER COLUMN id TYPE bigint;
-- case
ALTER TABLE stage.people ALTER COLUMN id SET DATA TYPE bigint, ALTER COLUMN mentor SET DATA TYPE bigint;
ALTER TABLE stage.plays ALTER COLUMN author SET DATA TYPE bigint;
ALTER TABLE stage.castings ALTER COLUMN person SET DATA TYPE bigint;
-- case
ALTER TABLE "Box Office"."Patrons" ALTER COLUMN "patronId" TYPE bigint, ALTER COLUMN "invitedBy" TYPE bigint;
ALTER TABLE "Box Office"."Bookings" ALTER COLUMN "patronId" TYPE bigint;
-- case
ALTER TABLE "Box Office"."Patrons" ALTER COLUMN "isMember" DROP DEFAULT, ALTER COLUMN "isMember" TYPE boolean USING "isMember" = 1, ALTER COLUMN "isMember" SET DEFAULT false;
-- case
ALTER TABLE "Box Office"."Patrons" ALTER COLUMN joined TYPE timestamptz USING joined AT TIME ZONE 'UTC', ALTER COLUMN joined SET NOT NULL;
-- case
ALTER TABLE stage.plays ALTER COLUMN script TYPE jsonb, ALTER COLUMN royalty TYPE numeric(7,4);
-- case
ALTER TABLE stage.plays ALTER COLUMN minutes TYPE integer;
-- case
ALTER TABLE stage.plays ALTER COLUMN year TYPE smallint USING year::smallint;
-- case
ALTER TABLE stage.plays ALTER COLUMN title TYPE varchar(60);
-- case
ALTER TABLE stage.plays ALTER COLUMN id TYPE text;
-- case
ALTER TABLE stage.seats ALTER COLUMN seat TYPE bigint, ALTER COLUMN x TYPE double precision, ALTER COLUMN y TYPE double precision;
-- case
ALTER TABLE stage.rooms ALTER COLUMN no TYPE integer;
-- case
ALTER TABLE stage.props ALTER COLUMN value TYPE numeric(10,2);
-- case
ALTER TABLE stage.performances ALTER COLUMN id TYPE numeric(20,0);
-- case
ALTER TABLE stage.performances ALTER COLUMN gross TYPE double precision;
-- case
ALTER TABLE stage.performances ALTER COLUMN weather TYPE varchar(40), ALTER COLUMN sold TYPE bigint;
-- case
ALTER TABLE stage.castings ALTER COLUMN rank TYPE text;
-- case
ALTER TABLE "Box Office"."Bookings" ALTER COLUMN ref TYPE char(12);
-- case
ALTER TABLE "Box Office"."Bookings" ALTER COLUMN total TYPE bigint;
-- case
ALTER TABLE "Box Office"."Tickets" ALTER COLUMN price TYPE numeric(8,2) USING round(price::numeric, 2), ALTER COLUMN booking SET NOT NULL, DROP COLUMN seat;
-- case
ALTER TABLE "Box Office"."TurnstileLog" ALTER COLUMN payload TYPE jsonb USING payload::jsonb;
-- case
ALTER TABLE "Box Office"."TurnstileLog" ALTER COLUMN ticket TYPE uuid USING ticket::uuid, ALTER COLUMN tries SET NOT NULL, ADD COLUMN "via" text NOT NULL DEFAULT 'front';
-- case
BEGIN;
DROP VIEW stage.long_comedies;
DROP VIEW stage.comedies;
ALTER TABLE stage.plays ALTER COLUMN minutes TYPE numeric(5,1);
CREATE VIEW stage.comedies AS SELECT id, title, author, minutes FROM stage.plays WHERE genre = 'comedy' WITH CASCADED CHECK OPTION;
CREATE VIEW stage.long_comedies AS SELECT title, minutes, p.name FROM stage.comedies c JOIN stage.people p ON p.id = c.author WHERE minutes > 100;
GRANT SELECT ON stage.comedies TO PUBLIC;
COMMIT;
-- case
ALTER TABLE stage.castings RENAME COLUMN "Note!" TO note;
ALTER TABLE stage.castings RENAME part TO role_name;
-- case
ALTER TABLE "Box Office"."TurnstileLog" RENAME TO turnstile_log;
ALTER INDEX "Box Office"."IX_Turnstile_at" RENAME TO turnstile_log_at;
-- case
ALTER TABLE "Box Office"."Tickets" SET SCHEMA stage;
-- case
ALTER VIEW "Box Office"."Debts" RENAME COLUMN "Owed" TO owed_cents;
-- case
ALTER TABLE stage.people DROP COLUMN born, DROP COLUMN IF EXISTS bio, DROP CONSTRAINT people_mentor;
-- case
ALTER TABLE stage.plays DROP COLUMN old_genre, ALTER COLUMN royalty SET DEFAULT 5, VALIDATE CONSTRAINT plays_royalty;
-- case
DROP TABLE stage.castings;
-- case
DROP TABLE stage.rentals, "Box Office"."Tickets" CASCADE;
-- case
ALTER TABLE stage.plays DROP CONSTRAINT plays_pkey CASCADE;
-- case
BEGIN;
CREATE TABLE "Box Office"."PatronAddress" ("patronId" integer PRIMARY KEY REFERENCES "Box Office"."Patrons" ("patronId") ON DELETE CASCADE, "Street" text, "Town" text);
INSERT INTO "Box Office"."PatronAddress" SELECT "patronId", "Street", "Town" FROM "Box Office"."Patrons";
ALTER TABLE "Box Office"."Patrons" DROP COLUMN "Street", DROP COLUMN "Town";
COMMIT;
-- case
ALTER TABLE "Box Office"."TurnstileLog" RENAME TO "TurnstileLog_old";
CREATE TABLE "Box Office"."TurnstileLog" (gate text, at timestamptz NOT NULL, ticket text, ok boolean, tries integer DEFAULT 1, payload text) PARTITION BY RANGE (at);
CREATE TABLE "Box Office"."TurnstileLog_2024" PARTITION OF "Box Office"."TurnstileLog" FOR VALUES FROM ('2024-01-01 00:00+00') TO ('2025-01-01 00:00+00');
CREATE TABLE "Box Office"."TurnstileLog_rest" PARTITION OF "Box Office"."TurnstileLog" DEFAULT;
INSERT INTO "Box Office"."TurnstileLog" SELECT * FROM "Box Office"."TurnstileLog_old";
DROP TABLE "Box Office"."TurnstileLog_old";
-- case
ALTER TABLE stage.performances ATTACH PARTITION stage.performances_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
-- case
ALTER TABLE stage.performances_2023 DETACH PARTITION stage.performances_2023_north;
-- case
ALTER TABLE stage.performances DETACH PARTITION stage.performances_2023;
DROP TABLE stage.performances_2023;
-- case
REFRESH MATERIALIZED VIEW stage.season;
REFRESH MATERIALIZED VIEW "Box Office"."TopPatrons";
-- case
VACUUM FULL stage.castings;
CLUSTER "Box Office"."Bookings" USING "IX_Bookings_patron";
-- case
VACUUM (FULL, FREEZE) stage.props;
-- case
CLUSTER stage.seats USING seats_pkey;
-- case
BEGIN;
ALTER TYPE "Box Office"."PayState" ADD VALUE 'Given Away' BEFORE 'Lost';
ALTER TABLE "Box Office"."Bookings" ADD COLUMN "givenTo" text, ADD CONSTRAINT "CK_given" CHECK ("givenTo" IS NULL OR total = 0);
COMMIT;
-- case
-- AlterEnum
BEGIN;
CREATE TYPE stage.genre_new AS ENUM ('comedy', 'tragedy', 'farce', 'history');
DROP VIEW stage.long_comedies, stage.comedies;
ALTER TABLE stage.plays ALTER COLUMN genre DROP DEFAULT;
ALTER TABLE stage.plays ALTER COLUMN genre TYPE stage.genre_new USING (genre::text::stage.genre_new), ALTER COLUMN old_genre TYPE stage.genre_new USING (old_genre::text::stage.genre_new);
ALTER TYPE stage.genre RENAME TO genre_old;
ALTER TYPE stage.genre_new RENAME TO genre;
DROP TYPE stage.genre_old;
ALTER TABLE stage.plays ALTER COLUMN genre SET DEFAULT 'comedy';
CREATE VIEW stage.comedies AS SELECT id, title, author, minutes FROM stage.plays WHERE genre = 'comedy' WITH CASCADED CHECK OPTION;
CREATE VIEW stage.long_comedies AS SELECT title, minutes, p.name FROM stage.comedies c JOIN stage.people p ON p.id = c.author WHERE minutes > 100;
GRANT SELECT ON stage.comedies TO PUBLIC;
COMMIT;
-- case
-- AlterEnum
BEGIN;
CREATE TYPE stage.rank_new AS ENUM ('lead', 'support', 'extra');
ALTER TABLE stage.castings ALTER COLUMN rank DROP DEFAULT;
ALTER TABLE stage.castings ALTER COLUMN rank TYPE stage.rank_new USING (rank::text::stage.rank_new);
ALTER TYPE stage.rank RENAME TO rank_old;
ALTER TYPE stage.rank_new RENAME TO rank;
DROP TYPE stage.rank_old;
ALTER TABLE stage.castings ALTER COLUMN rank SET DEFAULT 'support';
COMMIT;
-- case
-- no plan: Every row of `"Box Office".basket` is gone
TRUNCATE "Box Office".basket, "Box Office"."Ledger";
-- case
DELETE FROM stage.castings WHERE since < date '2022-05-01' AND rank <> 'lead';
-- case
DELETE FROM "Box Office"."TurnstileLog" WHERE ok IS NULL OR tries = 0;
-- case
UPDATE stage.seats SET "Price Band" = 'A' WHERE "restricted view" IS DISTINCT FROM true;
-- case
UPDATE stage.plays p SET royalty = royalty + 1 FROM stage.people a WHERE a.id = p.author AND a.mentor IS NULL;
-- case
UPDATE stage.performances SET cancelled = false WHERE cancelled IS NULL;
ALTER TABLE stage.performances ALTER COLUMN cancelled SET DEFAULT false;
ALTER TABLE stage.performances ALTER COLUMN cancelled SET NOT NULL;
-- case
UPDATE "Box Office"."Bookings" SET total = total * 100, "holdUntil" = NULL;
-- case
INSERT INTO "Box Office"."Ledger" (op, of, who) SELECT 'import', ref, "patronId" FROM "Box Office"."Bookings" WHERE state = 'Paid';
-- case
CREATE TABLE stage.castings_archive AS SELECT * FROM stage.castings WHERE since < date '2022-06-01';
DELETE FROM stage.castings WHERE since < date '2022-06-01';
-- case
ALTER DOMAIN stage.isni ADD CONSTRAINT isni_length CHECK (length(VALUE) <= 16);
-- case
ALTER DOMAIN "Box Office"."Cents" ADD CHECK (VALUE >= 0);
-- case
ALTER DOMAIN "Box Office"."Cents" SET NOT NULL;
-- case
ALTER TABLE "Box Office".basket SET LOGGED;
ALTER TABLE "Box Office"."Ledger" SET UNLOGGED;
-- case
ALTER TABLE stage.castings SET TABLESPACE "fly loft";
ALTER INDEX stage.castings_person_ix SET TABLESPACE "fly loft";
-- case
ALTER TYPE stage.measure RENAME ATTRIBUTE unit TO measured_in CASCADE;
-- case
ALTER TYPE stage.measure ADD ATTRIBUTE depth numeric;
-- case
DROP FUNCTION stage.short(text);
-- case
DROP FUNCTION stage.short(integer), stage.short(text, integer);
-- case
DROP TYPE stage.measure CASCADE;
-- case
CREATE TRIGGER recount AFTER INSERT OR UPDATE ON "Box Office"."Tickets" FOR EACH STATEMENT EXECUTE FUNCTION "Box Office"."toLedger"();
ALTER TABLE "Box Office"."Tickets" ENABLE ALWAYS TRIGGER "Tickets_ledger";
-- case
ALTER TABLE stage.weapons NO INHERIT stage.props;
-- case crlf
ALTER TABLE "Box Office"."Bookings"
  DROP CONSTRAINT "FK_Bookings_Patrons",
  ADD CONSTRAINT "FK_Bookings_Patrons" FOREIGN KEY ("patronId")
    REFERENCES "Box Office"."Patrons" ("patronId") ON DELETE RESTRICT, -- was CASCADE
  ADD COLUMN note text DEFAULT 'n/a',
  ALTER COLUMN performance SET NOT NULL;
-- case
alter table "Box Office"."Patrons" add column "loyaltyTier" varchar(255) check ("loyaltyTier" in ('gold', 'silver')) not null default 'silver';
create index "patrons_loyaltytier_index" on "Box Office"."Patrons" ("loyaltyTier");
alter table "Box Office"."Patrons" add constraint "patrons_email_unique" unique ("eMail");
-- case
BEGIN;
-- Add field house to rentals
ALTER TABLE "stage"."rentals" ADD COLUMN "house_id" text DEFAULT 'H1' NOT NULL CONSTRAINT "rentals_house_id_fk" REFERENCES "stage"."houses"("code") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "stage"."rentals_house_id_fk" IMMEDIATE;
ALTER TABLE "stage"."rentals" ALTER COLUMN "house_id" DROP DEFAULT;
CREATE INDEX "rentals_house_id_5d2f" ON "stage"."rentals" ("house_id");
CREATE INDEX "rentals_house_id_5d2f_like" ON "stage"."rentals" ("house_id" text_pattern_ops);
COMMIT;
-- case
DO $$
DECLARE t record;
BEGIN
  FOR t IN SELECT id FROM "Box Office"."Tickets" WHERE code IS NULL OR seat IS NULL LOOP
    UPDATE "Box Office"."Tickets" SET seat = 0 WHERE id = t.id;
  END LOOP;
  ALTER TABLE "Box Office"."Tickets" ALTER COLUMN seat SET NOT NULL;
END $$;
-- case from 14
ALTER TABLE stage.castings ALTER COLUMN part SET COMPRESSION pglz, ALTER COLUMN since SET NOT NULL, ALTER COLUMN lines TYPE bigint;
-- case from 15
ALTER TABLE "Box Office".vouchers ADD CONSTRAINT vouchers_once UNIQUE NULLS NOT DISTINCT ("usedBy", id);
-- case from 15
MERGE INTO stage.castings c USING stage.people p ON p.id = c.person WHEN MATCHED AND p.mentor IS NULL THEN UPDATE SET nights = c.nights + 1;
-- case from 17
ALTER TABLE stage.plays ALTER COLUMN upper_title SET EXPRESSION AS (upper(btrim(title)));
-- case from 18
ALTER TABLE stage.castings ADD CONSTRAINT castings_lines_there NOT NULL since, ADD CONSTRAINT castings_nights CHECK (nights >= 0) NOT ENFORCED, ADD COLUMN label text GENERATED ALWAYS AS (part || '!') VIRTUAL;
