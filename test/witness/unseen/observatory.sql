-- schema when asked
CREATE SCHEMA sky;
CREATE SCHEMA "Night Log";
CREATE SCHEMA archive;
CREATE EXTENSION btree_gist SCHEMA sky;
CREATE TABLESPACE "cold store" LOCATION '';
CREATE ROLE astronomer NOLOGIN;
CREATE ROLE "Night Assistant" NOLOGIN;
CREATE ROLE auditing_robot NOLOGIN;
CREATE TYPE sky.band AS ENUM ('U', 'B', 'V', 'R', 'I', 'z''');
CREATE TYPE "Night Log"."Weather" AS ENUM ('clear', 'thin cloud', 'Closed');
CREATE TYPE sky.position AS (ra double precision, decl double precision);
CREATE DOMAIN sky.magnitude AS real CHECK (VALUE < 40);
CREATE DOMAIN sky.catalogue_no AS varchar(20) NOT NULL DEFAULT 'none';
CREATE DOMAIN "Night Log".minutes AS smallint DEFAULT 10;
CREATE SEQUENCE archive.plate_no AS integer START 500 INCREMENT 5;
CREATE FUNCTION sky.jd(timestamptz) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$ SELECT extract(epoch FROM $1)::double precision / 86400 + 2440587.5 $$;
CREATE FUNCTION sky.is_night(timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN extract(hour FROM $1 AT TIME ZONE 'UTC') NOT BETWEEN 8 AND 18; END $$;
CREATE TABLE archive.change (at timestamptz DEFAULT '2024-01-01 00:00+00', what text, row_key text);
CREATE FUNCTION archive.note_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO archive.change (what, row_key) VALUES (TG_TABLE_NAME || ' ' || TG_OP, to_jsonb(COALESCE(NEW, OLD)) ->> TG_ARGV[0]); RETURN NULL; END $$;
CREATE FUNCTION archive.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.touched := timestamptz '2024-07-07 00:00+00'; RETURN NEW; END $$;
CREATE FUNCTION archive.never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'rows of % stay as they are', TG_TABLE_NAME; END $$;
CREATE TABLE sky.telescope (
  code text COLLATE "POSIX" PRIMARY KEY,
  "Aperture (m)" numeric(4,2),
  "it's mirror" text DEFAULT 'it''s',
  "50%" smallint DEFAULT 50,
  "say ""hi""" text,
  "a.b" integer DEFAULT 0,
  built date
);
CREATE TABLE sky.instrument (
  "Id" serial NOT NULL,
  telescope text NOT NULL,
  name varchar(40) NOT NULL,
  bands sky.band[] NOT NULL DEFAULT '{V}',
  detector json,
  cost money,
  "isOn" boolean DEFAULT false,
  successor integer,
  retired timestamp,
  CONSTRAINT "PK_instrument" PRIMARY KEY ("Id"),
  CONSTRAINT "UQ_instrument" UNIQUE (telescope, name),
  CONSTRAINT "FK_instrument_telescope" FOREIGN KEY (telescope) REFERENCES sky.telescope (code) ON UPDATE CASCADE,
  CONSTRAINT "FK_successor" FOREIGN KEY (successor) REFERENCES sky.instrument ("Id") DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE sky.target (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name sky.catalogue_no,
  pos sky.position,
  ra double precision,
  decl double precision,
  mag sky.magnitude,
  kind text NOT NULL DEFAULT 'star',
  aliases text[],
  discovered varchar(10),
  note character varying(200),
  touched timestamptz,
  CONSTRAINT target_name_once UNIQUE (name)
);
CREATE INDEX target_where ON sky.target USING gist (point(ra, decl));
CREATE INDEX target_bright ON sky.target (mag, kind) WHERE mag < 10;
CREATE INDEX "target aliases" ON sky.target USING gin (aliases);
CREATE INDEX target_upper ON sky.target (upper(note) COLLATE "C" text_pattern_ops);
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON sky.target FOR EACH ROW EXECUTE FUNCTION archive.touch();
CREATE TABLE sky.program (
  semester char(5) NOT NULL,
  no smallint NOT NULL,
  title text NOT NULL,
  pi_name text,
  pi_mail text,
  "pi Phone" varchar(30),
  hours numeric(5,1) DEFAULT 1,
  parent_semester char(5),
  parent_no smallint,
  PRIMARY KEY (semester, no),
  CONSTRAINT program_parent FOREIGN KEY (parent_semester, parent_no) REFERENCES sky.program (semester, no) MATCH FULL ON DELETE CASCADE
);
CREATE TABLE sky.exposure (
  id integer GENERATED ALWAYS AS IDENTITY (MINVALUE 0 START WITH 10 CACHE 1) PRIMARY KEY,
  instrument_id integer NOT NULL,
  target_id uuid,
  semester char(5),
  no smallint,
  band sky.band NOT NULL DEFAULT 'V',
  begun timestamptz NOT NULL,
  seconds real NOT NULL CHECK (seconds > 0),
  airmass numeric(4,2),
  "file name" text,
  good boolean,
  "row" integer,
  "batch" smallint DEFAULT 1,
  ended timestamptz GENERATED ALWAYS AS (begun) STORED,
  CONSTRAINT exposure_instrument FOREIGN KEY (instrument_id) REFERENCES sky.instrument,
  CONSTRAINT exposure_target FOREIGN KEY (target_id) REFERENCES sky.target ON DELETE SET NULL,
  CONSTRAINT exposure_program FOREIGN KEY (semester, no) REFERENCES sky.program ON UPDATE CASCADE ON DELETE SET NULL
);
CREATE INDEX exposure_instrument_id ON sky.exposure (instrument_id, begun DESC);
CREATE INDEX exposure_jd ON sky.exposure (sky.jd(begun));
CREATE UNIQUE INDEX "exposure file" ON sky.exposure ("file name") WHERE good;
CREATE STATISTICS sky.exposure_stat (dependencies, mcv) ON band, instrument_id, good FROM sky.exposure;
CREATE TRIGGER "note change" AFTER UPDATE OR DELETE ON sky.exposure FOR EACH ROW EXECUTE FUNCTION archive.note_change('id');
CREATE TABLE sky.photometry (
  exposure_id integer NOT NULL,
  target_id uuid NOT NULL,
  flux double precision,
  err double precision DEFAULT 'NaN',
  aperture_px integer,
  flags bit(8) DEFAULT B'00000000',
  PRIMARY KEY (exposure_id, target_id),
  CONSTRAINT photometry_exposure FOREIGN KEY (exposure_id) REFERENCES sky.exposure (id) ON DELETE CASCADE,
  CONSTRAINT photometry_target FOREIGN KEY (target_id) REFERENCES sky.target (id)
);
CREATE INDEX photometry_target ON sky.photometry (target_id) INCLUDE (flux);
CREATE TABLE "Night Log"."Entry" (
  "When" timestamptz NOT NULL,
  "By" text NOT NULL,
  "Weather" "Night Log"."Weather" NOT NULL DEFAULT 'clear',
  "Lost" "Night Log".minutes,
  text text,
  exposure integer,
  CONSTRAINT "Entry_pkey" PRIMARY KEY ("When", "By")
) WITH (fillfactor = 80, toast.autovacuum_enabled = off);
ALTER TABLE "Night Log"."Entry" ADD CONSTRAINT "Entry exposure" FOREIGN KEY (exposure) REFERENCES sky.exposure (id) NOT VALID;
CREATE TABLE "Night Log".shift (person text, during tstzrange, "Role" varchar(12) DEFAULT 'observer', note text);
CREATE INDEX shift_person ON "Night Log".shift (person);
CREATE TABLE "Night Log".telemetry (
  sensor smallint NOT NULL,
  at timestamptz NOT NULL,
  value real,
  unit char(3) DEFAULT 'C',
  site text NOT NULL
) PARTITION BY LIST (site);
CREATE TABLE "Night Log".telemetry_north PARTITION OF "Night Log".telemetry FOR VALUES IN ('La Palma', 'Kitt Peak') PARTITION BY RANGE (at);
CREATE TABLE "Night Log".telemetry_north_1 PARTITION OF "Night Log".telemetry_north FOR VALUES FROM (MINVALUE) TO ('2024-02-01 00:00+00');
CREATE TABLE "Night Log"."telemetry North 2" (site text NOT NULL, gone integer, unit char(3) DEFAULT 'C', value real, at timestamptz NOT NULL, sensor smallint NOT NULL);
ALTER TABLE "Night Log"."telemetry North 2" DROP COLUMN gone;
ALTER TABLE "Night Log".telemetry_north ATTACH PARTITION "Night Log"."telemetry North 2" FOR VALUES FROM ('2024-02-01 00:00+00') TO (MAXVALUE);
CREATE TABLE "Night Log".telemetry_rest PARTITION OF "Night Log".telemetry DEFAULT;
CREATE TABLE "Night Log".telemetry_south (sensor smallint NOT NULL, at timestamptz NOT NULL, value real, unit char(3) DEFAULT 'C', site text NOT NULL);
CREATE INDEX telemetry_at ON "Night Log".telemetry (at, sensor);
CREATE INDEX telemetry_cold ON "Night Log".telemetry_north_1 (value) WHERE value < 0;
CREATE TABLE archive.plate (
  plate_no integer NOT NULL DEFAULT nextval('archive.plate_no'),
  shelf char(4),
  taken_on text,
  emulsion varchar(20),
  scanned boolean,
  area polygon,
  CONSTRAINT plate_pk PRIMARY KEY (plate_no)
) PARTITION BY HASH (plate_no);
CREATE TABLE archive.plate_0 PARTITION OF archive.plate FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE archive.plate_1 PARTITION OF archive.plate FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE archive."Plate 2" PARTITION OF archive.plate FOR VALUES WITH (MODULUS 3, REMAINDER 2);
ALTER SEQUENCE archive.plate_no OWNED BY archive.plate.plate_no;
CREATE TABLE archive.plate_loan (plate_no integer NOT NULL REFERENCES archive.plate ON DELETE RESTRICT, lent_to text NOT NULL, lent date NOT NULL, back date, PRIMARY KEY (plate_no, lent));
CREATE TABLE archive.run (semester text, night integer, quality "char", data bytea, summary jsonb DEFAULT '{}', "order" integer);
CREATE UNIQUE INDEX run_night ON archive.run (semester, night);
ALTER TABLE archive.run REPLICA IDENTITY FULL;
CREATE UNLOGGED TABLE archive.queue (id bigint PRIMARY KEY, payload text, tries integer DEFAULT 0);
CREATE TABLE archive.ticket (id numeric PRIMARY KEY, title text, severity integer, opened timestamp DEFAULT '2024-01-01', closed timestamp, touched timestamptz, parts integer[] DEFAULT '{}');
CREATE TRIGGER touch BEFORE UPDATE ON archive.ticket FOR EACH ROW WHEN (OLD.severity IS DISTINCT FROM NEW.severity) EXECUTE FUNCTION archive.touch();
CREATE TABLE archive.ledger (day date PRIMARY KEY, amount integer NOT NULL, memo varchar(50));
CREATE TRIGGER never BEFORE UPDATE OR DELETE ON archive.ledger FOR EACH ROW EXECUTE FUNCTION archive.never();
CREATE TABLE sky.body (id bigint PRIMARY KEY, name text, mass double precision, seen integer DEFAULT 0, CHECK (mass > 0) NO INHERIT);
CREATE TABLE sky.moon (planet text, seen integer DEFAULT 1) INHERITS (sky.body);
CREATE TABLE sky."Comet" (period real, CONSTRAINT "Comet_pk" PRIMARY KEY (id)) INHERITS (sky.body);
CREATE TABLE sky.visitor (id bigint GENERATED BY DEFAULT AS IDENTITY, "firstName" text, "lastName" text, email text, visits integer DEFAULT 1, card varchar(16), CONSTRAINT visitor_pkey PRIMARY KEY (id));
CREATE UNIQUE INDEX visitor_email ON sky.visitor (lower(email));
CREATE TABLE sky.booking (id serial PRIMARY KEY, visitor_id bigint REFERENCES sky.visitor, room smallint NOT NULL, during tsrange NOT NULL, seats integer DEFAULT 1, CONSTRAINT room_free EXCLUDE USING gist (room WITH =, during WITH &&) DEFERRABLE);
CREATE TABLE public.alembic_version (version_num varchar(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
CREATE TABLE public.app_site (id serial PRIMARY KEY, name varchar(50) NOT NULL UNIQUE, altitude double precision, "isOpen" boolean);
CREATE INDEX app_site_name_like ON public.app_site (name varchar_pattern_ops);
CREATE TABLE public.app_dome (id serial PRIMARY KEY, site_id integer NOT NULL CONSTRAINT app_dome_site_id_fk REFERENCES public.app_site DEFERRABLE INITIALLY DEFERRED, label varchar(10));
CREATE INDEX app_dome_site_id ON public.app_dome (site_id);
CREATE VIEW sky.good_exposure WITH (security_barrier) AS SELECT id, band, begun, "row", "file name" FROM sky.exposure WHERE good;
CREATE VIEW sky.exposure_by_band AS SELECT band, count(*) AS n, sum("row") AS rows, max(begun) AS newest FROM sky.good_exposure GROUP BY band;
CREATE VIEW sky.bright AS SELECT t.id, t.name, t.mag, t.note FROM sky.target t WHERE mag < 6 WITH LOCAL CHECK OPTION;
CREATE VIEW "Night Log".recent AS SELECT "When", "By", "Lost" AS "Lost Minutes" FROM "Night Log"."Entry" WHERE "Weather" <> 'Closed';
ALTER VIEW "Night Log".recent ALTER COLUMN "By" SET DEFAULT 'robot';
CREATE FUNCTION "Night Log".put() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER put INSTEAD OF INSERT ON "Night Log".recent FOR EACH ROW EXECUTE FUNCTION "Night Log".put();
CREATE MATERIALIZED VIEW sky.light_curve AS SELECT p.target_id, e.band, count(*) AS n, avg(p.flux) AS flux FROM sky.photometry p JOIN sky.exposure e ON e.id = p.exposure_id GROUP BY 1, 2;
CREATE INDEX light_curve_band ON sky.light_curve (band);
CREATE MATERIALIZED VIEW archive.plates_by_shelf AS SELECT shelf, count(*) AS plates FROM archive.plate GROUP BY 1;
CREATE UNIQUE INDEX plates_by_shelf_once ON archive.plates_by_shelf (shelf);
ALTER TABLE sky.visitor ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "own mail" ON sky.visitor AS RESTRICTIVE FOR SELECT TO astronomer USING (email IS NOT NULL);
CREATE POLICY anybody ON sky.visitor USING (true) WITH CHECK (visits >= 0);
ALTER TABLE sky.target CLUSTER ON target_name_once;
ALTER TABLE sky.target ALTER COLUMN note SET STORAGE EXTERNAL, ALTER COLUMN mag SET STATISTICS 700, ALTER COLUMN decl SET (n_distinct = -1);
ALTER TABLE sky.visitor REPLICA IDENTITY USING INDEX visitor_pkey;
CREATE PUBLICATION upstream FOR TABLE sky.target, archive.run, sky.visitor;
DO $$ BEGIN IF current_setting('server_version_num')::int >= 150000 THEN EXECUTE 'CREATE PUBLICATION "some columns" FOR TABLE sky.exposure (band, "row"), sky.instrument (cost) WHERE ("isOn") WITH (publish = ''insert'')'; END IF; END $$;
ALTER DEFAULT PRIVILEGES IN SCHEMA archive GRANT SELECT ON TABLES TO auditing_robot;
ALTER DEFAULT PRIVILEGES IN SCHEMA sky GRANT SELECT, INSERT ON TABLES TO auditing_robot;
GRANT USAGE ON SCHEMA sky, "Night Log", archive TO astronomer, "Night Assistant";
GRANT SELECT ON sky.exposure, sky.target, sky.instrument TO astronomer WITH GRANT OPTION;
GRANT SELECT (id, band, seconds), UPDATE (good, "file name") ON sky.exposure TO "Night Assistant";
GRANT SELECT, INSERT ON "Night Log"."Entry", "Night Log".recent TO "Night Assistant";
GRANT SELECT ON sky.good_exposure TO PUBLIC;
REVOKE ALL ON archive.run FROM auditing_robot;
COMMENT ON TABLE sky.exposure IS 'one opening of the shutter';
COMMENT ON COLUMN sky.exposure.seconds IS 'open, not dead';
COMMENT ON COLUMN sky.exposure.id IS E'a ''number''';
COMMENT ON CONSTRAINT exposure_program ON sky.exposure IS 'who asked';
COMMENT ON CONSTRAINT photometry_exposure ON sky.photometry IS 'what it was measured in';
COMMENT ON INDEX sky.exposure_jd IS 'by day';
COMMENT ON TRIGGER "note change" ON sky.exposure IS 'kept for ever';
COMMENT ON COLUMN sky.target.mag IS 'in V';
COMMENT ON VIEW sky.bright IS 'for small telescopes';
COMMENT ON COLUMN "Night Log".telemetry.value IS 'as read';
COMMENT ON COLUMN archive.plate.shelf IS 'where it is';
COMMENT ON STATISTICS sky.exposure_stat IS 'for the planner';
INSERT INTO sky.telescope SELECT 'T' || g, g * 0.3, NULL, g, CASE WHEN g % 2 = 0 THEN 'hello' END, g FROM generate_series(1, 30) g;
INSERT INTO sky.instrument (telescope, name, detector, cost, "isOn", retired) SELECT 'T' || 1 + g % 30, 'Cam ' || g, json_build_object('px', g), g * 1000, CASE WHEN g % 3 = 0 THEN true END, CASE WHEN g % 4 = 0 THEN timestamp '2020-01-01' + g * interval '1 day' END FROM generate_series(1, 60) g;
UPDATE sky.instrument SET successor = "Id" + 1 WHERE "Id" < 20;
INSERT INTO sky.target (id, name, pos, ra, decl, mag, kind, aliases, discovered, note) SELECT md5('t' || g)::uuid, 'NGC ' || g, ROW(g, -g)::sky.position, g * 1.5, g - 40, g % 17, CASE g % 3 WHEN 0 THEN 'star' WHEN 1 THEN 'galaxy' ELSE 'planet' END, CASE WHEN g % 4 > 0 THEN ARRAY['M ' || g] END, CASE WHEN g % 2 = 0 THEN (1700 + g)::text END, CASE WHEN g % 5 > 0 THEN 'note ' || g END FROM generate_series(1, 90) g;
INSERT INTO sky.program SELECT '202' || g % 4 || CASE WHEN g % 2 = 0 THEN 'A' ELSE 'B' END, g, 'Title ' || g, CASE WHEN g % 9 > 0 THEN 'Dr ' || g % 20 END, 'dr' || g % 20 || '@sky.org', '+1 ' || g, g * 0.5, NULL, NULL FROM generate_series(1, 50) g;
UPDATE sky.program SET parent_semester = '2020A', parent_no = 4 WHERE no > 40;
INSERT INTO sky.exposure (instrument_id, target_id, semester, no, band, begun, seconds, airmass, "file name", good, "row") SELECT 1 + g % 60, CASE WHEN g % 8 > 0 THEN md5('t' || 1 + g % 90)::uuid END, CASE WHEN g % 3 = 0 THEN (SELECT semester FROM sky.program p WHERE p.no = 1 + g % 50) END, CASE WHEN g % 3 = 0 THEN 1 + g % 50 END, (enum_range(NULL::sky.band))[1 + g % 6], timestamptz '2024-01-01 00:00+00' + g * interval '37 minutes', 1 + g, CASE WHEN g % 5 > 0 THEN 1.01 END, 'f' || g || '.fits', CASE WHEN g % 6 = 0 THEN NULL ELSE g % 4 > 0 END, g FROM generate_series(1, 220) g;
INSERT INTO sky.photometry SELECT e.id, t.id, e.id * 0.1, CASE WHEN e.id % 2 = 0 THEN 'NaN' ELSE 0.5 END, CASE WHEN e.id % 7 > 0 THEN e.id % 11 END FROM sky.exposure e JOIN sky.target t ON t.ra = 1.5 * (1 + e.id % 90) OR t.ra = 1.5 * (1 + e.id % 13);
INSERT INTO "Night Log"."Entry" SELECT CASE g WHEN 1 THEN '-infinity' WHEN 2 THEN 'infinity' ELSE timestamptz '2024-01-01 18:00+00' + g * interval '5 hours' END, CASE g % 3 WHEN 0 THEN '' WHEN 1 THEN 'Ana' ELSE 'zoë' END, (enum_range(NULL::"Night Log"."Weather"))[1 + g % 3], CASE WHEN g % 4 > 0 THEN g END, 'entry ' || g, CASE WHEN g % 5 = 0 THEN 10 + g END FROM generate_series(1, 120) g;
INSERT INTO "Night Log".shift SELECT 'p' || g % 9, tstzrange(timestamptz '2024-01-01 18:00+00' + g * interval '1 day', timestamptz '2024-01-02 06:00+00' + g * interval '1 day'), CASE WHEN g % 4 > 0 THEN 'operator' END, CASE WHEN g % 2 = 0 THEN 'n' END FROM generate_series(1, 130) g;
INSERT INTO "Night Log".telemetry (sensor, at, value, site) SELECT g % 7, timestamptz '2024-01-01 00:00+00' + g * interval '9 hours', CASE WHEN g % 6 > 0 THEN g - 60 END, (ARRAY['La Palma', 'Kitt Peak', 'elsewhere'])[1 + g % 3] FROM generate_series(1, 180) g;
INSERT INTO "Night Log".telemetry_south (sensor, at, value, site) SELECT g % 7, timestamptz '2024-01-01 00:00+00' + g * interval '9 hours', g, 'Paranal' FROM generate_series(1, 80) g;
INSERT INTO archive.plate (shelf, taken_on, emulsion, scanned) SELECT 'S' || g % 9, (date '1920-01-01' + g * 30)::text, CASE WHEN g % 3 > 0 THEN 'IIa-O' END, CASE WHEN g % 2 = 0 THEN g % 4 = 0 END FROM generate_series(1, 110) g;
INSERT INTO archive.plate_loan SELECT 500 + 5 * g, 'borrower ' || g % 6, date '2023-01-01' + g, CASE WHEN g % 3 > 0 THEN date '2023-03-01' + g END FROM generate_series(0, 79) g;
INSERT INTO archive.run SELECT '2024A', g, 'g', '\x00ff', jsonb_build_object('n', g), g FROM generate_series(1, 95) g;
INSERT INTO archive.queue SELECT g, 'p' || g, g % 4 FROM generate_series(1, 75) g;
INSERT INTO archive.ticket (id, title, severity, closed) SELECT CASE g WHEN 1 THEN 'NaN' WHEN 2 THEN -3.5 ELSE g / 4.0 END, 'Ticket ' || g, CASE WHEN g % 4 > 0 THEN g % 5 END, CASE WHEN g % 3 = 0 THEN timestamp '2024-02-01' + g * interval '1 day' END FROM generate_series(1, 100) g;
INSERT INTO archive.ledger SELECT date '2024-01-01' + g, g * 7, 'memo ' || g FROM generate_series(1, 70) g;
INSERT INTO archive.change (what, row_key) SELECT 'old', g::text FROM generate_series(1, 140) g;
INSERT INTO sky.body (id, name, mass) SELECT g, 'body ' || g, g FROM generate_series(1, 40) g;
INSERT INTO sky.moon (id, name, mass, planet) SELECT 100 + g, 'moon ' || g, g, 'planet ' || g % 8 FROM generate_series(1, 60) g;
INSERT INTO sky."Comet" (id, name, mass, period) SELECT 200 + g, 'comet ' || g, NULL, g FROM generate_series(1, 60) g;
INSERT INTO sky.visitor ("firstName", "lastName", email, visits, card) SELECT 'F' || g, CASE WHEN g % 5 > 0 THEN 'L' || g END, CASE WHEN g % 6 > 0 THEN 'V' || g || '@x.org' END, g % 9, CASE WHEN g % 2 = 0 THEN lpad(g::text, 16, '0') END FROM generate_series(1, 100) g;
INSERT INTO sky.booking (visitor_id, room, during, seats) SELECT 1 + g % 100, g % 5, tsrange(timestamp '2024-01-01' + g * interval '1 hour', timestamp '2024-01-01 00:50' + g * interval '1 hour'), CASE WHEN g % 7 > 0 THEN g % 4 END FROM generate_series(1, 120) g;
INSERT INTO public.alembic_version VALUES ('1975ea83b712');
INSERT INTO public.app_site (name, altitude, "isOpen") SELECT 'Site ' || g, g * 10, CASE WHEN g % 2 = 0 THEN true END FROM generate_series(1, 40) g;
INSERT INTO public.app_dome (site_id, label) SELECT 1 + g % 40, 'D' || g FROM generate_series(1, 90) g;
DELETE FROM archive.change WHERE what <> 'old';
REFRESH MATERIALIZED VIEW sky.light_curve;
REFRESH MATERIALIZED VIEW archive.plates_by_shelf;

-- case
BEGIN;
CREATE TABLE sky.investigator (name text PRIMARY KEY, mail text NOT NULL, phone varchar(30));
INSERT INTO sky.investigator (name, mail, phone) SELECT pi_name, min(pi_mail), min("pi Phone") FROM sky.program WHERE pi_name IS NOT NULL GROUP BY pi_name;
ALTER TABLE sky.program ADD CONSTRAINT program_pi FOREIGN KEY (pi_name) REFERENCES sky.investigator (name) ON UPDATE CASCADE;
ALTER TABLE sky.program DROP COLUMN pi_mail, DROP COLUMN "pi Phone";
COMMIT;
-- case
-- cards are kept apart from people
CREATE TABLE archive.visitor_card (
	visitor_id bigint NOT NULL REFERENCES sky.visitor (id),
	card varchar(16) NOT NULL,
	PRIMARY KEY (visitor_id)
);
INSERT INTO archive.visitor_card SELECT id, card FROM sky.visitor WHERE card IS NOT NULL;
ALTER TABLE sky.visitor DROP COLUMN card;
-- case
CREATE TABLE archive.target_note AS SELECT id AS target_id, note FROM sky.target WHERE note IS NOT NULL;
ALTER TABLE archive.target_note ADD PRIMARY KEY (target_id);
-- case
ALTER TABLE archive.change RENAME TO change_all;
CREATE TABLE archive.change (LIKE archive.change_all INCLUDING DEFAULTS) PARTITION BY RANGE (at);
CREATE TABLE archive.change_2023 PARTITION OF archive.change FOR VALUES FROM (MINVALUE) TO ('2024-01-01 00:00+00');
CREATE TABLE archive.change_2024 PARTITION OF archive.change FOR VALUES FROM ('2024-01-01 00:00+00') TO (MAXVALUE);
INSERT INTO archive.change SELECT * FROM archive.change_all;
DROP TABLE archive.change_all;
-- case
BEGIN;
ALTER TABLE "Night Log"."Entry" RENAME TO "Entry_old";
CREATE TABLE "Night Log"."Entry" (LIKE "Night Log"."Entry_old" INCLUDING DEFAULTS INCLUDING COMMENTS) PARTITION BY RANGE ("When");
ALTER TABLE "Night Log"."Entry" ATTACH PARTITION "Night Log"."Entry_old" FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
COMMIT;
-- case
CREATE TABLE archive.run_new (semester text NOT NULL, night integer, quality "char", data bytea, summary jsonb DEFAULT '{}', "order" integer) PARTITION BY LIST (semester);
CREATE TABLE archive.run_2024a PARTITION OF archive.run_new FOR VALUES IN ('2024A');
CREATE TABLE archive.run_other PARTITION OF archive.run_new DEFAULT;
INSERT INTO archive.run_new (semester, night, quality, data, summary, "order") SELECT semester, night, quality, data, summary, "order" FROM archive.run;
CREATE UNIQUE INDEX run_new_night ON archive.run_new (semester, night);
ALTER TABLE archive.run RENAME TO run_old;
ALTER TABLE archive.run_new RENAME TO run;
-- case
ALTER TABLE sky.exposure ALTER COLUMN id TYPE bigint;
-- case
BEGIN;
DROP MATERIALIZED VIEW sky.light_curve;
DROP VIEW sky.exposure_by_band, sky.good_exposure;
ALTER TABLE sky.exposure ALTER COLUMN id TYPE bigint;
ALTER TABLE sky.photometry ALTER COLUMN exposure_id TYPE bigint;
ALTER TABLE "Night Log"."Entry" ALTER COLUMN exposure TYPE bigint;
CREATE VIEW sky.good_exposure WITH (security_barrier) AS SELECT id, band, begun, "row", "file name" FROM sky.exposure WHERE good;
CREATE VIEW sky.exposure_by_band AS SELECT band, count(*) AS n, sum("row") AS rows, max(begun) AS newest FROM sky.good_exposure GROUP BY band;
CREATE MATERIALIZED VIEW sky.light_curve AS SELECT p.target_id, e.band, count(*) AS n, avg(p.flux) AS flux FROM sky.photometry p JOIN sky.exposure e ON e.id = p.exposure_id GROUP BY 1, 2;
CREATE INDEX light_curve_band ON sky.light_curve (band);
GRANT SELECT ON sky.good_exposure TO PUBLIC;
COMMIT;
-- case
alter table sky.instrument
	alter column "Id" type bigint,      -- was serial
	alter column successor type bigint; -- points at itself
alter table sky.exposure alter instrument_id type bigint;
-- case
-- refused: cannot alter column "plate_no" because it is part of the partition key
ALTER TABLE archive.plate ALTER COLUMN plate_no TYPE bigint;
-- case
BEGIN;
--
-- Alter field id on site
--
SET CONSTRAINTS "app_dome_site_id_fk" IMMEDIATE; ALTER TABLE "app_dome" DROP CONSTRAINT "app_dome_site_id_fk";
ALTER TABLE "app_site" ALTER COLUMN "id" TYPE bigint USING "id"::bigint;
ALTER SEQUENCE IF EXISTS "app_site_id_seq" AS bigint;
ALTER TABLE "app_dome" ALTER COLUMN "site_id" TYPE bigint USING "site_id"::bigint;
ALTER TABLE "app_dome" ADD CONSTRAINT "app_dome_site_id_fk" FOREIGN KEY ("site_id") REFERENCES "app_site" ("id") DEFERRABLE INITIALLY DEFERRED;
COMMIT;
-- case
ALTER TABLE sky.program ALTER COLUMN no TYPE integer;
-- case
ALTER TABLE archive.plate_loan ALTER COLUMN plate_no TYPE bigint, ALTER COLUMN lent TYPE timestamptz;
-- case
ALTER TABLE sky.exposure ALTER COLUMN seconds TYPE numeric(8,2);
-- case
ALTER TABLE sky.exposure ALTER COLUMN airmass TYPE double precision, ALTER COLUMN "batch" TYPE integer;
-- case
DROP VIEW sky.bright;
ALTER TABLE sky.target ALTER COLUMN mag TYPE double precision;
CREATE VIEW sky.bright AS SELECT t.id, t.name, t.mag, t.note FROM sky.target t WHERE mag < 6 WITH LOCAL CHECK OPTION;
COMMENT ON VIEW sky.bright IS 'for small telescopes';
-- case
ALTER TABLE sky.target ALTER COLUMN discovered TYPE integer USING discovered::integer, ALTER COLUMN discovered SET DEFAULT 2024;
-- case
ALTER TABLE sky.telescope ALTER COLUMN "it's mirror" TYPE varchar(30), ALTER COLUMN "50%" TYPE integer, ALTER COLUMN "say ""hi""" SET DEFAULT '"ho"', ALTER COLUMN "a.b" TYPE bigint;
-- case
ALTER TABLE sky.telescope ALTER COLUMN code TYPE varchar(10);
-- case
ALTER TABLE archive.ticket ALTER COLUMN id TYPE text, ALTER COLUMN opened TYPE timestamptz USING opened AT TIME ZONE 'Atlantic/Canary';
-- case
ALTER TABLE archive.ledger ALTER COLUMN amount TYPE numeric(12,2) USING amount / 100.0;
-- case
UPDATE archive.ticket SET severity = coalesce(severity, 0) + 1;
-- case
UPDATE sky.body SET id = id + 1000, seen = seen + 1;
-- case
UPDATE archive.plate_loan SET lent = lent - 7 WHERE back IS NOT NULL;
-- case
UPDATE "Night Log"."Entry" SET text = coalesce(text, '') || ' (' || "By" || ')', "Lost" = 0 WHERE "Lost" IS NULL;
-- case
UPDATE sky.photometry p SET aperture_px = r.n FROM (SELECT exposure_id, target_id, row_number() OVER (PARTITION BY exposure_id ORDER BY target_id) AS n FROM sky.photometry) r WHERE r.exposure_id = p.exposure_id AND r.target_id = p.target_id;
-- case
UPDATE "Night Log".telemetry SET unit = 'K', value = value + 273.15;
-- case
WITH gone AS (DELETE FROM archive.ticket WHERE closed < '2024-03-15' RETURNING *)
INSERT INTO archive.run (semester, night, summary) SELECT 'ticket', row_number() OVER (ORDER BY id), to_jsonb(gone) FROM gone;
-- case
DELETE FROM sky.exposure WHERE good IS NOT TRUE AND begun < '2024-01-04' AND NOT EXISTS (SELECT FROM "Night Log"."Entry" e WHERE e.exposure = exposure.id);
-- case
DELETE FROM archive.run a USING archive.run b WHERE a.night = b.night + 1 AND a.semester = b.semester AND b."order" % 3 = 0;
-- case
INSERT INTO archive.change (at, what, row_key) SELECT begun, 'import', id::text FROM sky.exposure WHERE good;
-- case
INSERT INTO sky.visitor (id, "firstName", visits) SELECT id + 50, "firstName", 1 FROM sky.visitor ON CONFLICT (id) DO UPDATE SET visits = visitor.visits + excluded.visits;
-- case
-- no plan: Every row of
TRUNCATE TABLE ONLY sky.body, archive.queue RESTART IDENTITY;
-- case
-- no plan: Every row of
TRUNCATE archive.plate, archive.plate_loan;
-- case
ALTER TABLE sky.telescope SET TABLESPACE "cold store";
ALTER INDEX sky.telescope_pkey SET TABLESPACE "cold store";
-- case
ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE "cold store" NOWAIT;
-- case
ALTER MATERIALIZED VIEW sky.light_curve SET TABLESPACE "cold store";
-- case
ALTER TABLE archive."Plate 2" SET TABLESPACE "cold store", ALTER COLUMN emulsion SET DEFAULT 'none';
-- case
ALTER TABLE archive.queue SET LOGGED, ALTER COLUMN tries SET NOT NULL;
-- case
ALTER TABLE archive.change SET UNLOGGED;
-- case
CLUSTER sky.target;
-- case
CLUSTER sky.photometry USING photometry_target;
ANALYZE sky.photometry;
-- case
VACUUM (FULL, VERBOSE, ANALYZE) archive.run, "Night Log"."Entry";
-- case
ALTER TABLE sky.exposure ADD COLUMN jd double precision GENERATED ALWAYS AS (sky.jd(begun)) STORED, ADD COLUMN "when?" text GENERATED ALWAYS AS (CASE WHEN good THEN 'good' ELSE 'bad' END) STORED NOT NULL;
-- case
ALTER TABLE "Night Log".telemetry ADD COLUMN kelvin real GENERATED ALWAYS AS (value + 273.15) STORED;
-- case
alter table sky.visitor add "fullName" text generated always as (coalesce("firstName", '') || ' ' || coalesce("lastName", '')) stored;
create index "visitor fullName" on sky.visitor ("fullName");
-- case
ALTER TABLE "Night Log".shift ADD CONSTRAINT "one place at a time" EXCLUDE USING gist (person WITH =, during WITH &&) WHERE ("Role" IS NOT NULL);
-- case
ALTER TABLE sky.booking DROP CONSTRAINT room_free, ADD CONSTRAINT room_free EXCLUDE USING gist (room WITH =, during WITH &&), ALTER COLUMN seats SET DEFAULT 2;
-- case
ALTER DOMAIN sky.magnitude ADD CONSTRAINT not_sun CHECK (VALUE > -26);
-- case
UPDATE "Night Log"."Entry" SET "Lost" = 0 WHERE "Lost" IS NULL;
ALTER DOMAIN "Night Log".minutes SET NOT NULL;
ALTER DOMAIN "Night Log".minutes ADD CHECK (VALUE <= 1440);
-- case
ALTER DOMAIN sky.catalogue_no DROP NOT NULL;
ALTER DOMAIN sky.catalogue_no DROP DEFAULT;
-- case
ALTER TABLE "Night Log".telemetry DETACH PARTITION "Night Log".telemetry_north;
-- case
ALTER TABLE "Night Log".telemetry_north DETACH PARTITION "Night Log"."telemetry North 2";
ALTER TABLE "Night Log"."telemetry North 2" RENAME TO telemetry_2024;
ALTER TABLE "Night Log".telemetry_2024 SET SCHEMA archive;
-- case
ALTER TABLE "Night Log".telemetry ATTACH PARTITION "Night Log".telemetry_south FOR VALUES IN ('Paranal', 'La Silla');
-- case
CREATE TABLE "Night Log".telemetry_chile PARTITION OF "Night Log".telemetry FOR VALUES IN ('Cerro Pachón');
-- case
ALTER TABLE archive.plate DETACH PARTITION archive.plate_0;
-- case
UPDATE archive.plate SET scanned = false WHERE scanned IS NULL;
ALTER TABLE archive.plate ADD CONSTRAINT plate_shelf_no UNIQUE (shelf, plate_no), ALTER COLUMN scanned SET DEFAULT false, ALTER COLUMN scanned SET NOT NULL;
-- case
CREATE INDEX CONCURRENTLY IF NOT EXISTS plate_emulsion ON archive.plate_0 (emulsion);
CREATE INDEX plate_emulsion_all ON archive.plate (emulsion varchar_pattern_ops) WHERE NOT coalesce(scanned, false);
-- case
UPDATE sky.visitor SET "lastName" = '?' WHERE "lastName" IS NULL;
ALTER TABLE sky.visitor ALTER COLUMN "lastName" SET NOT NULL;
ALTER TABLE sky.visitor ALTER COLUMN "firstName" TYPE varchar(60);
ALTER TABLE sky.visitor ADD COLUMN since date NOT NULL DEFAULT current_date;
ALTER TABLE sky.visitor ADD CONSTRAINT visits_ok CHECK (visits >= 0);
-- case
BEGIN;
ALTER TABLE archive.ticket ADD COLUMN state text;
UPDATE archive.ticket SET state = CASE WHEN closed IS NULL THEN 'open' ELSE 'closed' END;
ALTER TABLE archive.ticket ALTER COLUMN state SET NOT NULL, ALTER COLUMN state SET DEFAULT 'open', ADD CONSTRAINT state_known CHECK (state IN ('open', 'closed'));
CREATE INDEX ticket_state ON archive.ticket (state) WHERE state = 'open';
COMMIT;
-- case
ALTER TABLE sky.body ADD CONSTRAINT "named?" CHECK (name <> ''), ALTER COLUMN name SET NOT NULL, ADD COLUMN found timestamptz DEFAULT clock_timestamp();
-- case
ALTER TABLE sky.body ALTER COLUMN mass TYPE numeric;
-- case
ALTER TABLE sky."Comet" NO INHERIT sky.body, ADD COLUMN "seen on" date, ALTER COLUMN period SET NOT NULL;
-- case
ALTER TABLE sky.exposure RENAME COLUMN "file name" TO file_name;
-- case
ALTER TABLE "Night Log"."Entry" RENAME TO entry;
-- case
ALTER TABLE "Night Log".telemetry RENAME COLUMN value TO reading;
-- case
ALTER TABLE sky.target DROP COLUMN mag CASCADE;
-- case
ALTER TABLE sky.exposure DROP COLUMN semester, DROP COLUMN no;
-- case
DROP TABLE IF EXISTS archive.plate_loan, archive.queue;
-- case
DROP INDEX CONCURRENTLY sky.target_where;
DROP INDEX sky."target aliases", "Night Log".telemetry_at;
-- case
REFRESH MATERIALIZED VIEW sky.light_curve;
-- case
-- AlterEnum
ALTER TYPE "Night Log"."Weather" ADD VALUE 'storm' AFTER 'thin cloud';

UPDATE "sky"."instrument" SET "isOn" = false WHERE "isOn" IS NULL;

-- AlterTable
ALTER TABLE "sky"."instrument" ADD COLUMN     "updatedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ALTER COLUMN "isOn" SET NOT NULL,
ALTER COLUMN "name" SET DATA TYPE TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "instrument_name_telescope_key" ON "sky"."instrument"("name", "telescope");

-- AddForeignKey
ALTER TABLE "sky"."instrument" ADD CONSTRAINT "instrument_predecessor_fkey" FOREIGN KEY ("successor") REFERENCES "sky"."instrument"("Id") ON DELETE SET NULL ON UPDATE CASCADE;
-- case
BEGIN;

-- Running upgrade 1975ea83b712 -> ae1027a6acf

ALTER TABLE app_site ADD COLUMN country VARCHAR(2) DEFAULT 'ES' NOT NULL;

UPDATE app_site SET "isOpen"=false WHERE app_site."isOpen" IS NULL;

ALTER TABLE app_site ALTER COLUMN "isOpen" SET NOT NULL;

CREATE INDEX ix_app_site_country ON app_site (country);

UPDATE alembic_version SET version_num='ae1027a6acf' WHERE alembic_version.version_num = '1975ea83b712';

COMMIT;
-- case
alter table "sky"."booking" add column "price" decimal(8, 2) not null default '0', add constraint "booking_visitor_id_foreign" foreign key ("visitor_id") references "sky"."visitor" ("id") on delete CASCADE;
alter table "sky"."booking" add constraint "booking_visitor_id_room_unique" unique ("visitor_id", "room", "during")
-- case from 15
ALTER TABLE sky.photometry DROP CONSTRAINT photometry_target, ADD CONSTRAINT photometry_target FOREIGN KEY (target_id) REFERENCES sky.target (id) ON UPDATE CASCADE NOT VALID;
ALTER TABLE sky.photometry VALIDATE CONSTRAINT photometry_target;
-- case from 15
ALTER TABLE sky.exposure ADD CONSTRAINT exposure_once UNIQUE NULLS NOT DISTINCT (instrument_id, begun, target_id), ALTER COLUMN "batch" SET NOT NULL;
-- case from 15
ALTER TABLE sky.instrument ALTER COLUMN cost TYPE numeric(12,2) USING cost::numeric;
